//! Independent parts together: their log-density is a sum, in which one impossible part makes the whole impossible.

use super::inner::InnerDist;
use crate::distributions::density::Density;
use crate::distributions::graded::Graded;
use crate::error::Result;
use crate::eval::gradient::primal_of;
use crate::eval::numeric::{self, Binary};
use crate::eval::{Cx, Value};

/// The log-density of values, one of each part; −∞ of such as do not fit.
pub fn logpdf<'a>(
    cx: &mut Cx,
    parts: impl IntoIterator<Item = &'a InnerDist>,
    values: Option<&[Value]>,
) -> Result<f64> {
    let Some(values) = values else { return Ok(f64::NEG_INFINITY) };
    let mut sum = 0.0;
    for (part, value) in parts.into_iter().zip(values) {
        match part.logpdf(cx, value)? {
            // Impossible, however dense the rest is.
            f64::NEG_INFINITY => return Ok(f64::NEG_INFINITY),
            score => sum += score,
        }
    }
    Ok(sum)
}

/// The same as a number to differentiate.
pub fn score<'a>(
    cx: &mut Cx,
    parts: impl IntoIterator<Item = &'a InnerDist>,
    values: Option<&[Value]>,
) -> Result<Value> {
    let Some(values) = values else { return Ok(Value::float(f64::NEG_INFINITY)) };
    let mut sum = Value::float(0.0);
    for (part, value) in parts.into_iter().zip(values) {
        let score = part.score(cx, value)?;
        if primal_of(&score).as_f64() == Some(f64::NEG_INFINITY) {
            return Ok(Value::float(f64::NEG_INFINITY));
        }
        sum = numeric::binary(Binary::Add, &sum, &score)?;
    }
    Ok(sum)
}

/// The same with what each part is a density of.
pub fn graded<'a>(
    cx: &mut Cx,
    parts: impl IntoIterator<Item = &'a InnerDist>,
    values: Option<&[Value]>,
) -> Result<Graded> {
    let mut sum = Graded { score: Value::float(f64::NEG_INFINITY), numbers: Vec::new() };
    let Some(values) = values else { return Ok(sum) };
    let (mut total, mut possible) = (Value::float(0.0), true);
    for (part, value) in parts.into_iter().zip(values) {
        let Graded { score, numbers } = part.graded(cx, value)?;
        sum.numbers.extend(numbers);
        possible &= primal_of(&score).as_f64() != Some(f64::NEG_INFINITY);
        total = numeric::binary(Binary::Add, &total, &score)?;
    }
    if possible {
        sum.score = total;
    }
    Ok(sum)
}

/// Of how many numbers the log-density of values, one of each part, is one, where all parts have densities alone.
pub fn coordinates<'a>(
    cx: &mut Cx,
    parts: impl IntoIterator<Item = &'a InnerDist>,
    values: Option<&[Value]>,
) -> Result<usize> {
    let all = parts.into_iter().zip(values.unwrap_or_default());
    all.map(|(part, value)| part.coordinates(cx, value)).sum()
}

/// The values nearest to these that may be atoms of the parts; a value itself where its part has none.
pub fn atoms_near<'a>(
    cx: &mut Cx,
    parts: impl IntoIterator<Item = &'a InnerDist>,
    values: &[Value],
) -> Result<Vec<Value>> {
    let all = parts.into_iter().zip(values);
    all.map(|(part, x)| Ok(part.atom_near(cx, x)?.unwrap_or_else(|| x.clone()))).collect()
}

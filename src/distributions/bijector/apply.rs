//! Maps applied to values of the language: coordinates to a value, and back.

use super::Bijector;
use super::coordinates::{Coordinates, joined, one, outside};
use crate::error::Result;
use crate::eval::collections::Map;
use crate::eval::gradient::{pick, primal_of};
use crate::eval::numeric::{self, Binary};
use crate::eval::{Cx, Value};

impl Bijector {
    /// The value at coordinates, and log |det| of the Jacobian there. `dist` is for errors.
    pub fn constrain(&self, cx: &mut Cx, dist: &Value, u: &Value) -> Result<(Value, Value)> {
        let mut coordinates = match self.is_number() {
            true => Coordinates::single(one(dist, u)?),
            false => Coordinates::read(dist, u, self.size())?,
        };
        self.take(cx, &mut coordinates)
    }

    /// The coordinates of a value that the distribution's `check_value` has let pass.
    pub fn unconstrain(&self, cx: &mut Cx, x: &Value) -> Result<Value> {
        let mut parts = Vec::new();
        self.give(cx, x, &mut parts)?;
        match self.is_number() {
            true => Ok(parts.swap_remove(0)),
            false => joined(&parts, &[self.size()]),
        }
    }

    /// The value at the next coordinates.
    pub(super) fn take(&self, cx: &mut Cx, u: &mut Coordinates) -> Result<(Value, Value)> {
        cx.step()?;
        cx.with_stack(|cx| match self {
            Bijector::Numbers(numbers) => {
                cx.charge(numbers.count())?;
                numbers.constrain(&u.next(numbers.shape.as_deref())?)
            }
            Bijector::Events(events) => {
                cx.charge(events.elements())?;
                events.constrain(&u.next(Some(&[events.size()]))?)
            }
            Bijector::Rows { n, each } => {
                let (values, slope) = several(std::iter::repeat_n(&**each, *n), cx, u)?;
                Ok((rows(values)?, slope))
            }
            Bijector::Parts { parts, keys } => {
                let (values, slope) = several(parts.iter(), cx, u)?;
                let value = match keys {
                    None => Value::vector(values)?,
                    Some(keys) => Value::Map(Map::from_pairs(keys.iter().cloned().zip(values))?),
                };
                Ok((value, slope))
            }
            Bijector::Through(through) => through.constrain(cx, u),
        })
    }

    /// Appends the coordinates of a value.
    pub(super) fn give(&self, cx: &mut Cx, x: &Value, out: &mut Vec<Value>) -> Result<()> {
        cx.step()?;
        cx.with_stack(|cx| match self {
            Bijector::Numbers(numbers) => {
                cx.charge(numbers.count())?;
                let x = if numbers.shape.is_none() { number(x)? } else { x.clone() };
                out.push(numbers.unconstrain(&x)?);
                Ok(())
            }
            Bijector::Events(events) => {
                cx.charge(events.elements())?;
                out.push(events.unconstrain(x)?);
                Ok(())
            }
            Bijector::Rows { n, each } => given(std::iter::repeat_n(&**each, *n), cx, &values(x, None)?, out),
            Bijector::Parts { parts, keys } => given(parts.iter(), cx, &values(x, keys.as_deref())?, out),
            Bijector::Through(through) => through.unconstrain(cx, x, out),
        })
    }
}

/// Values of several maps in order, with the sum of the logarithms.
fn several<'a>(
    parts: impl Iterator<Item = &'a Bijector>,
    cx: &mut Cx,
    u: &mut Coordinates,
) -> Result<(Vec<Value>, Value)> {
    let (mut values, mut sum) = (Vec::new(), Value::float(0.0));
    for part in parts {
        let (value, slope) = part.take(cx, u)?;
        values.push(value);
        sum = numeric::binary(Binary::Add, &sum, &slope)?;
    }
    Ok((values, sum))
}

fn given<'a>(
    parts: impl Iterator<Item = &'a Bijector>,
    cx: &mut Cx,
    values: &[Value],
    out: &mut Vec<Value>,
) -> Result<()> {
    parts.zip(values).try_for_each(|(part, value)| part.give(cx, value, out))
}

/// Numbers and arrays of one shape become an array.
fn rows(values: Vec<Value>) -> Result<Value> {
    let shape = |x: &Value| match primal_of(x) {
        Value::Float(_) => Some(Vec::new()),
        Value::Array(array) => Some(array.shape().to_vec()),
        _ => None,
    };
    let Some(inner) = values.first().and_then(shape) else { return Value::vector(values) };
    if values.iter().any(|x| shape(x).as_ref() != Some(&inner)) {
        return Value::vector(values);
    }
    let whole: Vec<usize> = std::iter::once(values.len()).chain(inner).collect();
    joined(&values, &whole)
}

/// The values in a vector, array or map.
fn values(whole: &Value, keys: Option<&[Value]>) -> Result<Vec<Value>> {
    match (whole, keys) {
        (Value::Map(map), Some(keys)) => Ok(keys.iter().filter_map(|key| map.get(key).cloned()).collect()),
        (Value::Vector(items), None) => Ok(items.iter().cloned().collect()),
        (Value::List(items), None) => Ok(items.iter().cloned().collect()),
        (array, _) => pick::rows(array),
    }
}

fn number(x: &Value) -> Result<Value> {
    match (x.as_f64(), primal_of(x)) {
        (Some(x), _) => Ok(Value::float(x)),
        (None, Value::Float(_)) => Ok(x.clone()),
        (None, _) => Err(outside("a single number", x)),
    }
}

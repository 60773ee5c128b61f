//! Maps applied to values of the language: coordinates to a value, and back.

use super::Transform;
use super::coordinates::{Coordinates, joined, one, outside};
use super::event::EventMap;
use crate::dist::lifted::Lifted;
use crate::dist::region::SupportOf;
use crate::dist::structured::Block;
use crate::error::Result;
use crate::eval::collections::Map;
use crate::eval::gradient::arrays::reshape;
use crate::eval::gradient::{pick, plain, primal_of};
use crate::eval::numeric::{self, Binary};
use crate::eval::{Cx, Value, arrays};
use crate::tensor::Array;

impl Transform {
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
            Transform::Numbers(numbers) => {
                cx.charge(numbers.count())?;
                numbers.constrain(&u.next(numbers.shape.as_deref())?)
            }
            Transform::Events { map, n, batch, support } => {
                let count: usize = batch.iter().product();
                cx.charge(count * n * n)?;
                let given = u.next(Some(&[count * (map.size)(*n)]))?;
                let shape: Vec<usize> = batch.iter().copied().chain(support.shape()).collect();
                events(map, *n, count, &given, &shape)
            }
            Transform::Rows { n, each } => {
                let (values, slope) = several(std::iter::repeat_n(&**each, *n), cx, u)?;
                Ok((rows(values)?, slope))
            }
            Transform::Parts { parts, keys } => {
                let (values, slope) = several(parts.iter(), cx, u)?;
                let value = match keys {
                    None => Value::vector(values)?,
                    Some(keys) => Value::Map(Map::from_pairs(keys.iter().cloned().zip(values))?),
                };
                Ok((value, slope))
            }
            Transform::Through(through) => through.constrain(cx, u),
        })
    }

    /// Appends the coordinates of a value.
    pub(super) fn give(&self, cx: &mut Cx, x: &Value, out: &mut Vec<Value>) -> Result<()> {
        cx.step()?;
        cx.with_stack(|cx| match self {
            Transform::Numbers(numbers) => {
                cx.charge(numbers.count())?;
                let x = if numbers.shape.is_none() { number(x)? } else { x.clone() };
                out.push(numbers.unconstrain(&x)?);
                Ok(())
            }
            Transform::Events { map, n, batch, support } => {
                let count: usize = batch.iter().product();
                cx.charge(count * n * n)?;
                coordinates_of(map, *n, count, support, x, out)
            }
            Transform::Rows { n, each } => given(std::iter::repeat_n(&**each, *n), cx, &values(x, None)?, out),
            Transform::Parts { parts, keys } => given(parts.iter(), cx, &values(x, keys.as_deref())?, out),
            Transform::Through(through) => through.unconstrain(cx, x, out),
        })
    }
}

/// Values of several maps in order, with the sum of the logarithms.
fn several<'a>(
    parts: impl Iterator<Item = &'a Transform>,
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
    parts: impl Iterator<Item = &'a Transform>,
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

fn lifted(x: &Value) -> Result<Vec<Lifted>> {
    Ok(pick::rows(x)?.into_iter().map(|x| Lifted(Ok(x))).collect())
}

/// Events from a vector of coordinates, as an array.
fn events(map: &EventMap, n: usize, count: usize, u: &Value, shape: &[usize]) -> Result<(Value, Value)> {
    let size = (map.size)(n);
    let part = |i: usize| i * size..(i + 1) * size;
    if let Value::Array(array) = u {
        let u = array.to_f64().map_err(arrays::raise)?;
        let (mut items, mut sum) = (Vec::new(), 0.0);
        for i in 0..count {
            let (x, slope) = (map.constrain)(n, &u[part(i)]);
            items.extend(x);
            sum += slope;
        }
        return Ok((arrays::wrap(Array::from_f64(items, shape))?, Value::float(sum)));
    }
    let u = lifted(u)?;
    let (mut items, mut sum) = (Vec::new(), Value::float(0.0));
    for i in 0..count {
        let (x, slope) = (map.constrain_lifted)(n, &u[part(i)]);
        items.extend(x.into_iter().map(|x| x.0).collect::<Result<Vec<_>>>()?);
        sum = numeric::binary(Binary::Add, &sum, &slope.0?)?;
    }
    Ok((joined(&items, shape)?, sum))
}

/// Appends the coordinates of the events in an array.
fn coordinates_of(
    map: &EventMap,
    n: usize,
    count: usize,
    support: &SupportOf,
    x: &Value,
    out: &mut Vec<Value>,
) -> Result<()> {
    let (rows, cols) = support.size();
    let part = |i: usize| i * rows * cols..(i + 1) * rows * cols;
    let Value::Array(at) = plain(x)? else { return Err(outside(&support.describe(), x)) };
    let at = at.to_f64().map_err(arrays::raise)?;
    for i in 0..count {
        if !support.admits(&Block { items: &at[part(i)], rows, cols }) {
            return Err(outside(&support.describe(), x));
        }
    }
    if let Value::Array(_) = x {
        let u = (0..count).flat_map(|i| (map.unconstrain)(n, &at[part(i)])).collect();
        out.push(arrays::wrap(Array::from_f64(u, &[count * (map.size)(n)]))?);
        return Ok(());
    }
    let x = lifted(&reshape(x, &[at.len()])?)?;
    for i in 0..count {
        for u in (map.unconstrain_lifted)(n, &x[part(i)]) {
            out.push(u.0?);
        }
    }
    Ok(())
}

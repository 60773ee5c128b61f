//! Sums, broadcasting and shapes of numbers, arrays and variables: each one's adjoint is another of them.

use super::innermost;
use super::kind::Kind;
use super::tape::Origin;
use crate::error::Result;
use crate::eval::arrays::{operand, scalar_value, wrap};
use crate::eval::cx::Cx;
use crate::eval::numeric;
use crate::eval::value::Value;
use crate::tensor::ops::{self, Reduction};

/// An operation of several inputs with a rule of its own: `forward` computes one level down, `rule` gives for the
/// cotangent of the result those of the inputs. Constants among them get none.
pub fn ruled(
    inputs: &[Value],
    forward: impl Fn(&[Value]) -> Result<Value>,
    rule: impl Fn(&mut Cx, &Value) -> Result<Vec<Value>> + Send + Sync + 'static,
) -> Result<Value> {
    let Some(tape) = innermost(inputs).cloned() else { return forward(inputs) };
    let parts: Vec<Value> = inputs.iter().map(|value| tape.below(value)).collect();
    let value = forward(&parts)?;
    let places: Vec<Option<u32>> = inputs.iter().map(|value| tape.index_of(value)).collect();
    let indices = places.iter().copied().flatten().collect();
    let chosen = move |cx: &mut Cx, cotangent: &Value| {
        let parts = rule(cx, cotangent)?.into_iter().zip(&places);
        Ok(parts.filter_map(|(part, place)| place.map(|_| part)).collect())
    };
    tape.push(value, Origin::Rule(indices, Box::new(chosen)))
}

/// A linear operation of one input, with its adjoint.
pub fn linear(
    x: &Value,
    forward: impl Fn(&Value) -> Result<Value>,
    adjoint: impl Fn(&Value) -> Result<Value> + Send + Sync + 'static,
) -> Result<Value> {
    ruled(std::slice::from_ref(x), |parts| forward(&parts[0]), move |_, cotangent| Ok(vec![adjoint(cotangent)?]))
}

fn shape_of(x: &Value) -> Result<Vec<usize>> {
    Ok(Kind::of(x)?.shape().to_vec())
}

/// The elements in row order in another shape.
pub fn reshape(x: &Value, shape: &[usize]) -> Result<Value> {
    let Value::Var(_) = x else {
        let sizes: Vec<i64> = shape.iter().map(|&n| n as i64).collect();
        return wrap(ops::reshape(&operand("reshape", x, 0)?, &sizes));
    };
    let kind = Kind::of(x)?;
    linear(x, |x| reshape(x, shape), move |cotangent| sum_to(&reshape(cotangent, kind.shape())?, &kind))
}

/// Repeated to a shape.
pub fn broadcast_to(x: &Value, shape: &[usize]) -> Result<Value> {
    let Value::Var(_) = x else { return wrap(ops::broadcast_to(&operand("broadcast-to", x, 0)?, shape)) };
    let kind = Kind::of(x)?;
    linear(x, |x| broadcast_to(x, shape), move |cotangent| sum_to(cotangent, &kind))
}

/// The sum of all elements, as a number.
pub fn sum(x: &Value) -> Result<Value> {
    let Value::Var(_) = x else { return numeric::sum(x) };
    let kind = Kind::of(x)?;
    linear(x, numeric::sum, move |cotangent| match &kind {
        Kind::Number => Ok(cotangent.clone()),
        Kind::Array(shape, _) => broadcast_to(cotangent, shape),
    })
}

/// The sum over one axis.
pub fn sum_axis(x: &Value, axis: usize) -> Result<Value> {
    let Value::Var(_) = x else {
        return wrap(ops::reduce(Reduction::Sum, &operand("sum", x, 0)?, Some(axis as i64)));
    };
    let shape = shape_of(x)?;
    linear(
        x,
        |x| sum_axis(x, axis),
        move |cotangent| {
            let mut kept = shape.clone();
            kept[axis] = 1;
            broadcast_to(&reshape(cotangent, &kept)?, &shape)
        },
    )
}

/// An array without axes as a number.
fn as_number(x: &Value) -> Result<Value> {
    match x {
        Value::Array(a) => scalar_value((**a).clone()),
        Value::Var(_) => linear(x, as_number, |cotangent| broadcast_to(cotangent, &[])),
        number => Ok(number.clone()),
    }
}

/// Summed along the axes that broadcasting has added or repeated, to what a tape knows of an input.
pub fn sum_to(x: &Value, kind: &Kind) -> Result<Value> {
    let found = Kind::of(x)?;
    match (kind, &found) {
        (Kind::Number, Kind::Number) => return Ok(x.clone()),
        (Kind::Number, Kind::Array(shape, _)) => return if shape.is_empty() { as_number(x) } else { sum(x) },
        (Kind::Array(..), Kind::Array(shape, _)) if **shape == *kind.shape() => return Ok(x.clone()),
        _ => {}
    }
    let target = kind.shape();
    let mut x = x.clone();
    let mut shape = found.shape().to_vec();
    while shape.len() > target.len() {
        x = sum_axis(&x, 0)?;
        shape.remove(0);
    }
    for axis in 0..shape.len() {
        if target[axis + target.len() - shape.len()] == 1 && shape[axis] != 1 {
            x = sum_axis(&x, axis)?;
            shape[axis] = 1;
            x = reshape(&x, &shape)?;
        }
    }
    // A cotangent may be given smaller than what it belongs to.
    if shape == target { Ok(x) } else { broadcast_to(&x, target) }
}

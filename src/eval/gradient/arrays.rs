//! Sums, broadcasting and shapes of numbers, arrays and variables: each one's adjoint is another of them.

use super::kind::VarKind;
use super::ruled::linear;
use crate::error::Result;
use crate::eval::arrays::{operand, scalar_value, wrap};
use crate::eval::numeric;
use crate::eval::value::Value;
use crate::tensor::ops::{self, Reduction, Scan};

pub fn shape_of(x: &Value) -> Result<Vec<usize>> {
    Ok(VarKind::of(x)?.shape().to_vec())
}

/// The elements in row order in another shape.
pub fn reshape(x: &Value, shape: &[usize]) -> Result<Value> {
    let Value::Var(_) = x else {
        let sizes: Vec<i64> = shape.iter().map(|&n| n as i64).collect();
        return wrap(ops::reshape(&operand("reshape", x, 0)?, &sizes));
    };
    let kind = VarKind::of(x)?;
    linear(x, |x| reshape(x, shape), move |cotangent| sum_to(&reshape(cotangent, kind.shape())?, &kind))
}

/// Repeated to a shape.
pub fn broadcast_to(x: &Value, shape: &[usize]) -> Result<Value> {
    let Value::Var(_) = x else { return wrap(ops::broadcast_to(&operand("broadcast-to", x, 0)?, shape)) };
    let kind = VarKind::of(x)?;
    linear(x, |x| broadcast_to(x, shape), move |cotangent| sum_to(cotangent, &kind))
}

/// The last two axes exchanged.
pub fn transposed(x: &Value) -> Result<Value> {
    let Value::Var(_) = x else {
        let array = operand("transpose", x, 0)?;
        let mut order: Vec<usize> = (0..array.ndim()).collect();
        if let [.., i, j] = &mut order[..] {
            std::mem::swap(i, j);
        }
        return wrap(ops::transpose(&array, Some(&order)));
    };
    linear(x, transposed, transposed)
}

/// In reverse order along an axis.
pub fn flip(x: &Value, axis: usize) -> Result<Value> {
    let Value::Var(_) = x else { return wrap(ops::flip(&operand("flip-axis", x, 0)?, axis as i64)) };
    linear(x, |x| flip(x, axis), move |cotangent| flip(cotangent, axis))
}

/// The running sums along an axis.
pub fn cumsum(x: &Value, axis: usize) -> Result<Value> {
    let Value::Var(_) = x else { return wrap(ops::scan(Scan::Cumsum, &operand("cumsum", x, 0)?, Some(axis as i64))) };
    // Every element is in its own sum and those after it.
    let adjoint = move |cotangent: &Value| flip(&cumsum(&flip(cotangent, axis)?, axis)?, axis);
    linear(x, |x| cumsum(x, axis), adjoint)
}

/// The sum of all elements, as a number.
pub fn sum(x: &Value) -> Result<Value> {
    let Value::Var(_) = x else { return numeric::sum(x) };
    let kind = VarKind::of(x)?;
    linear(x, numeric::sum, move |cotangent| match &kind {
        VarKind::Number | VarKind::Lanes(_) => Ok(cotangent.clone()),
        VarKind::Array(shape, _) => broadcast_to(cotangent, shape),
    })
}

/// The sum over one axis.
pub fn sum_axis(x: &Value, axis: usize) -> Result<Value> {
    let Value::Var(_) = x else {
        return wrap(ops::reduce(Reduction::Sum, &operand("sum", x, 0)?, Some(axis as i64)));
    };
    let shape = shape_of(x)?;
    linear(x, |x| sum_axis(x, axis), move |cotangent| expanded(cotangent, &shape, axis))
}

/// A result of reducing an axis, repeated along it to the shape before.
pub fn expanded(x: &Value, shape: &[usize], axis: usize) -> Result<Value> {
    let mut kept = shape.to_vec();
    kept[axis] = 1;
    broadcast_to(&reshape(x, &kept)?, shape)
}

/// An array without axes as a number; other values stay.
pub fn as_number(x: &Value) -> Result<Value> {
    match (x, VarKind::of(x)?) {
        (Value::Var(_), VarKind::Array(shape, _)) if shape.is_empty() => {
            linear(x, as_number, |cotangent| broadcast_to(cotangent, &[]))
        }
        (Value::Array(a), _) => scalar_value((**a).clone()),
        _ => Ok(x.clone()),
    }
}

/// Summed along the axes that broadcasting has added or repeated, to what a tape knows of an input.
pub fn sum_to(x: &Value, kind: &VarKind) -> Result<Value> {
    let found = VarKind::of(x)?;
    match (kind, &found) {
        (VarKind::Number, VarKind::Number) => return Ok(x.clone()),
        (VarKind::Lanes(group), _) => return super::lanes::fit(x, group),
        (_, VarKind::Lanes(_)) => return Err(super::no_gradient("a number that all lanes share")),
        (VarKind::Number, VarKind::Array(shape, _)) => return if shape.is_empty() { as_number(x) } else { sum(x) },
        (VarKind::Array(..), VarKind::Array(shape, _)) if **shape == *kind.shape() => return Ok(x.clone()),
        _ => {}
    }
    let target = kind.shape();
    let mut x = x.clone();
    let mut shape = found.shape().to_vec();
    while shape.len() > target.len() {
        x = sum_axis(&x, 0)?;
        shape.remove(0);
    }
    let ahead = target.len() - shape.len();
    for axis in 0..shape.len() {
        if target[axis + ahead] == 1 && shape[axis] != 1 {
            x = sum_axis(&x, axis)?;
            shape[axis] = 1;
            x = reshape(&x, &shape)?;
        }
    }
    // A cotangent may be given smaller than what it belongs to.
    if shape == target { Ok(x) } else { broadcast_to(&x, target) }
}

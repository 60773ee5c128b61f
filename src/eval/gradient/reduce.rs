//! Reductions and running products of variables.

use super::arrays::{as_number, cumsum, expanded, flip, reshape, shape_of, sum_axis};
use super::pick::{array_in, pick, positions};
use super::ruled::ruled1;
use crate::error::Result;
use crate::eval::arrays::{operand, wrap};
use crate::eval::numeric::{self, Binary, Unary};
use crate::eval::value::Value;
use crate::tensor::ops::{self, Reduction, Scan};

fn mul(a: &Value, b: &Value) -> Result<Value> {
    numeric::binary(Binary::Mul, a, b)
}

/// A reduction of one axis, or of all elements without one; `ddof` is subtracted from the count of `var` and `std`.
pub fn reduce(op: Reduction, x: &Value, axis: Option<i64>, ddof: f64) -> Result<Value> {
    // What is wrong with the axis or the size is reported as for plain arrays.
    let plain = array_in(op.name(), x)?;
    ops::reduce(op, &plain, axis)?;
    let Some(axis) = axis else {
        let flat = reshape(x, &[plain.len()])?;
        return as_number(&along(op, &flat, 0, ddof)?);
    };
    as_number(&along(op, x, place(axis, plain.ndim()), ddof)?)
}

/// An axis that was checked, counted from the first.
pub fn place(axis: i64, ndim: usize) -> usize {
    (if axis < 0 { axis + ndim as i64 } else { axis }) as usize
}

fn along(op: Reduction, x: &Value, axis: usize, ddof: f64) -> Result<Value> {
    match op {
        Reduction::Sum => sum_axis(x, axis),
        Reduction::Prod => prod(x, axis),
        Reduction::Mean => mean(x, axis, 0.0),
        Reduction::Var => variance(x, axis, ddof),
        Reduction::Std => numeric::unary(Unary::Sqrt, &variance(x, axis, ddof)?),
        Reduction::Max => extreme(Reduction::Argmax, x, axis),
        Reduction::Min => extreme(Reduction::Argmin, x, axis),
        Reduction::LogSumExp => log_sum_exp(x, axis),
        Reduction::Argmax | Reduction::Argmin | Reduction::Any | Reduction::All => Err(super::no_gradient(op.name())),
    }
}

/// The sum divided by the count less `ddof`.
fn mean(x: &Value, axis: usize, ddof: f64) -> Result<Value> {
    let n = shape_of(x)?[axis] as f64 - ddof;
    numeric::binary(Binary::Div, &sum_axis(x, axis)?, &Value::float(n))
}

fn variance(x: &Value, axis: usize, ddof: f64) -> Result<Value> {
    let centre = expanded(&mean(x, axis, 0.0)?, &shape_of(x)?, axis)?;
    mean(&numeric::unary(Unary::Square, &numeric::binary(Binary::Sub, x, &centre)?)?, axis, ddof)
}

/// The slope of a product is the product of the others: of those before and of those after, right at zeros too.
fn prod(x: &Value, axis: usize) -> Result<Value> {
    let forward = |x: &Value| match x {
        Value::Var(_) => prod(x, axis),
        plain => wrap(ops::reduce(Reduction::Prod, &operand("prod", plain, 0)?, Some(axis as i64))),
    };
    ruled1(x, forward, move |flow| {
        let x = &flow.inputs[0];
        let before = shifted(&cumprod(x, axis)?, axis, 1)?;
        let after = flip(&shifted(&cumprod(&flip(x, axis)?, axis)?, axis, 1)?, axis)?;
        mul(&expanded(flow.cotangent, &shape_of(x)?, axis)?, &mul(&before, &after)?)
    })
}

/// The running products along an axis, by doubling the reach of each (Hillis and Steele 1986).
pub fn cumprod(x: &Value, axis: usize) -> Result<Value> {
    let Value::Var(_) = x else { return wrap(ops::scan(Scan::Cumprod, &operand("cumprod", x, 0)?, Some(axis as i64))) };
    let n = shape_of(x)?[axis];
    let mut product = x.clone();
    let mut reach = 1;
    while reach < n {
        product = mul(&product, &shifted(&product, axis, reach)?)?;
        reach *= 2;
    }
    Ok(product)
}

/// Moved along an axis by some places, with ones where nothing comes from.
fn shifted(x: &Value, axis: usize, by: usize) -> Result<Value> {
    let shape = shape_of(x)?;
    let n = shape[axis];
    let inner: usize = shape[axis + 1..].iter().product();
    let len: usize = shape.iter().product();
    let stays = |i: usize| (i / inner.max(1)) % n.max(1) >= by;
    let places: Vec<i64> = (0..len).map(|i| if stays(i) { (i - by * inner) as i64 + 1 } else { 0 }).collect();
    let ones = (0..len).map(|i| if stays(i) { 0.0 } else { 1.0 }).collect();
    let ones = wrap(crate::tensor::Array::from_f64(ones, &shape))?;
    numeric::binary(Binary::Add, &pick(x, &places.into(), Some(&shape))?, &ones)
}

/// The first of the largest (or smallest) elements.
fn extreme(position: Reduction, x: &Value, axis: usize) -> Result<Value> {
    let plain = array_in("max", x)?;
    let shape = plain.shape();
    let best = ops::reduce(position, &plain, Some(axis as i64)).and_then(|a| a.to_i64())?;
    let inner: usize = shape[axis + 1..].iter().product();
    let place =
        |(i, at): (usize, &i64)| ((i / inner * shape[axis]) as i64 + at) * inner as i64 + (i % inner) as i64 + 1;
    let places: Vec<i64> = best.iter().enumerate().map(place).collect();
    let mut rest = shape.to_vec();
    rest.remove(axis);
    pick(x, &places.into(), Some(&rest))
}

fn log_sum_exp(x: &Value, axis: usize) -> Result<Value> {
    let forward = |x: &Value| match x {
        Value::Var(_) => log_sum_exp(x, axis),
        plain => wrap(ops::reduce(Reduction::LogSumExp, &operand("logsumexp", plain, 0)?, Some(axis as i64))),
    };
    ruled1(x, forward, move |flow| {
        let x = &flow.inputs[0];
        mul(&expanded(flow.cotangent, &shape_of(x)?, axis)?, &softmax(x, axis)?)
    })
}

/// Exponentials divided by their sum.
fn softmax(x: &Value, axis: usize) -> Result<Value> {
    let forward = |x: &Value| match x {
        Value::Var(_) => softmax(x, axis),
        plain => wrap(ops::scan(Scan::Softmax, &operand("softmax", plain, 0)?, Some(axis as i64))),
    };
    ruled1(x, forward, move |flow| {
        let weighted = mul(flow.cotangent, flow.output)?;
        let total = expanded(&sum_axis(&weighted, axis)?, &shape_of(flow.output)?, axis)?;
        mul(flow.output, &numeric::binary(Binary::Sub, flow.cotangent, &total)?)
    })
}

/// An operation along an axis that keeps the shape; over all elements without one.
pub fn scan(op: Scan, x: &Value, axis: Option<i64>) -> Result<Value> {
    let plain = array_in(op.name(), x)?;
    ops::scan(op, &plain, axis)?;
    let Some(axis) = axis else {
        let flat = reshape(x, &[plain.len()])?;
        return reshape(&scan(op, &flat, Some(0))?, plain.shape());
    };
    let on = place(axis, plain.ndim());
    match op {
        Scan::Cumsum => cumsum(x, on),
        Scan::Cumprod => cumprod(x, on),
        Scan::Softmax => softmax(x, on),
        Scan::Argsort => Err(super::no_gradient(op.name())),
        Scan::Sort => {
            let order = ops::scan(Scan::Argsort, &plain, Some(axis))?;
            let places = ops::take_along_axis(&positions(0, plain.shape())?, &order, axis);
            pick(x, &places.and_then(|p| p.to_i64())?.into(), Some(plain.shape()))
        }
    }
}

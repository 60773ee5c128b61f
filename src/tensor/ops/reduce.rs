//! Reductions of an axis, or of all elements.
use super::{operations, unary};
use crate::error::{Error, Result};
use crate::tensor::mlx_rs::{Array as Mlx, ops, ops::indexing};
use crate::tensor::{Array, DType, host, mlx, shape};

/// What a reduction of nothing gives, and of which dtypes it takes and makes.
struct ReduceRow {
    empty: Option<f64>,
    dtypes: Dtypes,
    reducer: Reducer,
}

#[derive(PartialEq)]
enum Dtypes {
    /// Numbers to their own type.
    Number,
    /// Numbers to floats.
    Float,
    /// Numbers to positions.
    Position,
    /// Booleans to booleans.
    Logic,
}

type ReduceOnMlx = fn(&Mlx, i32) -> Result<Mlx>;

enum Reducer {
    /// Reduces one axis of floats (or booleans) on MLX.
    Mlx(ReduceOnMlx),
    /// As `Mlx`, integers on the host, checked.
    Fold(ReduceOnMlx),
}
use Dtypes::{Float, Logic, Number, Position};
use Reducer::{Fold, Mlx as Plain};

const fn row(empty: Option<f64>, dtypes: Dtypes, reducer: Reducer) -> ReduceRow {
    ReduceRow { empty, dtypes, reducer }
}

operations! {
    /// The reductions.
    Reduction, ReduceRow;
    Sum "sum" row(Some(0.0), Number, Fold(|a, axis| Ok(a.sum_axis(axis, false)?)));
    Prod "prod" row(Some(1.0), Number, Fold(|a, axis| Ok(a.prod_axis(axis, false)?)));
    Mean "mean" row(Some(f64::NAN), Float, Plain(|a, axis| mean(a, axis, false)));
    Var "var" row(Some(f64::NAN), Float, Plain(variance));
    Std "std" row(Some(f64::NAN), Float, Plain(|a, axis| Ok(variance(a, axis)?.sqrt()?)));
    Max "max" row(None, Number, Plain(|a, axis| Ok(a.max_axis(axis, false)?)));
    Min "min" row(None, Number, Plain(|a, axis| Ok(a.min_axis(axis, false)?)));
    Argmax "argmax" row(None, Position, Plain(|a, axis| nan_or(a, axis, indexing::argmax_axis(a, axis, false)?)));
    Argmin "argmin" row(None, Position, Plain(|a, axis| nan_or(a, axis, indexing::argmin_axis(a, axis, false)?)));
    Any "any" row(Some(0.0), Logic, Plain(|a, axis| Ok(a.any_axis(axis, false)?)));
    All "all" row(Some(1.0), Logic, Plain(|a, axis| Ok(a.all_axis(axis, false)?)));
    LogSumExp "logsumexp" row(Some(f64::NEG_INFINITY), Float, Plain(log_sum_exp));
}

/// Reduces `axis` (negative: from the end), or all elements to a scalar if there is none.
///
/// `sum prod max min` keep the dtype (booleans count as integers), `mean var std logsumexp` give
/// floats, `argmax argmin` the int64 position (the first of equals; in the flattened array without an
/// axis), `any all` take and give bool. `var` and `std` divide by n. Errors: `gen::index` for the axis,
/// `gen::shape` for the extremes of no elements, `gen::dtype`; when computed, `gen::overflow`.
pub fn reduce(op: Reduction, a: &Array, axis: Option<i64>) -> Result<Array> {
    let dims = a.shape();
    let axis = axis.map(|axis| shape::axis(op.name(), axis, a.ndim())).transpose()?;
    let (parts, shape) = match axis {
        Some(axis) => (shape::split(dims, axis), shape::without(dims, axis)),
        None => ((1, a.len(), 1), Vec::new()),
    };
    let row = op.row();
    let (work, result) = dtypes(op, &row.dtypes, a)?;
    if parts.1 == 0 {
        let message = || format!("{} of no elements: the array has shape {dims:?}", op.name());
        return Array::full(&shape, row.empty.ok_or_else(|| Error::shape(message()))?, result);
    }
    let out = shape::dims(&shape);
    let on_host = move |data: &[&_]| host::reduce::reduce(op, data[0], parts);
    Array::operation(&[a], &shape, result, on_host, move |inputs| {
        let a = mlx::as_dtype(inputs[0], work)?;
        let (line, on) = match axis {
            Some(axis) => (a.clone(), axis),
            None => (a.reshape(&[-1])?, 0),
        };
        match op.row().reducer {
            Fold(_) if work == DType::Int64 => mlx::by_host(&[&a], &out, on_host),
            Fold(on_mlx) | Plain(on_mlx) => on_mlx(&line, shape::dim(on)),
        }
    })
}

/// The dtypes to compute in and to return.
fn dtypes(op: Reduction, rule: &Dtypes, a: &Array) -> Result<(DType, DType)> {
    let dtype = a.dtype();
    Ok(match rule {
        Number => (dtype.number(), dtype.number()),
        Float => (dtype.float(), dtype.float()),
        Position => (dtype.number(), DType::Int64),
        Logic if dtype == DType::Bool => (dtype, dtype),
        Logic => {
            let message = format!("{} of a {dtype} array of shape {:?}", op.name(), a.shape());
            return Err(Error::dtype(message).help("it takes a bool array, such as a comparison makes"));
        }
    })
}

/// The sum divided by the number of elements (MLX multiplies by the rounded reciprocal).
fn mean(a: &Mlx, axis: i32, keep: bool) -> Result<Mlx> {
    let count = mlx::constant_like(a, f64::from(a.dim(axis)));
    Ok(a.sum_axis(axis, keep)?.divide(count)?)
}

fn variance(a: &Mlx, axis: i32) -> Result<Mlx> {
    mean(&a.subtract(mean(a, axis, true)?)?.square()?, axis, false)
}

/// The position of the first NaN where there is one, else the other.
fn nan_or(a: &Mlx, axis: i32, other: Mlx) -> Result<Mlx> {
    let nan = a.ne(a)?;
    let first = indexing::argmax_axis(nan.as_type::<i32>()?, axis, false)?;
    Ok(ops::select(nan.any_axis(axis, false)?, &first, &other)?)
}

/// log Σ exp(x - m) + m with m the largest element, or 0 if that is infinite: then either the sum is
/// that, or all are -∞.
fn log_sum_exp(a: &Mlx, axis: i32) -> Result<Mlx> {
    let largest = a.max_axis(axis, true)?;
    let zero = mlx::constant_like(a, 0.0);
    let largest = ops::select(largest.is_inf()?, zero, &largest)?;
    let terms = unary::of_floats(unary::UnaryOp::Exp, &a.subtract(&largest)?)?;
    Ok(terms.sum_axis(axis, true)?.log()?.add(largest)?.squeeze_axes(&[axis])?)
}

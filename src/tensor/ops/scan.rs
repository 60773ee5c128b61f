//! Operations along an axis that keep its length: running sums, sorting, softmax.
use super::{operations, unary};
use crate::error::Result;
use crate::tensor::mlx_rs::{Array as Mlx, ops};
use crate::tensor::{Array, DType, host, mlx, shape};

type ScanOnMlx = fn(&Mlx, i32) -> Result<Mlx>;

enum ScanRow {
    /// Numbers; integers on the host, checked.
    Running(ScanOnMlx),
    /// Numbers to their own type.
    Number(ScanOnMlx),
    /// Numbers to int64 positions.
    Position(ScanOnMlx),
    /// Floats.
    Float(ScanOnMlx),
}
use ScanRow::{Float, Number, Position, Running};

operations! {
    /// The operations along an axis.
    Scan, ScanRow;
    Cumsum "cumsum" Running(|a, axis| Ok(ops::cumsum(a, axis, None, None)?));
    Cumprod "cumprod" Running(|a, axis| Ok(ops::cumprod(a, axis, None, None)?));
    Sort "sort" Number(|a, axis| Ok(ops::sort_axis(a, axis)?));
    Argsort "argsort" Position(|a, axis| Ok(ops::argsort_axis(a, axis)?));
    Softmax "softmax" Float(softmax);
}

/// Applies `op` along `axis` (negative: from the end), or over all elements in row-major order if there
/// is none; the shape stays. NaN sorts last. Booleans count as integers.
///
/// Errors: `gen::index` for the axis; when computed, `gen::overflow`.
pub fn scan(op: Scan, a: &Array, axis: Option<i64>) -> Result<Array> {
    let dims = shape::dims(a.shape());
    let axis = axis.map(|axis| shape::axis(op.name(), axis, a.ndim())).transpose()?;
    let parts = axis.map_or((1, a.len(), 1), |axis| shape::split(a.shape(), axis));
    let (work, result) = match op.row() {
        Running(_) | Number(_) => (a.dtype().number(), a.dtype().number()),
        Position(_) => (a.dtype().number(), DType::Int64),
        Float(_) => (a.dtype().float(), a.dtype().float()),
    };
    if (op, a.dtype()) == (Scan::Sort, DType::Bool) {
        return scan(op, &a.cast(DType::Int64)?, axis.map(|axis| axis as i64))?.cast(DType::Bool);
    }
    let on_host = move |data: &[&_]| host::scan::scan(op, data[0], parts);
    Array::operation(&[a], a.shape(), result, on_host, move |inputs| {
        let a = mlx::as_dtype(inputs[0], work)?;
        if let (Running(_), DType::Int64) = (op.row(), work) {
            return mlx::by_host(&[&a], &dims, on_host);
        }
        let (a, on) = match axis {
            Some(axis) => (a, axis),
            None => (a.reshape(&[-1])?, 0),
        };
        let (Running(on_mlx) | Number(on_mlx) | Position(on_mlx) | Float(on_mlx)) = op.row();
        Ok(on_mlx(&a, shape::dim(on))?.reshape(&dims)?)
    })
}

/// exp(x - m) / Σ exp(x - m) with m the largest element. MLX's own has single precision.
fn softmax(a: &Mlx, axis: i32) -> Result<Mlx> {
    let terms = unary::of_floats(unary::UnaryOp::Exp, &a.subtract(a.max_axis(axis, true)?)?)?;
    Ok(terms.divide(terms.sum_axis(axis, true)?)?)
}

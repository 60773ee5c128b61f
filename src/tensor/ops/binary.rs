//! Elementwise operations of two arrays, with NumPy's broadcasting.
use super::operations;
use crate::error::{Error, Result, Stop};
use crate::tensor::mlx_rs::{self, Array as Mlx, ops};
use crate::tensor::{Array, DType, host::elementwise, mlx, shape};
use BinaryRow::{Arithmetic, Compare, Float, Host, Logic};

type BinaryOnMlx = fn(&Mlx, &Mlx) -> mlx_rs::error::Result<Mlx>;

/// How MLX evaluates an operation.
enum BinaryRow {
    /// Two integers give one, checked, on the host: MLX wraps around and dies of a zero divisor. Floats go to MLX.
    Arithmetic(BinaryOnMlx),
    /// Floats, on MLX.
    Float(BinaryOnMlx),
    /// Floats, on the host.
    Host,
    /// Numbers or booleans to booleans.
    Compare(BinaryOnMlx),
    /// Booleans to booleans.
    Logic(BinaryOnMlx),
}

operations! {
    /// The elementwise operations of two arrays.
    BinaryOp, BinaryRow;
    Add "add" Arithmetic(|a, b| a.add(b));
    Sub "sub" Arithmetic(|a, b| a.subtract(b));
    Mul "mul" Arithmetic(|a, b| a.multiply(b));
    Div "div" Float(|a, b| a.divide(b));
    Pow "pow" Arithmetic(|a, b| a.power(b));
    Max "max" Arithmetic(|a, b| ops::maximum(a, b));
    Min "min" Arithmetic(|a, b| ops::minimum(a, b));
    Rem "rem" Arithmetic(rem); // the sign of the dividend
    Mod "mod" Arithmetic(|a, b| a.remainder(b)); // the sign of the divisor
    FloorDiv "floor-div" Arithmetic(|a, b| a.divide(b)?.floor());
    Atan2 "atan2" Float(|a, b| ops::atan2(a, b));
    Xlogy "xlogy" Host;
    Lbeta "lbeta" Host;
    Deviance "deviance" Host;
    LogNormalMass "log-normal-mass" Host;
    Lt "lt" Compare(|a, b| a.lt(b));
    Le "le" Compare(|a, b| a.le(b));
    Gt "gt" Compare(|a, b| a.gt(b));
    Ge "ge" Compare(|a, b| a.ge(b));
    Eq "eq" Compare(|a, b| a.eq(b));
    Ne "ne" Compare(|a, b| a.ne(b));
    And "and" Logic(|a, b| a.logical_and(b));
    Or "or" Logic(|a, b| a.logical_or(b));
}

/// Applies `op` to every pair of elements of two arrays whose shapes broadcast.
///
/// The dtypes are promoted bool < int64 < float32 < float64. Integers stay integers but for `div` and
/// for `pow` with a negative exponent (which is why integer exponents are read here); comparisons and
/// logic give bool. Errors: `gen::shape`, `gen::dtype` for logic of numbers; when computed, `gen::overflow`
/// and `gen::division-by-zero` for integers.
pub fn binary(op: BinaryOp, a: &Array, b: &Array) -> Result<Array> {
    let shape = shape::broadcast(op.name(), a.shape(), b.shape())?;
    let common = a.dtype().promote(b.dtype());
    let (work, result) = match op.row() {
        Arithmetic(_) if op == BinaryOp::Pow && has_negative(b)? => (common.float(), common.float()),
        Arithmetic(_) => (common.number(), common.number()),
        Float(_) | Host => (common.float(), common.float()),
        Compare(_) => (common, DType::Bool),
        Logic(_) if common == DType::Bool => (common, common),
        Logic(_) => return Err(not_logical(op, a, b)),
    };
    let dims = shape::dims(&shape);
    let on_host = |data: &[&_]| elementwise::binary(op, (data[0], a.shape()), (data[1], b.shape()), &shape, work);
    Array::operation(&[a, b], &shape, result, on_host, move |inputs| apply(op, inputs, &dims, work))
}

/// The operation on the MLX thread, of operands converted to the dtype `work`.
fn apply(op: BinaryOp, inputs: &[&Mlx], dims: &[i32], work: DType) -> Result<Mlx> {
    let (a, b) = (mlx::as_dtype(inputs[0], work)?, mlx::as_dtype(inputs[1], work)?);
    let by_host = || {
        let (a, b) = (ops::broadcast_to(&a, dims)?, ops::broadcast_to(&b, dims)?);
        mlx::by_host(&[&a, &b], dims, |data| {
            let same = [dims.iter().map(|&n| n as usize).product()];
            elementwise::binary(op, (data[0], &same), (data[1], &same), &same, work)
        })
    };
    match op.row() {
        Arithmetic(_) if work == DType::Int64 => by_host(),
        Host => by_host(),
        Arithmetic(on_mlx) | Float(on_mlx) | Compare(on_mlx) | Logic(on_mlx) => Ok(on_mlx(&a, &b)?),
    }
}

/// Where `condition` the element of `a`, else that of `b`; all three broadcast.
///
/// Errors: `gen::shape`; `gen::dtype` if the condition is not bool.
pub fn select(condition: &Array, a: &Array, b: &Array) -> Result<Array> {
    if condition.dtype() != DType::Bool {
        let message = format!("where: the condition is a {} array of shape {:?}", condition.dtype(), condition.shape());
        return Err(Error::dtype(message).help("it takes a bool array, such as a comparison makes"));
    }
    let shape = shape::broadcast("where", a.shape(), b.shape())?;
    let shape = shape::broadcast("where", condition.shape(), &shape)?;
    let dtype = a.dtype().promote(b.dtype());
    let on_host = |data: &[&_]| {
        let [condition, a, b] = [(data[0], condition.shape()), (data[1], a.shape()), (data[2], b.shape())];
        Ok(elementwise::select(condition, a, b, &shape, dtype))
    };
    Array::operation(&[condition, a, b], &shape, dtype, on_host, move |inputs| {
        let (a, b) = (mlx::as_dtype(inputs[1], dtype)?, mlx::as_dtype(inputs[2], dtype)?);
        Ok(ops::select(inputs[0], a, b)?)
    })
}

fn has_negative(exponents: &Array) -> Result<bool> {
    Ok(exponents.dtype() == DType::Int64 && exponents.to_i64()?.iter().any(|&n| n < 0))
}

fn not_logical(op: BinaryOp, a: &Array, b: &Array) -> Stop {
    let (a, b) = ((a.dtype(), a.shape()), (b.dtype(), b.shape()));
    Error::dtype(format!("{} of a {} array of shape {:?} and a {} array of shape {:?}", op.name(), a.0, a.1, b.0, b.1))
        .help("it takes bool arrays, such as comparisons make")
}

/// By MLX's remainder, which has the sign of the divisor.
fn rem(a: &Mlx, b: &Mlx) -> mlx_rs::error::Result<Mlx> {
    let size = a.abs()?.remainder(b.abs()?)?;
    ops::select(a.lt(Mlx::from_bool(false))?, size.negative()?, &size)
}

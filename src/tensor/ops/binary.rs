//! Elementwise operations of two arrays, with NumPy's broadcasting.
use super::{int, operations};
use crate::tensor::{Array, DType, Error, Result, host, shape, special};
use Row::{Arithmetic, Compare, Float, Host, Logic};
use mlx_rs::{Array as Mlx, ops};

type OnMlx = fn(&Mlx, &Mlx) -> mlx_rs::error::Result<Mlx>;

enum Row {
    /// Two integers give one by the checked function, anything else goes to MLX as floats.
    Arithmetic(int::Checked, OnMlx),
    /// Floats, on MLX.
    Float(OnMlx),
    /// Floats, on the host.
    Host(fn(f64, f64) -> f64),
    /// Numbers or booleans to booleans.
    Compare(OnMlx),
    /// Booleans to booleans.
    Logic(OnMlx),
}

operations! {
    /// The elementwise operations of two arrays.
    BinaryOp, Row;
    Add "add" Arithmetic(i64::checked_add, |a, b| a.add(b));
    Sub "sub" Arithmetic(i64::checked_sub, |a, b| a.subtract(b));
    Mul "mul" Arithmetic(i64::checked_mul, |a, b| a.multiply(b));
    Div "div" Float(|a, b| a.divide(b));
    Pow "pow" Arithmetic(|x, n| x.checked_pow(n.try_into().ok()?), |a, b| a.power(b));
    Max "max" Arithmetic(|x, y| Some(x.max(y)), |a, b| ops::maximum(a, b));
    Min "min" Arithmetic(|x, y| Some(x.min(y)), |a, b| ops::minimum(a, b));
    Rem "rem" Arithmetic(rem_int, rem); // the sign of the dividend
    Mod "mod" Arithmetic(mod_int, |a, b| a.remainder(b)); // the sign of the divisor
    FloorDiv "floor-div" Arithmetic(floor_div_int, |a, b| a.divide(b)?.floor());
    Atan2 "atan2" Float(|a, b| ops::atan2(a, b));
    Xlogy "xlogy" Host(special::xlogy);
    Lbeta "lbeta" Host(special::lbeta);
    Deviance "deviance" Host(special::deviance);
    LogNormalMass "log-normal-mass" Host(special::log_normal_mass);
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
/// logic give bool. Errors: `gen::shape`, `gen::dtype` for logic of numbers; when read, `gen::overflow`
/// and `gen::division-by-zero` for integers.
pub fn binary(op: BinaryOp, a: &Array, b: &Array) -> Result<Array> {
    let shape = shape::broadcast(op.name(), a.shape(), b.shape())?;
    let common = a.dtype().promote(b.dtype());
    let (work, result) = match op.row() {
        Arithmetic(..) if op == BinaryOp::Pow && has_negative(b)? => (common.float(), common.float()),
        Arithmetic(..) => (common.number(), common.number()),
        Float(_) | Host(_) => (common.float(), common.float()),
        Compare(_) => (common, DType::Bool),
        Logic(_) if common == DType::Bool => (common, common),
        Logic(_) => return Err(not_logical(op, a, b)),
    };
    let dims = shape::dims(&shape);
    Array::lazy(&[a, b], &shape, result, move |inputs| {
        let a = host::as_dtype(inputs[0], work)?;
        let b = host::as_dtype(inputs[1], work)?;
        let whole = || Ok::<_, Box<Error>>((ops::broadcast_to(&a, &dims)?, ops::broadcast_to(&b, &dims)?));
        match op.row() {
            Arithmetic(on_int, _) if work == DType::Int64 => {
                let (a, b) = whole()?;
                int::zip(op.name(), &a, &b, on_int)
            }
            Host(on_host) => {
                let (a, b) = whole()?;
                host::zip(&a, &b, on_host)
            }
            Arithmetic(_, on_mlx) | Float(on_mlx) | Compare(on_mlx) | Logic(on_mlx) => Ok(on_mlx(&a, &b)?),
        }
    })
}

/// Where `condition` the element of `a`, else that of `b`; all three broadcast.
///
/// Errors: `gen::shape`; `gen::dtype` if the condition is not bool.
pub fn select(condition: &Array, a: &Array, b: &Array) -> Result<Array> {
    if condition.dtype() != DType::Bool {
        let message = format!("where: the condition is a {} array of shape {:?}", condition.dtype(), condition.shape());
        return Err(Error::dtype(message).with_help("it takes a bool array, such as a comparison makes"));
    }
    let shape = shape::broadcast("where", a.shape(), b.shape())?;
    let shape = shape::broadcast("where", condition.shape(), &shape)?;
    let dtype = a.dtype().promote(b.dtype());
    Array::lazy(&[condition, a, b], &shape, dtype, move |inputs| {
        let (a, b) = (host::as_dtype(inputs[1], dtype)?, host::as_dtype(inputs[2], dtype)?);
        Ok(ops::select(inputs[0], a, b)?)
    })
}

fn has_negative(exponents: &Array) -> Result<bool> {
    Ok(exponents.dtype() == DType::Int64 && exponents.to_i64()?.iter().any(|&n| n < 0))
}

fn not_logical(op: BinaryOp, a: &Array, b: &Array) -> Box<Error> {
    let (a, b) = ((a.dtype(), a.shape()), (b.dtype(), b.shape()));
    Error::dtype(format!("{} of a {} array of shape {:?} and a {} array of shape {:?}", op.name(), a.0, a.1, b.0, b.1))
        .with_help("it takes bool arrays, such as comparisons make")
}

/// The remainder; none for a zero divisor.
fn rem_int(x: i64, y: i64) -> Option<i64> {
    if y == -1 { Some(0) } else { x.checked_rem(y) }
}

fn mod_int(x: i64, y: i64) -> Option<i64> {
    let rest = rem_int(x, y)?;
    Some(if rest != 0 && (rest < 0) != (y < 0) { rest + y } else { rest })
}

fn floor_div_int(x: i64, y: i64) -> Option<i64> {
    let quotient = x.checked_div(y)?;
    Some(if x % y != 0 && (x < 0) != (y < 0) { quotient - 1 } else { quotient })
}

/// By MLX's remainder, which has the sign of the divisor.
fn rem(a: &Mlx, b: &Mlx) -> mlx_rs::error::Result<Mlx> {
    let size = a.abs()?.remainder(b.abs()?)?;
    ops::select(a.lt(Mlx::from_bool(false))?, size.negative()?, &size)
}

//! Elementwise operations of one array.
use super::{int, operations};
use crate::tensor::{Array, DType, Error, Result, host, special};
use Row::{Exact, Float, Host, Logic, Test, Whole};
use mlx_rs::{Array as Mlx, ops};

type OnMlx = fn(&Mlx) -> mlx_rs::error::Result<Mlx>;
type OnHost = fn(f64) -> f64;

/// How an operation is evaluated. MLX's CPU kernels compute some functions of float64 arrays with
/// single precision only; those are `Float`, and doubles go to the host.
enum Row {
    /// Integers stay integers by the checked function; floats go to MLX.
    Whole(fn(i64) -> Option<i64>, OnMlx),
    /// Floats, on MLX.
    Exact(OnMlx),
    /// Floats: single precision on MLX, double on the host.
    Float(OnMlx, OnHost),
    /// Floats, on the host.
    Host(OnHost),
    /// A question about floats.
    Test(OnMlx),
    /// Booleans to booleans.
    Logic(OnMlx),
}

operations! {
    /// The elementwise operations of one array.
    UnaryOp, Row;
    Neg "neg" Whole(i64::checked_neg, Mlx::negative);
    Abs "abs" Whole(i64::checked_abs, Mlx::abs);
    Sign "sign" Whole(|x| Some(x.signum()), sign);
    Square "square" Whole(|x| x.checked_mul(x), Mlx::square);
    Floor "floor" Whole(Some, Mlx::floor);
    Ceil "ceil" Whole(Some, |x| ops::ceil(x));
    Round "round" Whole(Some, |x| x.round(0)); // half to even
    Exp "exp" Float(Mlx::exp, f64::exp);
    Expm1 "expm1" Exact(|x| ops::expm1(x));
    Log "log" Exact(Mlx::log);
    Log1p "log1p" Exact(Mlx::log1p);
    Log2 "log2" Exact(Mlx::log2);
    Log10 "log10" Exact(Mlx::log10);
    Sqrt "sqrt" Exact(Mlx::sqrt);
    Sin "sin" Float(Mlx::sin, f64::sin);
    Cos "cos" Float(Mlx::cos, f64::cos);
    Tan "tan" Exact(|x| ops::tan(x));
    Asin "asin" Exact(|x| ops::asin(x));
    Acos "acos" Exact(|x| ops::acos(x));
    Atan "atan" Exact(|x| ops::atan(x));
    Sinh "sinh" Exact(|x| ops::sinh(x));
    Cosh "cosh" Exact(|x| ops::cosh(x));
    Tanh "tanh" Exact(|x| ops::tanh(x));
    Asinh "asinh" Exact(|x| ops::asinh(x));
    Acosh "acosh" Exact(|x| ops::acosh(x));
    Atanh "atanh" Exact(|x| ops::atanh(x));
    Sigmoid "sigmoid" Float(|x| ops::sigmoid(x), special::sigmoid);
    Logit "logit" Host(special::logit);
    Softplus "softplus" Float(|x| ops::logaddexp(x, Mlx::from_f32(0.0)), special::softplus);
    Erf "erf" Host(special::erf);
    Erfc "erfc" Host(special::erfc);
    Erfinv "erfinv" Host(special::erfinv);
    NormalCdf "normal-cdf" Host(special::normal_cdf);
    NormalIcdf "normal-icdf" Host(special::normal_icdf);
    Lgamma "lgamma" Host(special::lgamma);
    Digamma "digamma" Host(special::digamma);
    Trigamma "trigamma" Host(special::trigamma);
    IsNan "isnan" Test(Mlx::is_nan);
    IsInf "isinf" Test(Mlx::is_inf);
    IsFinite "isfinite" Test(Mlx::is_finite);
    Not "not" Logic(Mlx::logical_not);
}

/// Applies `op` to every element; the shape stays.
///
/// Integers stay integers for `neg abs sign square floor ceil round` and become float64 for what has
/// fractions; booleans count as integers. Errors: `gen::dtype` for `not` of numbers; when read,
/// `gen::overflow`.
pub fn unary(op: UnaryOp, a: &Array) -> Result<Array> {
    let dtype = match op.row() {
        Whole(..) => a.dtype().number(),
        Exact(_) | Float(..) | Host(_) => a.dtype().float(),
        Test(_) => DType::Bool,
        Logic(_) if a.dtype() == DType::Bool => DType::Bool,
        Logic(_) => {
            let error = Error::dtype(format!("{} of a {} array of shape {:?}", op.name(), a.dtype(), a.shape()));
            return Err(error.with_help("it takes a bool array, such as a comparison makes"));
        }
    };
    Array::lazy(&[a], a.shape(), dtype, move |inputs| apply(op, inputs[0]))
}

/// The operation on the MLX thread, for any dtype `unary` lets pass.
pub(super) fn apply(op: UnaryOp, a: &Mlx) -> Result<Mlx> {
    let floats = || if a.dtype().is_float() { Ok(a.clone()) } else { host::as_dtype(a, DType::Float64) };
    Ok(match op.row() {
        Whole(on_int, _) if !a.dtype().is_float() => int::map(op.name(), a, on_int)?,
        Float(_, on_host) if floats()?.dtype() == mlx_rs::Dtype::Float64 => host::map(&floats()?, on_host)?,
        Host(on_host) => host::map(&floats()?, on_host)?,
        Whole(_, on_mlx) | Exact(on_mlx) | Float(on_mlx, _) | Test(on_mlx) => on_mlx(&floats()?)?,
        Logic(on_mlx) => on_mlx(a)?,
    })
}

/// MLX's own gives 0 for NaN.
fn sign(x: &Mlx) -> mlx_rs::error::Result<Mlx> {
    ops::select(x.is_nan()?, x, ops::sign(x)?)
}

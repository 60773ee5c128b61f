//! Elementwise operations of one array.
use super::operations;
use crate::error::{Error, Result};
use crate::tensor::mlx_rs::{self, Array as Mlx, ops};
use crate::tensor::{Array, DType, host::elementwise, mlx, shape};
use UnaryRow::{Exact, Float, Host, Logic, Test, Whole};

type UnaryOnMlx = fn(&Mlx) -> mlx_rs::error::Result<Mlx>;

/// How MLX evaluates an operation. Its CPU kernels compute some functions of float64 arrays with
/// single precision only; those are `Float`, and doubles go to the host.
enum UnaryRow {
    /// Integers stay integers, checked, on the host; floats go to MLX.
    Whole(UnaryOnMlx),
    /// Floats, on MLX.
    Exact(UnaryOnMlx),
    /// Floats: single precision on MLX, double on the host.
    Float(UnaryOnMlx),
    /// Floats, on the host.
    Host,
    /// A question about numbers.
    Test(UnaryOnMlx),
    /// Booleans to booleans.
    Logic(UnaryOnMlx),
}

operations! {
    /// The elementwise operations of one array.
    UnaryOp, UnaryRow;
    Neg "neg" Whole(Mlx::negative);
    Abs "abs" Whole(Mlx::abs);
    Sign "sign" Whole(sign);
    Square "square" Whole(Mlx::square);
    Floor "floor" Whole(Mlx::floor);
    Ceil "ceil" Whole(|x| ops::ceil(x));
    Round "round" Whole(|x| x.round(0)); // half to even
    Exp "exp" Float(Mlx::exp);
    Expm1 "expm1" Exact(|x| ops::expm1(x));
    Log "log" Exact(Mlx::log);
    Log1p "log1p" Exact(Mlx::log1p);
    Log2 "log2" Exact(Mlx::log2);
    Log10 "log10" Exact(Mlx::log10);
    Sqrt "sqrt" Exact(Mlx::sqrt);
    Sin "sin" Float(Mlx::sin);
    Cos "cos" Float(Mlx::cos);
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
    Sigmoid "sigmoid" Float(|x| ops::sigmoid(x));
    Logit "logit" Host;
    Softplus "softplus" Float(|x| ops::logaddexp(x, Mlx::from_f32(0.0)));
    Erf "erf" Host;
    Erfc "erfc" Host;
    Erfinv "erfinv" Host;
    NormalCdf "normal-cdf" Host;
    NormalIcdf "normal-icdf" Host;
    Lgamma "lgamma" Host;
    Digamma "digamma" Host;
    StirlingExcess "stirling-excess" Host;
    Log1pSquare "log1p-square" Host;
    LogI0e "log-i0e" Host;
    BesselRatio "bessel-ratio" Host;
    Trigamma "trigamma" Host;
    IsNan "isnan" Test(Mlx::is_nan);
    Not "not" Logic(Mlx::logical_not);
}

/// Applies `op` to every element; the shape stays.
///
/// Integers stay integers for `neg abs sign square floor ceil round` and become floats (float64, on
/// a GPU float32) for what has fractions; booleans count as integers. Errors: `gen::dtype` for `not` of numbers; when computed,
/// `gen::overflow`.
pub fn unary(op: UnaryOp, a: &Array) -> Result<Array> {
    let dtype = match op.row() {
        Whole(_) => a.dtype().number(),
        Exact(_) | Float(_) | Host => a.dtype().float(),
        Test(_) => DType::Bool,
        Logic(_) if a.dtype() == DType::Bool => DType::Bool,
        Logic(_) => {
            let error = Error::dtype(format!("{} of a {} array of shape {:?}", op.name(), a.dtype(), a.shape()));
            return Err(error.help("it takes a bool array, such as a comparison makes"));
        }
    };
    let (dims, float) = (shape::dims(a.shape()), a.dtype().float());
    let on_mlx = move |inputs: &[&Mlx]| apply(op, inputs[0], float, &dims);
    Array::operation(&[a], a.shape(), dtype, |data| elementwise::unary(op, data[0]), on_mlx)
}

impl UnaryOp {
    /// Does an integer stay one?
    pub(in crate::tensor) fn keeps_integers(self) -> bool {
        matches!(self.row(), Whole(_))
    }
}

/// The operation on the MLX thread, for any dtype `unary` lets pass; fractions are of the type `float`.
fn apply(op: UnaryOp, a: &Mlx, float: DType, dims: &[i32]) -> Result<Mlx> {
    let by_host = || mlx::by_host(&[a], dims, |data| elementwise::unary(op, data[0]));
    Ok(match op.row() {
        Whole(_) if !a.dtype().is_float() => by_host()?,
        Float(_) if float == DType::Float64 => by_host()?,
        Host => by_host()?,
        Whole(on_mlx) | Exact(on_mlx) | Float(on_mlx) => on_mlx(&mlx::as_dtype(a, float)?)?,
        Test(on_mlx) | Logic(on_mlx) => on_mlx(a)?,
    })
}

/// The operation on a float array within another on the MLX thread.
pub(super) fn of_floats(op: UnaryOp, a: &Mlx) -> Result<Mlx> {
    let float = if a.dtype() == mlx_rs::Dtype::Float32 { DType::Float32 } else { DType::Float64 };
    apply(op, a, float, a.shape())
}

/// MLX's own gives 0 for NaN.
fn sign(x: &Mlx) -> mlx_rs::error::Result<Mlx> {
    ops::select(x.is_nan()?, x, ops::sign(x)?)
}

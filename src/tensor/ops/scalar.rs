//! The elementwise operations on doubles: what arrays do to every element, without an array.
use super::{BinaryOp, UnaryOp};
use crate::tensor::special;

impl UnaryOp {
    /// The operation on one double; questions answer 1 or 0. With a known operation only its own code is left.
    #[inline(always)]
    pub fn of(self, x: f64) -> f64 {
        let truth = |b: bool| f64::from(u8::from(b));
        match self {
            UnaryOp::Neg => -x,
            UnaryOp::Abs => x.abs(),
            UnaryOp::Sign => sign(x),
            UnaryOp::Square => x * x,
            UnaryOp::Floor => x.floor(),
            UnaryOp::Ceil => x.ceil(),
            UnaryOp::Round => x.round_ties_even(),
            UnaryOp::Exp => x.exp(),
            UnaryOp::Expm1 => x.exp_m1(),
            UnaryOp::Log => x.ln(),
            UnaryOp::Log1p => x.ln_1p(),
            UnaryOp::Log2 => x.log2(),
            UnaryOp::Log10 => x.log10(),
            UnaryOp::Sqrt => x.sqrt(),
            UnaryOp::Sin => x.sin(),
            UnaryOp::Cos => x.cos(),
            UnaryOp::Tan => x.tan(),
            UnaryOp::Asin => x.asin(),
            UnaryOp::Acos => x.acos(),
            UnaryOp::Atan => x.atan(),
            UnaryOp::Sinh => x.sinh(),
            UnaryOp::Cosh => x.cosh(),
            UnaryOp::Tanh => x.tanh(),
            UnaryOp::Asinh => x.asinh(),
            UnaryOp::Acosh => x.acosh(),
            UnaryOp::Atanh => x.atanh(),
            UnaryOp::Sigmoid => special::sigmoid(x),
            UnaryOp::Logit => special::logit(x),
            UnaryOp::Softplus => special::softplus(x),
            UnaryOp::Erf => special::erf(x),
            UnaryOp::Erfc => special::erfc(x),
            UnaryOp::Erfinv => special::erfinv(x),
            UnaryOp::NormalCdf => special::normal_cdf(x),
            UnaryOp::NormalIcdf => special::normal_icdf(x),
            UnaryOp::Lgamma => special::lgamma(x),
            UnaryOp::Digamma => special::digamma(x),
            UnaryOp::Trigamma => special::trigamma(x),
            UnaryOp::IsNan => truth(x.is_nan()),
            UnaryOp::IsInf => truth(x.is_infinite()),
            UnaryOp::IsFinite => truth(x.is_finite()),
            UnaryOp::Not => truth(x == 0.0),
        }
    }

    /// Does the operation answer with booleans?
    pub fn is_question(self) -> bool {
        matches!(self, UnaryOp::IsNan | UnaryOp::IsInf | UnaryOp::IsFinite | UnaryOp::Not)
    }
}

impl BinaryOp {
    /// The operation on two doubles; comparisons and logic answer 1 or 0.
    #[inline(always)]
    pub fn of(self, x: f64, y: f64) -> f64 {
        let truth = |b: bool| f64::from(u8::from(b));
        match self {
            BinaryOp::Add => x + y,
            BinaryOp::Sub => x - y,
            BinaryOp::Mul => x * y,
            BinaryOp::Div => x / y,
            BinaryOp::Pow => x.powf(y),
            BinaryOp::Max => {
                if y > x || y.is_nan() {
                    y
                } else {
                    x
                }
            }
            BinaryOp::Min => {
                if y < x || y.is_nan() {
                    y
                } else {
                    x
                }
            }
            BinaryOp::Rem => x % y,
            BinaryOp::Mod => modulo(x, y),
            BinaryOp::FloorDiv => (x / y).floor(),
            BinaryOp::Atan2 => x.atan2(y),
            BinaryOp::Xlogy => special::xlogy(x, y),
            BinaryOp::Lbeta => special::lbeta(x, y),
            BinaryOp::Lt => truth(x < y),
            BinaryOp::Le => truth(x <= y),
            BinaryOp::Gt => truth(x > y),
            BinaryOp::Ge => truth(x >= y),
            BinaryOp::Eq => truth(x == y),
            BinaryOp::Ne => truth(x != y),
            BinaryOp::And => truth(x != 0.0 && y != 0.0),
            BinaryOp::Or => truth(x != 0.0 || y != 0.0),
        }
    }

    /// Does the operation answer with booleans?
    #[inline(always)]
    pub fn is_question(self) -> bool {
        matches!(
            self,
            BinaryOp::Lt
                | BinaryOp::Le
                | BinaryOp::Gt
                | BinaryOp::Ge
                | BinaryOp::Eq
                | BinaryOp::Ne
                | BinaryOp::And
                | BinaryOp::Or
        )
    }
}

fn sign(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() { x } else { x.signum() }
}

/// The remainder with the sign of the divisor.
fn modulo(x: f64, y: f64) -> f64 {
    let rest = x % y;
    if rest != 0.0 && (rest < 0.0) != (y < 0.0) { rest + y } else { rest }
}

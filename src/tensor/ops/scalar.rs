//! The elementwise operations on doubles and integers: what arrays do to every element, without an array.
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
            UnaryOp::Asinh => libm::asinh(x),
            UnaryOp::Acosh => libm::acosh(x),
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
            UnaryOp::StirlingExcess => special::stirling_excess(x),
            UnaryOp::Log1pSquare => special::log1p_square(x),
            UnaryOp::LogI0e => special::log_i0e(x),
            UnaryOp::BesselRatio => special::bessel_ratio(x),
            UnaryOp::IsNan => truth(x.is_nan()),
            UnaryOp::Not => truth(x == 0.0),
        }
    }

    /// The operation on one integer where it stays one; none for a result beyond 64 bits, and for the other operations.
    #[inline(always)]
    pub fn of_integer(self, x: i64) -> Option<i64> {
        match self {
            UnaryOp::Neg => x.checked_neg(),
            UnaryOp::Abs => x.checked_abs(),
            UnaryOp::Sign => Some(x.signum()),
            UnaryOp::Square => x.checked_mul(x),
            UnaryOp::Floor | UnaryOp::Ceil | UnaryOp::Round => Some(x),
            _ => None,
        }
    }

    /// Does the operation answer with booleans?
    pub fn is_question(self) -> bool {
        matches!(self, UnaryOp::IsNan | UnaryOp::Not)
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
            BinaryOp::Deviance => special::deviance(x, y),
            BinaryOp::LogNormalMass => special::log_normal_mass(x, y),
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

    /// The operation on two integers where it makes one; comparisons and logic answer 1 or 0. None for a result
    /// beyond 64 bits, for a divisor of 0 and for the other operations.
    #[inline(always)]
    pub fn of_integers(self, x: i64, y: i64) -> Option<i64> {
        match self {
            BinaryOp::Add => x.checked_add(y),
            BinaryOp::Sub => x.checked_sub(y),
            BinaryOp::Mul => x.checked_mul(y),
            BinaryOp::Pow => x.checked_pow(y.try_into().ok()?),
            BinaryOp::Max => Some(x.max(y)),
            BinaryOp::Min => Some(x.min(y)),
            BinaryOp::Rem => rem_int(x, y),
            BinaryOp::Mod => mod_int(x, y),
            BinaryOp::FloorDiv => floor_div_int(x, y),
            BinaryOp::Lt => Some(i64::from(x < y)),
            BinaryOp::Le => Some(i64::from(x <= y)),
            BinaryOp::Gt => Some(i64::from(x > y)),
            BinaryOp::Ge => Some(i64::from(x >= y)),
            BinaryOp::Eq => Some(i64::from(x == y)),
            BinaryOp::Ne => Some(i64::from(x != y)),
            BinaryOp::And => Some(i64::from(x != 0 && y != 0)),
            BinaryOp::Or => Some(i64::from(x != 0 || y != 0)),
            _ => None,
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

//! Mathematics on numbers and arrays: one row a function, with its scalar form and the array operation beside it.

pub mod convert;
pub mod elementwise;
mod extremes;
pub mod integers;
pub mod statistics;

use crate::eval::function::Builtin;
use crate::tensor::ops::{BinaryOp, UnaryOp};
use elementwise::{binary, float, logic, logic2, power, rounded, whole};
use extremes::{larger, smaller};

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::new("exp", "[x]", |_, a| float(UnaryOp::Exp, a)).smooth().lanes(),
    Builtin::new("expm1", "[x]", |_, a| float(UnaryOp::Expm1, a)).smooth().lanes(),
    Builtin::new("log", "[x]", |_, a| float(UnaryOp::Log, a)).smooth().lanes(),
    Builtin::new("log1p", "[x]", |_, a| float(UnaryOp::Log1p, a)).smooth().lanes(),
    Builtin::new("log2", "[x]", |_, a| float(UnaryOp::Log2, a)).smooth().lanes(),
    Builtin::new("log10", "[x]", |_, a| float(UnaryOp::Log10, a)).smooth().lanes(),
    Builtin::new("sqrt", "[x]", |_, a| float(UnaryOp::Sqrt, a)).smooth().lanes(),
    Builtin::new("square", "[x]", |_, a| whole(UnaryOp::Square, |x| x.checked_mul(x), a)).smooth().lanes(),
    Builtin::new("abs", "[x]", |_, a| whole(UnaryOp::Abs, i64::checked_abs, a)).smooth().lanes(),
    Builtin::new("sign", "[x]", |_, a| whole(UnaryOp::Sign, |x| Some(x.signum()), a)).lanes(),
    Builtin::new("floor", "[x]", |_, a| rounded(UnaryOp::Floor, a)).primal().lanes(),
    Builtin::new("ceil", "[x]", |_, a| rounded(UnaryOp::Ceil, a)).primal().lanes(),
    Builtin::new("round", "[x]", |_, a| rounded(UnaryOp::Round, a)).primal().lanes(),
    Builtin::new("sin", "[x]", |_, a| float(UnaryOp::Sin, a)).smooth().lanes(),
    Builtin::new("cos", "[x]", |_, a| float(UnaryOp::Cos, a)).smooth().lanes(),
    Builtin::new("tan", "[x]", |_, a| float(UnaryOp::Tan, a)).smooth().lanes(),
    Builtin::new("asin", "[x]", |_, a| float(UnaryOp::Asin, a)).smooth().lanes(),
    Builtin::new("acos", "[x]", |_, a| float(UnaryOp::Acos, a)).smooth().lanes(),
    Builtin::new("atan", "[x]", |_, a| float(UnaryOp::Atan, a)).smooth().lanes(),
    Builtin::new("atan2", "[y x]", |_, a| binary(BinaryOp::Atan2, a)).smooth().lanes(),
    Builtin::new("sinh", "[x]", |_, a| float(UnaryOp::Sinh, a)).smooth().lanes(),
    Builtin::new("cosh", "[x]", |_, a| float(UnaryOp::Cosh, a)).smooth().lanes(),
    Builtin::new("tanh", "[x]", |_, a| float(UnaryOp::Tanh, a)).smooth().lanes(),
    Builtin::new("asinh", "[x]", |_, a| float(UnaryOp::Asinh, a)).smooth().lanes(),
    Builtin::new("acosh", "[x]", |_, a| float(UnaryOp::Acosh, a)).smooth().lanes(),
    Builtin::new("atanh", "[x]", |_, a| float(UnaryOp::Atanh, a)).smooth().lanes(),
    Builtin::new("pow", "[x y]", |_, a| power(a)).smooth().lanes(),
    Builtin::new("max", "[x & more]", larger).smooth().lanes(),
    Builtin::new("min", "[x & more]", smaller).smooth().lanes(),
    Builtin::new("lgamma", "[x]", |_, a| float(UnaryOp::Lgamma, a)).smooth().lanes(),
    Builtin::new("digamma", "[x]", |_, a| float(UnaryOp::Digamma, a)).smooth().lanes(),
    Builtin::new("trigamma", "[x]", |_, a| float(UnaryOp::Trigamma, a)).lanes(),
    Builtin::new("lbeta", "[a b]", |_, a| binary(BinaryOp::Lbeta, a)).smooth().lanes(),
    Builtin::new("erf", "[x]", |_, a| float(UnaryOp::Erf, a)).smooth().lanes(),
    Builtin::new("erfc", "[x]", |_, a| float(UnaryOp::Erfc, a)).smooth().lanes(),
    Builtin::new("erfinv", "[x]", |_, a| float(UnaryOp::Erfinv, a)).smooth().lanes(),
    Builtin::new("normal-cdf", "[x]", |_, a| float(UnaryOp::NormalCdf, a)).smooth().lanes(),
    Builtin::new("normal-icdf", "[p]", |_, a| float(UnaryOp::NormalIcdf, a)).smooth().lanes(),
    Builtin::new("logit", "[p]", |_, a| float(UnaryOp::Logit, a)).smooth().lanes(),
    Builtin::new("sigmoid", "[x]", |_, a| float(UnaryOp::Sigmoid, a)).smooth().lanes(),
    Builtin::new("softplus", "[x]", |_, a| float(UnaryOp::Softplus, a)).smooth().lanes(),
    Builtin::new("xlogy", "[x y]", |_, a| binary(BinaryOp::Xlogy, a)).smooth().lanes(),
    Builtin::new("logical-and", "[a b]", |_, a| logic2(BinaryOp::And, |x, y| x && y, a)).primal(),
    Builtin::new("logical-or", "[a b]", |_, a| logic2(BinaryOp::Or, |x, y| x || y, a)).primal(),
    Builtin::new("logical-not", "[a]", |_, a| logic(UnaryOp::Not, |x| !x, a)).primal(),
];

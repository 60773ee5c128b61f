//! Mathematics on numbers and arrays: one row a function, with its scalar form and the array operation beside it.

pub mod convert;
pub mod elementwise;
mod extremes;
pub mod integers;
pub mod statistics;

use crate::eval::function::Builtin;
use crate::tensor::ops::{BinaryOp, UnaryOp};
use crate::tensor::special;
use elementwise::{binary, float, logic, logic2, power, rounded, whole};
use extremes::{larger, smaller};

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::new("exp", "[x]", "e to the power of x.\n(exp 0) ;=> 1.0", |_, a| float(UnaryOp::Exp, f64::exp, a)),
    Builtin::new("expm1", "[x]", "e to the power of x, less 1: accurate for small x.\n(expm1 0) ;=> 0.0", |_, a| float(UnaryOp::Expm1, f64::exp_m1, a)),
    Builtin::new("log", "[x]", "The natural logarithm: -Inf of 0, NaN of negative numbers.\n(log 1) ;=> 0.0\n(log 0) ;=> ##-Inf", |_, a| float(UnaryOp::Log, f64::ln, a)),
    Builtin::new("log1p", "[x]", "The logarithm of 1 + x: accurate for small x.\n(log1p 0) ;=> 0.0", |_, a| float(UnaryOp::Log1p, f64::ln_1p, a)),
    Builtin::new("log2", "[x]", "The logarithm to base 2.\n(log2 8) ;=> 3.0", |_, a| float(UnaryOp::Log2, f64::log2, a)),
    Builtin::new("log10", "[x]", "The logarithm to base 10.\n(log10 1000) ;=> 3.0", |_, a| float(UnaryOp::Log10, f64::log10, a)),
    Builtin::new("sqrt", "[x]", "The square root; NaN of negative numbers.\n(sqrt 9) ;=> 3.0", |_, a| float(UnaryOp::Sqrt, f64::sqrt, a)),
    Builtin::new("square", "[x]", "x times x.\n(square 3) ;=> 9\n(square 0.5) ;=> 0.25", |_, a| whole(UnaryOp::Square, |x| x.checked_mul(x), |x| x * x, a)),
    Builtin::new("abs", "[x]", "The size of a number, without its sign.\n(abs -3) ;=> 3\n(abs -0.5) ;=> 0.5", |_, a| whole(UnaryOp::Abs, i64::checked_abs, f64::abs, a)),
    Builtin::new("sign", "[x]", "-1, 0 or 1, as the number is negative, zero or positive.\n(sign -3) ;=> -1\n(sign 2.5) ;=> 1.0", |_, a| whole(UnaryOp::Sign, |x| Some(x.signum()), sign, a)),
    Builtin::new("floor", "[x]", "The largest integer not above x. A number becomes an integer, ready to be an index or a count; an array keeps its dtype; infinities and NaN stay.\n(floor 2.7) ;=> 2\n(floor -2.1) ;=> -3", |_, a| rounded(UnaryOp::Floor, f64::floor, a)),
    Builtin::new("ceil", "[x]", "The smallest integer not below x; what is said of `floor` holds here.\n(ceil 2.1) ;=> 3", |_, a| rounded(UnaryOp::Ceil, f64::ceil, a)),
    Builtin::new("round", "[x]", "The nearest integer; halves go to the even neighbour, so that rounding adds no bias. What is said of `floor` holds here.\n(round 2.7) ;=> 3\n(round 2.5) ;=> 2", |_, a| rounded(UnaryOp::Round, f64::round_ties_even, a)),
    Builtin::new("sin", "[x]", "The sine of an angle in radians.\n(sin 0) ;=> 0.0", |_, a| float(UnaryOp::Sin, f64::sin, a)),
    Builtin::new("cos", "[x]", "The cosine of an angle in radians.\n(cos 0) ;=> 1.0", |_, a| float(UnaryOp::Cos, f64::cos, a)),
    Builtin::new("tan", "[x]", "The tangent of an angle in radians.\n(tan 0) ;=> 0.0", |_, a| float(UnaryOp::Tan, f64::tan, a)),
    Builtin::new("asin", "[x]", "The angle whose sine is x.\n(asin 0) ;=> 0.0", |_, a| float(UnaryOp::Asin, f64::asin, a)),
    Builtin::new("acos", "[x]", "The angle whose cosine is x.\n(acos 1) ;=> 0.0", |_, a| float(UnaryOp::Acos, f64::acos, a)),
    Builtin::new("atan", "[x]", "The angle whose tangent is x.\n(atan 0) ;=> 0.0", |_, a| float(UnaryOp::Atan, f64::atan, a)),
    Builtin::new("atan2", "[y x]", "The angle of the point (x, y), from -pi to pi.\n(atan2 0 1) ;=> 0.0", |_, a| binary(BinaryOp::Atan2, f64::atan2, a)),
    Builtin::new("sinh", "[x]", "The hyperbolic sine.\n(sinh 0) ;=> 0.0", |_, a| float(UnaryOp::Sinh, f64::sinh, a)),
    Builtin::new("cosh", "[x]", "The hyperbolic cosine.\n(cosh 0) ;=> 1.0", |_, a| float(UnaryOp::Cosh, f64::cosh, a)),
    Builtin::new("tanh", "[x]", "The hyperbolic tangent.\n(tanh 0) ;=> 0.0", |_, a| float(UnaryOp::Tanh, f64::tanh, a)),
    Builtin::new("asinh", "[x]", "The inverse of `sinh`.\n(asinh 0) ;=> 0.0", |_, a| float(UnaryOp::Asinh, f64::asinh, a)),
    Builtin::new("acosh", "[x]", "The inverse of `cosh`.\n(acosh 1) ;=> 0.0", |_, a| float(UnaryOp::Acosh, f64::acosh, a)),
    Builtin::new("atanh", "[x]", "The inverse of `tanh`.\n(atanh 0) ;=> 0.0", |_, a| float(UnaryOp::Atanh, f64::atanh, a)),
    Builtin::new("pow", "[x y]", "x to the power of y. Integers give an integer unless the power is negative.\n(pow 2 10) ;=> 1024\n(pow 2 -1) ;=> 0.5\n(pow 2 0.5) ;=> 1.4142135623730951", |_, a| power(a)),
    Builtin::new("max", "[x & more]", "The largest of several numbers, or of the elements of one array; several arrays are compared element by element. NaN wins. For a vector: `(apply max xs)`.\n(max 1 3 2) ;=> 3\n(max (array [1 5 2])) ;=> 5\n(max (array [[1 4] [3 2]]) :axis 0) ;=> (array [3 4])", larger),
    Builtin::new("min", "[x & more]", "The smallest of several numbers, or of the elements of one array; several arrays are compared element by element. NaN wins. For a vector: `(apply min xs)`.\n(min 1 3 2) ;=> 1\n(min (array [4 2]) 3) ;=> (array [3 2])", smaller),
    Builtin::new("lgamma", "[x]", "The logarithm of the gamma function's size; (x - 1)! is its exponential for integers.\n(lgamma 1) ;=> 0.0", |_, a| float(UnaryOp::Lgamma, special::lgamma, a)),
    Builtin::new("digamma", "[x]", "The derivative of `lgamma`.\n(< -0.578 (digamma 1) -0.577) ;=> true", |_, a| float(UnaryOp::Digamma, special::digamma, a)),
    Builtin::new("lbeta", "[a b]", "The logarithm of the beta function.\n(lbeta 1 1) ;=> 0.0", |_, a| binary(BinaryOp::Lbeta, special::lbeta, a)),
    Builtin::new("erf", "[x]", "The error function.\n(erf 0) ;=> 0.0", |_, a| float(UnaryOp::Erf, special::erf, a)),
    Builtin::new("erfc", "[x]", "1 - erf(x), accurate for large x.\n(erfc 0) ;=> 1.0", |_, a| float(UnaryOp::Erfc, special::erfc, a)),
    Builtin::new("erfinv", "[x]", "The inverse of `erf`.\n(erfinv 0) ;=> 0.0", |_, a| float(UnaryOp::Erfinv, special::erfinv, a)),
    Builtin::new("normal-cdf", "[x]", "The probability that a standard normal variable is at most x.\n(normal-cdf 0) ;=> 0.5", |_, a| float(UnaryOp::NormalCdf, special::normal_cdf, a)),
    Builtin::new("normal-icdf", "[p]", "The inverse of `normal-cdf`: the standard normal quantile.\n(normal-icdf 0.5) ;=> 0.0", |_, a| float(UnaryOp::NormalIcdf, special::normal_icdf, a)),
    Builtin::new("logit", "[p]", "The logarithm of the odds p / (1 - p).\n(logit 0.5) ;=> 0.0", |_, a| float(UnaryOp::Logit, special::logit, a)),
    Builtin::new("sigmoid", "[x]", "1 / (1 + exp(-x)), the inverse of `logit`.\n(sigmoid 0) ;=> 0.5", |_, a| float(UnaryOp::Sigmoid, special::sigmoid, a)),
    Builtin::new("softplus", "[x]", "log(1 + exp(x)), without overflow.\n(softplus 0) ;=> 0.6931471805599453", |_, a| float(UnaryOp::Softplus, special::softplus, a)),
    Builtin::new("xlogy", "[x y]", "x log(y), and 0 where x is 0.\n(xlogy 0 0) ;=> 0.0", |_, a| binary(BinaryOp::Xlogy, special::xlogy, a)),
    Builtin::new("logical-and", "[a b]", "True where both are, element by element; `and` is for control flow.\n(logical-and (array [true false]) true) ;=> (array [true false])", |_, a| logic2(BinaryOp::And, |x, y| x && y, a)),
    Builtin::new("logical-or", "[a b]", "True where one of both is, element by element.\n(logical-or (array [true false]) false) ;=> (array [true false])", |_, a| logic2(BinaryOp::Or, |x, y| x || y, a)),
    Builtin::new("logical-not", "[a]", "False where it is true, element by element.\n(logical-not (array [true false])) ;=> (array [false true])", |_, a| logic(UnaryOp::Not, |x| !x, a)),
];

fn sign(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() { x } else { x.signum() }
}

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
    Builtin::new("exp", "[x]", "e to the power of x.\n(exp 0) ;=> 1.0", |_, a| float(UnaryOp::Exp, a)).smooth().lanes(),
    Builtin::new("expm1", "[x]", "e to the power of x, less 1: accurate for small x.\n(expm1 0) ;=> 0.0", |_, a| float(UnaryOp::Expm1, a)).smooth().lanes(),
    Builtin::new("log", "[x]", "The natural logarithm: -Inf of 0, NaN of negative numbers.\n(log 1) ;=> 0.0\n(log 0) ;=> ##-Inf", |_, a| float(UnaryOp::Log, a)).smooth().lanes(),
    Builtin::new("log1p", "[x]", "The logarithm of 1 + x: accurate for small x.\n(log1p 0) ;=> 0.0", |_, a| float(UnaryOp::Log1p, a)).smooth().lanes(),
    Builtin::new("log2", "[x]", "The logarithm to base 2.\n(log2 8) ;=> 3.0", |_, a| float(UnaryOp::Log2, a)).smooth().lanes(),
    Builtin::new("log10", "[x]", "The logarithm to base 10.\n(log10 1000) ;=> 3.0", |_, a| float(UnaryOp::Log10, a)).smooth().lanes(),
    Builtin::new("sqrt", "[x]", "The square root; NaN of negative numbers.\n(sqrt 9) ;=> 3.0", |_, a| float(UnaryOp::Sqrt, a)).smooth().lanes(),
    Builtin::new("square", "[x]", "x times x.\n(square 3) ;=> 9\n(square 0.5) ;=> 0.25", |_, a| whole(UnaryOp::Square, |x| x.checked_mul(x), a)).smooth().lanes(),
    Builtin::new("abs", "[x]", "The size of a number, without its sign.\n(abs -3) ;=> 3\n(abs -0.5) ;=> 0.5", |_, a| whole(UnaryOp::Abs, i64::checked_abs, a)).smooth().lanes(),
    Builtin::new("sign", "[x]", "-1, 0 or 1, as the number is negative, zero or positive.\n(sign -3) ;=> -1\n(sign 2.5) ;=> 1.0", |_, a| whole(UnaryOp::Sign, |x| Some(x.signum()), a)).lanes(),
    Builtin::new("floor", "[x]", "The largest integer not above x. A number becomes an integer, ready to be an index or a count; an array keeps its dtype; infinities and NaN stay. Its slope is 0.\n(floor 2.7) ;=> 2\n(floor -2.1) ;=> -3", |_, a| rounded(UnaryOp::Floor, a)).primal().lanes(),
    Builtin::new("ceil", "[x]", "The smallest integer not below x; what is said of `floor` holds here.\n(ceil 2.1) ;=> 3", |_, a| rounded(UnaryOp::Ceil, a)).primal().lanes(),
    Builtin::new("round", "[x]", "The nearest integer; halves go to the even neighbour, so that rounding adds no bias. What is said of `floor` holds here.\n(round 2.7) ;=> 3\n(round 2.5) ;=> 2", |_, a| rounded(UnaryOp::Round, a)).primal().lanes(),
    Builtin::new("sin", "[x]", "The sine of an angle in radians.\n(sin 0) ;=> 0.0", |_, a| float(UnaryOp::Sin, a)).smooth().lanes(),
    Builtin::new("cos", "[x]", "The cosine of an angle in radians.\n(cos 0) ;=> 1.0", |_, a| float(UnaryOp::Cos, a)).smooth().lanes(),
    Builtin::new("tan", "[x]", "The tangent of an angle in radians.\n(tan 0) ;=> 0.0", |_, a| float(UnaryOp::Tan, a)).smooth().lanes(),
    Builtin::new("asin", "[x]", "The angle whose sine is x.\n(asin 0) ;=> 0.0", |_, a| float(UnaryOp::Asin, a)).smooth().lanes(),
    Builtin::new("acos", "[x]", "The angle whose cosine is x.\n(acos 1) ;=> 0.0", |_, a| float(UnaryOp::Acos, a)).smooth().lanes(),
    Builtin::new("atan", "[x]", "The angle whose tangent is x.\n(atan 0) ;=> 0.0", |_, a| float(UnaryOp::Atan, a)).smooth().lanes(),
    Builtin::new("atan2", "[y x]", "The angle of the point (x, y), from -pi to pi.\n(atan2 0 1) ;=> 0.0", |_, a| binary(BinaryOp::Atan2, a)).smooth().lanes(),
    Builtin::new("sinh", "[x]", "The hyperbolic sine.\n(sinh 0) ;=> 0.0", |_, a| float(UnaryOp::Sinh, a)).smooth().lanes(),
    Builtin::new("cosh", "[x]", "The hyperbolic cosine.\n(cosh 0) ;=> 1.0", |_, a| float(UnaryOp::Cosh, a)).smooth().lanes(),
    Builtin::new("tanh", "[x]", "The hyperbolic tangent.\n(tanh 0) ;=> 0.0", |_, a| float(UnaryOp::Tanh, a)).smooth().lanes(),
    Builtin::new("asinh", "[x]", "The inverse of `sinh`.\n(asinh 0) ;=> 0.0", |_, a| float(UnaryOp::Asinh, a)).smooth().lanes(),
    Builtin::new("acosh", "[x]", "The inverse of `cosh`.\n(acosh 1) ;=> 0.0", |_, a| float(UnaryOp::Acosh, a)).smooth().lanes(),
    Builtin::new("atanh", "[x]", "The inverse of `tanh`.\n(atanh 0) ;=> 0.0", |_, a| float(UnaryOp::Atanh, a)).smooth().lanes(),
    Builtin::new("pow", "[x y]", "x to the power of y. Integers give an integer unless the power is negative.\n(pow 2 10) ;=> 1024\n(pow 2 -1) ;=> 0.5\n(pow 2 0.5) ;=> 1.4142135623730951", |_, a| power(a)).smooth().lanes(),
    Builtin::new("max", "[x & more]", "The largest of several numbers, or of the elements of one array; several arrays are compared element by element. NaN wins. For a vector: `(apply max xs)`.\n(max 1 3 2) ;=> 3\n(max (array [1 5 2])) ;=> 5\n(max (array [[1 4] [3 2]]) :axis 0) ;=> (array [3 4])", larger).smooth().lanes(),
    Builtin::new("min", "[x & more]", "The smallest of several numbers, or of the elements of one array; several arrays are compared element by element. NaN wins. For a vector: `(apply min xs)`.\n(min 1 3 2) ;=> 1\n(min (array [4 2]) 3) ;=> (array [3 2])", smaller).smooth().lanes(),
    Builtin::new("lgamma", "[x]", "The logarithm of the gamma function's size; (x - 1)! is its exponential for integers.\n(lgamma 1) ;=> 0.0", |_, a| float(UnaryOp::Lgamma, a)).smooth().lanes(),
    Builtin::new("digamma", "[x]", "The derivative of `lgamma`.\n(< -0.578 (digamma 1) -0.577) ;=> true", |_, a| float(UnaryOp::Digamma, a)).smooth().lanes(),
    Builtin::new("trigamma", "[x]", "The derivative of `digamma`.\n(< 1.644 (trigamma 1) 1.645) ;=> true", |_, a| float(UnaryOp::Trigamma, a)).lanes(),
    Builtin::new("lbeta", "[a b]", "The logarithm of the beta function.\n(lbeta 1 1) ;=> 0.0", |_, a| binary(BinaryOp::Lbeta, a)).smooth().lanes(),
    Builtin::new("erf", "[x]", "The error function.\n(erf 0) ;=> 0.0", |_, a| float(UnaryOp::Erf, a)).smooth().lanes(),
    Builtin::new("erfc", "[x]", "1 - erf(x), accurate for large x.\n(erfc 0) ;=> 1.0", |_, a| float(UnaryOp::Erfc, a)).smooth().lanes(),
    Builtin::new("erfinv", "[x]", "The inverse of `erf`.\n(erfinv 0) ;=> 0.0", |_, a| float(UnaryOp::Erfinv, a)).smooth().lanes(),
    Builtin::new("normal-cdf", "[x]", "The probability that a standard normal variable is at most x.\n(normal-cdf 0) ;=> 0.5", |_, a| float(UnaryOp::NormalCdf, a)).smooth().lanes(),
    Builtin::new("normal-icdf", "[p]", "The inverse of `normal-cdf`: the standard normal quantile.\n(normal-icdf 0.5) ;=> 0.0", |_, a| float(UnaryOp::NormalIcdf, a)).smooth().lanes(),
    Builtin::new("logit", "[p]", "The logarithm of the odds p / (1 - p).\n(logit 0.5) ;=> 0.0", |_, a| float(UnaryOp::Logit, a)).smooth().lanes(),
    Builtin::new("sigmoid", "[x]", "1 / (1 + exp(-x)), the inverse of `logit`.\n(sigmoid 0) ;=> 0.5", |_, a| float(UnaryOp::Sigmoid, a)).smooth().lanes(),
    Builtin::new("softplus", "[x]", "log(1 + exp(x)), without overflow.\n(softplus 0) ;=> 0.6931471805599453", |_, a| float(UnaryOp::Softplus, a)).smooth().lanes(),
    Builtin::new("xlogy", "[x y]", "x log(y), and 0 where x is 0.\n(xlogy 0 0) ;=> 0.0", |_, a| binary(BinaryOp::Xlogy, a)).smooth().lanes(),
    Builtin::new("logical-and", "[a b]", "True where both are, element by element; `and` is for control flow.\n(logical-and (array [true false]) true) ;=> (array [true false])", |_, a| logic2(BinaryOp::And, |x, y| x && y, a)).primal(),
    Builtin::new("logical-or", "[a b]", "True where one of both is, element by element.\n(logical-or (array [true false]) false) ;=> (array [true false])", |_, a| logic2(BinaryOp::Or, |x, y| x || y, a)).primal(),
    Builtin::new("logical-not", "[a]", "False where it is true, element by element.\n(logical-not (array [true false])) ;=> (array [false true])", |_, a| logic(UnaryOp::Not, |x| !x, a)).primal(),
];

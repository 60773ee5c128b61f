//! Linear algebra.

use super::array_of;
use crate::error::Result;
use crate::eval::arrays::scalar_value;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::{linalg, rules};
use crate::eval::value::Value;
use crate::tensor::{Array, ops};

pub const TABLE: &[Builtin] = &[
    Builtin::new("matmul", "[a b]", |cx, a| two(cx, ops::matmul, "matmul", a))
        .gradient(|_, a| rules::two(linalg::matmul, "matmul", a)),
    Builtin::new("dot", "[a b]", |cx, a| two(cx, ops::dot, "dot", a))
        .gradient(|_, a| rules::two(linalg::matmul, "dot", a)),
    Builtin::new("outer", "[a b]", |cx, a| two(cx, ops::outer, "outer", a))
        .gradient(|_, a| rules::two(linalg::outer, "outer", a)),
    Builtin::new("diag", "[a]", |cx, a| one(cx, ops::diag, "diag", a)).elements(),
    Builtin::new("cholesky", "[a]", |cx, a| checked(one(cx, ops::cholesky, "cholesky", a)))
        .gradient(|_, a| rules::one(linalg::cholesky, "cholesky", a)),
    Builtin::new("solve", "[a b]", |cx, a| checked(two(cx, ops::solve, "solve", a)))
        .gradient(|_, a| rules::two(linalg::solve, "solve", a)),
    Builtin::new("solve-lower", "[l b]", |cx, a| {
        checked(two(cx, |l, b| ops::triangular_solve(l, b, true), "solve-lower", a))
    })
    .gradient(|_, a| rules::two(|l, b| linalg::triangular(l, b, true), "solve-lower", a)),
    Builtin::new("solve-upper", "[u b]", |cx, a| {
        checked(two(cx, |u, b| ops::triangular_solve(u, b, false), "solve-upper", a))
    })
    .gradient(|_, a| rules::two(|u, b| linalg::triangular(u, b, false), "solve-upper", a)),
    Builtin::new("inv", "[a]", |cx, a| checked(one(cx, ops::inv, "inv", a)))
        .gradient(|_, a| rules::one(linalg::inv, "inv", a)),
    Builtin::new("det", "[a]", |cx, a| one(cx, ops::det, "det", a)).gradient(|_, a| rules::one(linalg::det, "det", a)),
    Builtin::new("logdet", "[a]", |cx, a| one(cx, ops::logdet, "logdet", a))
        .gradient(|_, a| rules::one(linalg::logdet, "logdet", a)),
];

/// A result without axes is a number.
fn one(cx: &mut Cx, f: fn(&Array) -> ArrayResult, name: &str, args: &[Value]) -> Result<Value> {
    let a = array_of(name, args, 0)?;
    cx.charge(work(a, a))?;
    scalar(f(a))
}

fn two(cx: &mut Cx, f: fn(&Array, &Array) -> ArrayResult, name: &str, args: &[Value]) -> Result<Value> {
    let (a, b) = (array_of(name, args, 0)?, array_of(name, args, 1)?);
    cx.charge(work(a, b))?;
    scalar(f(a, b))
}

type ArrayResult = crate::error::Result<Array>;

/// Steps to charge for a product: multiplications are many times faster than steps.
fn work(a: &Array, b: &Array) -> usize {
    let columns = b.shape().last().copied().unwrap_or(1);
    a.len().saturating_mul(columns) / 64
}

fn scalar(result: ArrayResult) -> Result<Value> {
    scalar_value(result?)
}

/// A matrix that has no solution is reported here, not where the result is read.
fn checked(result: Result<Value>) -> Result<Value> {
    if let Ok(Value::Array(array)) = &result {
        array.evaluate()?;
    }
    result
}

//! Elementwise mathematics on any mix of numbers, arrays and gradient variables: what formulas are written over.

use super::args::not_a_number;
use super::arithmetic;
use super::arrays::{operand, operands, scalar_value, wrap};
use super::gradient;
use super::lanes;
use super::node::Op;
use super::value::Value;
use crate::error::Result;
use crate::tensor::ops::{self, BinaryOp, Reduction, UnaryOp};

pub use crate::tensor::ops::{BinaryOp as Binary, UnaryOp as Unary};

/// Applies `op` to a number, to each element of an array, or to a gradient variable.
#[inline]
pub fn unary(op: UnaryOp, x: &Value) -> Result<Value> {
    match x {
        Value::Float(x) if op.is_question() => Ok(Value::bool(op.of(x.get()) != 0.0)),
        Value::Float(x) => Ok(Value::float(op.of(x.get()))),
        other => unary_slow(op, other),
    }
}

#[inline(never)]
fn unary_slow(op: UnaryOp, x: &Value) -> Result<Value> {
    match x {
        Value::Int(n) if op.is_question() => Ok(Value::bool(op.of(*n as f64) != 0.0)),
        Value::Int(n) => Ok(on_integer(op, *n)),
        Value::True | Value::False if op == UnaryOp::Not => Ok(Value::bool(!x.truthy())),
        Value::Array(a) => wrap(ops::unary(op, a)),
        Value::Var(v) => gradient::unary(op, v),
        Value::Lanes(l) => lanes::numbers::unary(op, l),
        Value::Host(_) if op == UnaryOp::Neg => arithmetic::apply(Op::Sub, &Value::Int(0), x),
        other => Err(not_a_number(op.name(), other).arg(0)),
    }
}

/// Integers stay integers where the result is whole and fits.
fn on_integer(op: UnaryOp, n: i64) -> Value {
    let whole = match op {
        UnaryOp::Neg => n.checked_neg(),
        UnaryOp::Abs => n.checked_abs(),
        UnaryOp::Sign => Some(n.signum()),
        UnaryOp::Square => n.checked_mul(n),
        UnaryOp::Floor | UnaryOp::Ceil | UnaryOp::Round => Some(n),
        _ => None,
    };
    whole.map_or_else(|| Value::float(op.of(n as f64)), Value::Int)
}

/// Applies `op` to two of them; arrays broadcast.
#[inline]
pub fn binary(op: BinaryOp, a: &Value, b: &Value) -> Result<Value> {
    match (a, b) {
        (Value::Float(x), Value::Float(y)) => Ok(on_floats(op, x.get(), y.get())),
        _ => binary_slow(op, a, b),
    }
}

#[inline(always)]
fn on_floats(op: BinaryOp, x: f64, y: f64) -> Value {
    let result = op.of(x, y);
    if op.is_question() { Value::bool(result != 0.0) } else { Value::float(result) }
}

#[inline(never)]
fn binary_slow(op: BinaryOp, a: &Value, b: &Value) -> Result<Value> {
    match (a, b) {
        (Value::Var(_), _) | (_, Value::Var(_)) => gradient::binary(op, a, b),
        (Value::Lanes(_), _) | (_, Value::Lanes(_)) => lanes::numbers::binary(op, a, b),
        (Value::Array(_), _) | (_, Value::Array(_)) => {
            let (x, y) = operands(op.name(), a, b)?;
            wrap(ops::binary(op, &x, &y))
        }
        (Value::Int(x), Value::Int(y)) => match operator(op) {
            Some(op) => arithmetic::apply(op, a, b),
            None if op == BinaryOp::Max => Ok(Value::Int(*x.max(y))),
            None if op == BinaryOp::Min => Ok(Value::Int(*x.min(y))),
            None => Ok(on_floats(op, *x as f64, *y as f64)),
        },
        (Value::True | Value::False, Value::True | Value::False) if op.is_question() => {
            Ok(on_floats(op, f64::from(u8::from(a.truthy())), f64::from(u8::from(b.truthy()))))
        }
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(x), Some(y)) => Ok(on_floats(op, x, y)),
            (None, _) => Err(not_a_number(op.name(), a).arg(0)),
            _ => Err(not_a_number(op.name(), b).arg(1)),
        },
    }
}

/// The evaluator's operator for one of arrays, where integers stay integers.
fn operator(op: BinaryOp) -> Option<Op> {
    Some(match op {
        BinaryOp::Add => Op::Add,
        BinaryOp::Sub => Op::Sub,
        BinaryOp::Mul => Op::Mul,
        BinaryOp::Div => Op::Div,
        BinaryOp::Lt => Op::Lt,
        BinaryOp::Le => Op::Le,
        BinaryOp::Gt => Op::Gt,
        BinaryOp::Ge => Op::Ge,
        BinaryOp::Eq => Op::Eq,
        _ => return None,
    })
}

/// `a` where the mask holds, else `b`: one of the two for a boolean, element by element for an array of them.
pub fn select(mask: &Value, a: &Value, b: &Value) -> Result<Value> {
    let is_array = |v: &Value| matches!(gradient::primal_of(v), Value::Array(_));
    if mask.is_bool() && !is_array(a) && !is_array(b) {
        return Ok(if mask.truthy() { a.clone() } else { b.clone() });
    }
    if let (Value::Var(_), _) | (_, Value::Var(_)) = (a, b) {
        return gradient::select(mask, a, b);
    }
    if [mask, a, b].iter().any(|v| matches!(v, Value::Lanes(_))) {
        return lanes::numbers::select(mask, a, b);
    }
    let (mask, (a, b)) = (operand("where", mask, 0)?, operands("where", a, b)?);
    wrap(ops::select(&mask, &a, &b))
}

/// The sum of all elements; a number is its own.
pub fn sum(x: &Value) -> Result<Value> {
    match x {
        Value::Int(_) | Value::Float(_) => Ok(x.clone()),
        Value::Array(a) => scalar_value(ops::reduce(Reduction::Sum, a, None)?),
        Value::Var(_) => gradient::sum(x),
        other => Err(not_a_number("sum", other).arg(0)),
    }
}

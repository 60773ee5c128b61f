//! The operators that the evaluator knows: fast on two numbers, handed on to arrays otherwise.

use super::args::not_a_number;
use super::arrays;
use super::builtins::strings::printing::settled;
use super::call::elements;
use super::condition::comparable;
use super::cx::Cx;
use super::gradient::{self, primal_of};
use super::lanes::{self, by_value::holds_lazy};
use super::node::Op;
use super::print::brief;
use super::same::same;
use super::sequence::Iter;
use super::value::Value;
use crate::error::{Code, Error, Result, Stop};
use crate::tensor::DType;
use crate::tensor::ops::BinaryOp;

impl Op {
    pub fn symbol(self) -> &'static str {
        match self {
            Op::Add => "+",
            Op::Sub => "-",
            Op::Mul => "*",
            Op::Div => "/",
            Op::Lt => "<",
            Op::Le => "<=",
            Op::Gt => ">",
            Op::Ge => ">=",
            Op::Eq => "=",
        }
    }

    /// The same operation on the elements of arrays and on lanes.
    pub fn of_arrays(self) -> BinaryOp {
        match self {
            Op::Add => BinaryOp::Add,
            Op::Sub => BinaryOp::Sub,
            Op::Mul => BinaryOp::Mul,
            Op::Div => BinaryOp::Div,
            Op::Lt => BinaryOp::Lt,
            Op::Le => BinaryOp::Le,
            Op::Gt => BinaryOp::Gt,
            Op::Ge => BinaryOp::Ge,
            Op::Eq => BinaryOp::Eq,
        }
    }

    pub fn from_symbol(name: &str) -> Option<Op> {
        [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Lt, Op::Le, Op::Gt, Op::Ge, Op::Eq]
            .into_iter()
            .find(|op| op.symbol() == name)
    }
}

/// Two integers; `None` where the result is no integer, overflows, or divides by zero.
#[inline(always)]
fn ints(op: Op, x: i64, y: i64) -> Option<Value> {
    Some(match op {
        Op::Add => Value::Int(x.checked_add(y)?),
        Op::Sub => Value::Int(x.checked_sub(y)?),
        Op::Mul => Value::Int(x.checked_mul(y)?),
        Op::Div => {
            if x.checked_rem(y)? == 0 {
                Value::Int(x.checked_div(y)?)
            } else {
                Value::float(x as f64 / y as f64)
            }
        }
        Op::Lt => Value::bool(x < y),
        Op::Le => Value::bool(x <= y),
        Op::Gt => Value::bool(x > y),
        Op::Ge => Value::bool(x >= y),
        Op::Eq => Value::bool(x == y),
    })
}

#[inline(always)]
fn floats(op: Op, x: f64, y: f64) -> Value {
    match op {
        Op::Add => Value::float(x + y),
        Op::Sub => Value::float(x - y),
        Op::Mul => Value::float(x * y),
        Op::Div => Value::float(x / y),
        Op::Lt => Value::bool(x < y),
        Op::Le => Value::bool(x <= y),
        Op::Gt => Value::bool(x > y),
        Op::Ge => Value::bool(x >= y),
        Op::Eq => Value::bool(x == y),
    }
}

/// Two numbers of one kind; `None` for everything else.
#[inline(always)]
fn fast(op: Op, a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => ints(op, *x, *y),
        (Value::Float(x), Value::Float(y)) => Some(floats(op, x.get(), y.get())),
        _ => None,
    }
}

/// Applies an operator to two values. Lazy sequences are equal as far as they are made.
#[inline(always)]
pub fn apply(op: Op, a: &Value, b: &Value) -> Result<Value> {
    match fast(op, a, b) {
        Some(v) => Ok(v),
        None => slow(op, a, b),
    }
}

/// Applies an operator in a program, where what is compared is charged and lazy sequences are made.
#[inline(always)]
pub fn apply_in(cx: &mut Cx, op: Op, a: &Value, b: &Value) -> Result<Value> {
    match fast(op, a, b) {
        Some(v) => Ok(v),
        None => slow_in(cx, op, a, b),
    }
}

/// The same for values nobody else needs: two numbers leave nothing to drop.
#[inline(always)]
pub fn apply_owned(cx: &mut Cx, op: Op, a: Value, b: Value) -> Result<Value> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => match ints(op, x, y) {
            Some(v) => Ok(v),
            None => Err(integer_error(op, x, y)),
        },
        (Value::Float(x), Value::Float(y)) => Ok(floats(op, x.get(), y.get())),
        (a, b) => slow_in(cx, op, &a, &b),
    }
}

#[inline(never)]
fn slow_in(cx: &mut Cx, op: Op, a: &Value, b: &Value) -> Result<Value> {
    let lanes = |v: &Value| match v {
        Value::Lanes(_) => true,
        Value::Vector(_) | Value::List(_) | Value::Map(_) | Value::Host(_) => op == Op::Eq && lanes::holds_lanes(v),
        _ => false,
    };
    cx.charge(elements(a).max(elements(b)))?;
    if op == Op::Eq && cx.group.is_some() && (holds_lazy(a) || holds_lazy(b)) {
        let (a, b) = (made_beside(cx, a, b)?, made_beside(cx, b, a)?);
        return slow_in(cx, op, &a, &b);
    }
    if lanes(a) || lanes(b) {
        return lanes::call::operator(cx, op, a, b);
    }
    if op == Op::Eq && !is_elementwise(a, b) {
        comparable(a, b)?;
        return same(cx, a, b).map(Value::bool);
    }
    slow(op, a, b)
}

/// A value with its lazy sequences made, whose elements may differ by lane; beside a sequence that ends, no more of one
/// than tells whether it is longer.
fn made_beside(cx: &mut Cx, value: &Value, other: &Value) -> Result<Value> {
    let (Value::Lazy(_), Value::Vector(_) | Value::List(_)) = (value, other) else { return settled(cx, value.clone()) };
    let mut items = Iter::new(cx, value)?;
    let mut made = Vec::new();
    while made.len() <= super::same::count(other)
        && let Some(item) = items.next(cx)?
    {
        made.push(settled(cx, item)?);
    }
    Value::list(made)
}

/// Does `=` of the two ask element by element? Arrays do beside numbers and arrays, those of booleans beside booleans;
/// with everything else an array is not equal.
fn is_elementwise(a: &Value, b: &Value) -> bool {
    let array = |v: &Value| match primal_of(v) {
        Value::Array(array) => Some(array.dtype()),
        _ => None,
    };
    let beside = |dtype: DType, v: &Value| primal_of(v).as_f64().is_some() || v.is_bool() && dtype == DType::Bool;
    match (array(a), array(b)) {
        (Some(_), Some(_)) => true,
        (Some(dtype), None) => beside(dtype, b),
        (None, Some(dtype)) => beside(dtype, a),
        (None, None) => matches!((a, b), (Value::Lanes(_), _) | (_, Value::Lanes(_))),
    }
}

#[inline(never)]
fn slow(op: Op, a: &Value, b: &Value) -> Result<Value> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Err(integer_error(op, *x, *y)),
        _ if op == Op::Eq && !is_elementwise(a, b) => comparable(a, b).map(|()| Value::bool(a == b)),
        (Value::Var(_), _) | (_, Value::Var(_)) => gradient::operator(op, a, b),
        (Value::Lanes(_), _) | (_, Value::Lanes(_)) => lanes::numbers::operator(op, a, b),
        (Value::Array(_), _) | (_, Value::Array(_)) => arrays::binary(op, a, b),
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(x), Some(y)) => Ok(floats(op, x, y)),
            _ if let Some(result) = by_host(op, a, b) => result,
            (None, _) => Err(not_a_number(op.symbol(), a).arg(0)),
            _ => Err(not_a_number(op.symbol(), b).arg(1)),
        },
    }
}

/// An operator on objects of the host that know it.
#[cold]
fn by_host(op: Op, a: &Value, b: &Value) -> Option<Result<Value>> {
    let of = |x: &Value| match x {
        Value::Host(h) => h.object().operate(op, a, b),
        _ => None,
    };
    of(a).or_else(|| of(b))
}

#[cold]
fn integer_error(op: Op, x: i64, y: i64) -> Stop {
    if op == Op::Div && y == 0 { division_by_zero(&Value::Int(x)) } else { overflow(op.symbol(), x, Some(y)) }
}

/// The error of dividing a number by the integer 0.
#[cold]
pub fn division_by_zero(x: &Value) -> Stop {
    Error::raise(Code::DivisionByZero, format!("integer division by zero: `(/ {} 0)`", brief(x)))
        .help("divide by `0.0` if you want ±Inf")
}

/// The error of an operation on one or two integers whose result is too large.
#[cold]
pub fn overflow(name: &str, x: i64, y: Option<i64>) -> Stop {
    let second = |end: &str| y.map_or(String::new(), |y| format!(" {y}{end}"));
    Error::raise(Code::Overflow, format!("integer overflow: `({name} {x}{})` does not fit in 64 bits", second("")))
        .help(format!("use floats: `({name} {x}.0{})`", second(".0")))
}

//! How the rows of elementwise functions apply to a number, an array, or anything else.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::not_a_number;
use crate::eval::arrays::{operands, wrap};
use crate::eval::gradient;
use crate::eval::lanes;
use crate::eval::print::brief;
use crate::eval::value::Value;
use crate::tensor::ops::{self, BinaryOp, UnaryOp};

/// A function from numbers to floats.
#[inline(always)]
pub fn float(op: UnaryOp, args: &[Value]) -> Result<Value> {
    match args[0].as_f64() {
        Some(x) => Ok(Value::float(op.of(x))),
        None => on_array(op, &args[0]),
    }
}

/// A function that keeps integers integers, as far as they fit.
#[inline(always)]
pub fn whole(op: UnaryOp, on_int: fn(i64) -> Option<i64>, args: &[Value]) -> Result<Value> {
    match &args[0] {
        Value::Int(n) => on_int(*n).map(Value::Int).ok_or_else(|| overflow(op.name(), args)),
        Value::Float(x) => Ok(Value::float(op.of(x.get()))),
        other => on_array(op, other),
    }
}

/// A rounding: numbers become integers when 64 bits hold them.
#[inline(always)]
pub fn rounded(op: UnaryOp, args: &[Value]) -> Result<Value> {
    match &args[0] {
        Value::Int(n) => Ok(Value::Int(*n)),
        Value::Float(x) => {
            let y = op.of(x.get());
            Ok(exact_integer(y).map_or(Value::float(y), Value::Int))
        }
        Value::Lanes(l) => lanes::numbers::rounded(op, l),
        other => on_array(op, other),
    }
}

/// The integer that a float without fraction stands for.
pub fn exact_integer(x: f64) -> Option<i64> {
    // The first float too large for 64 bits.
    const LIMIT: f64 = (1u64 << 63) as f64;
    (x.trunc() == x && (-LIMIT..LIMIT).contains(&x)).then_some(x as i64)
}

#[cold]
#[inline(never)]
fn on_array(op: UnaryOp, value: &Value) -> Result<Value> {
    match value {
        Value::Array(a) => wrap(ops::unary(op, a)),
        Value::Var(v) => gradient::unary(op, v),
        Value::Lanes(l) => lanes::numbers::unary(op, l),
        other => Err(not_a_number(op.name(), other).arg(0)),
    }
}

/// A function of two numbers to a float.
#[inline(always)]
pub fn binary(op: BinaryOp, args: &[Value]) -> Result<Value> {
    match (args[0].as_f64(), args[1].as_f64()) {
        (Some(x), Some(y)) => Ok(Value::float(op.of(x, y))),
        _ => on_arrays(op, op.name(), &args[0], &args[1]),
    }
}

/// An operation of which at least one operand is an array; other operands are numbers.
pub fn on_arrays(op: BinaryOp, name: &str, a: &Value, b: &Value) -> Result<Value> {
    for (i, value) in [a, b].into_iter().enumerate() {
        if !matches!(value, Value::Array(_) | Value::Int(_) | Value::Float(_) | Value::Var(_) | Value::Lanes(_)) {
            return Err(not_a_number(name, value).arg(i));
        }
    }
    if let (Value::Var(_), _) | (_, Value::Var(_)) = (a, b) {
        return gradient::binary(op, a, b);
    }
    if let (Value::Lanes(_), _) | (_, Value::Lanes(_)) = (a, b) {
        return lanes::numbers::binary(op, a, b);
    }
    let (x, y) = operands(name, a, b)?;
    wrap(ops::binary(op, &x, &y))
}

pub fn power(args: &[Value]) -> Result<Value> {
    match (&args[0], &args[1]) {
        (Value::Int(x), Value::Int(n)) if *n >= 0 => {
            let power = match (x, u32::try_from(*n)) {
                (_, Ok(n)) => x.checked_pow(n),
                // Only these stay small under a power beyond 32 bits.
                (0 | 1, Err(_)) => Some(*x),
                (-1, Err(_)) => Some(if n % 2 == 0 { 1 } else { -1 }),
                _ => None,
            };
            power.map(Value::Int).ok_or_else(|| overflow("pow", args))
        }
        _ => binary(BinaryOp::Pow, args),
    }
}

/// A function of booleans, element by element.
pub fn logic(op: UnaryOp, f: fn(bool) -> bool, args: &[Value]) -> Result<Value> {
    match &args[0] {
        Value::Array(a) => wrap(ops::unary(op, a)),
        value if value.is_bool() => Ok(Value::bool(f(value.truthy()))),
        other => Err(crate::eval::args::wrong_type(
            &format!("logical-{}", op.name()),
            "a boolean or an array of booleans",
            other,
            0,
        )),
    }
}

pub fn logic2(op: BinaryOp, f: fn(bool, bool) -> bool, args: &[Value]) -> Result<Value> {
    if args[0].is_bool() && args[1].is_bool() {
        return Ok(Value::bool(f(args[0].truthy(), args[1].truthy())));
    }
    let name = format!("logical-{}", op.name());
    for (i, value) in args.iter().enumerate() {
        if !value.is_bool() && !matches!(value, Value::Array(_)) {
            return Err(crate::eval::args::wrong_type(&name, "a boolean or an array of booleans", value, i));
        }
    }
    let (x, y) = operands(&name, &args[0], &args[1])?;
    wrap(ops::binary(op, &x, &y))
}

#[cold]
pub fn overflow(name: &str, args: &[Value]) -> Stop {
    let shown: Vec<String> = args.iter().map(brief).collect();
    let floats: Vec<String> =
        args.iter().map(|v| if v.as_int().is_some() { format!("{}.0", brief(v)) } else { brief(v) }).collect();
    Error::raise(Code::Overflow, format!("integer overflow: `({name} {})` does not fit in 64 bits", shown.join(" ")))
        .help(format!("use floats: `({name} {})`", floats.join(" ")))
}

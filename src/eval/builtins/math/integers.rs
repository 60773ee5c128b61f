//! Whole-number arithmetic: quotients, remainders, bits.

use super::elementwise::{on_arrays, overflow};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::{not_a_number, wrong_type};
use crate::eval::arrays::{operands, wrap};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::print::brief;
use crate::eval::value::Value;
use crate::tensor::DType;
use crate::tensor::ops::{self, BinaryOp, UnaryOp};

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::new("quot", "[x y]", quot),
    Builtin::new("rem", "[x y]", rem),
    Builtin::new("mod", "[x y]", modulo),
    Builtin::new("bit-and", "[x y & more]", |_, a| fold("bit-and", |x, y| x & y, a)),
    Builtin::new("bit-or", "[x y & more]", |_, a| fold("bit-or", |x, y| x | y, a)),
    Builtin::new("bit-xor", "[x y & more]", |_, a| fold("bit-xor", |x, y| x ^ y, a)),
    Builtin::new("bit-not", "[x]", |_, a| Ok(Value::Int(!bits("bit-not", a, 0)?))),
    Builtin::new("bit-shift-left", "[x n]", |_, a| shift("bit-shift-left", |x, n| x << n, a)),
    Builtin::new("bit-shift-right", "[x n]", |_, a| shift("bit-shift-right", |x, n| x >> n, a)),
    Builtin::new("bit-test", "[x n]", |_, a| Ok(Value::bool(shift("bit-test", |x, n| x >> n & 1, a)?.as_int() == Some(1)))),
];

fn quot(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    match (&args[0], &args[1]) {
        (Value::Int(_), Value::Int(0)) => Err(by_zero("quot", args)),
        (Value::Int(x), Value::Int(y)) => x.checked_div(*y).map(Value::Int).ok_or_else(|| overflow("quot", args)),
        (Value::Array(_), _) | (_, Value::Array(_)) => array_quotient(&args[0], &args[1]),
        _ => floats("quot", args, |x, y| (x / y).trunc()),
    }
}

fn rem(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    match (&args[0], &args[1]) {
        (Value::Int(_), Value::Int(0)) => Err(by_zero("rem", args)),
        (Value::Int(x), Value::Int(y)) => Ok(Value::Int(x.wrapping_rem(*y))),
        (Value::Array(_), _) | (_, Value::Array(_)) => on_arrays(BinaryOp::Rem, "rem", &args[0], &args[1]),
        _ => floats("rem", args, |x, y| x % y),
    }
}

fn modulo(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    match (&args[0], &args[1]) {
        (Value::Int(_), Value::Int(0)) => Err(by_zero("mod", args)),
        (Value::Int(x), Value::Int(y)) => {
            let rest = x.wrapping_rem(*y);
            Ok(Value::Int(if rest != 0 && (rest < 0) != (*y < 0) { rest + y } else { rest }))
        }
        (Value::Array(_), _) | (_, Value::Array(_)) => on_arrays(BinaryOp::Mod, "mod", &args[0], &args[1]),
        _ => floats("mod", args, |x, y| {
            let rest = x % y;
            if rest != 0.0 && (rest < 0.0) != (y < 0.0) { rest + y } else { rest }
        }),
    }
}

fn floats(name: &str, args: &[Value], f: fn(f64, f64) -> f64) -> Result<Value> {
    match (args[0].as_f64(), args[1].as_f64()) {
        (Some(_), Some(0.0)) => Err(by_zero(name, args)),
        (Some(x), Some(y)) => Ok(Value::float(f(x, y))),
        (None, _) => Err(not_a_number(name, &args[0]).arg(0)),
        _ => Err(not_a_number(name, &args[1]).arg(1)),
    }
}

/// (x - rem) / y is whole but for rounding.
fn array_quotient(x: &Value, y: &Value) -> Result<Value> {
    let Value::Array(rest) = on_arrays(BinaryOp::Rem, "quot", x, y)? else { return Ok(Value::Nil) };
    let (x, y) = operands("quot", x, y)?;
    let multiple = ops::binary(BinaryOp::Sub, &x, &rest)?;
    if multiple.dtype() == DType::Int64 {
        return wrap(ops::binary(BinaryOp::FloorDiv, &multiple, &y));
    }
    wrap(ops::binary(BinaryOp::Div, &multiple, &y).and_then(|q| ops::unary(UnaryOp::Round, &q)))
}

#[cold]
fn by_zero(name: &str, args: &[Value]) -> Stop {
    Error::raise(Code::DivisionByZero, format!("division by zero: `({name} {} {})`", brief(&args[0]), brief(&args[1])))
        .arg(1)
}

/// Bits are those of integers; a float has none.
fn bits(name: &str, args: &[Value], index: usize) -> Result<i64> {
    args[index].as_int().ok_or_else(|| wrong_type(name, "an integer", &args[index], index))
}

fn fold(name: &str, f: fn(i64, i64) -> i64, args: &[Value]) -> Result<Value> {
    (1..args.len()).try_fold(bits(name, args, 0)?, |acc, i| Ok(f(acc, bits(name, args, i)?))).map(Value::Int)
}

fn shift(name: &str, f: fn(i64, u32) -> i64, args: &[Value]) -> Result<Value> {
    let (x, n) = (bits(name, args, 0)?, bits(name, args, 1)?);
    match u32::try_from(n) {
        Ok(places) if places < 64 => Ok(Value::Int(f(x, places))),
        _ => Err(Error::raise(Code::Type, format!("`{name}` wants a place from 0 to 63, not `{n}`")).arg(1)),
    }
}

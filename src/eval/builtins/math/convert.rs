//! Conversions: integers, floats, and numbers in strings.

use super::elementwise::exact_integer;
use crate::error::{Code, Error, Result};
use crate::eval::args::{not_a_number, string, wrong_type};
use crate::eval::arrays::wrap;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::rules;
use crate::eval::value::Value;
use crate::tensor::DType;

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::new("int", "[x]", |_, a| to_int("int", a)),
    Builtin::new("long", "[x]", |_, a| to_int("long", a)),
    Builtin::new("double", "[x]", |_, a| to_float("double", a)).gradient(|_, a| rules::double(a)),
    Builtin::new("float", "[x]", |_, a| to_float("float", a)).gradient(|_, a| rules::double(a)),
    Builtin::new("parse-long", "[s]", |_, a| Ok(string("parse-long", a, 0)?.parse().map_or(Value::Nil, Value::Int))),
    Builtin::new("parse-double", "[s]", |_, a| Ok(number_in(string("parse-double", a, 0)?.trim()).map_or(Value::Nil, Value::float))),
    Builtin::new("parse-boolean", "[s]", parse_boolean),
];

fn to_int(name: &str, args: &[Value]) -> Result<Value> {
    match &args[0] {
        Value::Int(n) => Ok(Value::Int(*n)),
        Value::Float(x) => exact_integer(x.get().trunc()).map(Value::Int).ok_or_else(|| {
            let message = format!("`{}` is no 64-bit integer", crate::eval::print::float(x.get()));
            Error::raise(Code::Overflow, message).arg(0)
        }),
        Value::Array(a) => wrap(a.cast(DType::Int64)),
        Value::Str(s) => {
            Err(wrong_type(name, "a number", &args[0], 0).help(format!("read it: `(parse-long {:?})`", &**s)))
        }
        other => Err(not_a_number(name, other).arg(0)),
    }
}

fn to_float(name: &str, args: &[Value]) -> Result<Value> {
    match &args[0] {
        Value::Array(a) => wrap(a.cast(DType::Float64)),
        value => value.as_f64().map(Value::float).ok_or_else(|| not_a_number(name, value).arg(0)),
    }
}

/// The float written in a text: digits, `Inf`, `-Inf` or `NaN`, with or without `##`.
pub fn number_in(text: &str) -> Option<f64> {
    match text.strip_prefix("##").unwrap_or(text) {
        "Inf" | "Infinity" | "+Inf" => Some(f64::INFINITY),
        "-Inf" | "-Infinity" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        // Rust reads more words, such as `infinity`, which are names of columns rather than numbers.
        digits if digits.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) => digits.parse().ok(),
        _ => None,
    }
}

fn parse_boolean(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    Ok(match string("parse-boolean", args, 0)? {
        "true" => Value::True,
        "false" => Value::False,
        _ => Value::Nil,
    })
}

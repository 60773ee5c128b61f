//! Arguments of builtins by type, with errors that point at the argument.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::lanes::holds_lanes;
use crate::eval::print::brief;
use crate::eval::value::Value;

/// The error of an argument of the wrong type: ``` `take` wants an integer, not a string `"a"` ```.
#[cold]
pub fn wrong_type(function: &str, wanted: &str, value: &Value, index: usize) -> Stop {
    let error = Error::raise(Code::Type, format!("`{function}` wants {wanted}, not {}", described(value))).arg(index);
    // What each lane has might do.
    let error = error.of_lanes(holds_lanes(value));
    match value {
        Value::Var(_) => error.help("numbers that a gradient is taken of are floats; a constant: `(stop-gradient x)`"),
        _ => error,
    }
}

/// The error of an operator given something that is no number.
#[cold]
pub fn not_a_number(what: &str, value: &Value) -> Stop {
    if let Value::Var(_) = value {
        return crate::eval::gradient::no_gradient(what);
    }
    let found = if value.is_nil() { "nil".to_string() } else { format!("{} `{}`", value.kind(), brief(value)) };
    let error = Error::raise(Code::Type, format!("`{what}` wants a number, not {found}")).of_lanes(holds_lanes(value));
    match value {
        Value::Vector(_) | Value::List(_) => {
            error.help(format!("vectors are data: make an array with `(array {})`", brief(value)))
        }
        Value::Host(h) if h.kind() == "a distribution" => {
            error.help(format!("a distribution is no number: make a choice, `(trace :x {})`", brief(value)))
        }
        Value::Nil => error.help("nil is a missing datum, left out by `(filter some? xs)`, or what `get` and `first` give of something that is not there"),
        Value::Str(s) if s.parse::<f64>().is_ok() => {
            error.help(format!("read the number first: `(parse-double {:?})`", &**s))
        }
        _ => error,
    }
}

/// A value as messages speak of it: ``a string `"a"` ``, `nil`.
pub fn described(value: &Value) -> String {
    if value.is_nil() { "nil".to_string() } else { format!("{} `{}`", value.kind(), brief(value)) }
}

/// An argument as f64.
pub fn number(function: &str, args: &[Value], index: usize) -> Result<f64> {
    args[index].as_f64().ok_or_else(|| not_a_number(function, &args[index]).arg(index))
}

/// An argument as i64; floats without fraction count as integers.
pub fn integer(function: &str, args: &[Value], index: usize) -> Result<i64> {
    match &args[index] {
        Value::Int(i) => Ok(*i),
        Value::Float(x) if x.get().fract() == 0.0 && x.get().abs() < 9.0e15 => Ok(x.get() as i64),
        other => Err(wrong_type(function, "an integer", other, index)),
    }
}

/// An argument as a count: an integer that is not negative.
pub fn count(function: &str, args: &[Value], index: usize) -> Result<usize> {
    let n = integer(function, args, index)?;
    usize::try_from(n).map_err(|_| {
        Error::raise(Code::Type, format!("`{function}` wants a count, not the negative number `{n}`")).arg(index)
    })
}

pub fn string<'a>(function: &str, args: &'a [Value], index: usize) -> Result<&'a str> {
    args[index].as_str().ok_or_else(|| wrong_type(function, "a string", &args[index], index))
}

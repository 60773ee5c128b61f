//! The arguments of a generative function, which an operation takes as one vector; and maps as results.

use crate::error::Result;
use crate::eval::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::print::brief;
use crate::eval::{Cx, Value, sequence};

/// The arguments of a call of a generative function, which come as one vector.
pub fn argument_vector(cx: &mut Cx, operation: &str, value: &Value) -> Result<Vec<Value>> {
    match value {
        Value::Vector(_) | Value::List(_) | Value::Nil | Value::Lazy(_) => sequence::to_vec(cx, value),
        other => Err(wrong_type(operation, "the arguments as one vector", other, 1).help(match other {
            Value::Map(_) => format!("the arguments come first, then the choices: `({operation} model [] {{…}})`"),
            _ => format!("put them in a vector: `[{}]`", brief(other)),
        })),
    }
}

/// A map with keyword keys.
pub fn result<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Result<Value> {
    Ok(Value::Map(Map::from_pairs(entries.into_iter().map(|(k, v)| (Value::keyword(k), v)))?))
}

//! What combinators walk: the elements of a collection of arguments, or of one in each lane.

use crate::error::{Code, Error, Result};
use crate::eval::args::described;
use crate::eval::collections::Vector;
use crate::eval::print::brief;
use crate::eval::{Value, arrays};

/// The elements of a collection of arguments, one a step.
pub fn column(what: &str, value: &Value) -> Result<Vector> {
    match value {
        Value::Vector(items) => Ok(items.clone()),
        Value::List(items) => Vector::from_vec(items.to_vec()),
        Value::Nil => Ok(Vector::empty()),
        Value::Array(array) => Vector::from_vec(arrays::rows(array)?),
        Value::Lanes(lanes) if lanes.elements().is_some() => Vector::from_vec(lanes.elements().unwrap_or_default()),
        other => {
            let message = format!("`{what}` walks a vector or an array, not {}", described(other));
            let error = Error::raise(Code::Type, message).arguments();
            Err(match other {
                Value::Set(_) | Value::Map(_) | Value::Str(_) => {
                    error.help(format!("make a vector of it: `(vec {})`", brief(other)))
                }
                _ if what == "scan" => error.help("its elements come second: `[init [1 2 3]]`"),
                _ => error.help(format!(
                    "it walks a vector inside the vector of arguments: `[[{0} …]]`; the same for all is `(vec (repeat n {0}))`",
                    brief(other)
                )),
            })
        }
    }
}

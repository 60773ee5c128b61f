//! Addresses: paths of keywords, integers, strings and booleans.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::builtins::args::described;
use crate::eval::name::mix;
use crate::eval::print::brief;
use crate::eval::{Value, hash_code};
use std::borrow::Cow;

/// Components of one address; tries are as deep as addresses are long.
const MAX_COMPONENTS: usize = 10_000;

/// The components of an address: a vector is one path, anything else a path of one component.
pub fn components(address: &Value) -> Result<Cow<'_, [Value]>> {
    let path = match address {
        Value::Vector(v) => match v.as_slice() {
            Some(items) => Cow::Borrowed(items),
            None => Cow::Owned(v.to_vec()),
        },
        single => Cow::Borrowed(std::slice::from_ref(single)),
    };
    if path.len() > MAX_COMPONENTS {
        let message = format!("an address has at most {MAX_COMPONENTS} components, not {}", path.len());
        return Err(Error::raise(Code::Address, message).help("use an index instead of a path that grows: `[:y i]`"));
    }
    match path.iter().find(|c| !is_component(c)) {
        None if !path.is_empty() => Ok(path),
        None => {
            Err(Error::raise(Code::Address, "an address has at least one component").help("write `:x` or `[:x 0]`"))
        }
        Some(odd) => Err(bad_component(odd)),
    }
}

/// The same of a path that is looked up, which may be empty: everything.
pub fn path_of(address: &Value) -> Result<Cow<'_, [Value]>> {
    match address {
        Value::Vector(v) if v.is_empty() => Ok(Cow::Owned(Vec::new())),
        other => components(other),
    }
}

fn is_component(value: &Value) -> bool {
    matches!(value, Value::Keyword(_) | Value::Int(_) | Value::Str(_) | Value::True | Value::False)
}

#[cold]
fn bad_component(value: &Value) -> Stop {
    let message = format!("an address is made of keywords, integers, strings and booleans, not {}", described(value));
    let error = Error::raise(Code::Address, message);
    match value {
        Value::Float(x) if x.get().fract() == 0.0 => error.help(format!("use the integer: `(int {})`", brief(value))),
        Value::Vector(_) => error.help("a vector is already one path: `[:a :b 0]`, not `[:a [:b 0]]`"),
        Value::Nil => error.help("the expression that computes the address is nil here"),
        Value::Symbol(s) => error.help(format!("write the keyword `:{}`", s.as_str())),
        _ => error.help("write `:x` or `[:x 0]`"),
    }
}

/// The hash of a path from the hash of its start; draws of a site are named by it.
pub fn hash_path(start: u64, path: &[Value]) -> u64 {
    path.iter().fold(start, |h, c| mix(h.rotate_left(7) ^ hash_code(c)))
}

/// A path as reports show it: `:x` or `[:x 0]`.
pub fn show(path: &[Value]) -> String {
    match path {
        [single] => brief(single),
        _ => format!("[{}]", path.iter().map(brief).collect::<Vec<_>>().join(" ")),
    }
}

/// A path as the value that a program would write.
pub fn to_value(path: &[Value]) -> Value {
    match path {
        [single] => single.clone(),
        // Components are leaves, so that a path cannot nest too deeply.
        _ => Value::vector(path.to_vec()).unwrap_or_default(),
    }
}

//! Trainable parameters: what a run reads from the parameter store.

use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::eval::collections::Map;
use crate::eval::equality::identical;
use crate::eval::print::brief;

/// The value of a parameter: the store's, else the default.
pub fn value(store: &Value, name: &Value, default: &Value) -> Value {
    match store {
        Value::Map(store) => store.get(name).unwrap_or(default).clone(),
        _ => default.clone(),
    }
}

/// What a run has read, with what a call inside it has.
pub fn join(read: Value, more: &Value) -> Result<Value> {
    match more {
        Value::Map(more) => more.iter().try_fold(read, |read, (name, value)| with(read, name, value)),
        _ => Ok(read),
    }
}

/// What a run has read, with one more parameter. A name has one value: two defaults that differ are an error.
pub fn with(read: Value, name: &Value, value: &Value) -> Result<Value> {
    let read = match read {
        Value::Map(read) => read,
        _ => Map::empty(),
    };
    match read.get(name) {
        Some(before) if identical(before, value) || before == value => Ok(Value::Map(read)),
        Some(before) => Err(Error::raise(
            Code::Param,
            format!("the parameter `{}` has two defaults, `{}` and `{}`", brief(name), brief(before), brief(value)),
        )
        .help(format!(
            "give it one, rename one of the two, or set it: `(with-params {{{} {}}} …)`",
            brief(name),
            brief(value)
        ))),
        None => Ok(Value::Map(read.insert(name.clone(), value.clone())?)),
    }
}

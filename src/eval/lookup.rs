//! `get` and `nth`: one rule for every kind of value.

use super::args::wrong_type;
use super::arrays;
use super::cx::Cx;
use super::gradient::{pick, primal_of};
use super::lanes::{holds_lanes, per_value};
use super::sequence;
use super::value::Value;
use crate::error::{Code, Error, Result, Stop};

/// The value under `key`, or `default` when it is absent. Nothing has no keys: `(get nil :a)` is the default.
pub fn get(cx: &mut Cx, from: &Value, key: &Value, default: &Value) -> Result<Value> {
    let found = match from {
        Value::Map(_) | Value::Set(_) | Value::Vector(_) | Value::Str(_) | Value::Array(_)
            if matches!(key, Value::Vector(_) | Value::Lanes(_)) && holds_lanes(key) =>
        {
            let found = |cx: &mut Cx, key: &mut [Value]| get(cx, from, &key[0], default);
            return per_value(cx, std::slice::from_ref(key), true, &mut |cx, key| found(cx, key));
        }
        Value::Lanes(_) => {
            let found = |cx: &mut Cx, from: &mut [Value]| match &from[0] {
                Value::Lanes(_) => Ok(default.clone()),
                from => get(cx, from, key, default),
            };
            return per_value(cx, std::slice::from_ref(from), false, &mut |cx, from| found(cx, from));
        }
        Value::Map(m) => m.get(key).cloned(),
        Value::Set(s) => s.get(key).cloned(),
        Value::Vector(v) => index_of(key).and_then(|i| v.get(i)).cloned(),
        Value::Str(s) => index_of(key).and_then(|i| s.chars().nth(i)).map(|c| Value::str(c.to_string())),
        Value::Array(a) => match key {
            Value::Int(_) | Value::Array(_) => return arrays::index(a, key),
            _ => None,
        },
        Value::Var(_) => match (primal_of(from), key) {
            (Value::Array(_), Value::Int(_) | Value::Array(_)) => return pick::index(from, key),
            _ => None,
        },
        Value::Host(h) => match h.clone().object().get(cx, key) {
            Some(result) => return result,
            None => None,
        },
        _ => None,
    };
    Ok(found.unwrap_or_else(|| default.clone()))
}

fn index_of(key: &Value) -> Option<usize> {
    key.as_int().and_then(|i| usize::try_from(i).ok())
}

/// The element at an index; outside, the default, or an error without one.
pub fn nth(cx: &mut Cx, from: &Value, index: &Value, default: Option<&Value>) -> Result<Value> {
    let Some(i) = index.as_int() else {
        return Err(wrong_type("nth", "an integer index", index, 1));
    };
    let at = usize::try_from(i).ok();
    let (found, length) = match from {
        Value::Lanes(lanes) if lanes.column().is_some_and(|column| !column.event().is_empty()) => {
            let length = lanes.column().and_then(|column| column.event().first().copied());
            (at.and_then(|i| lanes.element(i)), length)
        }
        Value::Nil => return Ok(default.cloned().unwrap_or_default()),
        Value::Vector(v) => (at.and_then(|i| v.get(i)).cloned(), Some(v.len())),
        Value::List(l) => (at.and_then(|i| l.get(i)).cloned(), Some(l.len())),
        Value::Str(s) => {
            (at.and_then(|i| s.chars().nth(i)).map(|c| Value::str(c.to_string())), Some(s.chars().count()))
        }
        Value::Array(a) => return arrays::index(a, index),
        Value::Var(_) if matches!(primal_of(from), Value::Array(_)) => return pick::index(from, index),
        _ => (nth_of_sequence(cx, from, at)?, None),
    };
    match (found, default) {
        (Some(v), _) => Ok(v),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(out_of_range(from, i, length)),
    }
}

fn nth_of_sequence(cx: &mut Cx, from: &Value, at: Option<usize>) -> Result<Option<Value>> {
    let mut items = sequence::Iter::new(cx, from)?;
    let Some(mut left) = at else { return Ok(None) };
    while let Some(item) = items.next(cx)? {
        if left == 0 {
            return Ok(Some(item));
        }
        left -= 1;
        cx.step()?;
    }
    Ok(None)
}

#[cold]
fn out_of_range(from: &Value, index: i64, length: Option<usize>) -> Stop {
    let of = match length {
        Some(n) => format!("{} of {n} element{}", from.kind(), if n == 1 { "" } else { "s" }),
        None => from.kind().to_string(),
    };
    Error::raise(Code::Index, format!("index {index} is outside {of}"))
        .help("indices count from 0; give a default with `(nth xs i default)`")
        .arg(1)
}

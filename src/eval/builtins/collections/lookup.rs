//! Looking up: get, get-in, contains?, find.

use super::super::io::Table;
use super::super::sequences::at_argument;
use crate::error::Result;
use crate::eval::args::wrong_type;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::primal_of;
use crate::eval::lanes::by_value::by_keys;
use crate::eval::lanes::{in_force, per_value};
use crate::eval::value::Value;
use crate::eval::{lookup, sequence};

pub const TABLE: &[Builtin] = &[
    Builtin::generic("get", "[coll key] [coll key default]", |cx, a| {
        lookup::get(cx, &a[0], &a[1], a.get(2).unwrap_or(&Value::Nil))
    })
    .looks_at(0b10),
    Builtin::generic("get-in", "[coll path] [coll path default]", get_in).per_value(),
    Builtin::generic("contains?", "[coll key]", |cx, a| {
        by_keys(cx, &a[1..], &mut |cx, key| Ok(Value::bool(contains(cx, &in_force(cx, &a[0])?, &key[0])?)))
    })
    .looks_at(0b10),
    Builtin::generic("find", "[coll key]", |cx, a| {
        by_keys(cx, &a[1..], &mut |cx, key| {
            find(cx, &in_force(cx, &a[0])?, &key[0])?.map_or(Ok(Value::Nil), Value::vector)
        })
    })
    .looks_at(0b10),
    Builtin::generic("key", "[entry]", |_, a| part("key", a, 0)),
    Builtin::generic("val", "[entry]", |_, a| part("val", a, 1)),
];

fn get_in(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let path = sequence::to_vec(cx, &args[1]).map_err(|e| at_argument(e, 1))?;
    let absent = args.get(2).cloned().unwrap_or_default();
    by_keys(cx, &path, &mut |cx, path| {
        let (from, absent) = (in_force(cx, &args[0])?, in_force(cx, &absent)?);
        at_path(cx, from, path, &absent)
    })
}

fn at_path(cx: &mut Cx, from: Value, path: &[Value], absent: &Value) -> Result<Value> {
    let mut at = from;
    for (done, key) in path.iter().enumerate() {
        if let Value::Lanes(_) = at {
            return per_value(cx, &[at], false, &mut |cx, at| {
                let absent = in_force(cx, absent)?;
                match found(cx, &at[0], key)? {
                    Some(inner) => at_path(cx, inner, &path[done + 1..], &absent),
                    None => Ok(absent),
                }
            });
        }
        at = match found(cx, &at, key)? {
            Some(inner) => inner,
            None => return Ok(absent.clone()),
        };
    }
    Ok(at)
}

/// The value under a key, or `None` when the key is absent.
fn found(cx: &mut Cx, coll: &Value, key: &Value) -> Result<Option<Value>> {
    Ok(match coll {
        Value::Map(m) => m.get(key).cloned(),
        Value::Host(h) => h.clone().object().get(cx, key).transpose()?,
        Value::Vector(_) | Value::Set(_) | Value::Str(_) | Value::Array(_) => {
            if contains(cx, coll, key)? {
                Some(lookup::get(cx, coll, key, &Value::Nil)?)
            } else {
                None
            }
        }
        Value::Var(_) if matches!(primal_of(coll), Value::Array(_)) => {
            if contains(cx, primal_of(coll), key)? {
                Some(lookup::get(cx, coll, key, &Value::Nil)?)
            } else {
                None
            }
        }
        _ => None,
    })
}

pub fn contains(cx: &mut Cx, coll: &Value, key: &Value) -> Result<bool> {
    let inside = |n: usize| key.as_int().is_some_and(|i| i >= 0 && (i as usize) < n);
    Ok(match coll {
        Value::Nil => false,
        Value::Var(_) => return contains(cx, primal_of(coll), key),
        Value::Map(m) => m.contains(key),
        Value::Set(s) => s.contains(key),
        Value::Vector(v) => inside(v.len()),
        Value::Str(s) => inside(s.chars().count()),
        Value::Array(a) => inside(a.shape().first().copied().unwrap_or(0)),
        Value::Host(h) if h.downcast::<Table>().is_some() => h.downcast::<Table>().is_some_and(|t| t.0.contains(key)),
        Value::Host(h) => h.clone().object().get(cx, key).transpose()?.is_some(),
        other => {
            let error = wrong_type("contains?", "something with keys", other, 0);
            return Err(match other {
                Value::List(_) | Value::Lazy(_) => {
                    error.help("`contains?` looks for keys; for an element write `(some #{x} xs)`")
                }
                _ => error,
            });
        }
    })
}

/// Key and value, the key as it was put in.
pub fn find(cx: &mut Cx, coll: &Value, key: &Value) -> Result<Option<Vec<Value>>> {
    match coll {
        Value::Nil => Ok(None),
        Value::Map(m) => Ok(m.entry(key).map(|(k, v)| vec![k.clone(), v.clone()])),
        Value::Vector(_) | Value::Host(_) => Ok(found(cx, coll, key)?.map(|v| vec![key.clone(), v])),
        other => Err(wrong_type("find", "a map", other, 0)),
    }
}

fn part(function: &str, args: &[Value], index: usize) -> Result<Value> {
    match &args[0] {
        Value::Vector(entry) if entry.len() == 2 => Ok(entry.get(index).cloned().unwrap_or_default()),
        other => Err(wrong_type(function, "an entry `[key value]` of a map", other, 0)),
    }
}

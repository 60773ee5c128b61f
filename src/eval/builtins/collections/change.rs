//! Changing collections: assoc, dissoc, update, and the same along a path.

use super::super::sequences::{at_argument, owned};
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::collections::{Map, Set};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::lanes::by_value::by_keys;
use crate::eval::lanes::{holds_lanes, in_force, per_value};
use crate::eval::print::brief;
use crate::eval::run::arity_error;
use crate::eval::value::{MAX_NESTING, Value};
use crate::eval::{lookup, sequence};

pub const TABLE: &[Builtin] = &[
    Builtin::generic("assoc", "[coll key value & more]", assoc).looks_at(0xaaaa_aaaa).puts(0x5555_5554),
    Builtin::generic("assoc-in", "[coll path value]", |cx, a| {
        let [coll, path, value] = owned(a);
        at_path(cx, coll, &path, &mut |cx, _| in_force(cx, &value))
    })
    .per_value(),
    Builtin::generic("dissoc", "[coll] [coll key & more]", dissoc).looks_at(!1),
    Builtin::generic("disj", "[set] [set x & more]", disj).looks_at(!1),
    Builtin::generic("update", "[trace constraints] [coll key f & args]", update).looks_at(0b10),
    Builtin::generic("update-in", "[coll path f & args]", |cx, a| {
        let call: Vec<Value> = a[2..].iter_mut().map(std::mem::take).collect();
        let [coll, path] = owned(&mut a[..2]);
        at_path(cx, coll, &path, &mut |cx, old| apply_to(cx, &mut call.clone(), old))
    })
    .per_value(),
];

fn assoc(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let mut coll = std::mem::take(&mut args[0]);
    if args.len().is_multiple_of(2) {
        let message =
            format!("`assoc` takes keys and values in pairs, but `{}` has no value", brief(&args[args.len() - 1]));
        return Err(Error::raise(Code::Arity, message).arg(args.len() - 1));
    }
    for pair in args[1..].chunks_exact_mut(2) {
        coll = assoc_one(cx, coll, std::mem::take(&mut pair[0]), std::mem::take(&mut pair[1]))?;
    }
    Ok(coll)
}

/// One entry set, in place when nobody else holds the collection.
pub fn assoc_one(cx: &mut Cx, coll: Value, key: Value, value: Value) -> Result<Value> {
    match coll {
        _ if holds_lanes(&key) => {
            per_value(cx, &[key], true, &mut |cx, key| assoc_one(cx, coll.clone(), key[0].clone(), value.clone()))
        }
        Value::Map(m) => Ok(Value::Map(m.insert(key, value)?)),
        Value::Lanes(_) => per_value(cx, &[coll], false, &mut |cx, coll| {
            let value = in_force(cx, &value)?;
            assoc_one(cx, std::mem::take(&mut coll[0]), key.clone(), value)
        }),
        Value::Nil => Ok(Value::Map(Map::empty().insert(key, value)?)),
        Value::Vector(v) => match key.as_int().and_then(|i| usize::try_from(i).ok()) {
            Some(i) if i <= v.len() => Ok(Value::Vector(v.set(i, value)?)),
            Some(i) => Err(Error::raise(Code::Index, format!("index {i} is outside a vector of size {}", v.len()))
                .help(format!("`assoc` replaces elements and appends at index {}", v.len()))
                .arg(1)),
            None => Err(wrong_type("assoc", "an index into the vector", &key, 1)),
        },
        Value::Host(ref h) => match h.clone().object().assoc(cx, &key, &value) {
            Some(result) => result,
            None => Err(wrong_type("assoc", "a map or a vector", &coll, 0)),
        },
        other => Err(wrong_type("assoc", "a map or a vector", &other, 0)),
    }
}

fn dissoc(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let coll = std::mem::take(&mut args[0]);
    let keys = &args[1..];
    match keys.iter().any(holds_lanes) {
        false => without(cx, coll, keys),
        true => by_keys(cx, keys, &mut |cx, keys| {
            let coll = in_force(cx, &coll)?;
            without(cx, coll, keys)
        }),
    }
}

fn without(cx: &mut Cx, mut coll: Value, keys: &[Value]) -> Result<Value> {
    for key in keys {
        coll = match coll {
            Value::Nil => Value::Nil,
            Value::Map(m) => Value::Map(m.remove(key)),
            Value::Host(ref h) => match h.clone().object().dissoc(cx, key) {
                Some(result) => result?,
                None => return Err(wrong_type("dissoc", "a map", &coll, 0)),
            },
            Value::Set(_) => return Err(wrong_type("dissoc", "a map", &coll, 0).help("of a set: `(disj set x)`")),
            other => return Err(wrong_type("dissoc", "a map", &other, 0)),
        };
    }
    Ok(coll)
}

fn disj(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let set = match std::mem::take(&mut args[0]) {
        Value::Nil => return Ok(Value::Nil),
        Value::Set(set) => set,
        other => return Err(wrong_type("disj", "a set", &other, 0)),
    };
    let rest = |set: Set, keys: &[Value]| Value::Set(keys.iter().fold(set, |set, x| set.remove(x)));
    match args[1..].iter().any(holds_lanes) {
        false => Ok(rest(set, &args[1..])),
        true => by_keys(cx, &args[1..], &mut |_, keys| Ok(rest(set.clone(), keys))),
    }
}

fn update(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Value::Host(_) = args[0] {
        return cx.delegate("gfi-update", args);
    }
    if args.len() < 3 {
        let error = arity_error("update", "[coll key f & args]", args.len());
        return Err(match &args[0] {
            Value::Map(m) if m.get_keyword("trace").is_some() => {
                error.help("this is what `generate` and its kin return: update its trace, `(:trace result)`")
            }
            _ => error.help("see `(doc update)`"),
        });
    }
    let coll = std::mem::take(&mut args[0]);
    let key = std::mem::take(&mut args[1]);
    let old = lookup::get(cx, &coll, &key, &Value::Nil)?;
    let mut call: Vec<Value> = args[2..].iter_mut().map(std::mem::take).collect();
    let new = apply_to(cx, &mut call, old)?;
    assoc_one(cx, coll, key, new)
}

/// Calls `[f & args]` with `old` as first argument.
fn apply_to(cx: &mut Cx, call: &mut [Value], old: Value) -> Result<Value> {
    let f = std::mem::replace(&mut call[0], old);
    cx.call(&f, call)
}

/// What stands for the value at a path, made of it.
type New<'f> = &'f mut dyn FnMut(&mut Cx, Value) -> Result<Value>;

/// Rebuilds the collections along the path.
fn at_path(cx: &mut Cx, coll: Value, path: &Value, new: New<'_>) -> Result<Value> {
    let mut path = sequence::to_vec(cx, path).map_err(|e| at_argument(e, 1))?;
    if path.len() > MAX_NESTING as usize {
        let message = format!("a path of {} keys, more than values may nest", path.len());
        return Err(Error::raise(Code::TooNested, message).arg(1));
    }
    if path.is_empty() {
        // As in Clojure, an empty path is the key nil.
        path.push(Value::Nil);
    }
    match path.iter().any(holds_lanes) {
        false => rebuilt(cx, coll, path, new),
        true => by_keys(cx, &path, &mut |cx, path| {
            let coll = in_force(cx, &coll)?;
            rebuilt(cx, coll, path.to_vec(), new)
        }),
    }
}

/// From the inside out, in place where nobody else holds a collection.
fn rebuilt(cx: &mut Cx, coll: Value, mut path: Vec<Value>, new: New<'_>) -> Result<Value> {
    let mut at = coll;
    let mut outer = Vec::with_capacity(path.len());
    for key in &path {
        let inner = lookup::get(cx, &at, key, &Value::Nil)?;
        outer.push(std::mem::replace(&mut at, inner));
    }
    let mut value = new(cx, at)?;
    while let (Some(coll), Some(key)) = (outer.pop(), path.pop()) {
        value = assoc_one(cx, coll, key, value)?;
    }
    Ok(value)
}

//! Collections: making them, and adding elements to any of them.

pub mod change;
pub mod entries;
pub mod lookup;

use super::sequences::at_argument;
use super::strings::printing::settled;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::collections::{List, Map, Set, Vector};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::lanes::by_value::holds_lazy;
use crate::eval::lanes::{holds_lanes, in_force, per_value};
use crate::eval::print::brief;
use crate::eval::sequence;
use crate::eval::value::Value;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("list", "[& items]", |_, a| Value::list(all(a))),
    Builtin::generic("vector", "[& items]", |_, a| Value::vector(all(a))),
    Builtin::generic("vec", "[coll]", |cx, a| {
        let coll = std::mem::take(&mut a[0]);
        vector_of(cx, coll)
    }),
    Builtin::generic("hash-map", "[& keyvals]", |_, a| {
        if a.len() % 2 == 1 {
            let message =
                format!("`hash-map` takes keys and values in pairs, but `{}` has no value", brief(&a[a.len() - 1]));
            return Err(Error::raise(Code::Arity, message).arg(a.len() - 1));
        }
        let pairs = a.chunks_exact_mut(2).map(|pair| (std::mem::take(&mut pair[0]), std::mem::take(&mut pair[1])));
        Ok(Value::Map(Map::from_pairs(pairs)?))
    })
    .looks_at(0x5555_5555),
    Builtin::generic("hash-set", "[& items]", |_, a| Ok(Value::Set(Set::from_items(all(a))?))).per_value(),
    Builtin::generic("set", "[coll]", |cx, a| {
        if let Value::Set(_) = a[0] {
            return Ok(std::mem::take(&mut a[0]));
        }
        let items = sequence::to_vec(cx, &a[0]).map_err(|e| at_argument(e, 0))?;
        Ok(Value::Set(Set::from_items(items)?))
    })
    .per_value(),
    Builtin::generic("conj", "[] [coll] [coll x & more]", conj),
    Builtin::generic("empty", "[coll]", |_, a| {
        Ok(match &a[0] {
            Value::Vector(_) => Value::Vector(Vector::empty()),
            Value::Map(_) => Value::Map(Map::empty()),
            Value::Set(_) => Value::Set(Set::empty()),
            Value::List(_) | Value::Lazy(_) => Value::List(List::empty()),
            _ => Value::Nil,
        })
    }),
    Builtin::generic("peek", "[coll]", |_, a| match &a[0] {
        Value::Nil => Ok(Value::Nil),
        Value::Vector(v) => Ok(v.len().checked_sub(1).and_then(|i| v.get(i)).cloned().unwrap_or_default()),
        Value::List(l) => Ok(l.first().cloned().unwrap_or_default()),
        other => Err(wrong_type("peek", "a vector or a list", other, 0)),
    }),
    Builtin::generic("pop", "[coll]", pop),
    Builtin::generic("subvec", "[vector start] [vector start end]", subvec).looks_at(0b110),
];

fn all(args: &mut [Value]) -> Vec<Value> {
    args.iter_mut().map(std::mem::take).collect()
}

/// Anything with elements as a vector; a view of a whole vector is that vector.
pub fn vector_of(cx: &mut Cx, coll: Value) -> Result<Value> {
    match &coll {
        Value::Vector(_) => return Ok(coll),
        Value::List(l) => {
            if let Some((v, 0)) = l.viewed() {
                return Ok(Value::Vector(v.clone()));
            }
        }
        _ => {}
    }
    Value::vector(sequence::to_vec(cx, &coll).map_err(|e| at_argument(e, 0))?)
}

fn conj(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let Some((coll, items)) = args.split_first_mut() else { return Value::vector(Vec::new()) };
    let mut coll = std::mem::take(coll);
    for (i, item) in items.iter_mut().enumerate() {
        coll = conj_one(cx, coll, std::mem::take(item), i + 1)?;
    }
    Ok(coll)
}

/// The collection with one element added, in place when nobody else holds it.
pub fn conj_one(cx: &mut Cx, coll: Value, item: Value, index: usize) -> Result<Value> {
    Ok(match coll {
        Value::Vector(v) => Value::Vector(v.push(item)?),
        Value::Lanes(_) => {
            return per_value(cx, &[coll], false, &mut |cx, coll| {
                let item = in_force(cx, &item)?;
                conj_one(cx, std::mem::take(&mut coll[0]), item, index)
            });
        }
        Value::Set(s) if holds_lanes(&item) || cx.group.is_some() && holds_lazy(&item) => {
            let item = settled(cx, item)?;
            return per_value(cx, &[item], true, &mut |_, item| Ok(Value::Set(s.clone().insert(item[0].clone())?)));
        }
        Value::Set(s) => Value::Set(s.insert(item)?),
        Value::Map(_) | Value::Host(_) => return conj_entry(cx, coll, item, index),
        Value::Nil => Value::list(vec![item])?,
        Value::List(_) | Value::Lazy(_) => sequence::cons(cx, item, &coll)?,
        other => return Err(not_a_collection(&other)),
    })
}

fn conj_entry(cx: &mut Cx, coll: Value, item: Value, index: usize) -> Result<Value> {
    match &item {
        Value::Nil => Ok(coll),
        Value::Vector(entry) if entry.len() == 2 => {
            let (k, v) = (entry.get(0).cloned().unwrap_or_default(), entry.get(1).cloned().unwrap_or_default());
            change::assoc_one(cx, coll, k, v)
        }
        Value::Map(m) => {
            cx.charge(m.len())?;
            m.iter().try_fold(coll, |coll, (k, v)| change::assoc_one(cx, coll, k.clone(), v.clone()))
        }
        other => Err(wrong_type("conj", "an entry `[k v]` or a map here", other, index)),
    }
}

#[cold]
fn not_a_collection(value: &Value) -> Stop {
    let error = wrong_type("conj", "a collection", value, 0);
    match value {
        Value::Array(_) => error.help("join arrays with `(concat a b)`"),
        Value::Str(_) => error.help("join strings with `(str a b)`"),
        _ => error,
    }
}

fn pop(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let nothing = || Error::raise(Code::Index, "`pop` of an empty collection").arg(0);
    match std::mem::take(&mut args[0]) {
        Value::Nil => Ok(Value::Nil),
        Value::Vector(v) => v.pop().map(Value::Vector).ok_or_else(nothing),
        Value::List(l) if l.is_empty() => Err(nothing()),
        Value::List(l) => Ok(Value::List(l.rest())),
        other => Err(wrong_type("pop", "a vector or a list", &other, 0)),
    }
}

fn subvec(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let Value::Vector(v) = &args[0] else { return Err(wrong_type("subvec", "a vector", &args[0], 0)) };
    let start = crate::eval::args::integer("subvec", args, 1)?;
    let end = if args.len() == 3 { crate::eval::args::integer("subvec", args, 2)? } else { v.len() as i64 };
    if start < 0 || end > v.len() as i64 || start > end {
        let message = format!("`subvec` from {start} to {end} of a vector of {} elements", v.len());
        return Err(Error::raise(Code::Index, message).arg(1));
    }
    Ok(Value::Vector(v.slice(start as usize, end as usize)?))
}

//! Maps as a whole: keys, vals, merge, select-keys, update-vals.

use super::super::sequences::{at_argument, fold::contents, owned};
use super::change::assoc_one;
use super::lookup::find;
use crate::error::Result;
use crate::eval::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::lanes::by_value::by_keys;
use crate::eval::lanes::in_force;
use crate::eval::sequence;
use crate::eval::value::Value;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("keys", "[map]", |cx, a| side(cx, "keys", a, |(k, _)| k)),
    Builtin::generic("vals", "[map]", |cx, a| side(cx, "vals", a, |(_, v)| v)),
    Builtin::generic("merge", "[& maps]", |cx, a| {
        let mut maps = a.iter_mut().map(std::mem::take).enumerate().filter(|(_, m)| !m.is_nil());
        let Some((_, first)) = maps.next() else { return Ok(Value::Nil) };
        if let Value::Host(_) = first {
            return maps.try_fold(first, |all, (_, map)| cx.call_core("merge-choices", &mut [all, map]));
        }
        maps.try_fold(first, |all, (i, map)| super::conj_one(cx, all, map, i))
    }),
    Builtin::generic("merge-with", "[f & maps]", merge_with),
    Builtin::generic("select-keys", "[map keys]", |cx, a| {
        let keys = sequence::to_vec(cx, &a[1]).map_err(|e| at_argument(e, 1))?;
        by_keys(cx, &keys, &mut |cx, keys| {
            let (from, mut map) = (in_force(cx, &a[0])?, Map::empty());
            for key in keys {
                if let Some(entry) = find(cx, &from, key)? {
                    let [k, v] = <[Value; 2]>::try_from(entry).unwrap_or_default();
                    map = map.insert(k, v)?;
                }
            }
            Ok(Value::Map(map))
        })
    })
    .per_value(),
    Builtin::generic("update-vals", "[map f]", |cx, a| {
        each_entry(cx, "update-vals", a, |cx, f, k, v| Ok((k, cx.call(f, &mut [v])?)))
    }),
    Builtin::generic("update-keys", "[map f]", |cx, a| {
        each_entry(cx, "update-keys", a, |cx, f, k, v| Ok((cx.call(f, &mut [k])?, v)))
    }),
];

/// The entries of a map or of a host object that shows itself as one.
fn entries(cx: &mut Cx, function: &str, value: Value, index: usize) -> Result<Map> {
    match contents(cx, value)? {
        Value::Map(m) => Ok(m),
        Value::Nil => Ok(Map::empty()),
        other => Err(wrong_type(function, "a map", &other, index)),
    }
}

fn side(cx: &mut Cx, function: &str, args: &mut [Value], pick: fn((Value, Value)) -> Value) -> Result<Value> {
    // A sequence of entries will do, as in `(keys (filter … map))`.
    if let Value::List(_) | Value::Lazy(_) = &args[0] {
        let pairs: Option<Vec<(Value, Value)>> = sequence::to_vec(cx, &args[0])?.iter().map(pair).collect();
        let Some(pairs) = pairs else { return Err(wrong_type(function, "a map", &args[0], 0)) };
        return listed(pairs.into_iter().map(pick).collect());
    }
    let [map] = owned(args);
    let map = entries(cx, function, map, 0)?;
    cx.charge(map.len())?;
    listed(map.iter().map(|(k, v)| pick((k.clone(), v.clone()))).collect())
}

fn pair(entry: &Value) -> Option<(Value, Value)> {
    match entry {
        Value::Vector(v) if v.len() == 2 => Some((v.get(0)?.clone(), v.get(1)?.clone())),
        _ => None,
    }
}

fn listed(items: Vec<Value>) -> Result<Value> {
    if items.is_empty() { Ok(Value::Nil) } else { Value::list(items) }
}

fn merge_with(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let f = std::mem::take(&mut args[0]);
    let mut maps = args[1..].iter_mut().map(std::mem::take).filter(|m| !m.is_nil());
    let Some(mut all) = maps.next() else { return Ok(Value::Nil) };
    for (i, map) in maps.enumerate() {
        for (k, v) in entries(cx, "merge-with", map, i + 2)?.iter() {
            let v = match find(cx, &all, k)?.and_then(|mut entry| entry.pop()) {
                Some(old) => cx.call(&f, &mut [old, v.clone()])?,
                None => v.clone(),
            };
            all = assoc_one(cx, all, k.clone(), v)?;
        }
    }
    Ok(all)
}

fn each_entry(
    cx: &mut Cx,
    function: &str,
    args: &mut [Value],
    change: impl Fn(&mut Cx, &Value, Value, Value) -> Result<(Value, Value)>,
) -> Result<Value> {
    let [map, f] = owned(args);
    let map = entries(cx, function, map, 0)?;
    let mut changed = Value::Map(Map::empty());
    for (k, v) in map.iter() {
        let (k, v) = change(cx, &f, k.clone(), v.clone())?;
        changed = assoc_one(cx, changed, k, v)?;
    }
    Ok(changed)
}

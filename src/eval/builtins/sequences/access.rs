//! Looking into sequences: first, rest, nth, count; putting elements in front.

use super::{at_argument, each};
use crate::error::Result;
use crate::eval::collections::{Lazy, List};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::sequence::{self, Iter};
use crate::eval::value::Value;
use crate::eval::{args, lookup};

pub const TABLE: &[Builtin] = &[
    Builtin::generic("seq", "[coll]", |cx, a| sequence::seq(cx, &a[0]).map_err(|e| at_argument(e, 0))),
    Builtin::generic("first", "[coll]", |cx, a| {
        Ok(sequence::first(cx, &a[0]).map_err(|e| at_argument(e, 0))?.unwrap_or_default())
    }),
    Builtin::generic("second", "[coll]", |cx, a| from(cx, &a[0], 1)),
    Builtin::generic("last", "[coll]", last),
    Builtin::generic("rest", "[coll]", |cx, a| sequence::rest(cx, &a[0]).map_err(|e| at_argument(e, 0))),
    Builtin::generic("next", "[coll]", next),
    Builtin::generic("nth", "[coll index] [coll index default]", |cx, a| lookup::nth(cx, &a[0], &a[1], a.get(2)))
        .looks_at(0b10),
    Builtin::generic("nthrest", "[coll n]", |cx, a| {
        let n = args::integer("nthrest", a, 1)?.max(0) as usize;
        if n == 0 { Ok(a[0].clone()) } else { dropped(cx, &a[0], n, 0) }
    })
    .looks_at(0b10),
    Builtin::generic("nthnext", "[coll n]", |cx, a| {
        let n = args::integer("nthnext", a, 1)?.max(0) as usize;
        let rest = dropped(cx, &a[0], n, 0)?;
        sequence::seq(cx, &rest)
    })
    .looks_at(0b10),
    Builtin::generic("cons", "[x coll]", |cx, a| {
        let first = std::mem::take(&mut a[0]);
        sequence::cons(cx, first, &a[1]).map_err(|e| at_argument(e, 1))
    }),
    Builtin::generic("list*", "[coll] [x & more]", list_star),
    Builtin::generic("count", "[coll]", |cx, a| {
        Ok(Value::Int(sequence::count(cx, &a[0]).map_err(|e| at_argument(e, 0))? as i64))
    }),
    Builtin::generic("bounded-count", "[n coll]", bounded_count).looks_at(1),
    Builtin::generic("empty?", "[coll]", |cx, a| Ok(Value::bool(is_empty(cx, &a[0])?))),
    Builtin::generic("not-empty", "[coll]", |cx, a| {
        Ok(if is_empty(cx, &a[0])? { Value::Nil } else { std::mem::take(&mut a[0]) })
    }),
    Builtin::generic("doall", "[coll]", |cx, a| {
        each(cx, &a[0], 0, |_, _| Ok(true))?;
        Ok(std::mem::take(&mut a[0]))
    }),
    Builtin::generic("dorun", "[coll]", |cx, a| {
        let coll = std::mem::take(&mut a[0]);
        each(cx, &coll, 0, |_, _| Ok(true))?;
        Ok(Value::Nil)
    }),
];

fn next(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let rest = sequence::rest(cx, &args[0]).map_err(|e| at_argument(e, 0))?;
    sequence::seq(cx, &rest)
}

/// The element at `index`, or nil.
fn from(cx: &mut Cx, coll: &Value, index: usize) -> Result<Value> {
    let mut at = 0;
    let mut found = Value::Nil;
    each(cx, coll, 0, |_, item| {
        if at == index {
            found = item;
            return Ok(false);
        }
        at += 1;
        Ok(true)
    })?;
    Ok(found)
}

fn last(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    match &args[0] {
        Value::Vector(v) => return Ok(v.len().checked_sub(1).and_then(|i| v.get(i)).cloned().unwrap_or_default()),
        Value::List(l) => return Ok(l.len().checked_sub(1).and_then(|i| l.get(i)).cloned().unwrap_or_default()),
        _ => {}
    }
    let coll = std::mem::take(&mut args[0]);
    let mut last = Value::Nil;
    each(cx, &coll, 0, |_, item| {
        last = item;
        Ok(true)
    })?;
    Ok(last)
}

/// What is left after `n` elements, which are made now.
pub fn dropped(cx: &mut Cx, coll: &Value, n: usize, index: usize) -> Result<Value> {
    match coll {
        Value::Vector(v) => return Ok(Value::List(List::view(v.clone(), n))),
        Value::List(l) => {
            if let Some((v, from)) = l.viewed() {
                return Ok(Value::List(List::view(v.clone(), from.saturating_add(n))));
            }
        }
        Value::Lazy(_) => {}
        _ => {
            let items = sequence::to_vec(cx, coll).map_err(|e| at_argument(e, index))?;
            return Value::list(items.into_iter().skip(n).collect());
        }
    }
    let mut at = coll.clone();
    for _ in 0..n {
        cx.step()?;
        if ended(cx, &at)? {
            break;
        }
        at = sequence::rest(cx, &at)?;
    }
    Ok(at)
}

/// True at the end of a list or lazy sequence.
pub fn ended(cx: &mut Cx, at: &Value) -> Result<bool> {
    Ok(match at {
        Value::List(l) => l.is_empty(),
        Value::Lazy(l) => l.force(cx)?.is_none(),
        other => is_empty(cx, other)?,
    })
}

pub fn is_empty(cx: &mut Cx, coll: &Value) -> Result<bool> {
    Ok(match coll {
        Value::Lazy(l) => l.force(cx)?.is_none(),
        Value::Str(s) => s.is_empty(),
        other => sequence::count(cx, other).map_err(|e| at_argument(e, 0))? == 0,
    })
}

fn bounded_count(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let n = args::count("bounded-count", args, 0)?;
    if !matches!(args[1], Value::Lazy(_)) {
        return Ok(Value::Int(sequence::count(cx, &args[1]).map_err(|e| at_argument(e, 1))? as i64));
    }
    let mut items = Iter::new(cx, &args[1])?;
    let mut made = 0;
    while made < n && items.next(cx)?.is_some() {
        made += 1;
    }
    Ok(Value::Int(made as i64))
}

fn list_star(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let last = args.len() - 1;
    if let Value::Lazy(_) = args[last] {
        let mut list = args[last].clone();
        for first in args[..last].iter().rev() {
            list = Value::Lazy(Lazy::cons(first.clone(), list)?);
        }
        return Ok(list);
    }
    let tail = sequence::to_vec(cx, &args[last]).map_err(|e| at_argument(e, last))?;
    if last == 0 && tail.is_empty() {
        return Ok(Value::Nil);
    }
    Value::list(args[..last].iter_mut().map(std::mem::take).chain(tail).collect())
}

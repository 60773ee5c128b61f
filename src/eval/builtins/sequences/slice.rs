//! Parts of sequences by count or predicate: take, drop and their family.

use super::access::{dropped, ended};
use super::{at_argument, collect, owned, walk};
use crate::error::Result;
use crate::eval::args;
use crate::eval::collections::List;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::lanes::answer::{self, LaneAnswer, WalkStep};
use crate::eval::lanes::per_value;
use crate::eval::sequence;
use crate::eval::value::Value;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("take", "[n coll]", take).looks_at(1),
    Builtin::generic("drop", "[n coll]", drop_n).looks_at(1),
    Builtin::generic("take-while", "[pred coll]", take_while),
    Builtin::generic("drop-while", "[pred coll]", drop_while),
    Builtin::generic("take-last", "[n coll]", take_last).looks_at(1),
    Builtin::generic("drop-last", "[coll] [n coll]", drop_last).looks_at(1),
    Builtin::generic("butlast", "[coll]", |cx, a| {
        let all = drop_last(cx, a)?;
        sequence::seq(cx, &all)
    }),
    Builtin::generic("take-nth", "[n coll]", take_nth).looks_at(1),
    Builtin::generic("split-at", "[n coll]", |cx, a| {
        let n = args::integer("split-at", a, 0)?.max(0) as usize;
        let first = taken(cx, n, &a[1])?;
        Value::vector(vec![first, dropped(cx, &a[1], n, 1)?])
    })
    .looks_at(1),
    Builtin::generic("split-with", "[pred coll]", split_with),
];

/// A number of elements to take or drop: less than none is none.
fn some_count(function: &str, a: &[Value]) -> Result<usize> {
    Ok(match &a[0] {
        // As in Clojure a fraction counts as the next whole number, and infinity as all.
        Value::Float(x) if !x.get().is_nan() => x.get().ceil().max(0.0) as usize,
        _ => args::integer(function, a, 0)?.max(0) as usize,
    })
}

fn take(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    let n = some_count("take", a)?;
    let coll = std::mem::take(&mut a[1]);
    taken(cx, n, &coll)
}

fn taken(cx: &mut Cx, n: usize, coll: &Value) -> Result<Value> {
    let mut items = walk(cx, coll, 1)?;
    let room = items.hint().min(n);
    let mut left = n;
    Value::list(collect(cx, room, |cx| {
        if left == 0 {
            return Ok(None);
        }
        left -= 1;
        items.next(cx)
    })?)
}

fn drop_n(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    let n = some_count("drop", a)?;
    let coll = std::mem::take(&mut a[1]);
    if coll.is_nil() {
        return Ok(Value::List(List::empty()));
    }
    dropped(cx, &coll, n, 1)
}

fn take_while(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    let [pred, coll] = owned(a);
    let mut items = walk(cx, &coll, 1)?;
    let mut taken = Vec::new();
    answer::walk(cx, |cx| {
        cx.step()?;
        let Some(item) = items.next(cx)? else { return Value::list(std::mem::take(&mut taken)).map(WalkStep::End) };
        let verdict = cx.call(&pred, &mut [item.clone()])?;
        let end = LaneAnswer::of(cx, &verdict)?.when(false);
        let before = match end {
            LaneAnswer::All(false) => Value::Nil,
            _ => Value::list(taken.clone())?,
        };
        taken.push(item);
        Ok(WalkStep::Done(end, before))
    })
}

fn drop_while(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    let [pred, coll] = owned(a);
    let mut at = dropped(cx, &coll, 0, 1)?;
    answer::walk(cx, |cx| {
        if ended(cx, &at)? {
            return Ok(WalkStep::End(at.clone()));
        }
        let first = sequence::first(cx, &at)?.unwrap_or_default();
        let verdict = cx.call(&pred, &mut [first])?;
        let end = LaneAnswer::of(cx, &verdict)?.when(false);
        let left = match end {
            LaneAnswer::All(false) => Value::Nil,
            _ => at.clone(),
        };
        at = sequence::rest(cx, &at)?;
        Ok(WalkStep::Done(end, left))
    })
}

fn split_with(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    let coll = a[1].clone();
    let first = take_while(cx, a)?;
    let both = |cx: &mut Cx, first: &Value| {
        let n = sequence::count(cx, first)?;
        Value::vector(vec![first.clone(), dropped(cx, &coll, n, 1)?])
    };
    match first {
        Value::Lanes(_) => per_value(cx, &[first], false, &mut |cx, first| both(cx, &first[0])),
        first => both(cx, &first),
    }
}

fn take_last(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    let n = some_count("take-last", a)?;
    let all = sequence::to_vec(cx, &a[1]).map_err(|e| at_argument(e, 1))?;
    let from = all.len().saturating_sub(n);
    let last: Vec<Value> = all.into_iter().skip(from).collect();
    if last.is_empty() { Ok(Value::Nil) } else { Value::list(last) }
}

fn drop_last(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    let n = if a.len() == 2 { some_count("drop-last", a)? } else { 1 };
    let at = a.len() - 1;
    let mut all = sequence::to_vec(cx, &a[at]).map_err(|e| at_argument(e, at))?;
    all.truncate(all.len().saturating_sub(n));
    Value::list(all)
}

fn take_nth(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    let n = super::divide::step("take-nth", a, 0)?;
    let [_, coll] = owned(a);
    let mut items = walk(cx, &coll, 1)?;
    let mut skip = 0;
    super::Making::from(&[coll]).make(cx, move |cx| {
        for _ in 0..skip {
            if items.next(cx)?.is_none() {
                return Ok(None);
            }
        }
        skip = n - 1;
        items.next(cx)
    })
}

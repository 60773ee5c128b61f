//! Several sequences as one: concat, mapcat, flatten, and the loops of `for` and `doseq`.

use super::transform::{map, next_of_each, walk_all};
use super::{Making, collect, deepest, lazily, owned, walk};
use crate::error::Result;
use crate::eval::arrays::wrap;
use crate::eval::collections::List;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::{primal_of, rules};
use crate::eval::lanes::answer::{self, LaneAnswer, WalkStep};
use crate::eval::lanes::{LaneValues, per_value, per_value_where};
use crate::eval::sequence::{self, Iter};
use crate::eval::value::Value;
use crate::tensor::{self, Array};

pub const TABLE: &[Builtin] = &[
    Builtin::generic("mapcat", "[f coll] [f coll & colls]", mapcat),
    Builtin::generic("concat", "[& colls]", concat).gradient(concat_variables),
    Builtin::generic("interleave", "[& colls]", interleave),
    Builtin::generic("interpose", "[separator coll]", interpose),
    Builtin::generic("flatten", "[coll]", flatten),
    Builtin::generic("tree-seq", "[branch? children root]", tree_seq),
    Builtin::generic("for-each", "[mode f coll]", for_each),
];

fn mapcat(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let f = std::mem::take(&mut args[0]);
    let making = Making::from(&args[1..]).with(&f);
    let lazy = args[1..].iter().any(|source| matches!(source, Value::Lazy(_)));
    let mut sources = walk_all(cx, args, 1)?;
    if !lazy {
        return joined_at_once(cx, &f, sources);
    }
    let mut inner: Option<Iter> = None;
    making.make(cx, move |cx| {
        loop {
            if let Some(items) = &mut inner
                && let Some(item) = items.next(cx)?
            {
                return Ok(Some(item));
            }
            let Some(mut row) = next_of_each(cx, &mut sources)? else { return Ok(None) };
            let result = cx.call(&f, &mut row)?;
            inner = Some(Iter::new(cx, &result)?);
        }
    })
}

/// The elements of all results at once; where results are lanes, those of each.
fn joined_at_once(cx: &mut Cx, f: &Value, mut sources: Vec<Iter>) -> Result<Value> {
    let mut results = Vec::new();
    while let Some(mut row) = next_of_each(cx, &mut sources)? {
        results.push(cx.call(f, &mut row)?);
    }
    elements(cx, &results)
}

/// The elements of all results; where results are lanes, those of each.
fn elements(cx: &mut Cx, results: &[Value]) -> Result<Value> {
    if results.iter().any(|result| matches!(result, Value::Lanes(_))) {
        return per_value(cx, results, false, &mut |cx, results| elements(cx, results));
    }
    let (mut results, mut inner) = (results.iter(), None::<Iter>);
    Value::list(collect(cx, 0, |cx| {
        loop {
            if let Some(item) = inner.as_mut().map(|items| items.next(cx)).transpose()?.flatten() {
                return Ok(Some(item));
            }
            let Some(result) = results.next() else { return Ok(None) };
            inner = Some(Iter::new(cx, result)?);
        }
    })?)
}

/// Arrays of which some are gradient variables make one array, as plain ones do.
fn concat_variables(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if args.iter().all(|arg| matches!(primal_of(arg), Value::Array(_))) {
        return rules::join(args, 0, tensor::ops::concat);
    }
    concat(cx, args)
}

fn concat(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if !args.is_empty() && args.iter().all(|a| matches!(a, Value::Array(_))) {
        let arrays: Vec<&Array> =
            args.iter().filter_map(|a| if let Value::Array(a) = a { Some(&**a) } else { None }).collect();
        return wrap(tensor::ops::concat(&arrays, 0));
    }
    if !args.is_empty() && args.iter().all(is_array) {
        return Err(sequence::not_a_sequence(
            args.iter().find(|arg| matches!(arg, Value::Lanes(_))).unwrap_or(&args[0]),
        ));
    }
    // One endless part makes the whole endless.
    let any_lazy = args.iter().any(|a| matches!(a, Value::Lazy(_)));
    let depth = deepest(args);
    let mut sources: Vec<Iter> = walk_all(cx, args, 0)?;
    let room = sources.iter().map(Iter::hint).sum();
    sources.reverse();
    let next = move |cx: &mut Cx| {
        while let Some(items) = sources.last_mut() {
            if let Some(item) = items.next(cx)? {
                return Ok(Some(item));
            }
            sources.pop();
        }
        Ok(None)
    };
    if any_lazy { lazily(cx, depth, next) } else { Value::list(collect(cx, room, next)?) }
}

/// An array, or one in each lane.
fn is_array(value: &Value) -> bool {
    match value {
        Value::Lanes(lanes) => lanes.elements().is_some(),
        other => matches!(other, Value::Array(_)),
    }
}

fn interleave(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if args.is_empty() {
        return Ok(Value::List(List::empty()));
    }
    let making = Making::from(args);
    let mut sources = walk_all(cx, args, 0)?;
    let mut row = Vec::new().into_iter();
    making.make(cx, move |cx| {
        if row.len() == 0 {
            let Some(items) = next_of_each(cx, &mut sources)? else { return Ok(None) };
            row = items.into_iter();
        }
        Ok(row.next())
    })
}

fn interpose(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let [separator, coll] = owned(args);
    let mut items = walk(cx, &coll, 1)?;
    let (mut waiting, mut started) = (None, false);
    Making::from(&[coll]).with(&separator).make(cx, move |cx| {
        if let Some(item) = waiting.take() {
            return Ok(Some(item));
        }
        let item = items.next(cx)?;
        if !std::mem::replace(&mut started, true) || item.is_none() {
            return Ok(item);
        }
        waiting = item;
        Ok(Some(separator.clone()))
    })
}

/// What `flatten` opens: sequences, and arrays, which have rows.
fn is_sequential(value: &Value) -> bool {
    match primal_of(value) {
        Value::List(_) | Value::Vector(_) | Value::Lazy(_) => true,
        Value::Array(array) => array.ndim() > 0,
        _ => false,
    }
}

fn flatten(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let [coll] = owned(args);
    let coll = rows_of_lanes(coll)?;
    if !is_sequential(&coll) {
        return Ok(Value::List(List::empty()));
    }
    let mut open = vec![Iter::new(cx, &coll)?];
    let mut next = move |cx: &mut Cx| {
        while let Some(items) = open.last_mut() {
            match items.next(cx)?.map(rows_of_lanes).transpose()? {
                Some(inner) if is_sequential(&inner) => open.push(Iter::new(cx, &inner)?),
                Some(leaf) => return Ok(Some(leaf)),
                None => drop(open.pop()),
            }
        }
        Ok(None)
    };
    if let Value::Lazy(_) = coll {
        return Making::from(&[coll]).make(cx, move |cx| match next(cx)? {
            Some(leaf) if has_sequences(&leaf) => Err(answer::differ("flatten")),
            leaf => Ok(leaf),
        });
    }
    let leaves = collect(cx, 0, next)?;
    let opened = |_, leaf: &Value| has_sequences(leaf);
    match per_value_where(cx, &leaves, opened, &mut |cx, leaves| flatten(cx, &mut [Value::list(leaves.to_vec())?]))? {
        Some(flat) => Ok(flat),
        None => Value::list(leaves),
    }
}

/// Lanes some of which have a sequence.
fn has_sequences(leaf: &Value) -> bool {
    let Value::Lanes(lanes) = leaf else { return false };
    let opens = |value: &Value| match value {
        Value::Lanes(inner) => inner.elements().is_some(),
        other => is_sequential(other),
    };
    matches!(&lanes.of, LaneValues::Parts(parts) if parts.iter().any(|(_, value)| opens(value)))
}

/// An array in each lane as the sequence of its elements.
fn rows_of_lanes(value: Value) -> Result<Value> {
    match &value {
        Value::Lanes(lanes) => lanes.elements().map_or(Ok(value.clone()), Value::list),
        _ => Ok(value),
    }
}

fn tree_seq(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let [branch, children, root] = owned(args);
    let mut open: Vec<Iter> = vec![Iter::Items(vec![root].into_iter())];
    Making::from(&[]).make(cx, move |cx| {
        while let Some(items) = open.last_mut() {
            let Some(node) = items.next(cx)? else {
                open.pop();
                continue;
            };
            let has_children = cx.call(&branch, &mut [node.clone()])?;
            if LaneAnswer::of(cx, &has_children)?.same("tree-seq")? {
                let inner = cx.call(&children, &mut [node.clone()])?;
                open.push(Iter::new(cx, &inner)?);
            }
            return Ok(Some(node));
        }
        Ok(None)
    })
}

fn for_each(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let [mode, f, coll] = owned(args);
    match mode.as_keyword() {
        Some("map") => map(cx, &mut [f, coll]),
        Some("run") => {
            let mut items = walk(cx, &coll, 2)?;
            answer::walk(cx, |cx| match items.next(cx)? {
                Some(item) => {
                    let result = cx.call(&f, &mut [item])?;
                    Ok(WalkStep::Done(LaneAnswer::which(cx, &result, is_stop)?, Value::Nil))
                }
                None => Ok(WalkStep::End(Value::Nil)),
            })
        }
        _ => joined(cx, f, coll, mode.as_keyword() == Some("while")),
    }
}

fn is_stop(value: &Value) -> bool {
    value.as_keyword() == Some("stop")
}

/// Like `mapcat`, until f says stop.
fn joined(cx: &mut Cx, f: Value, coll: Value, now: bool) -> Result<Value> {
    let mut items = walk(cx, &coll, 2)?;
    if now || !matches!(coll, Value::Lazy(_)) {
        let mut results = Vec::new();
        return answer::walk(cx, |cx| {
            let Some(item) = items.next(cx)? else { return elements(cx, &results).map(WalkStep::End) };
            let result = cx.call(&f, &mut [item])?;
            let stop = LaneAnswer::which(cx, &result, is_stop)?;
            let before = match stop {
                LaneAnswer::All(false) => Value::Nil,
                _ => elements(cx, &results)?,
            };
            results.push(result);
            Ok(WalkStep::Done(stop, before))
        });
    }
    let mut inner: Option<Iter> = None;
    let making = Making::from(&[coll]).with(&f);
    making.make(cx, move |cx| {
        loop {
            if let Some(items) = &mut inner
                && let Some(item) = items.next(cx)?
            {
                return Ok(Some(item));
            }
            let Some(item) = items.next(cx)? else { return Ok(None) };
            let results = cx.call(&f, &mut [item])?;
            if LaneAnswer::which(cx, &results, is_stop)?.same("for")? {
                return Ok(None);
            }
            inner = Some(Iter::new(cx, &results)?);
        }
    })
}

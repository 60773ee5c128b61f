//! Folding a sequence into one value: reduce and what is made of it.

use super::{collect, each, lazily, owned, settled, walk};
use crate::error::Result;
use crate::eval::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::host::HostObject;
use crate::eval::lanes::answer::{self, LaneAnswer, WalkStep};
use crate::eval::lanes::by_value::by_keys;
use crate::eval::lanes::{LanePart, LaneValues, merge};
use crate::eval::print::Printer;
use crate::eval::value::{Value, nest};
use std::collections::HashMap;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("reduce", "[f coll] [f init coll]", reduce),
    Builtin::generic("reductions", "[f coll] [f init coll]", reductions),
    Builtin::generic("reduce-kv", "[f init coll]", reduce_kv),
    Builtin::generic("reduced", "[x]", |_, a| Reduced::wrap(std::mem::take(&mut a[0]))),
    Builtin::generic("reduced?", "[x]", |_, a| Ok(Value::bool(a[0].as_host::<Reduced>().is_some()))),
    Builtin::generic("unreduced", "[x]", |_, a| Ok(unreduced(&a[0]).unwrap_or_else(|| std::mem::take(&mut a[0])))),
    Builtin::generic("into", "[] [to] [to from]", into),
    Builtin::generic("run!", "[f coll]", |cx, a| {
        let [f, coll] = owned(a);
        each(cx, &coll, 1, |cx, item| Ok(cx.call(&f, &mut [item])?.as_host::<Reduced>().is_none()))?;
        Ok(Value::Nil)
    })
    .state(),
    Builtin::generic("group-by", "[f coll]", group_by),
    Builtin::generic("frequencies", "[coll]", frequencies).per_value(),
    Builtin::generic("zipmap", "[keys vals]", zipmap),
];

/// What ends a `reduce`.
pub struct Reduced(Value);

impl Reduced {
    fn wrap(value: Value) -> Result<Value> {
        nest(value.depth())?;
        Ok(Value::host(Reduced(value)))
    }
}

impl HostObject for Reduced {
    fn kind(&self) -> &'static str {
        "a reduced value"
    }
    fn print(&self, out: &mut Printer<'_>) {
        out.text("#<reduced ");
        out.value(&self.0);
        out.text(">");
    }
    fn depth(&self) -> u32 {
        self.0.depth() + 1
    }
    fn deref(&self, _cx: &mut Cx) -> Option<Result<Value>> {
        Some(Ok(self.0.clone()))
    }
}

fn unreduced(value: &Value) -> Option<Value> {
    value.as_host::<Reduced>().map(|r| r.0.clone())
}

/// What a step of a fold came to.
enum Folded {
    On(Value),
    End(Value),
    /// Some lanes are done, with a value; the others go on with theirs.
    Some(LaneAnswer, Value, Value),
}

fn folded(cx: &Cx, next: Value) -> Result<Folded> {
    match &next {
        Value::Host(_) => Ok(unreduced(&next).map_or(Folded::On(next), Folded::End)),
        Value::Lanes(lanes) => match &lanes.of {
            LaneValues::Parts(parts) if parts.iter().any(|(_, value)| unreduced(value).is_some()) => {
                reduced_in(cx, &next, parts)
            }
            _ => Ok(Folded::On(next)),
        },
        _ => Ok(Folded::On(next)),
    }
}

#[cold]
fn reduced_in(cx: &Cx, next: &Value, parts: &[LanePart]) -> Result<Folded> {
    let Value::Lanes(lanes) = next else { return Ok(Folded::On(next.clone())) };
    let group = cx.group.as_ref().unwrap_or(&lanes.group);
    let (mut done, mut left) = (Vec::new(), Vec::new());
    for (part, value) in parts {
        let (with, _) = group.split_by(part);
        if !with.is_empty() {
            let part = group.part(with);
            match unreduced(value) {
                Some(value) => done.push((part, value)),
                None => left.push((part, value.clone())),
            }
        }
    }
    let lanes_of = |parts: &[LanePart]| group.union(parts.iter().map(|(part, _)| part));
    Ok(match (lanes_of(&done), lanes_of(&left)) {
        (Some(yes), Some(no)) => {
            let (value, rest) = (merge(done, &yes)?, merge(left, &no)?);
            Folded::Some(LaneAnswer::Differ(yes, no), value, rest)
        }
        (Some(yes), None) => Folded::End(merge(done, &yes)?),
        _ => Folded::On(next.clone()),
    })
}

fn reduce(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let last = args.len() - 1;
    let (f, coll) = (std::mem::take(&mut args[0]), std::mem::take(&mut args[last]));
    let mut acc = (last == 2).then(|| std::mem::take(&mut args[1]));
    let (mut seen, mut some) = (0, None);
    each(cx, &coll, last, |cx, item| {
        seen += 1;
        // The result so far is moved in, so that `conj` and `assoc` change it in place.
        let next = match acc.take() {
            Some(so_far) => cx.call(&f, &mut [so_far, item])?,
            None => item,
        };
        let next = match next {
            Value::Host(_) | Value::Lanes(_) => folded(cx, next)?,
            next => Folded::On(next),
        };
        let go_on = matches!(next, Folded::On(_));
        match next {
            Folded::On(value) | Folded::End(value) => acc = Some(value),
            Folded::Some(answer, value, rest) => (acc, some) = (Some(rest), Some((answer, value))),
        }
        Ok(go_on)
    })?;
    match (acc, some) {
        (Some(rest), Some((answer, value))) => {
            let mut items = walk(cx, &coll, last)?;
            for _ in 0..seen {
                items.next(cx)?;
            }
            let next = |cx: &mut Cx, acc: Value| match items.next(cx)? {
                Some(item) => cx.call(&f, &mut [acc, item]).map(Ok),
                None => Ok(Err(acc)),
            };
            fold_on(cx, answer, value, rest, next)
        }
        (Some(value), None) => Ok(value),
        (None, _) => cx.call(&f, &mut []),
    }
}

/// Goes on with a fold that some lanes have ended; `next` gives the next value, or the last one back.
fn fold_on(
    cx: &mut Cx,
    answer: LaneAnswer,
    value: Value,
    rest: Value,
    mut next: impl FnMut(&mut Cx, Value) -> Result<Result<Value, Value>>,
) -> Result<Value> {
    let mut acc = rest;
    let mut first = Some(WalkStep::Done(answer, value));
    answer::walk(cx, |cx| {
        if let Some(step) = first.take() {
            return Ok(step);
        }
        let value = match next(cx, std::mem::take(&mut acc))? {
            Ok(value) => value,
            Err(last) => return Ok(WalkStep::End(last)),
        };
        Ok(match folded(cx, value)? {
            Folded::On(value) => {
                acc = value;
                WalkStep::On
            }
            Folded::End(value) => WalkStep::End(value),
            Folded::Some(answer, value, rest) => {
                acc = rest;
                WalkStep::Done(answer, value)
            }
        })
    })
}

fn reductions(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let last = args.len() - 1;
    let (f, coll) = (std::mem::take(&mut args[0]), std::mem::take(&mut args[last]));
    let mut items = walk(cx, &coll, last)?;
    let lazy = matches!(coll, Value::Lazy(_));
    let depth = f.depth().max(coll.depth()).max(args[1].depth());
    let first = match last {
        2 => Some(std::mem::take(&mut args[1])),
        _ => match items.next(cx)? {
            Some(item) => Some(item),
            None => Some(cx.call(&f, &mut [])?),
        },
    };
    let (mut acc, mut fresh, mut done) = (first.unwrap_or_default(), true, false);
    let next = move |cx: &mut Cx| {
        if std::mem::take(&mut fresh) {
            return Ok(Some(acc.clone()));
        }
        let Some(item) = (if done { None } else { items.next(cx)? }) else { return Ok(None) };
        let result = cx.call(&f, &mut [acc.clone(), item])?;
        acc = match folded(cx, result)? {
            Folded::On(value) => value,
            Folded::End(value) => {
                done = true;
                value
            }
            Folded::Some(..) => return Err(answer::differ("reductions")),
        };
        Ok(Some(acc.clone()))
    };
    if lazy { lazily(cx, depth, next) } else { Value::list(collect(cx, 0, next)?) }
}

fn reduce_kv(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let [f, init, coll] = owned(args);
    let entries: Vec<(Value, Value)> = match contents(cx, coll)? {
        Value::Nil => Vec::new(),
        Value::Map(m) => m.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        Value::Vector(v) => v.iter().enumerate().map(|(i, item)| (Value::Int(i as i64), item.clone())).collect(),
        other => return Err(wrong_type("reduce-kv", "a map or a vector", &other, 2)),
    };
    let mut entries = entries.into_iter();
    // No lane is done yet.
    fold_on(cx, LaneAnswer::All(false), Value::Nil, init, |cx, acc| match entries.next() {
        Some((key, value)) => cx.call(&f, &mut [acc, key, value]).map(Ok),
        None => Ok(Err(acc)),
    })
}

/// A host object as the map or vector that it shows.
pub fn contents(cx: &mut Cx, value: Value) -> Result<Value> {
    if let Value::Host(h) = &value
        && let Some(contents) = h.object().contents(cx)
    {
        return contents;
    }
    Ok(value)
}

fn into(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let to = match args {
        [] => return Value::vector(Vec::new()),
        [to] => return Ok(std::mem::take(to)),
        [to, ..] => std::mem::take(to),
    };
    let from = std::mem::take(&mut args[1]);
    let mut acc = Some(to);
    each(cx, &from, 1, |cx, item| {
        cx.step()?;
        let so_far = acc.take().unwrap_or_default();
        acc = Some(crate::eval::builtins::collections::conj_one(cx, so_far, item, 0)?);
        Ok(true)
    })?;
    Ok(acc.unwrap_or_default())
}

/// Keys in the order of their first occurrence, each with what has been gathered under it.
#[allow(clippy::mutable_key_type)] // settled values do not change
struct Groups<T> {
    index: HashMap<Value, usize, crate::eval::collections::Hashing>,
    groups: Vec<(Value, T)>,
}

impl<T: Default> Groups<T> {
    fn new() -> Groups<T> {
        Groups { index: HashMap::default(), groups: Vec::new() }
    }

    fn at(&mut self, key: Value) -> &mut T {
        let at = match self.index.get(&key) {
            Some(at) => *at,
            None => {
                self.index.insert(key.clone(), self.groups.len());
                self.groups.push((key, T::default()));
                self.groups.len() - 1
            }
        };
        &mut self.groups[at].1
    }

    fn into_map(self, value: impl Fn(T) -> Result<Value>) -> Result<Value> {
        let pairs: Vec<(Value, Value)> =
            self.groups.into_iter().map(|(k, t)| Ok((k, value(t)?))).collect::<Result<_>>()?;
        Ok(Value::Map(Map::from_pairs(pairs)?))
    }
}

fn group_by(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let [f, coll] = owned(args);
    let (mut keys, mut items) = (Vec::new(), Vec::new());
    each(cx, &coll, 1, |cx, item| {
        let key = cx.call(&f, &mut [item.clone()])?;
        keys.push(settled(cx, key)?);
        items.push(item);
        Ok(true)
    })?;
    by_keys(cx, &keys, &mut |_, keys| {
        let mut groups: Groups<Vec<Value>> = Groups::new();
        for (key, item) in keys.iter().zip(&items) {
            groups.at(key.clone()).push(item.clone());
        }
        groups.into_map(Value::vector)
    })
}

fn frequencies(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let [coll] = owned(args);
    let mut groups: Groups<i64> = Groups::new();
    each(cx, &coll, 0, |cx, item| {
        cx.step()?;
        *groups.at(settled(cx, item)?) += 1;
        Ok(true)
    })?;
    groups.into_map(|n| Ok(Value::Int(n)))
}

fn zipmap(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let [keys, vals] = owned(args);
    let mut vals = walk(cx, &vals, 1)?;
    let (mut names, mut values) = (Vec::new(), Vec::new());
    each(cx, &keys, 0, |cx, key| {
        cx.step()?;
        let Some(value) = vals.next(cx)? else { return Ok(false) };
        names.push(key);
        values.push(value);
        Ok(true)
    })?;
    by_keys(cx, &names, &mut |_, names| {
        Ok(Value::Map(Map::from_pairs(names.iter().cloned().zip(values.iter().cloned()))?))
    })
}

//! Dividing sequences into pieces: partition, partition-all, partition-by.

use super::access::dropped;
use super::{Making, deepest, lazily, owned, walk};
use crate::error::{Code, Error, Result};
use crate::eval::args;
use crate::eval::collections::Lazy;
use crate::eval::cx::Cx;
use crate::eval::function::{Builtin, NativeFn};
use crate::eval::lanes::by_value::by_keys;
use crate::eval::lanes::{answer, holds_lanes, per_value_where};
use crate::eval::sequence::{self, Iter};
use crate::eval::value::Value;
use std::collections::VecDeque;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("partition", "[n coll] [n step coll] [n step pad coll]", partition).looks_at(1),
    Builtin::generic("partition-all", "[n coll] [n step coll]", partition_all).looks_at(1),
    Builtin::generic("partition-by", "[f coll]", partition_by),
];

/// A positive count.
pub fn step(function: &str, a: &[Value], index: usize) -> Result<usize> {
    match args::count(function, a, index)? {
        0 => Err(Error::raise(Code::Type, format!("`{function}` wants a positive count, not `0`")).arg(index)),
        n => Ok(n),
    }
}

/// A window that moves over a sequence.
#[derive(Clone)]
struct Window {
    items: Iter,
    size: usize,
    step: usize,
    held: VecDeque<Value>,
    /// Elements to drop before the next piece.
    skip: usize,
}

impl Window {
    fn new(items: Iter, size: usize, step: usize) -> Window {
        Window { items, size, step, held: VecDeque::new(), skip: 0 }
    }

    /// The next piece: as many elements as there are, up to the size.
    fn next(&mut self, cx: &mut Cx) -> Result<Vec<Value>> {
        for _ in 0..self.skip {
            if self.held.pop_front().is_none() && self.items.next(cx)?.is_none() {
                break;
            }
        }
        self.skip = self.step;
        while self.held.len() < self.size {
            match self.items.next(cx)? {
                Some(item) => self.held.push_back(item),
                None => break,
            }
        }
        cx.charge(self.held.len())?;
        Ok(self.held.iter().cloned().collect())
    }
}

fn window(cx: &mut Cx, function: &str, a: &mut [Value]) -> Result<(Window, Making, usize)> {
    let n = step(function, a, 0)?;
    let by = if a.len() > 2 { step(function, a, 1)? } else { n };
    let last = a.len() - 1;
    let coll = std::mem::take(&mut a[last]);
    let items = walk(cx, &coll, last)?;
    Ok((Window::new(items, n, by), Making::from(&[coll]), n))
}

/// What each lane makes with a step of its own.
fn by_steps(cx: &mut Cx, a: &[Value], f: NativeFn) -> Result<Option<Value>> {
    let differs = |at: usize, arg: &Value| at == 1 && a.len() > 2 && matches!(arg, Value::Lanes(_));
    per_value_where(cx, a, differs, &mut |cx, a| f(cx, &mut a.to_vec()))
}

fn partition(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    if let Some(each) = by_steps(cx, a, partition)? {
        return Ok(each);
    }
    let pad = if a.len() == 4 { Some(sequence::to_vec(cx, &a[2])?) } else { None };
    let (mut window, making, n) = window(cx, "partition", a)?;
    let mut pad = pad;
    making.make(cx, move |cx| {
        let mut piece = window.next(cx)?;
        if piece.len() == n {
            return Ok(Some(Value::list(piece)?));
        }
        // The first short piece is filled up, and is the last.
        let Some(pad) = pad.take().filter(|_| !piece.is_empty()) else { return Ok(None) };
        let room = n - piece.len();
        piece.extend(pad.into_iter().take(room));
        Ok(Some(Value::list(piece)?))
    })
}

fn partition_all(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    if let Some(each) = by_steps(cx, a, partition_all)? {
        return Ok(each);
    }
    let (mut window, making, _) = window(cx, "partition-all", a)?;
    making.make(cx, move |cx| {
        let piece = window.next(cx)?;
        if piece.is_empty() { Ok(None) } else { Ok(Some(Value::list(piece)?)) }
    })
}

fn partition_by(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    let [f, coll] = owned(a);
    if !matches!(coll, Value::Lazy(_)) {
        let items = walk(cx, &coll, 1)?;
        return by_results(cx, &f, items);
    }
    Ok(Value::Lazy(pieces(cx, f, coll)?))
}

/// The pieces of a lazy sequence, themselves lazy: each may be endless.
fn pieces(cx: &mut Cx, f: Value, coll: Value) -> Result<Lazy> {
    Lazy::new(cx, deepest(&[f.clone(), coll.clone()]), move |cx| {
        let Some(first) = sequence::first(cx, &coll)? else { return Ok(None) };
        let shared = result_of(cx, &f, &first)?;
        let (ask, mut items) = (f.clone(), Iter::new(cx, &coll)?);
        items.next(cx)?;
        let depth = deepest(&[f.clone(), coll.clone(), shared.clone()]);
        let more = lazily(cx, depth, move |cx| match items.next(cx)? {
            Some(item) => Ok((result_of(cx, &ask, &item)? == shared).then_some(item)),
            None => Ok(None),
        })?;
        let piece = Value::Lazy(Lazy::cons(first, more)?);
        let whole = piece.clone();
        let rest = Lazy::new(cx, piece.depth().max(f.depth()), move |cx| {
            let n = sequence::count(cx, &whole)?;
            let left = dropped(cx, &coll, n, 1)?;
            pieces(cx, f, left)?.force(cx)
        })?;
        Ok(Some((piece, Value::Lazy(rest))))
    })
}

/// What decides in which piece an element is.
fn result_of(cx: &mut Cx, f: &Value, item: &Value) -> Result<Value> {
    let result = cx.call(f, &mut [item.clone()])?;
    if holds_lanes(&result) { Err(answer::differ("partition-by")) } else { Ok(result) }
}

/// Pieces of a sequence that is there as a whole.
fn by_results(cx: &mut Cx, f: &Value, mut items: Iter) -> Result<Value> {
    let (mut all, mut results) = (Vec::new(), Vec::new());
    while let Some(item) = items.next(cx)? {
        cx.step()?;
        results.push(cx.call(f, &mut [item.clone()])?);
        all.push(item);
    }
    by_keys(cx, &results, &mut |_, results| {
        let (mut pieces, mut from) = (Vec::new(), 0);
        for piece in results.chunk_by(|a, b| a == b) {
            pieces.push(Value::list(all[from..from + piece.len()].to_vec())?);
            from += piece.len();
        }
        Value::list(pieces)
    })
}

//! Sequences from nothing: range, repeat, iterate, cycle, lazy-seq.

use super::access::is_empty;
use super::{collect, deepest, lazily, owned, size, walk};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::collections::{Lazy, List};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::sequence::{self, Iter, MAX_ELEMENTS};
use crate::eval::value::Value;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("range", "[] [end] [start end] [start end step]", range).looks_at(!0),
    Builtin::generic("repeat", "[x] [n x]", repeat).looks_at(1),
    Builtin::generic("repeatedly", "[f] [n f]", repeatedly).looks_at(1),
    Builtin::generic("iterate", "[f x]", |cx, a| {
        let [f, x] = owned(a);
        iterate(cx, f, x)
    }),
    Builtin::generic("cycle", "[coll]", cycle),
    Builtin::generic("lazy-sequence", "[f]", lazy_sequence),
];

fn range(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    for (i, arg) in a.iter().enumerate() {
        if arg.as_f64().is_none() {
            return Err(wrong_type("range", "numbers", arg, i));
        }
    }
    let (start, end, step) = match &*a {
        [] => return count_up(cx),
        [end] => (Value::Int(0), end.clone(), Value::Int(1)),
        [start, end] => (start.clone(), end.clone(), Value::Int(1)),
        [start, end, step, ..] => (start.clone(), end.clone(), step.clone()),
    };
    match (start.as_int(), end.as_int(), step.as_int()) {
        (Some(start), Some(end), Some(step)) => int_range(cx, start, end, step),
        _ => float_range(cx, [start, end, step].map(|v| v.as_f64().unwrap_or(f64::NAN))),
    }
}

fn count_up(cx: &mut Cx) -> Result<Value> {
    let mut next = 0i64;
    lazily(cx, 0, move |_| {
        next += 1;
        Ok(Some(Value::Int(next - 1)))
    })
}

fn int_range(cx: &mut Cx, start: i64, end: i64, step: i64) -> Result<Value> {
    // 128 bits: the distance of two i64 may overflow one.
    let distance = i128::from(end) - i128::from(start);
    if step == 0 && distance > 0 {
        return Err(no_step());
    }
    let n = if step == 0 { 0 } else { (distance + i128::from(step) - i128::from(step.signum())) / i128::from(step) };
    let n = checked_length(cx, n.max(0) as f64)?;
    // Every element lies between start and end, so nothing overflows before the last; after it nothing is made.
    Value::list((0..n as i64).map(|i| Value::Int(start.wrapping_add(step.wrapping_mul(i)))).collect())
}

/// Multiples of the step, not sums of steps: the rounding errors do not add up.
fn float_range(cx: &mut Cx, [start, end, step]: [f64; 3]) -> Result<Value> {
    if step == 0.0 && start < end {
        return Err(no_step());
    }
    if start.is_nan() || end.is_nan() || step.is_nan() {
        return Err(Error::raise(Code::Type, "`range` wants numbers, not ##NaN"));
    }
    let n = ((end - start) / step).ceil();
    let n = checked_length(cx, if n > 0.0 { n } else { 0.0 })?;
    let at = |i: usize| start + i as f64 * step;
    let before_end = |x: f64| if step > 0.0 { x < end } else { x > end };
    Value::list((0..n).map(at).take_while(|x| before_end(*x)).map(Value::float).collect())
}

fn checked_length(cx: &mut Cx, n: f64) -> Result<usize> {
    if n > MAX_ELEMENTS as f64 {
        return Err(Error::raise(Code::TooLarge, format!("a range of {n} elements, more than {MAX_ELEMENTS}"))
            .help("an endless range is lazy: `(take-while pred (range))`"));
    }
    cx.charge(n as usize)?;
    Ok(n as usize)
}

#[cold]
fn no_step() -> Stop {
    Error::raise(Code::Type, "a `range` with step 0 never ends").arg(2).help("`(repeat x)` repeats one value")
}

fn repeat(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    if let [x] = a {
        let x = std::mem::take(x);
        return lazily(cx, x.depth(), move |_| Ok(Some(x.clone())));
    }
    let n = if a[0].as_int().is_some_and(|n| n < 0) { 0 } else { size("repeat", a, 0)? };
    cx.charge(n)?;
    Value::list(vec![std::mem::take(&mut a[1]); n])
}

fn repeatedly(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    if let [f] = a {
        let f = std::mem::take(f);
        return lazily(cx, f.depth(), move |cx| cx.call(&f, &mut []).map(Some));
    }
    let mut left = if a[0].as_int().is_some_and(|n| n < 0) { 0 } else { size("repeatedly", a, 0)? };
    let f = std::mem::take(&mut a[1]);
    let items = collect(cx, left, |cx| {
        if left == 0 {
            return Ok(None);
        }
        left -= 1;
        cx.call(&f, &mut []).map(Some)
    })?;
    Value::list(items)
}

/// Each cell holds its value and makes the next from it.
fn iterate(cx: &mut Cx, f: Value, x: Value) -> Result<Value> {
    let depth = deepest(&[f.clone(), x.clone()]);
    let (first, inner) = (x.clone(), depth);
    let rest = Lazy::new(cx, inner, move |cx| {
        let next = cx.call(&f, &mut [x])?;
        match iterate(cx, f, next)? {
            Value::Lazy(cell) => cell.force(cx),
            _ => Ok(None),
        }
    })?;
    Ok(Value::Lazy(Lazy::cons(first, Value::Lazy(rest))?))
}

fn cycle(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    let [coll] = owned(a);
    if is_empty(cx, &coll)? {
        return Ok(Value::List(List::empty()));
    }
    let mut items = walk(cx, &coll, 0)?;
    lazily(cx, coll.depth(), move |cx| {
        if let Some(item) = items.next(cx)? {
            return Ok(Some(item));
        }
        items = Iter::new(cx, &coll)?;
        items.next(cx)
    })
}

fn lazy_sequence(cx: &mut Cx, a: &mut [Value]) -> Result<Value> {
    let [f] = owned(a);
    let lazy = Lazy::new(cx, f.depth(), move |cx| {
        let made = cx.call(&f, &mut [])?;
        if let Value::Lazy(inner) = &made {
            return inner.force(cx);
        }
        match sequence::first(cx, &made)? {
            Some(first) => Ok(Some((first, sequence::rest(cx, &made)?))),
            None => Ok(None),
        }
    })?;
    Ok(Value::Lazy(lazy))
}

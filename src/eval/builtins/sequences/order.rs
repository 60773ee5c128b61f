//! Putting sequences in order: sort, sort-by, reverse, compare.

use super::{at_argument, owned};
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::arrays::wrap;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::{primal_of, rules};
use crate::eval::lanes::answer::LaneAnswer;
use crate::eval::lanes::by_value::by_keys;
use crate::eval::lanes::per_value;
use crate::eval::print::brief;
use crate::eval::same::count;
use crate::eval::value::Value;
use crate::eval::{compare, sequence};
use crate::tensor::ops::Scan;
use crate::tensor::{self, Array, DType};
use std::cmp::Ordering;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("sort", "[coll] [comparator coll]", sort).per_value().gradient(|cx, a| match a {
        [Value::Var(_)] => rules::scan(Scan::Sort, Some(-1), a),
        _ => sort(cx, a),
    }),
    Builtin::generic("sort-by", "[key coll] [key comparator coll]", sort_by),
    Builtin::generic("reverse", "[coll]", |cx, a| {
        if let Value::Array(array) = &a[0] {
            return wrap(tensor::ops::flip(array, 0));
        }
        if let Value::Lanes(_) = &a[0] {
            return Err(sequence::not_a_sequence(&a[0]).arg(0));
        }
        let mut items = sequence::to_vec(cx, &a[0]).map_err(|e| at_argument(e, 0))?;
        items.reverse();
        Value::list(items)
    })
    .elements(),
    Builtin::generic("rseq", "[vector]", |_, a| match &a[0] {
        Value::Vector(v) if v.is_empty() => Ok(Value::Nil),
        Value::Vector(v) => {
            let mut items = v.to_vec();
            items.reverse();
            Value::list(items)
        }
        other => Err(wrong_type("rseq", "a vector", other, 0)),
    }),
    Builtin::generic("compare", "[a b]", |cx, a| {
        cx.charge(count(&a[0]).min(count(&a[1])))?;
        Ok(Value::Int(order(&a[0], &a[1])? as i64))
    })
    .per_value(),
];

/// The natural order, or an error that names both values.
fn order(a: &Value, b: &Value) -> Result<Ordering> {
    compare(a, b).ok_or_else(|| {
        Error::raise(
            Code::Type,
            format!(
                "`{}` and `{}` have no common order: one is {}, the other {}",
                brief(a),
                brief(b),
                a.kind(),
                b.kind()
            ),
        )
        .help("give a key that can be compared: `(sort-by key xs)`")
    })
}

fn sort(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let last = args.len() - 1;
    let coll = std::mem::take(&mut args[last]);
    if let (Value::Array(array), 0) = (&coll, last) {
        return sorted_array(array);
    }
    let items = sequence::to_vec(cx, &coll).map_err(|e| at_argument(e, last))?;
    drop(coll);
    if last == 0 {
        return match natural(items) {
            Ok(sorted) => Value::list(sorted),
            Err(mixed) => permuted(&mixed, arranged(cx, &Value::Nil, &mixed)?),
        };
    }
    let [comparator] = owned(&mut args[..1]);
    permuted(&items, arranged(cx, &comparator, &items)?)
}

fn permuted(items: &[Value], order: Vec<usize>) -> Result<Value> {
    Value::list(order.into_iter().map(|i| items[i].clone()).collect())
}

/// Elements of one kind with a total order, sorted; others come back.
fn natural(mut items: Vec<Value>) -> Result<Vec<Value>, Vec<Value>> {
    if items.iter().all(|x| matches!(x, Value::Int(_))) {
        items.sort_unstable_by_key(|x| x.as_int());
        return Ok(items);
    }
    // Variables too: their places jump where two of them meet, but not the numbers at the places.
    if items.iter().all(|x| matches!(primal_of(x), Value::Float(_))) {
        let number = |x: &Value| primal_of(x).as_f64().unwrap_or(0.0);
        items.sort_by(|a, b| numeric(&number(a), &number(b)));
        return Ok(items);
    }
    Err(items)
}

/// By size, NaN last whatever its sign.
fn numeric(a: &f64, b: &f64) -> Ordering {
    a.partial_cmp(b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

fn sort_by(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let last = args.len() - 1;
    let coll = std::mem::take(&mut args[last]);
    let items = sequence::to_vec(cx, &coll).map_err(|e| at_argument(e, last))?;
    let key = std::mem::take(&mut args[0]);
    let mut keys = Vec::with_capacity(items.len());
    for item in &items {
        keys.push(cx.call(&key, &mut [item.clone()])?);
    }
    let comparator = if last == 2 { std::mem::take(&mut args[1]) } else { Value::Nil };
    by_keys(cx, &keys, &mut |cx, keys| permuted(&items, arranged(cx, &comparator, keys)?))
}

/// Whether `b` must stand before `a`, by a comparator of the program or the natural order.
fn comes_before(cx: &mut Cx, comparator: &Value, b: &Value, a: &Value) -> Result<bool> {
    if comparator.is_nil() {
        return Ok(order(b, a)? == Ordering::Less);
    }
    let verdict = cx.call(comparator, &mut [b.clone(), a.clone()])?;
    let verdict = match verdict {
        Value::Lanes(_) => {
            per_value(cx, &[verdict], false, &mut |_, one| Ok(said(&one[0]).map_or(one[0].clone(), Value::bool)))?
        }
        verdict => verdict,
    };
    match said(&verdict) {
        Some(before) => Ok(before),
        None => LaneAnswer::of(cx, &verdict)?.same("sort"),
    }
}

/// What a comparator says by a number.
fn said(verdict: &Value) -> Option<bool> {
    verdict.as_f64().map(|x| x < 0.0)
}

/// The indices of `keys` in order: a merge sort, which no comparator can lead astray or make panic.
fn arranged(cx: &mut Cx, comparator: &Value, keys: &[Value]) -> Result<Vec<usize>> {
    let mut from: Vec<usize> = (0..keys.len()).collect();
    let mut to = from.clone();
    let mut width = 1;
    while width < keys.len() {
        for start in (0..keys.len()).step_by(2 * width) {
            let middle = (start + width).min(keys.len());
            let end = (start + 2 * width).min(keys.len());
            let (mut left, mut right) = (start, middle);
            for slot in &mut to[start..end] {
                let take_right = left == middle
                    || (right < end && comes_before(cx, comparator, &keys[from[right]], &keys[from[left]])?);
                let source = if take_right { &mut right } else { &mut left };
                *slot = from[*source];
                *source += 1;
            }
            cx.charge(end - start)?;
        }
        std::mem::swap(&mut from, &mut to);
        width *= 2;
    }
    Ok(from)
}

/// Sorted along the last axis; NaN comes last.
fn sorted_array(array: &Array) -> Result<Value> {
    let shape = array.shape();
    let row = shape.last().copied().unwrap_or(1).max(1);
    wrap(match array.dtype() {
        DType::Int64 => {
            let mut data = array.to_i64()?;
            data.chunks_mut(row).for_each(<[i64]>::sort_unstable);
            Array::from_i64(data, shape)
        }
        DType::Bool => {
            let mut data = array.to_bool()?;
            data.chunks_mut(row).for_each(<[bool]>::sort_unstable);
            Array::from_bool(data, shape)
        }
        float => {
            let mut data = array.to_f64()?;
            data.chunks_mut(row).for_each(|row| row.sort_by(numeric));
            Array::from_f64(data, shape).and_then(|sorted| sorted.cast(float))
        }
    })
}

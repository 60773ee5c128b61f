//! New sequences element by element: map, filter and their family.

use super::{Making, at_argument, owned, settled, walk};
use crate::error::Result;
use crate::eval::collections::Hashing;
use crate::eval::cx::Cx;
use crate::eval::function::{Builtin, NativeFn};
use crate::eval::lanes::answer::{self, LaneAnswer, Sifted};
use crate::eval::lanes::by_value::by_keys;
use crate::eval::lanes::{holds_lanes, per_value};
use crate::eval::sequence::{self, Iter};
use crate::eval::value::Value;
use std::collections::HashSet;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("map", "[f coll] [f coll & colls]", map),
    Builtin::generic("mapv", "[f coll] [f coll & colls]", |cx, a| {
        let made = map(cx, a)?;
        to_vector(cx, made)
    }),
    Builtin::generic("map-indexed", "[f coll]", |cx, a| indexed(cx, a, false)),
    Builtin::generic("keep-indexed", "[f coll]", |cx, a| indexed(cx, a, true)),
    Builtin::generic("filter", "[pred coll]", |cx, a| sieve(cx, a, true)),
    Builtin::generic("remove", "[pred coll]", |cx, a| sieve(cx, a, false)),
    Builtin::generic("filterv", "[pred coll]", |cx, a| {
        let made = sieve(cx, a, true)?;
        to_vector(cx, made)
    }),
    Builtin::generic("keep", "[f coll]", keep),
    Builtin::generic("distinct", "[coll]", distinct),
    Builtin::generic("dedupe", "[coll]", dedupe),
];

fn to_vector(cx: &mut Cx, sequence: Value) -> Result<Value> {
    let vector_of = crate::eval::builtins::collections::vector_of;
    match sequence {
        Value::Lanes(_) => per_value(cx, &[sequence], false, &mut |cx, one| vector_of(cx, one[0].clone())),
        sequence => vector_of(cx, sequence),
    }
}

pub fn map(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if args.len() > 2 {
        return map_several(cx, args);
    }
    let [f, coll] = owned(args);
    let mut items = walk(cx, &coll, 1)?;
    Making::from(&[coll]).with(&f).room(items.hint()).make(cx, move |cx| match items.next(cx)? {
        Some(item) => cx.call(&f, &mut [item]).map(Some),
        None => Ok(None),
    })
}

fn map_several(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let f = std::mem::take(&mut args[0]);
    let making = Making::from(&args[1..]).with(&f);
    let mut sources = walk_all(cx, args, 1)?;
    making.make(cx, move |cx| match next_of_each(cx, &mut sources)? {
        Some(mut row) => cx.call(&f, &mut row).map(Some),
        None => Ok(None),
    })
}

pub fn walk_all(cx: &mut Cx, args: &mut [Value], from: usize) -> Result<Vec<Iter>> {
    (from..args.len()).map(|i| walk(cx, &std::mem::take(&mut args[i]), i)).collect()
}

/// The next element of every source, or `None` when one has ended.
pub fn next_of_each(cx: &mut Cx, sources: &mut [Iter]) -> Result<Option<Vec<Value>>> {
    let mut row = Vec::with_capacity(sources.len());
    for source in sources {
        match source.next(cx)? {
            Some(item) => row.push(item),
            None => return Ok(None),
        }
    }
    Ok(Some(row))
}

fn indexed(cx: &mut Cx, args: &mut [Value], keep: bool) -> Result<Value> {
    let [f, coll] = owned(args);
    let mut items = walk(cx, &coll, 1)?;
    let mut index = -1;
    if keep && !matches!(coll, Value::Lazy(_)) {
        return sifted(cx, items, |cx, item| {
            index += 1;
            let result = cx.call(&f, &mut [Value::Int(index), item])?;
            Ok((LaneAnswer::some(cx, &result)?, result))
        });
    }
    Making::from(&[coll]).with(&f).make(cx, move |cx| {
        while let Some(item) = items.next(cx)? {
            index += 1;
            let result = cx.call(&f, &mut [Value::Int(index), item])?;
            if !keep || LaneAnswer::some(cx, &result)?.same("keep-indexed")? {
                return Ok(Some(result));
            }
        }
        Ok(None)
    })
}

fn sieve(cx: &mut Cx, args: &mut [Value], wanted: bool) -> Result<Value> {
    let [pred, coll] = owned(args);
    let mut items = walk(cx, &coll, 1)?;
    let making = Making::from(std::slice::from_ref(&coll)).with(&pred);
    let ask = move |cx: &mut Cx, item: Value| {
        let verdict = cx.call(&pred, &mut [item.clone()])?;
        Ok((LaneAnswer::of(cx, &verdict)?.when(wanted), item))
    };
    if !matches!(coll, Value::Lazy(_)) {
        return sifted(cx, items, ask);
    }
    making.make(cx, move |cx| {
        while let Some(item) = items.next(cx)? {
            let (answer, item) = ask(cx, item)?;
            if answer.same("filter")? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    })
}

/// The elements, or what is made of them, in the lanes where the answer is yes.
fn sifted(
    cx: &mut Cx,
    mut items: Iter,
    mut ask: impl FnMut(&mut Cx, Value) -> Result<(LaneAnswer, Value)>,
) -> Result<Value> {
    let mut found = Sifted::default();
    while let Some(item) = items.next(cx)? {
        cx.step()?;
        let (answer, item) = ask(cx, item)?;
        found.take(item, answer);
    }
    found.make(cx, Value::list)
}

fn keep(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let [f, coll] = owned(args);
    let mut items = walk(cx, &coll, 1)?;
    if !matches!(coll, Value::Lazy(_)) {
        return sifted(cx, items, |cx, item| {
            let result = cx.call(&f, &mut [item])?;
            Ok((LaneAnswer::some(cx, &result)?, result))
        });
    }
    Making::from(&[coll]).with(&f).make(cx, move |cx| {
        while let Some(item) = items.next(cx)? {
            let result = cx.call(&f, &mut [item])?;
            if LaneAnswer::some(cx, &result)?.same("keep")? {
                return Ok(Some(result));
            }
        }
        Ok(None)
    })
}

/// What each lane makes of elements that differ, where they are there as a whole.
fn each_lane(cx: &mut Cx, coll: &Value, f: NativeFn) -> Result<Option<Value>> {
    if matches!(coll, Value::Lazy(_)) || !holds_lanes(coll) {
        return Ok(None);
    }
    let items = sequence::to_vec(cx, coll).map_err(|e| at_argument(e, 0))?;
    by_keys(cx, &items, &mut |cx, items| f(cx, &mut [Value::list(items.to_vec())?])).map(Some)
}

fn distinct(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let [coll] = owned(args);
    if let Some(each) = each_lane(cx, &coll, distinct)? {
        return Ok(each);
    }
    let mut items = walk(cx, &coll, 0)?;
    #[allow(clippy::mutable_key_type)] // settled values do not change
    let mut seen: HashSet<Value, Hashing> = HashSet::default();
    Making::from(&[coll]).make(cx, move |cx| {
        while let Some(item) = items.next(cx)? {
            if holds_lanes(&item) {
                return Err(answer::differ("distinct"));
            }
            if seen.insert(settled(cx, item.clone())?) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    })
}

fn dedupe(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let [coll] = owned(args);
    if let Some(each) = each_lane(cx, &coll, dedupe)? {
        return Ok(each);
    }
    let mut items = walk(cx, &coll, 0)?;
    let mut before: Option<Value> = None;
    Making::from(&[coll]).make(cx, move |cx| {
        while let Some(item) = items.next(cx)? {
            if holds_lanes(&item) {
                return Err(answer::differ("dedupe"));
            }
            if before.as_ref() != Some(&item) {
                before = Some(item.clone());
                return Ok(Some(item));
            }
        }
        Ok(None)
    })
}

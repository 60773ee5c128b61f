//! Values as text of bounded length: lazy sequences are made first, shared structure cannot explode.

use crate::error::{Code, Error, Result};
use crate::eval::collections::{Map, Set};
use crate::eval::cx::Cx;
use crate::eval::print::Printer;
use crate::eval::sequence;
use crate::eval::value::{Value, with_stack};

/// Bytes of the longest string that builtins make.
pub const MAX_TEXT: usize = 1 << 28;

/// A string as a value, unless it is too long.
pub fn string(text: String) -> Result<Value> {
    check_length(text.len())?;
    Ok(Value::str(text))
}

/// Ask before building a string of this many bytes.
pub fn check_length(bytes: usize) -> Result<()> {
    if bytes <= MAX_TEXT {
        return Ok(());
    }
    let message = format!("a string of more than {} MiB", MAX_TEXT >> 20);
    Err(Error::raise(Code::TooLarge, message)
        .help("write text piece by piece with `print`, or keep the parts in a vector"))
}

/// Appends a value as `pr` (readable) or `print` show it.
pub fn write(cx: &mut Cx, value: &Value, readable: bool, out: &mut String) -> Result<()> {
    let before = out.len();
    match value {
        Value::Str(text) if !readable => {
            check_length(out.len() + text.len())?;
            out.push_str(text);
        }
        _ => {
            let made = made(cx, value, &mut 0)?;
            let value = made.as_ref().unwrap_or(value);
            Printer { out, readable, limit: usize::MAX, budget: MAX_TEXT, inside: false, cut: false }.value(value);
            check_length(out.len())?;
        }
    }
    charge(cx, out.len() - before)
}

/// Charges for so many bytes of text.
pub fn charge(cx: &mut Cx, bytes: usize) -> Result<()> {
    cx.charge(bytes / BYTES)
}

/// Bytes of text that are made in about the time of a step.
const BYTES: usize = 64;

/// What `str` makes of a value: a string is itself, nil is nothing, everything else reads back.
pub fn write_str(cx: &mut Cx, value: &Value, out: &mut String) -> Result<()> {
    match value {
        Value::Nil => Ok(()),
        Value::Str(_) => write(cx, value, false, out),
        Value::Float(x) if !x.get().is_finite() => {
            out.push_str(if x.get().is_nan() { "NaN" } else { ["-Infinity", "Infinity"][usize::from(x.get() > 0.0)] });
            Ok(())
        }
        _ => write(cx, value, true, out),
    }
}

/// The texts of several values with spaces between them.
pub fn spaced(cx: &mut Cx, values: &[Value], readable: bool) -> Result<String> {
    let mut out = String::new();
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        write(cx, value, readable, &mut out)?;
    }
    Ok(out)
}

/// The value with every lazy sequence in it made: code and text are finite.
pub fn settled(cx: &mut Cx, value: Value) -> Result<Value> {
    Ok(made(cx, &value, &mut 0)?.unwrap_or(value))
}

/// Collections that one printed value may hold; shared ones count as often as they would be printed.
const MAX_COLLECTIONS: usize = 1 << 24;

/// The value with every lazy sequence in it made; `None` when there is none.
fn made(cx: &mut Cx, value: &Value, seen: &mut usize) -> Result<Option<Value>> {
    if value.depth() == 0 {
        return Ok(None);
    }
    cx.step()?;
    *seen += 1;
    if *seen > MAX_COLLECTIONS {
        let message = format!("a value of more than {MAX_COLLECTIONS} collections, as text");
        return Err(Error::raise(Code::TooLarge, message).help("print a part of it, or what you want to know of it"));
    }
    with_stack(value.depth(), || match value {
        Value::Lazy(_) => {
            let items = made_lazy(cx, value)?;
            let made = made_items(cx, seen, || items.iter())?;
            Ok(Some(Value::list(made.unwrap_or(items))?))
        }
        Value::List(l) => made_items(cx, seen, || l.iter())?.map(Value::list).transpose(),
        Value::Vector(v) => made_items(cx, seen, || v.iter())?.map(Value::vector).transpose(),
        Value::Set(s) => Ok(match made_items(cx, seen, || s.iter())? {
            Some(items) => Some(Value::Set(Set::from_items(items)?)),
            None => None,
        }),
        Value::Map(m) => {
            let keys = made_items(cx, seen, || m.iter().map(|(k, _)| k))?;
            let values = made_items(cx, seen, || m.iter().map(|(_, v)| v))?;
            if keys.is_none() && values.is_none() {
                return Ok(None);
            }
            let keys = keys.unwrap_or_else(|| m.iter().map(|(k, _)| k.clone()).collect());
            let values = values.unwrap_or_else(|| m.iter().map(|(_, v)| v.clone()).collect());
            Ok(Some(Value::Map(Map::from_pairs(keys.into_iter().zip(values))?)))
        }
        _ => Ok(None),
    })
}

/// Elements of one lazy sequence that are made to be printed.
const MAX_LAZY: usize = 1 << 22;

fn made_lazy(cx: &mut Cx, value: &Value) -> Result<Vec<Value>> {
    let mut iter = sequence::Iter::new(cx, value)?;
    let mut items = Vec::new();
    while let Some(item) = iter.next(cx)? {
        if items.len() == MAX_LAZY {
            let message = format!("a lazy sequence of more than {MAX_LAZY} elements, as text");
            return Err(Error::raise(Code::TooLarge, message).help("is it endless? print a part: `(take 10 …)`"));
        }
        items.push(item);
    }
    Ok(items)
}

/// The items, copied only if one of them had to be made.
fn made_items<'a, I: Iterator<Item = &'a Value>>(
    cx: &mut Cx,
    seen: &mut usize,
    items: impl Fn() -> I,
) -> Result<Option<Vec<Value>>> {
    let mut changed: Option<Vec<Value>> = None;
    for (i, item) in items().enumerate() {
        match (made(cx, item, seen)?, &mut changed) {
            (Some(made), Some(changed)) => changed.push(made),
            (Some(made), None) => changed = Some(items().take(i).cloned().chain([made]).collect()),
            (None, Some(changed)) => changed.push(item.clone()),
            (None, None) => {}
        }
    }
    Ok(changed)
}

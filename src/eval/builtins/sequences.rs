//! Sequences: how functions walk them and make new ones. Rows by theme are in the files beside.

pub mod access;
pub mod divide;
pub mod fold;
pub mod generate;
pub mod join;
pub mod order;
pub mod search;
pub mod slice;
pub mod transform;

use crate::error::{At, Code, Error, Result, Stop};
use crate::eval::collections::Lazy;
use crate::eval::cx::Cx;
use crate::eval::sequence::{self, Iter, MAX_ELEMENTS, too_many};
use crate::eval::value::Value;

/// The arguments, taken out of their slots: what nobody else holds can then be changed in place.
pub fn owned<const N: usize>(args: &mut [Value]) -> [Value; N] {
    std::array::from_fn(|i| std::mem::take(&mut args[i]))
}

/// The elements of an argument; the error of something that has none points at it.
pub fn walk(cx: &mut Cx, value: &Value, index: usize) -> Result<Iter> {
    Iter::new(cx, value).map_err(|e| at_argument(e, index))
}

/// Points an error without a place at an argument.
#[cold]
pub fn at_argument(error: Stop, index: usize) -> Stop {
    if error.place() == At::Unknown { error.arg(index) } else { error }
}

/// Visits element after element until `visit` says false.
#[inline]
pub fn each(
    cx: &mut Cx,
    items: &Value,
    index: usize,
    mut visit: impl FnMut(&mut Cx, Value) -> Result<bool>,
) -> Result<()> {
    if let Value::Vector(v) = items {
        for item in v.iter() {
            if !visit(cx, item.clone())? {
                break;
            }
        }
        return Ok(());
    }
    let mut items = walk(cx, items, index)?;
    while let Some(item) = items.next(cx)? {
        if !visit(cx, item)? {
            break;
        }
    }
    Ok(())
}

/// How a sequence comes to be: at once, or element by element when asked for.
pub struct Making {
    /// True when everything it reads from is lazy.
    lazy: bool,
    /// Depth of the deepest value that it reads from.
    depth: u32,
    /// Elements to expect.
    room: usize,
}

impl Making {
    /// From these sequences: lazy when all of them are.
    pub fn from(sources: &[Value]) -> Making {
        let lazy = !sources.is_empty() && sources.iter().all(|s| matches!(s, Value::Lazy(_)));
        Making { lazy, depth: deepest(sources), room: 0 }
    }

    /// The function that is called for each element counts for the depth.
    pub fn with(self, f: &Value) -> Making {
        Making { depth: self.depth.max(f.depth()), ..self }
    }

    pub fn room(self, room: usize) -> Making {
        Making { room: room.min(MAX_ELEMENTS), ..self }
    }

    /// The sequence of what `next` gives.
    #[inline]
    pub fn make<F>(self, cx: &mut Cx, next: F) -> Result<Value>
    where
        F: FnMut(&mut Cx) -> Result<Option<Value>> + Clone + Send + 'static,
    {
        if self.lazy { lazily(cx, self.depth, next) } else { Value::list(collect(cx, self.room, next)?) }
    }
}

/// The greatest nesting depth among values.
pub fn deepest(values: &[Value]) -> u32 {
    values.iter().map(Value::depth).max().unwrap_or(0)
}

/// Elements between two looks at limits and interrupts.
const BLOCK: usize = 1024;

/// Everything that `next` gives.
#[inline]
pub fn collect(cx: &mut Cx, room: usize, mut next: impl FnMut(&mut Cx) -> Result<Option<Value>>) -> Result<Vec<Value>> {
    if room > MAX_ELEMENTS {
        return Err(too_many());
    }
    let mut items = Vec::with_capacity(room);
    while let Some(item) = next(cx)? {
        if items.len() >= MAX_ELEMENTS {
            return Err(too_many());
        }
        items.push(item);
        if items.len().is_multiple_of(BLOCK) {
            cx.charge(BLOCK)?;
        }
    }
    Ok(items)
}

/// A lazy sequence of what `next` gives, which holds values of nesting depth `depth`.
pub fn lazily<F>(cx: &mut Cx, depth: u32, mut next: F) -> Result<Value>
where
    F: FnMut(&mut Cx) -> Result<Option<Value>> + Clone + Send + 'static,
{
    let lazy = Lazy::new(cx, depth, move |cx| match next(cx)? {
        Some(item) => Ok(Some((item, lazily(cx, depth, next)?))),
        None => Ok(None),
    })?;
    Ok(Value::Lazy(lazy))
}

/// A value to be looked up by equality: a lazy sequence, whose equality changes while it is made, as a list.
pub fn settled(cx: &mut Cx, value: Value) -> Result<Value> {
    match value {
        Value::Lazy(_) => Value::list(sequence::to_vec(cx, &value)?),
        other => Ok(other),
    }
}

/// A count of elements to make, which must fit into memory.
pub fn size(function: &str, args: &[Value], index: usize) -> Result<usize> {
    let n = crate::eval::args::count(function, args, index)?;
    if n > MAX_ELEMENTS {
        let message = format!("`{function}` of {n} elements, more than {MAX_ELEMENTS}");
        return Err(Error::raise(Code::TooLarge, message).arg(index));
    }
    Ok(n)
}

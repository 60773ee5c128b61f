//! Sequences: one way to walk every collection, string, array and lazy sequence.

use super::collections::{Lazy, List, Vector};
use super::cx::Cx;
use super::gradient::primal_of;
use super::lanes::holds_lanes;
use super::print::brief;
use super::value::Value;
use super::{arrays, host::Host};
use crate::error::{Code, Error, Result, Stop};

/// Walks the elements of anything that has some.
#[derive(Clone)]
pub enum Iter {
    Vector(Vector, usize),
    List(List),
    Items(std::vec::IntoIter<Value>),
    /// What is left of a lazy sequence, and how many elements were made.
    Lazy(Lazy, usize),
}

impl Iter {
    pub fn new(cx: &mut Cx, value: &Value) -> Result<Iter> {
        // What is made at once is charged at once.
        cx.charge(match value {
            Value::Map(m) => m.len(),
            Value::Set(s) => s.len(),
            Value::Str(s) => s.len(),
            Value::Array(a) => a.len(),
            _ => 0,
        })?;
        Ok(match value {
            Value::Nil => Iter::Items(Vec::new().into_iter()),
            Value::Vector(v) => Iter::Vector(v.clone(), 0),
            Value::List(l) => Iter::of_list(l),
            Value::Lazy(l) => Iter::Lazy(l.clone(), 0),
            Value::Map(m) => Iter::Items(
                m.iter()
                    .map(|(k, v)| Value::vector(vec![k.clone(), v.clone()]))
                    .collect::<Result<Vec<_>>>()?
                    .into_iter(),
            ),
            Value::Set(s) => Iter::Items(s.iter().cloned().collect::<Vec<_>>().into_iter()),
            Value::Str(s) => Iter::Items(s.chars().map(|c| Value::str(c.to_string())).collect::<Vec<_>>().into_iter()),
            Value::Array(a) => Iter::Items(arrays::rows(a)?.into_iter()),
            Value::Var(_) if is_seqable(value) => Iter::Items(value.variable_rows()?.into_iter()),
            Value::Host(h) => return Iter::of_host(cx, h, value),
            // An array in each lane is the sequence of its elements.
            Value::Lanes(lanes) => Iter::Items(lanes.elements().ok_or_else(|| not_a_sequence(value))?.into_iter()),
            other => return Err(not_a_sequence(other)),
        })
    }

    /// A view of a vector is walked as the vector: no cell is made for each step.
    fn of_list(list: &List) -> Iter {
        match list.viewed() {
            Some((v, from)) => Iter::Vector(v.clone(), from),
            None => Iter::List(list.clone()),
        }
    }

    fn of_host(cx: &mut Cx, host: &Host, value: &Value) -> Result<Iter> {
        match host.clone().object().contents(cx) {
            Some(contents) => Iter::new(cx, &contents?),
            None => Err(not_a_sequence(value)),
        }
    }

    /// The next element; lazy ones are made now.
    #[inline]
    pub fn next(&mut self, cx: &mut Cx) -> Result<Option<Value>> {
        match self {
            Iter::Vector(v, at) => {
                let item = v.get(*at).cloned();
                *at += 1;
                Ok(item)
            }
            Iter::Items(items) => Ok(items.next()),
            Iter::List(list) => {
                let item = list.first().cloned();
                if item.is_some() {
                    *self = Iter::of_list(&list.rest());
                }
                Ok(item)
            }
            Iter::Lazy(lazy, made) => {
                let made = *made + 1;
                if made > MAX_LAZY {
                    return Err(endless());
                }
                let Some((first, rest)) = lazy.clone().force(cx)? else {
                    *self = Iter::Items(Vec::new().into_iter());
                    return Ok(None);
                };
                cx.step()?;
                *self = match rest {
                    Value::Lazy(lazy) => Iter::Lazy(lazy, made),
                    other => Iter::new(cx, &other)?,
                };
                Ok(Some(first))
            }
        }
    }

    /// How many elements are known to be left.
    pub fn hint(&self) -> usize {
        match self {
            Iter::Vector(v, at) => v.len().saturating_sub(*at),
            Iter::List(l) => l.len(),
            Iter::Items(items) => items.len(),
            Iter::Lazy(..) => 0,
        }
    }
}

/// All elements; an endless sequence runs into the step limit or an interrupt.
pub fn to_vec(cx: &mut Cx, value: &Value) -> Result<Vec<Value>> {
    match value {
        Value::Vector(v) => {
            cx.charge(v.len())?;
            return Ok(v.to_vec());
        }
        Value::List(l) => {
            cx.charge(l.len())?;
            return Ok(l.to_vec());
        }
        _ => {}
    }
    let mut iter = Iter::new(cx, value)?;
    let mut items = Vec::with_capacity(iter.hint());
    while let Some(item) = iter.next(cx)? {
        items.push(item);
        if items.len() > MAX_ELEMENTS {
            return Err(too_many());
        }
    }
    Ok(items)
}

/// Elements that one collection may hold: some gigabytes.
pub const MAX_ELEMENTS: usize = 1 << 27;

/// Elements of a lazy sequence that one walk may make: somebody may hold them all.
pub const MAX_LAZY: usize = 1 << 24;

#[cold]
pub fn endless() -> Stop {
    Error::raise(Code::TooLarge, format!("more than {MAX_LAZY} elements of a lazy sequence"))
        .help("is the sequence endless? bound it with `(take n …)`")
}

#[cold]
pub fn too_many() -> Stop {
    Error::raise(Code::TooLarge, format!("a collection of more than {MAX_ELEMENTS} elements"))
        .help("is the sequence endless? bound it with `(take n …)`")
}

/// nil when empty, else a sequence: `seq` of the language.
pub fn seq(cx: &mut Cx, value: &Value) -> Result<Value> {
    Ok(match value {
        Value::Nil => Value::Nil,
        Value::List(l) if l.is_empty() => Value::Nil,
        Value::List(_) => value.clone(),
        Value::Vector(v) if v.is_empty() => Value::Nil,
        Value::Vector(v) => Value::List(List::view(v.clone(), 0)),
        Value::Lazy(l) => match l.force(cx)? {
            Some(_) => value.clone(),
            None => Value::Nil,
        },
        other => {
            let items = to_vec(cx, other)?;
            if items.is_empty() { Value::Nil } else { Value::list(items)? }
        }
    })
}

/// The first element, or `None`.
pub fn first(cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
    match value {
        Value::Vector(v) => Ok(v.get(0).cloned()),
        Value::List(l) => Ok(l.first().cloned()),
        Value::Map(m) => m.iter().next().map(|(k, v)| Value::vector(vec![k.clone(), v.clone()])).transpose(),
        Value::Set(s) => Ok(s.iter().next().cloned()),
        Value::Str(s) => Ok(s.chars().next().map(|c| Value::str(c.to_string()))),
        _ => Iter::new(cx, value)?.next(cx),
    }
}

/// Everything after the first element: a list, or what a lazy sequence goes on with.
pub fn rest(cx: &mut Cx, value: &Value) -> Result<Value> {
    Ok(match value {
        Value::List(l) => Value::List(l.rest()),
        Value::Vector(v) => Value::List(List::view(v.clone(), 1)),
        Value::Lazy(l) => match l.force(cx)? {
            Some((_, Value::Nil)) | None => Value::List(List::empty()),
            Some((_, rest)) => rest,
        },
        other => {
            let mut items = to_vec(cx, other)?;
            if !items.is_empty() {
                items.remove(0);
            }
            Value::list(items)?
        }
    })
}

/// A sequence with `first` in front.
pub fn cons(cx: &mut Cx, first: Value, rest: &Value) -> Result<Value> {
    Ok(match rest {
        Value::Nil => Value::list(vec![first])?,
        Value::List(l) => Value::List(List::cons(first, l.clone())?),
        Value::Lazy(_) => Value::Lazy(Lazy::cons(first, rest.clone())?),
        Value::Vector(v) => Value::List(List::cons(first, List::view(v.clone(), 0))?),
        other => Value::List(List::cons(first, List::from_vec(to_vec(cx, other)?)?)?),
    })
}

/// Number of elements; of a lazy sequence after making them all.
pub fn count(cx: &mut Cx, value: &Value) -> Result<usize> {
    Ok(match value {
        Value::Nil => 0,
        Value::Vector(v) => v.len(),
        Value::List(l) => l.len(),
        Value::Map(m) => m.len(),
        Value::Set(s) => s.len(),
        Value::Str(s) => s.chars().count(),
        Value::Array(a) => a.shape().first().copied().unwrap_or(1),
        Value::Var(v) => return count(cx, v.primal()),
        Value::Lanes(lanes) => match lanes.column().and_then(|column| column.event().first().copied()) {
            Some(length) => length,
            None => return Err(not_a_sequence(value)),
        },
        Value::Host(h) if h.object().count().is_some() => h.object().count().unwrap_or(0),
        Value::Host(h) => match h.clone().object().contents(cx) {
            Some(contents) => {
                let contents = contents?;
                return count(cx, &contents);
            }
            None => return Err(not_a_sequence(value)),
        },
        Value::Lazy(_) => {
            let mut iter = Iter::new(cx, value)?;
            let mut n = 0;
            while iter.next(cx)?.is_some() {
                n += 1;
            }
            n
        }
        other => return Err(not_a_sequence(other)),
    })
}

/// True for what can be walked element by element.
pub fn is_seqable(value: &Value) -> bool {
    !matches!(
        primal_of(value),
        Value::Int(_)
            | Value::Float(_)
            | Value::True
            | Value::False
            | Value::Keyword(_)
            | Value::Symbol(_)
            | Value::Fn(_)
            | Value::Native(_)
    )
}

#[cold]
pub fn not_a_sequence(value: &Value) -> Stop {
    let message = format!("`{}` is {}, not a sequence", brief(value), value.kind());
    let error = |code| Error::raise(code, &*message);
    match value {
        Value::Lanes(lanes) if lanes.column().is_some_and(|column| column.event().is_empty()) => {
            error(Code::Lanes).help("for the values of all lanes together: `(lanes->vector x)`, or `(lanes->array x)`")
        }
        Value::Lanes(_) => {
            error(Code::Lanes).help("take its elements one by one: `(nth x 0)`, or compute with the whole array")
        }
        Value::Int(n) => error(Code::Type).help(format!("count with `(range {n})`, or wrap it: `[{n}]`")),
        Value::Fn(_) | Value::Native(_) => {
            error(Code::Type).help("the function comes first: `(map f xs)`, `(filter pred xs)`, `(reduce f init xs)`")
        }
        _ => error(Code::Type).of_lanes(holds_lanes(value)),
    }
}

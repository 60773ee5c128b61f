//! The walk of `=` over two values: it meets each pair of shared parts once, charges what it compares, and makes lazy
//! sequences, element by element, where a program asks.

use super::collections::Map;
use super::cx::Cx;
use super::equality::int_equals_float;
use super::gradient::decisive;
use super::sequence::{Iter, MAX_LAZY, endless};
use super::value::{Value, with_stack};
use crate::error::{Result, Stop};
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, DefaultHasher};

/// Whether two values are the same to a program: one boolean, whatever they are, arrays by shape and elements.
pub fn same(cx: &mut Cx, a: &Value, b: &Value) -> Result<bool> {
    let mut walk = Comparison { cx: Some(cx), ..Comparison::default() };
    let equal = walk.equal(a, b);
    let Comparison { cx, steps, stopped, .. } = walk;
    if let Some(cx) = cx {
        cx.charge(steps)?;
    }
    stopped.map_or(Ok(equal), Err)
}

/// One comparison. Without a program, lazy sequences are equal as far as they are made.
#[derive(Default)]
pub struct Comparison<'c> {
    cx: Option<&'c mut Cx>,
    /// Pairs of large parts that have been found equal.
    equal: HashSet<(usize, usize), BuildHasherDefault<DefaultHasher>>,
    /// Elements compared that are not charged yet.
    steps: usize,
    /// Why the walk ended before it knew.
    stopped: Option<Stop>,
}

/// Elements between two looks at limits and interrupts.
const BLOCK: usize = 1024;

impl Comparison<'_> {
    #[inline]
    pub fn equal(&mut self, a: &Value, b: &Value) -> bool {
        use Value::*;
        match (a, b) {
            (Nil, Nil) | (True, True) | (False, False) => true,
            (Int(a), Int(b)) => a == b,
            (Float(a), Float(b)) => a.get() == b.get(),
            (Int(a), Float(b)) | (Float(b), Int(a)) => int_equals_float(*a, b.get()),
            (Keyword(a), Keyword(b)) | (Symbol(a), Symbol(b)) => a == b,
            (Str(a), Str(b)) => **a == **b,
            (Fn(a), Fn(b)) => std::sync::Arc::ptr_eq(a, b),
            (Native(a), Native(b)) => std::ptr::eq(*a, *b),
            (Array(a), Array(b)) => super::arrays::equal(a, b),
            (Lazy(a), Lazy(b)) if a.same(b) => true,
            (Lazy(_), _) | (_, Lazy(_)) => self.lazy(a, b),
            (Map(_), Map(_)) | (Set(_), Set(_)) | (List(_) | Vector(_), List(_) | Vector(_)) => {
                with_stack(a.depth(), || self.collections(a, b))
            }
            (Host(a), Host(b)) => a.equals(b),
            (Lanes(a), Lanes(b)) => std::sync::Arc::ptr_eq(a, b) || a.equals(b),
            // Variables are compared by what they hold.
            (Var(_), _) | (_, Var(_)) => self.equal(decisive(a), decisive(b)),
            _ => false,
        }
    }

    fn collections(&mut self, a: &Value, b: &Value) -> bool {
        let pair = large_part(a).zip(large_part(b));
        if pair.is_some_and(|pair| self.equal.contains(&pair)) {
            return true;
        }
        let equal = match (a, b) {
            (Value::Map(a), Value::Map(b)) => a.len() == b.len() && self.maps(a, b),
            (Value::Set(a), Value::Set(b)) => a.len() == b.len() && a.iter().all(|x| self.goes_on() && b.contains(x)),
            _ => count(a) == count(b) && elements(a).zip(elements(b)).all(|(x, y)| self.goes_on() && self.equal(x, y)),
        };
        if let (true, Some(pair)) = (equal, pair) {
            self.equal.insert(pair);
        }
        equal
    }

    fn maps(&mut self, a: &Map, b: &Map) -> bool {
        a.iter().all(|(key, x)| self.goes_on() && b.get(key).is_some_and(|y| self.equal(x, y)))
    }

    /// Counts an element; false when the run must stop.
    fn goes_on(&mut self) -> bool {
        self.steps += 1;
        if self.steps < BLOCK {
            return true;
        }
        let steps = std::mem::take(&mut self.steps);
        self.stopped = self.cx.as_mut().and_then(|cx| cx.charge(steps).err());
        self.stopped.is_none()
    }

    fn lazy(&mut self, a: &Value, b: &Value) -> bool {
        let is_sequence = |v: &Value| matches!(v, Value::Lazy(_) | Value::List(_) | Value::Vector(_));
        if !is_sequence(a) || !is_sequence(b) {
            return false;
        }
        let Some(cx) = self.cx.take() else { return made(a).zip(made(b)).is_some_and(|(a, b)| a == b) };
        let (mut rows, mut n) = ((Iter::new(cx, a), Iter::new(cx, b)), 0);
        loop {
            let next = match &mut rows {
                (Ok(a), Ok(b)) => a.next(cx).and_then(|x| Ok((x, b.next(cx)?))),
                _ => Ok((None, None)),
            };
            n += 1;
            let next = if n > MAX_LAZY { Err(endless()) } else { next };
            let equal = match next {
                Ok((None, None)) => Some(true),
                Ok((Some(x), Some(y))) => match same(cx, &x, &y) {
                    Ok(true) => None,
                    Ok(false) => Some(false),
                    Err(e) => self.stop(e),
                },
                Ok(_) => Some(false),
                Err(e) => self.stop(e),
            };
            if let Some(equal) = equal {
                self.cx = Some(cx);
                return equal;
            }
        }
    }

    fn stop(&mut self, error: Stop) -> Option<bool> {
        self.stopped = Some(error);
        Some(false)
    }
}

/// The elements of a sequence that are known, when they are all there are.
fn made(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Lazy(lazy) => match lazy.made(usize::MAX) {
            (items, true) => Some(items),
            _ => None,
        },
        other => Some(elements(other).cloned().collect()),
    }
}

/// Names a part that is worth remembering: one that holds collections or many elements.
pub fn large_part(value: &Value) -> Option<usize> {
    let (size, address) = match value {
        Value::List(l) => (l.len(), l.address()),
        Value::Vector(v) => (v.len(), v.address()),
        Value::Map(m) => (m.len(), m.address()),
        Value::Set(s) => (s.len(), s.address()),
        _ => return None,
    };
    (value.depth() > 1 || size >= 32).then_some(address)
}

pub fn count(value: &Value) -> usize {
    match value {
        Value::List(l) => l.len(),
        Value::Vector(v) => v.len(),
        _ => 0,
    }
}

/// Elements of a list or vector.
pub fn elements(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::List(l) => Box::new(l.iter()),
        Value::Vector(v) => Box::new(v.iter()),
        _ => Box::new(std::iter::empty()),
    }
}

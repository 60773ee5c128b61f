//! Lanes inside values: in data, in the parameters of distributions, and in what functions inside of those close over.

use super::Lanes;
use crate::error::Result;
use crate::eval::collections::{List, Map, Vector};
use crate::eval::cx::Cx;
use crate::eval::function::Closure;
use crate::eval::same::large_part;
use crate::eval::value::{Value, with_stack};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Visits all lanes in a value; not those that some lanes have as their value.
pub fn each(value: &Value, found: &mut dyn FnMut(&Arc<Lanes>)) {
    match value {
        Value::Lanes(lanes) => return found(lanes),
        value if is_plain(value) => return,
        _ => {}
    }
    let mut seen = HashSet::new();
    LaneWalk { seen: &mut seen, found: &mut |lanes| (found(lanes), true).1 }.visit(value, false);
}

/// Are there any?
pub fn any(value: &Value) -> bool {
    some_in(value, false)
}

/// Are there any in a part of an object, also in what its functions close over?
pub fn any_in_part(part: &Value) -> bool {
    some_in(part, true)
}

fn some_in(value: &Value, functions: bool) -> bool {
    match value {
        Value::Lanes(_) => true,
        value if is_plain(value) => false,
        _ => !LaneWalk { seen: &mut HashSet::new(), found: &mut |_| false }.visit(value, functions),
    }
}

/// Values in which there are no others.
fn is_plain(value: &Value) -> bool {
    use Value::{Array, False, Float, Int, Keyword, Native, Nil, Str, Symbol, True};
    matches!(value, Int(_) | Float(_) | Nil | True | False | Keyword(_) | Str(_) | Symbol(_) | Native(_) | Array(_))
}

/// A visit of the lanes in a value that goes on while `found` says so; shared parts are visited once.
struct LaneWalk<'w> {
    seen: &'w mut HashSet<(usize, bool)>,
    found: &'w mut dyn FnMut(&Arc<Lanes>) -> bool,
}

impl LaneWalk<'_> {
    /// What runs a generative function runs all that it closes over, and what draws from a distribution calls the
    /// functions in it: `functions` are searched inside of such.
    fn visit(&mut self, value: &Value, functions: bool) -> bool {
        if large_part(value).is_some_and(|address| !self.seen.insert((address, functions))) {
            return true;
        }
        with_stack(value.depth(), || match value {
            Value::Lanes(lanes) => (self.found)(lanes),
            Value::Vector(v) => v.iter().all(|item| self.visit(item, functions)),
            Value::List(l) => l.iter().all(|item| self.visit(item, functions)),
            Value::Map(m) => m.iter().all(|(_, item)| self.visit(item, functions)),
            Value::Fn(f) if functions || f.code.traces => f.captures.iter().all(|item| self.visit(item, true)),
            Value::Host(host) => host.object().parts().iter().all(|item| self.visit(item, true)),
            _ => true,
        })
    }
}

/// Values with all lanes in them replaced; what is one function or object in two places stays one.
pub struct Replacing<'f> {
    f: &'f mut dyn FnMut(&mut Cx, &Arc<Lanes>) -> Result<Value>,
    known: HashMap<usize, Value>,
}

impl<'f> Replacing<'f> {
    pub fn by(f: &'f mut dyn FnMut(&mut Cx, &Arc<Lanes>) -> Result<Value>) -> Replacing<'f> {
        Replacing { f, known: HashMap::new() }
    }

    /// The value with all lanes in it replaced.
    pub fn of(&mut self, cx: &mut Cx, value: &Value) -> Result<Value> {
        if any(value) { self.rebuilt(cx, value, false) } else { Ok(value.clone()) }
    }

    /// The same for a part of an object, also in what its functions close over.
    pub fn of_part(&mut self, cx: &mut Cx, part: &Value) -> Result<Value> {
        if any_in_part(part) { self.rebuilt(cx, part, true) } else { Ok(part.clone()) }
    }

    fn rebuilt(&mut self, cx: &mut Cx, value: &Value, functions: bool) -> Result<Value> {
        with_stack(value.depth(), || match value {
            Value::Lanes(lanes) => (self.f)(cx, lanes),
            Value::Vector(v) => Ok(Value::Vector(Vector::from_vec(self.all(cx, v.iter(), functions)?)?)),
            Value::List(l) => Ok(Value::List(List::from_vec(self.all(cx, l.iter(), functions)?)?)),
            Value::Map(m) => {
                let values = self.all(cx, m.iter().map(|(_, value)| value), functions)?;
                Ok(Value::Map(Map::from_pairs(m.iter().map(|(key, _)| key.clone()).zip(values))?))
            }
            Value::Fn(f) if (functions || f.code.traces) && some_in(value, functions) => {
                self.once(Arc::as_ptr(f).addr(), |this| {
                    let captures = this.all(cx, f.captures.iter(), true)?.into();
                    Ok(Value::Fn(Arc::new(Closure { code: f.code.clone(), captures, depth: f.depth })))
                })
            }
            Value::Host(host) if some_in(value, functions) => self.once(host.address(), |this| {
                let parts = this.all(cx, host.object().parts().iter(), true)?;
                host.object().with_parts(cx, parts)
            }),
            other => Ok(other.clone()),
        })
    }

    fn all<'v>(&mut self, cx: &mut Cx, items: impl Iterator<Item = &'v Value>, functions: bool) -> Result<Vec<Value>> {
        items.map(|item| self.rebuilt(cx, item, functions)).collect()
    }

    fn once(&mut self, address: usize, make: impl FnOnce(&mut Self) -> Result<Value>) -> Result<Value> {
        if let Some(known) = self.known.get(&address) {
            return Ok(known.clone());
        }
        let made = make(self)?;
        self.known.insert(address, made.clone());
        Ok(made)
    }
}

//! Lanes inside values: in data, in the parameters of distributions, and in what generative functions close over.

use super::Lanes;
use crate::error::Result;
use crate::eval::collections::{List, Map, Vector};
use crate::eval::cx::Cx;
use crate::eval::function::Closure;
use crate::eval::value::{Value, with_stack};
use std::sync::Arc;

/// Visits all lanes in a value; not those that some lanes have as their value.
pub fn each(value: &Value, found: &mut dyn FnMut(&Arc<Lanes>)) {
    visit(value, false, found);
}

/// Are there any?
pub fn any(value: &Value) -> bool {
    let mut some = false;
    each(value, &mut |_| some = true);
    some
}

/// What runs a generative function runs all that it closes over: `functions` are searched inside of one.
fn visit(value: &Value, functions: bool, found: &mut dyn FnMut(&Arc<Lanes>)) {
    with_stack(value.depth(), || match value {
        Value::Lanes(lanes) => found(lanes),
        Value::Vector(v) => v.iter().for_each(|item| visit(item, functions, found)),
        Value::List(l) => l.iter().for_each(|item| visit(item, functions, found)),
        Value::Map(m) => m.iter().for_each(|(_, item)| visit(item, functions, found)),
        Value::Fn(f) if functions || f.code.traces => f.captures.iter().for_each(|item| visit(item, true, found)),
        Value::Host(host) => host.object().parts().iter().for_each(|item| visit(item, functions, found)),
        _ => {}
    })
}

/// The value with all lanes in it replaced.
pub fn replaced(cx: &mut Cx, value: &Value, f: &mut dyn FnMut(&Arc<Lanes>) -> Result<Value>) -> Result<Value> {
    if any(value) { rebuilt(cx, value, f) } else { Ok(value.clone()) }
}

fn rebuilt(cx: &mut Cx, value: &Value, f: &mut dyn FnMut(&Arc<Lanes>) -> Result<Value>) -> Result<Value> {
    let depth = value.depth();
    let mut all = |items: &mut dyn Iterator<Item = &Value>| -> Result<Vec<Value>> {
        with_stack(depth, || items.map(|item| rebuilt(cx, item, f)).collect())
    };
    Ok(match value {
        Value::Lanes(lanes) => return f(lanes),
        Value::Vector(v) => Value::Vector(Vector::from_vec(all(&mut v.iter())?)?),
        Value::List(l) => Value::List(List::from_vec(all(&mut l.iter())?)?),
        Value::Map(m) => {
            let values = all(&mut m.iter().map(|(_, value)| value))?;
            Value::Map(Map::from_pairs(m.iter().map(|(key, _)| key.clone()).zip(values))?)
        }
        Value::Fn(closure) => {
            let captures = all(&mut closure.captures.iter())?.into();
            Value::Fn(Arc::new(Closure { code: closure.code.clone(), captures, depth: closure.depth }))
        }
        Value::Host(host) if !host.object().parts().is_empty() => {
            let parts = all(&mut host.object().parts().iter())?;
            return host.object().with_parts(cx, parts);
        }
        other => other.clone(),
    })
}

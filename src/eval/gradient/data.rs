//! Gradients of data: numbers inside vectors, lists and maps.

use super::kind::as_float;
use super::tape::Tape;
use crate::error::Result;
use crate::eval::collections::{List, Map, Vector};
use crate::eval::lanes::{LanePart, LaneValues, Lanes};
use crate::eval::same::large_part;
use crate::eval::value::{Value, with_stack};
use std::collections::HashSet;
use std::sync::Arc;

/// The data with every leaf of its vectors, lists and map values replaced.
pub fn map_leaves(value: &Value, f: &mut dyn FnMut(&Value) -> Result<Value>) -> Result<Value> {
    with_stack(value.depth(), || match value {
        Value::Vector(v) => {
            Ok(Value::Vector(Vector::from_vec(v.iter().map(|x| map_leaves(x, f)).collect::<Result<_>>()?)?))
        }
        Value::List(l) => Ok(Value::List(List::from_vec(l.iter().map(|x| map_leaves(x, f)).collect::<Result<_>>()?)?)),
        Value::Map(m) => {
            let entries = m.iter().map(|(k, x)| Ok((k.clone(), map_leaves(x, f)?)));
            Ok(Value::Map(Map::from_pairs(entries.collect::<Result<Vec<_>>>()?)?))
        }
        leaf => f(leaf),
    })
}

/// Is some leaf of the data such?
pub fn any_leaf(value: &Value, f: &mut dyn FnMut(&Value) -> bool) -> bool {
    any_in(value, f, &mut HashSet::new())
}

/// The same; parts that were `seen` need no second look.
fn any_in(value: &Value, f: &mut dyn FnMut(&Value) -> bool, seen: &mut HashSet<usize>) -> bool {
    with_stack(value.depth(), || {
        let mut look = |part: &Value| match large_part(part) {
            Some(address) if !seen.insert(address) => false,
            _ => any_in(part, f, seen),
        };
        match value {
            Value::Vector(v) => v.iter().any(look),
            Value::List(l) => l.iter().any(look),
            Value::Map(m) => m.iter().any(|(_, item)| look(item)),
            leaf => f(leaf),
        }
    })
}

/// Visits the leaves of data in order.
pub fn each_leaf(value: &Value, f: &mut dyn FnMut(&Value)) {
    with_stack(value.depth(), || match value {
        Value::Vector(v) => v.iter().for_each(|item| each_leaf(item, f)),
        Value::List(l) => l.iter().for_each(|item| each_leaf(item, f)),
        Value::Map(m) => m.iter().for_each(|(_, item)| each_leaf(item, f)),
        leaf => f(leaf),
    })
}

/// Is some leaf of the data such, or of what some lanes have in place of a leaf?
fn any_of_lanes(value: &Value, f: &mut dyn FnMut(&Value) -> bool) -> bool {
    any_leaf(value, &mut |leaf| match parts_of(leaf) {
        Some(parts) => parts.iter().any(|(_, part)| with_stack(part.depth(), || any_of_lanes(part, f))),
        None => f(leaf),
    })
}

/// The data with every leaf replaced, those of what some lanes have in place of a leaf too.
fn map_of_lanes(value: &Value, f: &mut dyn FnMut(&Value) -> Result<Value>) -> Result<Value> {
    map_leaves(value, &mut |leaf| match (leaf, parts_of(leaf)) {
        (Value::Lanes(lanes), Some(parts)) => {
            let part = |(group, part): &LanePart| Ok((group.clone(), map_of_lanes(part, f)?));
            let parts = parts.iter().map(part).collect::<Result<_>>()?;
            Ok(Value::Lanes(Arc::new(Lanes { group: lanes.group.clone(), of: LaneValues::Parts(parts) })))
        }
        _ => f(leaf),
    })
}

fn parts_of(leaf: &Value) -> Option<&[LanePart]> {
    let Value::Lanes(lanes) = leaf else { return None };
    match &lanes.of {
        LaneValues::Parts(parts) => Some(parts),
        LaneValues::Numbers(_) => None,
    }
}

/// Is there a variable of this level in the data, at any depth of tapes?
pub fn depends_on(value: &Value, level: u64) -> bool {
    any_of_lanes(value, &mut |leaf| {
        let mut at = leaf;
        while let Value::Var(v) = at {
            if v.tape().level() == level {
                return true;
            }
            at = v.primal();
        }
        false
    })
}

/// The innermost tape of the variables in data.
pub fn innermost_in(values: &[Value]) -> Option<Tape> {
    let mut found: Option<Tape> = None;
    for value in values {
        any_of_lanes(value, &mut |leaf| {
            if let Value::Var(v) = leaf
                && found.as_ref().is_none_or(|tape| tape.level() < v.tape().level())
            {
                found = Some(v.tape().clone());
            }
            false
        });
    }
    found
}

/// Every number and every array of floats in the data as a variable of the tape; other leaves stay.
pub fn lift(tape: &Tape, value: &Value) -> Result<Value> {
    map_leaves(value, &mut |leaf| match leaf {
        Value::Int(_) | Value::Float(_) | Value::Var(_) => tape.variable(leaf.clone()),
        Value::Array(a) if a.dtype().is_float() => tape.variable(leaf.clone()),
        other => Ok(other.clone()),
    })
}

/// The data without any variables: plain numbers and arrays.
pub fn plain(value: &Value) -> Result<Value> {
    replaced(value, &|leaf| primal_of(leaf).clone())
}

/// The data with the variables of one tape replaced by their primals.
pub fn below(tape: &Tape, value: &Value) -> Result<Value> {
    replaced(value, &|leaf| tape.below(leaf))
}

/// Data without variables is shared, not copied.
fn replaced(value: &Value, f: &dyn Fn(&Value) -> Value) -> Result<Value> {
    if holds_var(value) { map_of_lanes(value, &mut |leaf| Ok(f(leaf))) } else { Ok(value.clone()) }
}

/// Is there a variable in the data?
pub fn holds_var(value: &Value) -> bool {
    match value {
        Value::Var(_) => true,
        Value::Vector(_) | Value::List(_) | Value::Map(_) => {
            any_of_lanes(value, &mut |leaf| matches!(leaf, Value::Var(_)))
        }
        Value::Lanes(lanes) => {
            lanes.column().is_none() && any_of_lanes(value, &mut |leaf| matches!(leaf, Value::Var(_)))
        }
        _ => false,
    }
}

/// The plain number or array below all levels of a variable.
pub fn primal_of(value: &Value) -> &Value {
    let mut at = value;
    while let Value::Var(v) = at {
        at = v.primal();
    }
    at
}

/// Data as given to a differentiated function: integers at the top become floats, arrays of them too.
pub fn lift_argument(tape: &Tape, value: &Value) -> Result<Value> {
    match value {
        Value::Array(_) => tape.variable(as_float(value.clone())?),
        data => lift(tape, data),
    }
}

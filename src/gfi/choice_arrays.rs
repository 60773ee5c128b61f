//! to-array and from-array: the numbers of a choice map as one flat array, and back.

use super::address::show;
use super::choicemap::ChoiceMap;
use super::trie::Trie;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arrays::from_value;
use crate::eval::collections::{List, Map, Vector};
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};
use crate::tensor::{Array, ops};

pub const TABLE: &[Builtin] = &[
    Builtin::new("to-array", "[choices]", |_, args| {
        let choices = super::any_trace::choices_of("to-array", &args[0], 0)?;
        let mut numbers = Vec::new();
        for (path, value) in choices.leaves() {
            flatten(&path, value, &mut numbers)?;
        }
        let length = numbers.len();
        Array::from_f64(numbers, &[length]).map(Value::array)
    }),
    Builtin::new("from-array", "[choices array]", from_array),
];

fn flatten(path: &[Value], value: &Value, numbers: &mut Vec<f64>) -> Result<()> {
    match value {
        Value::Int(_) | Value::Float(_) => numbers.extend(value.as_f64()),
        Value::Array(array) => numbers.extend(array.to_f64()?),
        Value::Vector(items) => items.iter().try_for_each(|item| flatten(path, item, numbers))?,
        Value::List(items) => items.iter().try_for_each(|item| flatten(path, item, numbers))?,
        Value::Map(map) => map.iter().try_for_each(|(_, item)| flatten(path, item, numbers))?,
        other => return Err(no_number(path, other)),
    }
    Ok(())
}

#[cold]
fn no_number(path: &[Value], value: &Value) -> Stop {
    let message = format!("`{}` holds {} `{}`, which is no number", show(path), value.kind(), brief(value));
    Error::raise(Code::Type, message).arg(0).help("take it out first: `(dissoc choices address)`")
}

fn from_array(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let choices = super::any_trace::choices_of("from-array", &args[0], 0)?;
    let numbers = from_value(&args[1]).and_then(|a| a.to_f64()).map_err(|e| e.arg(1))?;
    let mut left = &numbers[..];
    let mut filled = Trie::Empty;
    for (path, value) in choices.leaves() {
        filled.set(&path, Trie::Leaf(fill(&path, value, &mut left).map_err(|e| short(e, numbers.len()))?));
    }
    match left {
        [] => Ok(ChoiceMap::of(filled).into_value()),
        _ => {
            let message = format!("the array has {} numbers, {} more than the choices", numbers.len(), left.len());
            Err(Error::raise(Code::Shape, message).arg(1).help("`(count (to-array choices))` says how many there are"))
        }
    }
}

fn fill(path: &[Value], value: &Value, left: &mut &[f64]) -> Result<Value> {
    match value {
        Value::Int(_) | Value::Float(_) => take(left, 1).map(|x| Value::float(x[0])),
        Value::Array(array) => {
            let numbers = take(left, array.len())?.to_vec();
            let flat = Array::from_f64(numbers, &[array.len()])?;
            {
                let sizes: Vec<i64> = array.shape().iter().map(|n| *n as i64).collect();
                ops::reshape(&flat, &sizes).map(Value::array)
            }
        }
        Value::Vector(items) => {
            let filled = items.iter().map(|item| fill(path, item, left)).collect::<Result<_>>()?;
            Ok(Value::Vector(Vector::from_vec(filled)?))
        }
        Value::List(items) => {
            let filled = items.iter().map(|item| fill(path, item, left)).collect::<Result<_>>()?;
            Ok(Value::List(List::from_vec(filled)?))
        }
        Value::Map(map) => {
            let filled = map.iter().map(|(key, item)| Ok((key.clone(), fill(path, item, left)?)));
            Ok(Value::Map(Map::from_pairs(filled.collect::<Result<Vec<_>>>()?)?))
        }
        other => Err(no_number(path, other)),
    }
}

fn take<'a>(left: &mut &'a [f64], n: usize) -> Result<&'a [f64]> {
    match left.split_at_checked(n) {
        Some((taken, rest)) => {
            *left = rest;
            Ok(taken)
        }
        None => Err(Error::raise(Code::Shape, "the array has too few numbers")),
    }
}

#[cold]
fn short(error: Stop, given: usize) -> Stop {
    match error.code() {
        Some(Code::Shape) => {
            Error::raise(Code::Shape, format!("the array has {given} numbers, fewer than the choices"))
                .arg(1)
                .help("`(count (to-array choices))` says how many there are")
        }
        _ => error,
    }
}

/// Values by full path, where maps are what stands below.
pub fn flat(choices: &ChoiceMap) -> Result<Vec<(Vec<Value>, Value)>> {
    let mut all = Vec::new();
    for (path, value) in choices.leaves() {
        match value {
            Value::Map(_) => {
                let inner = ChoiceMap::from_value(value)?;
                let below = crate::gfi::trie::with_stack(|| flat(&inner))?;
                all.extend(below.into_iter().map(|(rest, value)| ([&path[..], &rest].concat(), value)));
            }
            value => all.push((path, value.clone())),
        }
    }
    Ok(all)
}

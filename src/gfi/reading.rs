//! Reading what a user writes as choices: nested maps become addresses, and an address that is given gives something.

use super::address::{components, show};
use super::choicemap::{ChoiceMap, leaf_and_subtree};
use super::trie::{Conflict, Trie, with_stack};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::Value;
use crate::eval::collections::Map;

/// Addresses and values; an address given twice, or below another, is an error.
pub fn pairs(pairs: impl IntoIterator<Item = (Value, Value)>) -> Result<ChoiceMap> {
    let mut trie = Trie::Empty;
    for (address, value) in pairs {
        graft(&mut trie, &components(&address)?, &value)?;
    }
    Ok(ChoiceMap::of(trie))
}

/// A vector or an array, whose elements are integer children.
pub fn children(data: &Value) -> Result<ChoiceMap> {
    let mut trie = Trie::Empty;
    graft(&mut trie, &[], data)?;
    Ok(ChoiceMap::of(trie))
}

/// Choices with a value, or choices, put at an address that is free or holds a value.
pub fn with(choices: &ChoiceMap, address: &Value, value: &Value) -> Result<ChoiceMap> {
    let path = components(address)?;
    let mut new = Trie::Empty;
    graft(&mut new, &path, value)?;
    let mut all = choices.clone();
    match new.at(&path) {
        Some(Trie::Leaf(value)) => all.put(&path, value.clone())?,
        Some(below) if all.as_trie().at(&path).is_none_or(|old| old.leaf().is_none()) => {
            if (0..path.len()).any(|n| all.as_trie().at(&path[..n]).is_some_and(|t| t.leaf().is_some())) {
                return Err(leaf_and_subtree(&path));
            }
            all.put_below(&path, &ChoiceMap::of(below.clone()))?;
        }
        Some(_) => return Err(leaf_and_subtree(&path)),
        None => all.remove(&path)?,
    }
    Ok(all)
}

/// Puts what is given for an address into its place: maps, and vectors that hold some, as what stands below it.
fn graft(trie: &mut Trie<Value>, path: &[Value], value: &Value) -> Result<()> {
    match value {
        Value::Map(map) if !map.is_empty() && are_addresses(map) => {
            for (key, value) in map.iter() {
                let below = [path, &components(key)?].concat();
                with_stack(|| graft(trie, &below, value))?;
            }
            Ok(())
        }
        Value::Vector(items) if items.iter().any(holds_choices) => elements(trie, path, items.iter()),
        Value::List(items) if items.iter().any(holds_choices) => elements(trie, path, items.iter()),
        other => match other.as_host::<ChoiceMap>() {
            Some(inner) => inner
                .leaves()
                .into_iter()
                .try_for_each(|(below, value)| leaf(trie, &[path, &below].concat(), value.clone())),
            None => {
                check(path, other)?;
                leaf(trie, path, other.clone())
            }
        },
    }
}

/// Elements as integer children; those that are nil are missing.
fn elements<'a>(trie: &mut Trie<Value>, path: &[Value], items: impl Iterator<Item = &'a Value>) -> Result<()> {
    let given = items.enumerate().filter(|(_, item)| !item.is_nil());
    for (i, item) in given {
        with_stack(|| graft(trie, &[path, &[Value::Int(i as i64)]].concat(), item))?;
    }
    Ok(())
}

/// True of a map whose keys are addresses; another one can only be a value.
fn are_addresses(map: &Map) -> bool {
    map.iter().all(|(key, _)| components(key).is_ok())
}

/// Does an element of data hold choices below addresses of its own?
fn holds_choices(value: &Value) -> bool {
    match value {
        Value::Map(map) => !map.is_empty(),
        Value::Vector(items) => with_stack(|| items.iter().any(holds_choices)),
        Value::List(items) => with_stack(|| items.iter().any(holds_choices)),
        other => other.as_host::<ChoiceMap>().is_some(),
    }
}

fn leaf(trie: &mut Trie<Value>, path: &[Value], value: Value) -> Result<()> {
    match trie.conflict(path) {
        None => {
            trie.set(path, Trie::Leaf(value));
            Ok(())
        }
        Some(Conflict::Taken(Trie::Leaf(_))) => Err(given_twice(path)),
        Some(_) => Err(leaf_and_subtree(path)),
    }
}

/// Data must be there, and be no NaN: a nil among others is missing.
fn check(path: &[Value], value: &Value) -> Result<()> {
    let empty = match value {
        Value::Vector(items) => items.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        Value::Set(set) => set.iter().next().is_none(),
        Value::Array(array) => array.is_empty(),
        _ => false,
    };
    if empty {
        return Err(nothing(path, "is empty"));
    }
    if value.is_nil() {
        return Err(nothing(path, "is nil"));
    }
    if missing(value) > 0 && !gives(value) {
        return Err(nothing(path, "holds nothing but nil"));
    }
    match find_nan(value) {
        Some(at) => Err(not_a_number(&[path, &at].concat())),
        None => Ok(()),
    }
}

/// The number of missing elements.
pub fn missing(value: &Value) -> usize {
    let of = |value: &Value| if value.is_nil() { 1 } else { with_stack(|| missing(value)) };
    match value {
        Value::Vector(items) => items.iter().map(of).sum(),
        Value::List(items) => items.iter().map(of).sum(),
        _ => 0,
    }
}

/// True of data of which something is missing.
pub fn is_partial(value: &Value) -> bool {
    let lacks = |value: &Value| value.is_nil() || with_stack(|| is_partial(value));
    match value {
        Value::Vector(items) => items.iter().any(lacks),
        Value::List(items) => items.iter().any(lacks),
        Value::Map(map) => map.iter().any(|(_, value)| lacks(value)),
        _ => false,
    }
}

fn gives(value: &Value) -> bool {
    match value {
        Value::Vector(items) => items.iter().any(|item| with_stack(|| gives(item))),
        Value::List(items) => items.iter().any(|item| with_stack(|| gives(item))),
        other => !other.is_nil(),
    }
}

/// Where a number of some data is NaN.
fn find_nan(value: &Value) -> Option<Vec<Value>> {
    let first = |items: &mut dyn Iterator<Item = &Value>| {
        items.enumerate().find_map(|(i, item)| {
            let inside = with_stack(|| find_nan(item))?;
            Some([&[Value::Int(i as i64)], &inside[..]].concat())
        })
    };
    match value {
        Value::Float(x) => x.get().is_nan().then(Vec::new),
        Value::Vector(items) => first(&mut items.iter()),
        Value::List(items) => first(&mut items.iter()),
        Value::Array(array) if array.dtype().is_float() => {
            let mut at = array.to_f64().ok()?.iter().position(|x| x.is_nan())?;
            let mut path = Vec::with_capacity(array.ndim());
            for n in array.shape().iter().rev() {
                path.push(Value::Int((at % n) as i64));
                at /= n;
            }
            path.reverse();
            Some(path)
        }
        _ => None,
    }
}

#[cold]
fn nothing(path: &[Value], what: &str) -> Stop {
    let name = if path.is_empty() { "the data".to_string() } else { format!("`{}`", show(path)) };
    Error::raise(Code::NoData, format!("{name} {what}: a misspelt column?"))
        .help("leave the address out to leave it unobserved; a nil among other elements is one that is missing")
}

#[cold]
fn not_a_number(path: &[Value]) -> Stop {
    let name = if path.is_empty() { "the datum".to_string() } else { format!("the datum at `{}`", show(path)) };
    Error::raise(Code::Nan, format!("{name} is NaN")).help("nil in its place leaves it to be imputed")
}

#[cold]
fn given_twice(path: &[Value]) -> Stop {
    Error::raise(Code::Address, format!("the address `{}` is given twice", show(path)))
        .help("leave one of the two out; `(assoc choices address value)` replaces a value")
}

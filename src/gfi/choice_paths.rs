//! Choices one by one: an array of which some elements were given, drawn, or discarded and others not is as many choices
//! as it has elements.

use super::choicemap::ChoiceMap;
use super::data::opened;
use super::reading::is_partial;
use super::request::Outcome;
use super::trie::{Trie, with_stack};
use crate::error::Result;
use crate::eval::Value;

/// The paths of these choices. An array that misses elements counts element by element, and so does one whose elements
/// one of `others` names.
pub fn choice_paths(choices: &ChoiceMap, others: &[&ChoiceMap]) -> Result<Vec<Vec<Value>>> {
    let mut all = Vec::new();
    for (path, value) in choices.leaves() {
        split(path, value, others, &mut all)?;
    }
    Ok(all)
}

fn split(path: Vec<Value>, value: &Value, others: &[&ChoiceMap], all: &mut Vec<Vec<Value>>) -> Result<()> {
    let elements = match is_partial(value) || others.iter().any(|other| is_apart(other.as_trie().at(&path))) {
        true => opened(value)?,
        false => Trie::Empty,
    };
    if elements.is_empty() {
        all.push(path);
        return Ok(());
    }
    for (key, child) in elements.children() {
        let Some(value) = child.leaf() else { continue };
        with_stack(|| split([&path[..], std::slice::from_ref(key)].concat(), value, others, all))?;
    }
    Ok(())
}

/// Are there elements that stand apart, or some only?
pub fn is_apart(at: Option<&Trie<Value>>) -> bool {
    match at {
        Some(Trie::Branch(_)) => true,
        Some(Trie::Leaf(value)) => is_partial(value),
        _ => false,
    }
}

/// What a change dropped: discarded, and no choice of the new run.
pub fn dropped_paths(change: &Outcome) -> Result<Vec<Vec<Value>>> {
    let (discard, now) = (ChoiceMap::of(change.discard.clone()), &change.trace);
    let mut paths = choice_paths(&discard, &[])?;
    paths.retain(|path| now.choice_at(address(&discard, path)).is_none() || now.value_at(path).is_none());
    Ok(paths)
}

/// The address of the choice that a path leads to, or to an element of.
fn address<'a>(choices: &ChoiceMap, path: &'a [Value]) -> &'a [Value] {
    let leaf = |n: &usize| choices.as_trie().at(&path[..*n]).is_some_and(|at| at.leaf().is_some());
    &path[..(0..=path.len()).find(leaf).unwrap_or(path.len())]
}

/// Does a run have the very choice that another one has at the path, or that element of it? A choice at `[:x 1]` is
/// none of an array's at `:x`.
pub fn has_same_choice(choices: &ChoiceMap, others: &ChoiceMap, path: &[Value]) -> Result<bool> {
    let same = others.as_trie().at(address(choices, path)).is_some_and(|at| at.leaf().is_some());
    Ok(same && has_choice(others, path)?)
}

/// Do these choices have one at the path, or an element of one?
pub fn has_choice(choices: &ChoiceMap, path: &[Value]) -> Result<bool> {
    Ok(choices.value_at(path)?.is_some())
}

/// Is what stands at a path marked, by itself or with all that stands above it?
pub fn is_marked<T: Clone>(marks: &Trie<T>, path: &[Value]) -> bool {
    (0..=path.len()).any(|n| {
        marks.at(&path[..n]).is_some_and(|at| if n == path.len() { !at.is_empty() } else { at.leaf().is_some() })
    })
}

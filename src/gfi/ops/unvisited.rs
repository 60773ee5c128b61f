//! Constraints and selections that a run has nothing to do with: mistakes that must not pass in silence.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::Value;
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::data::count;
use crate::gfi::selection::Selection;
use crate::gfi::trace::Trace;
use crate::gfi::trie::{Trie, with_stack};
use std::collections::HashSet;

/// The first constraint that a run did not visit.
pub fn unvisited(constraints: &ChoiceMap, trace: &Trace) -> Result<Option<Vec<Value>>> {
    first_missing(constraints, &|path| trace.choice_at(path).is_some() || trace.value_at(path).is_some())
}

/// Every constraint must have been visited.
pub fn all_visited(constraints: &ChoiceMap, trace: &Trace) -> Result<()> {
    match unvisited(constraints, trace)? {
        Some(path) => Err(unvisited_error(&path, trace)),
        None => Ok(()),
    }
}

/// Every address that a selection names must be there.
pub fn check_selection(selection: &Selection, trace: &Trace) -> Result<()> {
    selection.check(&|path| trace.has(path), &|| trace.address_names())
}

/// The first choice that constraints are about and that does not stand in a run: data is the value where a choice, or
/// an element of one, `stands`, else what is below it.
pub fn first_missing(constraints: &ChoiceMap, stands: &dyn Fn(&[Value]) -> bool) -> Result<Option<Vec<Value>>> {
    // Nearly always each is the value of a choice, and nothing needs a closer look.
    let doubtful = |path: &[Value], value: &Value| matches!(value, Value::Lanes(_)) || !value.is_nil() && !stands(path);
    if !constraints.as_trie().any_at(&mut Vec::new(), &doubtful) {
        return Ok(None);
    }
    for (path, value) in constraints.leaves_of_lanes()? {
        if let Some(path) = missing(path, value, stands)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn missing(path: Vec<Value>, value: Value, stands: &dyn Fn(&[Value]) -> bool) -> Result<Option<Vec<Value>>> {
    if value.is_nil() || stands(&path) {
        return Ok(None);
    }
    let parts = parts_of(&path, &value)?;
    if parts.is_empty() && !matches!(value, Value::Map(_)) {
        return Ok(Some(path));
    }
    for (path, value) in parts {
        if let Some(path) = with_stack(|| missing(path, value, stands))? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The elements of data, with their paths.
pub fn parts_of(path: &[Value], value: &Value) -> Result<Vec<(Vec<Value>, Value)>> {
    let full = |below: &[Value]| [path, below].concat();
    if let Value::Map(_) = value {
        let all = ChoiceMap::from_value(value)?;
        return Ok(all.leaves().into_iter().map(|(below, inner)| (full(&below), inner.clone())).collect());
    }
    let (data, mut parts) = (ChoiceMap::of(Trie::Leaf(value.clone())), Vec::new());
    for key in (0..count(value).unwrap_or(0) as i64).map(Value::Int) {
        if let Trie::Leaf(inner) = data.child(&key)?.into_trie() {
            parts.push((full(std::slice::from_ref(&key)), inner));
        }
    }
    Ok(parts)
}

/// The error of a constraint that the run did not visit.
#[cold]
pub fn unvisited_error(path: &[Value], trace: &Trace) -> Stop {
    not_visited(path, trace.address_names())
}

/// The same for a run with these addresses.
#[cold]
pub fn not_visited(path: &[Value], known: Vec<String>) -> Stop {
    let name = show(path);
    let error =
        Error::raise(Code::ConstraintNotVisited, format!("the constraint at `{name}` was not visited by the run"));
    if let [address] = &known[..]
        && address == "[]"
    {
        return error.help("a bare distribution has one choice, without address: write `(value 1.5)`");
    }
    let start = format!("[{} ", name.trim_matches(['[', ']']));
    if let Some(inside) = known.iter().find(|address| address.starts_with(&start)) {
        return error
            .help(format!("`{name}` is no choice itself, there are choices below it: name them, as in `{inside}`"));
    }
    if let Some((count, last)) = fewer(path, &known) {
        let help =
            format!("the run has {count} of these, the last is `{last}`: there is more data than the model makes");
        return error.help(help);
    }
    match crate::eval::analyze::closest(&name, &known) {
        Some(best) => error.help(format!("did you mean `{best}`?")),
        None if known.is_empty() => error.help("this run made no choices at all"),
        None => error
            .help(format!("the run's addresses are {}", known.iter().take(8).cloned().collect::<Vec<_>>().join(", "))),
    }
}

/// How many addresses differ from a path only by a smaller integer in its place, counted from 0, and the last of them.
fn fewer(path: &[Value], known: &[String]) -> Option<(i64, String)> {
    let place = path.iter().rposition(|key| key.as_int().is_some_and(|i| i > 0))?;
    let with = |i: i64| {
        let mut other = path.to_vec();
        other[place] = Value::Int(i);
        show(&other)
    };
    let known: HashSet<&str> = known.iter().map(String::as_str).collect();
    let most = path[place].as_int()?;
    let count = (0..most).take_while(|i| known.contains(&*with(*i))).count() as i64;
    (count > 0).then(|| (count, with(count - 1)))
}

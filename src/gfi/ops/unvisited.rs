//! Constraints and selections that a run has nothing to do with: mistakes that must not pass in silence.

use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::data::{count, element, is_data};
use crate::gfi::selection::{Selection, names_nothing};
use crate::gfi::trace::{Record, Trace, What};
use crate::gfi::trie::{Trie, with_stack};
use std::collections::HashSet;

/// The first constraint that a run did not visit.
pub fn unvisited(constraints: &ChoiceMap, trace: &Trace) -> Result<Option<Vec<Value>>> {
    let mut places = Vec::new();
    open_call(trace, &mut places);
    missing(constraints, &places, &mut Vec::new())
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
    match selection.named().iter().find(|path| !trace.has(path)) {
        Some(path) => Err(names_nothing(path, &trace.address_names())),
        None => Ok(()),
    }
}

/// Looks for the constraints among the records that stand at one place: several where calls are inlined.
fn missing(constraints: &ChoiceMap, places: &[&Trie<Record>], path: &mut Vec<Value>) -> Result<Option<Vec<Value>>> {
    let chosen = places.iter().find_map(|t| match t {
        Trie::Leaf(Record { what: What::Choice(value, _), .. }) => Some(value),
        _ => None,
    });
    if let Some(value) = chosen {
        return outside(&constraints.0, value, path);
    }
    let keys = match &constraints.0 {
        Trie::Empty => return Ok(None),
        Trie::Leaf(v) if v.is_nil() => return Ok(None),
        // Keys may be paths themselves, as anywhere in choices.
        Trie::Leaf(data @ Value::Map(_)) => return missing(&ChoiceMap::from_value(data)?, places, path),
        Trie::Leaf(data) if is_data(data) => indices(data),
        Trie::Leaf(_) => return Ok(Some(path.clone())),
        Trie::Branch(_) => constraints.0.children().into_iter().map(|(k, _)| k.clone()).collect(),
    };
    for key in &keys {
        let below = constraints.child(key)?;
        let mut inside = Vec::new();
        places.iter().filter_map(|t| t.child(key)).for_each(|t| open(t, &mut inside));
        path.push(key.clone());
        if let Some(found) = with_stack(|| missing(&below, &inside, path))? {
            return Ok(Some(found));
        }
        path.pop();
    }
    Ok(None)
}

/// The first child that is no element of a choice.
pub fn outside(children: &Trie<Value>, value: &Value, path: &mut Vec<Value>) -> Result<Option<Vec<Value>>> {
    for (key, below) in children.children() {
        path.push(key.clone());
        let found = match element(value, key)? {
            Some(element) => with_stack(|| outside(below, &element, path))?,
            None => Some(path.clone()),
        };
        if found.is_some() {
            return Ok(found);
        }
        path.pop();
    }
    Ok(None)
}

/// The records of a place, those of a call for the call.
fn open<'a>(records: &'a Trie<Record>, places: &mut Vec<&'a Trie<Record>>) {
    match records {
        Trie::Leaf(Record { what: What::Call(call), .. }) => open_call(call, places),
        records => places.push(records),
    }
}

fn open_call<'a>(call: &'a Trace, places: &mut Vec<&'a Trie<Record>>) {
    open(&call.records, places);
    call.inlined.iter().for_each(|call| open_call(call, places));
}

/// The keys of data that is read as children.
pub fn indices(data: &Value) -> Vec<Value> {
    (0..count(data).unwrap_or(0) as i64).map(Value::Int).collect()
}

/// The error of a constraint that the run did not visit.
#[cold]
pub fn unvisited_error(path: &[Value], trace: &Trace) -> Box<Error> {
    not_visited(path, trace.address_names())
}

/// The same for a run with these addresses.
#[cold]
pub fn not_visited(path: &[Value], known: Vec<String>) -> Box<Error> {
    let name = show(path);
    let error =
        Error::new(Code::ConstraintNotVisited, format!("the constraint at `{name}` was not visited by the run"));
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

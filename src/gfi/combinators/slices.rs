//! What is given for the arrays of several runs, run by run.

use crate::error::{Error, Result};
use crate::eval::lanes::numbers::in_lane;
use crate::eval::lanes::{Group, Lanes, Of, held_by, merge};
use crate::eval::print::brief;
use crate::eval::{Cx, Value, arrays};
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::choicemap_lanes::put;
use crate::gfi::goal::Goal;
use crate::gfi::trie::{Trie, with_stack};

/// The goal of one run: element `t` of everything given.
pub fn slice_goal(cx: &mut Cx, goal: &Goal, t: usize) -> Result<Goal> {
    Ok(match goal {
        Goal::Assess(choices) => Goal::Assess(slice(cx, choices, t)?),
        Goal::Guided(_) => slice_goal(cx, &goal.untold()?, t)?,
        Goal::Follow { .. } => return Err(rows()),
        Goal::Constrain { choices, observe } => Goal::Constrain { choices: slice(cx, choices, t)?, observe: *observe },
        Goal::Redraw { selection, given } => Goal::Redraw { selection: selection.clone(), given: slice(cx, given, t)? },
    })
}

/// The error of arrays over runs whose rows would move on their own.
#[cold]
fn rows() -> Box<Error> {
    Error::new("gen::no-gradient", "a guide cannot hold a `vmap` or a `repeat-gf`: its arrays do not move row by row")
        .help("use `map-gf`, or array parameters: `(normal (zeros [3]) 1)`")
}

fn slice(cx: &mut Cx, choices: &ChoiceMap, t: usize) -> Result<ChoiceMap> {
    let mut sliced = Trie::Empty;
    for (path, value) in choices.leaves_of_lanes()? {
        match value {
            Value::Map(_) => {
                for (below, value) in slice(cx, &ChoiceMap::from_value(&value)?, t)?.0.leaves() {
                    put(&mut sliced, &[&path[..], &below].concat(), value.clone())?;
                }
            }
            Value::Var(_) => {
                let element = cx.call_core("nth", &mut [value, Value::Int(t as i64)])?;
                sliced.set(&path, Trie::Leaf(element));
            }
            // Nothing where it is another's choice at this level, or a mistake, which [`check_fit`] tells.
            _ => {
                if let Some(element) = element(&value, t)? {
                    put(&mut sliced, &path, element)?;
                }
            }
        }
    }
    Ok(ChoiceMap(sliced))
}

/// Element `t` of what is given for a choice; of lanes in those that have so many.
pub fn element(value: &Value, t: usize) -> Result<Option<Value>> {
    Ok(match value {
        Value::Vector(items) => items.get(t).cloned(),
        Value::Array(array) if array.shape().first().is_some_and(|n| t < *n) => {
            Some(arrays::index(array, &Value::Int(t as i64))?)
        }
        Value::Lanes(lanes) => match &lanes.of {
            Of::Numbers(_) => lanes.element(t),
            Of::Parts(_) => element_of_parts(lanes, t)?,
        },
        _ => None,
    })
}

fn element_of_parts(lanes: &Lanes, t: usize) -> Result<Option<Value>> {
    let Of::Parts(parts) = &lanes.of else { return Ok(None) };
    let mut found = Vec::with_capacity(parts.len());
    for (group, value) in parts {
        if let Some(element) = element(value, t)? {
            found.push((group.clone(), element));
        }
    }
    match lanes.group.union(found.iter().map(|(group, _)| group)) {
        Some(group) => Ok(Some(held_by(&group, merge(found, &group)?))),
        None => Ok(None),
    }
}

/// The number of elements of what is no lanes of several kinds.
pub fn count(value: &Value) -> Option<usize> {
    match value {
        Value::Vector(items) => Some(items.len()),
        Value::List(items) => Some(items.len()),
        Value::Array(array) => array.shape().first().copied(),
        Value::Lanes(lanes) => lanes.column()?.event().first().copied(),
        _ => None,
    }
}

/// Whatever is given for a choice of the runs, which `visited` tells of, has an element for each of them, in the lanes
/// in force if there are such.
pub fn check_fit(goal: &Goal, n: usize, force: Option<&Group>, visited: &dyn Fn(&[Value]) -> bool) -> Result<()> {
    let Some(given) = goal.given() else { return Ok(()) };
    given.leaves_of_lanes()?.iter().try_for_each(|(path, value)| check_leaf(path, value, n, force, visited))
}

/// A map is children, as in [`slice`].
fn check_leaf(
    path: &[Value],
    value: &Value,
    n: usize,
    force: Option<&Group>,
    visited: &dyn Fn(&[Value]) -> bool,
) -> Result<()> {
    match value {
        Value::Map(_) => ChoiceMap::from_value(value)?.0.leaves().into_iter().try_for_each(|(below, value)| {
            with_stack(|| check_leaf(&[path, &below].concat(), value, n, force, visited))
        }),
        _ if visited(path) => fits(path, value, n, force),
        _ => Ok(()),
    }
}

/// The error of a run without a value for a choice, if what was given for that choice is no array over the runs.
#[cold]
pub fn unfit_or(error: Box<Error>, goal: &Goal, n: usize, force: Option<&Group>) -> Box<Error> {
    if error.code != "gen::choice-missing" {
        return error;
    }
    let text = |address: &str| format!("{} ", address.trim_matches(['[', ']']));
    let missing: String = error.path.iter().map(|address| text(address)).collect();
    let given = |path: &[Value]| path.is_empty() || missing.starts_with(&text(&show(path)));
    check_fit(goal, n, force, &given).err().unwrap_or(error)
}

fn fits(path: &[Value], value: &Value, n: usize, force: Option<&Group>) -> Result<()> {
    let concerned = |group: &Group| force.is_none_or(|force| !force.split_by(group).0.is_empty());
    match value {
        Value::Nil | Value::Map(_) | Value::Var(_) => Ok(()),
        Value::Lanes(lanes) if !concerned(&lanes.group) => Ok(()),
        Value::Lanes(lanes) => match &lanes.of {
            Of::Parts(parts) => parts
                .iter()
                .filter(|(group, _)| concerned(group))
                .try_for_each(|(group, value)| fits(path, value, n, force).map_err(|e| in_lane(e, group.id(0)))),
            Of::Numbers(_) if count(value) == Some(n) => Ok(()),
            Of::Numbers(column) => Err(unfit(path, &crate::eval::lanes::number(column, 0), n)),
        },
        Value::Vector(_) | Value::Array(_) if count(value) == Some(n) => Ok(()),
        other => Err(unfit(path, other, n)),
    }
}

#[cold]
fn unfit(path: &[Value], value: &Value, n: usize) -> Box<Error> {
    let message = format!("`{}` holds an array over {n} runs, which `{}` is not", show(path), brief(value));
    Error::new("gen::shape", message)
        .help("give an array or a vector with one element for each run; nil where nothing is known")
}

/// True when an old choice stays: it is neither given nor drawn.
pub fn keeps(goal: &Goal, path: &[Value]) -> Result<bool> {
    Ok(match goal {
        Goal::Assess(_) | Goal::Guided(_) | Goal::Follow { .. } => false,
        Goal::Constrain { choices, .. } => choices.value_at(path)?.is_none(),
        Goal::Redraw { selection, .. } => !selection.contains(path),
    })
}

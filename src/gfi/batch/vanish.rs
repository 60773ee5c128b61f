//! What a chunk's run leaves over: choices of the old run that are gone, and constraints that lanes did not visit.

use super::runner::Batch;
use super::site::given_lanes;
use super::terms::Term;
use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::eval::lanes::Group;
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::trie::{Trie, with_stack};
use std::sync::Arc;

/// What the old run had and the new one does not: its log-densities leave the weight, its values are discarded.
/// Constraints that a lane did not visit make its weight −∞.
pub fn vanish(batch: &mut Batch) -> Result<()> {
    let whole = batch.whole.clone();
    prefixes(batch)?;
    if let (Some(past), false) = (batch.past.clone(), batch.goal.is_assess()) {
        for (path, old) in &past.list {
            for visit in &old.visits {
                let mut gone = visit.group.clone();
                for site in [batch.sites.get(path), batch.accounted.get(path)].into_iter().flatten() {
                    if let Some(stays) = site.lanes(&whole) {
                        let (_, without) = gone.split_by(&stays);
                        gone = gone.part(without);
                    }
                }
                if gone.is_empty() {
                    continue;
                }
                let gone = visit.within(&gone)?;
                // Only update charges for what vanished: redrawing leaves it out on both sides.
                if let (Goal::Constrain { .. }, Some(density)) = (&batch.goal, &gone.density) {
                    batch.count(&gone.group, Term::Go(density));
                }
                batch.discarded(path, &gone);
            }
        }
    }
    if let Goal::Constrain { choices, .. } = batch.goal.clone() {
        unvisited(batch, &choices, &whole)?;
    }
    Ok(())
}

/// In no lane may an address that holds a value be a prefix of another.
fn prefixes(batch: &Batch) -> Result<()> {
    for (path, site) in batch.sites.list.iter().filter(|(path, _)| path.len() > 1) {
        for above in (1..path.len()).filter_map(|n| batch.sites.get(&path[..n])) {
            for (visit, other) in site.visits.iter().flat_map(|v| above.visits.iter().map(move |o| (v, o))) {
                if let Some(at) = visit.group.split_by(&other.group).0.first() {
                    let message = format!("the address `{}` is a prefix of another, or another of it", show(path));
                    let error = Error::new(Code::AddressPrefix, message)
                        .help("an address that holds a value has nothing under it: rename one of the two");
                    return Err(crate::eval::lanes::numbers::in_lane(error, visit.group.id(*at as usize)));
                }
            }
        }
    }
    Ok(())
}

/// Lanes that did not visit a constraint weigh nothing.
fn unvisited(batch: &mut Batch, choices: &ChoiceMap, whole: &Arc<Group>) -> Result<()> {
    for (path, value) in choices.leaves_of_lanes()? {
        // Lanes that the constraint is about.
        let Some(about) = given_lanes(&value, whole).0 else { continue };
        if let Some(missed) = missed(batch, path, value, about)? {
            batch.weight.forbid(whole, &missed);
        }
    }
    Ok(())
}

/// The lanes of some that did not visit a constraint: neither a choice that it is the value of, nor its elements, as
/// each of them has it.
fn missed(batch: &Batch, path: Vec<Value>, value: Value, about: Arc<Group>) -> Result<Option<Arc<Group>>> {
    if value.is_nil() {
        return Ok(None);
    }
    let mut about = about;
    for all in batch.sites.all_holding(&path).filter_map(|site| site.lanes(&batch.whole)) {
        if all.len() == batch.whole.len() {
            return Ok(None);
        }
        let (_, without) = about.split_by(&all);
        if without.is_empty() {
            return Ok(None);
        }
        about = about.part(without);
    }
    let parts = parts_of(&path, &value)?;
    if parts.is_empty() {
        return Ok(Some(about));
    }
    let mut all = Vec::new();
    for (path, value) in parts {
        all.extend(with_stack(|| missed(batch, path, value, about.clone()))?);
    }
    Ok(about.union(all.iter()))
}

/// The elements of data, with their paths.
fn parts_of(path: &[Value], value: &Value) -> Result<Vec<(Vec<Value>, Value)>> {
    let full = |below: &[Value]| [path, below].concat();
    if let Value::Map(_) = value {
        let all = ChoiceMap::from_value(value)?;
        return Ok(all.0.leaves().into_iter().map(|(below, inner)| (full(&below), inner.clone())).collect());
    }
    let (data, mut parts) = (ChoiceMap(Trie::Leaf(value.clone())), Vec::new());
    for key in crate::gfi::ops::unvisited::indices(value) {
        if let Trie::Leaf(inner) = data.child(&key)?.0 {
            parts.push((full(std::slice::from_ref(&key)), inner));
        }
    }
    Ok(parts)
}

/// A path with the value that is given for the choice there, and what stands there.
pub type Point<T> = (Vec<Value>, Value, Option<T>);

/// The choices that constraints are about: data is the value where a choice `stands`, else what is below it.
pub fn points<T>(choices: &ChoiceMap, stands: &dyn Fn(&[Value]) -> Option<T>) -> Result<Vec<Point<T>>> {
    let mut found = Vec::new();
    for (path, value) in choices.leaves_of_lanes()? {
        below(path, value, stands, &mut found)?;
    }
    Ok(found)
}

fn below<T>(
    path: Vec<Value>,
    value: Value,
    stands: &dyn Fn(&[Value]) -> Option<T>,
    found: &mut Vec<Point<T>>,
) -> Result<()> {
    if value.is_nil() {
        return Ok(());
    }
    let here = stands(&path);
    let parts = if here.is_some() { Vec::new() } else { parts_of(&path, &value)? };
    if parts.is_empty() && !matches!(value, Value::Map(_)) {
        found.push((path, value, here));
        return Ok(());
    }
    for (path, value) in parts {
        with_stack(|| below(path, value, stands, found))?;
    }
    Ok(())
}

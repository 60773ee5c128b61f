//! What a chunk's run leaves over: choices of the old run that are gone, and constraints that lanes did not visit.

use super::runner::Batch;
use super::site::given_lanes;
use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::eval::lanes::Group;
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::decision::forbids_unvisited;
use crate::gfi::ops::unvisited::parts_of;
use crate::gfi::trie::with_stack;
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
                batch.gone(path, &visit.within(&gone)?);
            }
        }
    }
    if let (true, Some(choices)) = (forbids_unvisited(batch.goal.kind()), batch.goal.given().cloned()) {
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
                    let error = Error::raise(Code::AddressPrefix, message)
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

//! What a step forgets: draws that data overwrote, or that are gone. They were drawn from the prior, and the way back
//! would draw them again, so that their log-densities leave the weight.

use crate::error::Result;
use crate::eval::lanes::Group;
use crate::gfi::ChoiceMap;
use crate::gfi::batch::BatchedTrace;
use crate::gfi::batch::run::Outcome;
use crate::gfi::batch::site::Visit;
use crate::gfi::batch::sums::Sums;
use std::sync::Arc;

/// Adds to each weight the old ℓ of what had been drawn and is now data, and of what is gone if `gone` says so. What
/// was data before stays charged: overwriting it changes the data.
pub fn forgotten(old: &BatchedTrace, outcome: &mut Outcome, obs: &ChoiceMap, gone: bool) -> Result<()> {
    if outcome.discard.iter().all(|sites| sites.list.is_empty()) {
        return Ok(());
    }
    let (all, observed) = (outcome.trace.group.clone(), old.observed());
    let mut sums = Sums::new(all.len());
    for (path, site) in outcome.discard.iter().flat_map(|sites| &sites.list) {
        let was_data = observed.at(path).is_some_and(|at| !at.is_empty());
        let is_data = obs.value_at(path)?.is_some();
        if was_data || !(is_data || gone) {
            continue;
        }
        for visit in &site.visits {
            let part = if gone { Some(visit.group.clone()) } else { staying(visit, &outcome.trace, path) };
            if let Some((part, density)) = part.and_then(|part| Some((part.clone(), visit.density_of(&part)?))) {
                sums.add(&all, &part, &density);
            }
        }
    }
    outcome.weights.iter_mut().zip(sums.now().iter()).for_each(|(weight, old)| *weight += old);
    Ok(())
}

/// The lanes of a visit that still have the choice.
fn staying(visit: &Visit, new: &BatchedTrace, path: &[crate::eval::Value]) -> Option<Arc<Group>> {
    let sites = new.chunks.iter().filter_map(|chunk| chunk.sites.get(path));
    let has = new.group.union(sites.flat_map(|site| &site.visits).map(|visit| &visit.group))?;
    let (with, _) = visit.group.split_by(&has);
    (!with.is_empty()).then(|| visit.group.part(with))
}

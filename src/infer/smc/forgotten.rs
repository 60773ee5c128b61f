//! What a step forgets: draws that data overwrote, or that are gone. They were drawn from the prior, and the way back
//! would draw them again, so that their log-densities leave the weight.

use super::lost::as_choices;
use crate::error::Result;
use crate::eval::lanes::Group;
use crate::eval::{Cx, Value};
use crate::gfi::{
    BatchOutcome, BatchedTrace, ChoiceMap, LaneSums, Site, Trie, Visit, choice_paths, discard_of_lane,
    discarded_by_elements, has_choice, has_same_choice, is_marked, project_paths, trace_of_lane,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Adds to each weight the old ℓ of what had been drawn and is now data, and of what is gone if `gone` says so. What
/// was data before stays charged: overwriting it changes the data. Returns the lanes that forget something.
pub fn forgotten(
    cx: &mut Cx,
    old: &BatchedTrace,
    outcome: &mut BatchOutcome,
    (obs, observed): (&ChoiceMap, &Trie<()>),
    gone: bool,
) -> Result<BTreeSet<u32>> {
    let (mut lanes, all) = (BTreeSet::new(), outcome.trace.group.clone());
    let mut sums = LaneSums::new(all.len());
    let mut apart = Vec::new();
    for (path, site) in outcome.discard.iter().flat_map(|sites| &sites.list) {
        if discarded_by_elements(path, site, &[obs]) || matches!(observed.at(path), Some(Trie::Branch(_))) {
            apart.push((path, site));
            continue;
        }
        let is_data = obs.value_at(path)?.is_some();
        if is_marked(observed, path) || !(is_data || gone) {
            continue;
        }
        for visit in &site.visits {
            let part = if gone { Some(visit.group.clone()) } else { staying(visit, &outcome.trace, path) };
            if let Some((part, density)) = part.and_then(|part| Some((part.clone(), visit.density_of(&part)?))) {
                sums.add(&all, &part, &density);
                lanes.extend(part.iter());
            }
        }
    }
    outcome.weights.iter_mut().zip(&sums.0).for_each(|(weight, old)| *weight += old);
    if apart.is_empty() {
        return Ok(lanes);
    }
    let now = outcome.trace.choices()?;
    let marks = as_choices(observed);
    for (id, weight) in all.iter().zip(&mut outcome.weights) {
        cx.step()?;
        let forgets = Forgets { obs: &obs.of_lane(id)?, now: &now.of_lane(id)?, observed: &marks, gone };
        let paths = forgets.of_lane(&apart, id)?;
        if !paths.is_empty() {
            lanes.insert(id);
            let old = trace_of_lane(cx, old, id)?;
            *weight += project_paths(cx, &old, paths)?;
        }
    }
    Ok(lanes)
}

/// What a lane forgets, element by element.
struct Forgets<'a> {
    obs: &'a ChoiceMap,
    now: &'a ChoiceMap,
    observed: &'a ChoiceMap,
    gone: bool,
}

impl Forgets<'_> {
    fn of_lane(&self, sites: &[(&Arc<[Value]>, &Site)], id: u32) -> Result<Vec<Vec<Value>>> {
        let discard = discard_of_lane(sites, id)?;
        let paths = choice_paths(&discard, &[self.obs, self.observed])?.into_iter();
        paths
            .filter_map(|path| self.forgets(&discard, &path).map(|forgets| forgets.then_some(path)).transpose())
            .collect()
    }

    fn forgets(&self, discard: &ChoiceMap, path: &[Value]) -> Result<bool> {
        let gone = self.gone || has_choice(self.obs, path)? && has_same_choice(discard, self.now, path)?;
        Ok(gone && !is_marked(self.observed.as_trie(), path))
    }
}

/// The lanes of a visit that still have the choice.
fn staying(visit: &Visit, new: &BatchedTrace, path: &[Value]) -> Option<Arc<Group>> {
    let sites = new.chunks.iter().filter_map(|chunk| chunk.sites.get(path));
    let has = new.group.union(sites.flat_map(|site| &site.visits).map(|visit| &visit.group))?;
    let (with, _) = visit.group.split_by(&has);
    (!with.is_empty()).then(|| visit.group.part(with))
}

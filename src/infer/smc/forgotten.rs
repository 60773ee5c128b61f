//! What a step forgets: draws that data overwrote, or that are gone. They were drawn from the prior, and the way back
//! would draw them again, so that their log-densities leave the weight.

use super::lost::as_choices;
use crate::error::Result;
use crate::eval::lanes::Group;
use crate::eval::{Cx, Value};
use crate::gfi::batch::elements::{discard_of, in_elements};
use crate::gfi::batch::run::BatchOutcome;
use crate::gfi::batch::site::{Site, Visit};
use crate::gfi::batch::sums::Sums;
use crate::gfi::batch::{self, BatchedTrace};
use crate::gfi::ops::project::sum_of;
use crate::gfi::pieces::{has, is_marked, pieces, shared};
use crate::gfi::{ChoiceMap, Trie};
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
    let mut sums = Sums::new(all.len());
    let mut apart = Vec::new();
    for (path, site) in outcome.discard.iter().flat_map(|sites| &sites.list) {
        if in_elements(path, site, &[obs]) || matches!(observed.at(path), Some(Trie::Branch(_))) {
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
    outcome.weights.iter_mut().zip(sums.now().iter()).for_each(|(weight, old)| *weight += old);
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
            let old = batch::scalar_trace(cx, old, id)?;
            *weight += sum_of(cx, &old, paths)?;
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
        let discard = discard_of(sites, id)?;
        let paths = pieces(&discard, &[self.obs, self.observed])?.into_iter();
        paths
            .filter_map(|path| self.forgets(&discard, &path).map(|forgets| forgets.then_some(path)).transpose())
            .collect()
    }

    fn forgets(&self, discard: &ChoiceMap, path: &[Value]) -> Result<bool> {
        let gone = self.gone || has(self.obs, path)? && shared(discard, self.now, path)?;
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

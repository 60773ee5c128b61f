//! proposal-edit of batched traces: the proposals run for all lanes at once, and each lane is weighed by itself.

use super::Edit;
use super::proposal::{Proposal, ProposalEdit, called_with, not_discarded, not_proposed_back, restored};
use crate::error::{Code, Result};
use crate::eval::key::Key;
use crate::eval::lanes::Group;
use crate::eval::lanes::numbers::in_lane;
use crate::eval::{Cx, Value};
use crate::gfi::batch::call_density::check_whole;
use crate::gfi::batch::elements::{discard_of_lane, discarded_by_elements};
use crate::gfi::batch::ops::{change_to, discarded};
use crate::gfi::batch::run::{BatchOutcome, BatchRequest, LaneMode, run_batch};
use crate::gfi::batch::runner::Sites;
use crate::gfi::batch::site::{Site, given_lanes};
use crate::gfi::batch::sums::LaneSums;
use crate::gfi::batch::{BatchedTrace, RunLanes, trace_of_lane};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::ops::project::project_paths;
use crate::gfi::ops::weight::Weight;
use std::sync::Arc;

/// What came of the edit of every lane, the way back, and what was proposed.
pub struct EditedLanes {
    pub outcome: BatchOutcome,
    pub backward: Value,
    pub proposed: ChoiceMap,
}

/// Values that some lanes have already.
#[derive(Default)]
pub struct RetainedChoices {
    /// What a proposal draws has its value from here.
    pub drawn: ChoiceMap,
    /// What is new and no proposal draws has its value from here.
    pub new: ChoiceMap,
}

/// Edits every lane; the model is run by `run`.
pub fn edit(
    cx: &mut Cx,
    request: &ProposalEdit,
    trace: &BatchedTrace,
    kept: &RetainedChoices,
    run: RunLanes<'_>,
) -> Result<EditedLanes> {
    let keys = (cx.next_key("edit")?, cx.next_key("edit")?);
    edit_keyed(cx, request, trace, kept, keys, run)
}

/// The same with these keys, of the proposal and of the model.
pub fn edit_keyed(
    cx: &mut Cx,
    request: &ProposalEdit,
    trace: &BatchedTrace,
    kept: &RetainedChoices,
    keys: (Key, Key),
    run: RunLanes<'_>,
) -> Result<EditedLanes> {
    let goal = Goal::update(kept.drawn.clone());
    let proposed = proposal(cx, &request.forward, &trace.choices()?, trace, goal, keys.0)?;
    let choices = proposed.trace.choices()?;
    let args = request.args.as_ref().map(|(args, _)| &args[..]);
    let goal = Goal::update(choices.or(&kept.new)?.merge(&request.constraints)?);
    let mut outcome = change_to(cx, trace, args, goal, keys.1, run).map_err(|e| match e.code() {
        Some(Code::ConstraintNotVisited) => e.help("a proposal's choices stand at addresses of the model"),
        _ => e,
    })?;
    let discard = discarded(&trace.group, &outcome.discard)?;
    let (back, vanished) = way_back(cx, request, trace, &outcome, &discard, &choices)?;
    let ways = [outcome.trace.beyond(&proposed.trace)?, trace.beyond(&back.trace)?];
    if ways.iter().flatten().any(|one| *one != 0) {
        outcome.excess.resize(trace.group.len(), 0);
        for (sum, (there, back)) in outcome.excess.iter_mut().zip(ways[0].iter().zip(&ways[1])) {
            *sum += there - back;
        }
    }
    let back = back.weights;
    let forward = proposed.trace.chunks.iter().flat_map(|chunk| &chunk.score);
    for (((weight, back), vanished), forward) in outcome.weights.iter_mut().zip(back).zip(vanished).zip(forward) {
        let mut sum = Weight::default();
        [*weight, back, vanished].into_iter().for_each(|w| sum.add(w));
        sum.go(*forward);
        *weight = sum.total();
    }
    let backward = ProposalEdit {
        forward: request.backward.clone(),
        backward: request.forward.clone(),
        args: request.args.as_ref().map(|_| (trace.args.clone(), Vec::new())),
        constraints: restored(&request.constraints, &discard)?,
    };
    Ok(EditedLanes { outcome, backward: Edit::value(backward), proposed: choices })
}

/// Runs a proposal on the choices of all lanes.
pub fn proposal(
    cx: &mut Cx,
    proposal: &Proposal,
    choices: &ChoiceMap,
    trace: &BatchedTrace,
    goal: Goal,
    key: Key,
) -> Result<BatchOutcome> {
    let arguments = proposal.arguments(choices);
    let (this, lanes, width) = (&proposal.function, trace.group.len(), trace.group.width);
    let request =
        BatchRequest { this, args: &arguments, goal: &goal, key, lanes, width, past: None, how: LaneMode::Together };
    run_batch(cx, &request).map_err(|e| called_with(e).arguments_at(1))
}

/// The backward proposal, in each lane its log-density on what was discarded, and Σ old ℓ of what vanished without
/// it: the reverse move draws that from the prior.
fn way_back(
    cx: &mut Cx,
    request: &ProposalEdit,
    old: &BatchedTrace,
    outcome: &BatchOutcome,
    discard: &ChoiceMap,
    proposed: &ChoiceMap,
) -> Result<(BatchOutcome, Vec<f64>)> {
    let all = &outcome.trace.group;
    let new = outcome.trace.joined()?;
    let goal = Goal::Assess(discard.clone());
    let back = proposal(cx, &request.backward, &new.choices()?, &new, goal, Key(0)).map_err(not_discarded)?;
    let visited = back.trace.joined()?;
    let mut vanished = LaneSums::new(all.len());
    let lacks = |sites: &Sites, path: &[Value], id: u32| {
        sites.get(path).is_none_or(|site| site.visits.iter().all(|visit| visit.group.find(id).is_none()))
    };
    let gone = |path: &[Value], id| lacks(&visited.chunks[0].sites, path, id) && lacks(&new.chunks[0].sites, path, id);
    for sites in &outcome.discard {
        check_whole(sites, &gone)?;
    }
    let returned = back.trace.choices()?;
    let mut apart = Vec::new();
    for (path, site) in outcome.discard.iter().flat_map(|sites| &sites.list) {
        if discarded_by_elements(path, site, &[&returned, proposed]) {
            apart.push((path, site));
            continue;
        }
        for visit in &site.visits {
            let Some(left) = without(&visit.group, visited.chunks[0].sites.get(path), all) else { continue };
            let gone = without(&left, new.chunks[0].sites.get(path), all);
            if let Some((gone, density)) = gone.as_ref().and_then(|gone| Some((gone, visit.density_of(gone)?))) {
                vanished.add(all, gone, &density);
            }
            let stays = match &gone {
                Some(gone) => left.part(left.split_by(gone).1),
                None => left,
            };
            overwritten(request, proposed, path, &stays)?;
        }
    }
    let LaneSums(mut vanished) = vanished;
    if apart.is_empty() {
        return Ok((back, vanished));
    }
    let now = outcome.trace.choices()?;
    for (id, vanished) in all.iter().zip(&mut vanished) {
        cx.step()?;
        let (discard, returned) = (discard_of_lane(&apart, id)?, returned.of_lane(id)?);
        let gone = request.vanished(&discard, &returned, &now.of_lane(id)?, &proposed.of_lane(id)?);
        let gone = gone.map_err(|e| in_lane(e, id))?;
        if !gone.is_empty() {
            let old = trace_of_lane(cx, old, id)?;
            *vanished += project_paths(cx, &old, gone)?;
        }
    }
    Ok((back, vanished))
}

/// The lanes of a group that lack a choice.
fn without(group: &Arc<Group>, site: Option<&Site>, all: &Arc<Group>) -> Option<Arc<Group>> {
    let rest = match site.and_then(|site| site.lanes(all)) {
        Some(has) => group.part(group.split_by(&has).1),
        None => group.clone(),
    };
    (!rest.is_empty()).then_some(rest)
}

/// What the proposal overwrote, the way back must propose again.
fn overwritten(request: &ProposalEdit, proposed: &ChoiceMap, path: &[Value], stays: &Arc<Group>) -> Result<()> {
    if stays.is_empty() || request.constraints.value_at(path)?.is_some() {
        return Ok(());
    }
    match proposed.value_at(path)?.and_then(|value| given_lanes(&value, stays).0) {
        Some(lanes) => Err(in_lane(not_proposed_back(path), lanes.id(0))),
        None => Ok(()),
    }
}

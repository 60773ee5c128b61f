//! Functions that only know scalar runs: each lane is run on its own, and its choices are taken in.

use super::choice::Chooser;
use super::lanes_of::{collect, lane_value};
use super::runner::Batch;
use super::site::{Density, choose};
use crate::error::{Error, Result};
use crate::eval::lanes::numbers::in_lane;
use crate::eval::{Cx, Value};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{self, Origin, Run};
use crate::gfi::past::Past;
use crate::gfi::trace::{Record, What};
use crate::gfi::trie::Trie;
use crate::tensor::lanes::Column;

/// What the lanes chose at one address: their positions, values and log-densities.
type Chosen = (Vec<Value>, Vec<u32>, Vec<Value>, Vec<f64>);

/// Runs a function lane by lane, each toward the lane's own goal and with its part of the old run.
pub fn run(cx: &mut Cx, this: &Value, args: &[Value], batch: &mut Batch) -> Result<Value> {
    let Some(group) = cx.group.clone() else {
        return Err(Error::new("gen::internal", "a batched call outside a batched run"));
    };
    if batch.slopes.is_some() {
        return Err(super::slopes::unfit());
    }
    // The runs of single lanes do not know that checks were put off.
    cx.deferred.settle(Vec::new())?;
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut returned = Vec::with_capacity(group.len());
    for (position, id) in group.iter().enumerate() {
        cx.step()?;
        let one = args.iter().map(|arg| lane_value(cx, arg, id)).collect::<Result<Vec<Value>>>()?;
        let (goal, past) = (goal_of(batch, id)?, past_of(batch, id)?);
        let origin = Origin::new(batch.key.fold(u64::from(id))).below(batch.prefix());
        let request = Run { this, args: one, goal: &goal, past: &past, diffs: Vec::new(), origin };
        let lanes = cx.group.take();
        let outcome = cx.isolated(|cx| interface::run(cx, &request));
        cx.group = lanes;
        let trace = outcome.map_err(|e| in_lane(e, id))?.trace;
        for (path, value, score) in trace.all_choices() {
            match chosen.iter_mut().find(|(other, ..)| *other == path) {
                Some((_, at, values, scores)) => {
                    at.push(position as u32);
                    values.push(value);
                    scores.push(score);
                }
                None => chosen.push((path, vec![position as u32], vec![value], vec![score])),
            }
        }
        returned.push(trace.retval.clone());
    }
    for (path, positions, values, scores) in chosen {
        let part = group.part(positions);
        let value = collect(values, &part)?;
        let chooser = Chooser::Made { value, density: Density::Each(Column::from(scores)) };
        let full = batch.full(&path);
        cx.under(part, |cx| choose(batch, cx, &full, &chooser))?;
    }
    collect(returned, &group)
}

/// The goal below the call's address, in one lane.
fn goal_of(batch: &Batch, id: u32) -> Result<Goal> {
    let prefix = batch.prefix();
    let of_lane = |choices: &ChoiceMap| crate::gfi::data::spelled(choices)?.of_lane(id)?.at(prefix);
    Ok(match &batch.goal {
        Goal::Assess(choices) => Goal::Assess(of_lane(choices)?),
        Goal::Guided(_) => batch.goal.untold()?.below(prefix)?,
        Goal::Follow { choices, plan } => Goal::Follow { choices: of_lane(choices)?, plan: plan.below(prefix) },
        Goal::Constrain { choices, observe } => Goal::Constrain { choices: of_lane(choices)?, observe: *observe },
        Goal::Redraw { selection, given } => Goal::Redraw { selection: selection.at(prefix), given: of_lane(given)? },
    })
}

/// What the old run had below the call's address, in one lane.
fn past_of(batch: &Batch, id: u32) -> Result<Past> {
    let Some(past) = &batch.past else { return Ok(Past::None) };
    let prefix = batch.prefix();
    let mut records = Trie::Empty;
    for (path, site) in past.list.iter().filter(|(path, _)| path.starts_with(prefix)) {
        if let Some(visit) = site.visits.iter().find(|visit| visit.group.find(id).is_some()) {
            let value = crate::eval::lanes::lane_of(&visit.value, id)?;
            // A run that only works out the log-densities has none to compare with.
            let score = visit.density.as_ref().zip(visit.group.find(id)).map_or(0.0, |(density, at)| density.at(at));
            records.set(&path[prefix.len()..], Trie::Leaf(Record { what: What::Choice(value, score), place: 0 }));
        }
    }
    Ok(if records.is_empty() { Past::None } else { Past::Records(records) })
}

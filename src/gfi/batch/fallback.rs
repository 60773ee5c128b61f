//! Functions that only know scalar runs: each lane is run on its own, and what came of it is taken in.
//!
//! What a lane's run weighs and leaves behind is what the run says. Its choices remember the function that made them,
//! so that the next run finds its past there.

use super::call_density::densities_of;
use super::dimension::Dimension;
use super::lanes_of::{collect_lanes, lane_value};
use super::marks::join;
use super::object::BatchedTrace;
use super::runner::{Batch, Sites};
use super::scalar::trace_of_lane;
use super::site::{LaneDensities, Visit};
use super::terms::Term;
use crate::error::{Code, Error, Result};
use crate::eval::lanes::numbers::in_lane;
use crate::eval::lanes::{Group, holds_lanes, lane_of};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::body::Run;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::combinators::intervene::partly_fixed;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{GenerativeFunction, function, same_function};
use crate::gfi::ops::element_scores::dimension_of_data;
use crate::gfi::ops::project::no_share;
use crate::gfi::ops::weight::Weight;
use crate::gfi::past::Past;
use crate::gfi::request::{Origin, Outcome, Request};
use crate::gfi::trace::{Record, Trace};
use crate::gfi::trie::Trie;
use crate::tensor::lanes::Column;
use std::sync::Arc;

/// Values of some lanes at one address: the positions of the lanes, what they hold, and log-densities if they have them.
type ChosenAt = (Vec<Value>, Vec<u32>, Vec<Value>, Vec<Scored>);

/// The log-density of a lane's choice, of how many numbers it is one, and that of what is data where that is not all.
struct Scored {
    density: LaneDensities,
    dimension: u32,
    of_given: Option<u32>,
}

/// Which elements of a choice were data.
type Marks<'a> = &'a dyn Fn(&[Value]) -> Option<Trie<()>>;

/// What the lanes' runs came to.
#[derive(Default)]
struct LaneRuns {
    chosen: Vec<ChosenAt>,
    discarded: Vec<ChosenAt>,
    /// Of the old run, what the lanes' runs have accounted for.
    accounted: Vec<ChosenAt>,
    returned: Vec<Value>,
    weights: Vec<Weight>,
    scores: Vec<f64>,
    /// Of each choice what is data.
    observed: Vec<Trie<()>>,
}

/// Runs a function lane by lane, each toward the lane's own goal and with its part of the old run.
pub fn run(cx: &mut Cx, this: &Value, args: &[Value], batch: &mut Batch) -> Result<Value> {
    run_from(cx, this, args, batch, None)
}

/// The same, where `old` is the old run as a whole: of that each lane's past is the trace that `lane` gives.
pub fn run_from(
    cx: &mut Cx,
    this: &Value,
    args: &[Value],
    batch: &mut Batch,
    old: Option<&BatchedTrace>,
) -> Result<Value> {
    let Some(group) = cx.group.clone() else {
        return Err(Error::raise(Code::Internal, "a batched call outside a batched run"));
    };
    if batch.slopes.is_some() {
        return Err(super::slopes::unfit());
    }
    // The runs of single lanes do not know that checks were put off.
    cx.deferred.settle(Vec::new())?;
    let whole = function("trace", this)?.needs_choices_only();
    if whole && cx.fixed.as_ref().is_some_and(|fixed| fixed.is_above(batch.hash())) {
        return Err(partly_fixed("a custom function"));
    }
    let mut found = LaneRuns::default();
    let others = if whole { chosen_beside(batch) } else { Vec::new() };
    for (position, id) in group.iter().enumerate() {
        cx.step()?;
        let one = args.iter().map(|arg| lane_value(cx, arg, id)).collect::<Result<Vec<Value>>>()?;
        // A function that closes over lanes is another one in each.
        let own = &lane_value(cx, this, id)?;
        let callee = function("trace", own)?;
        let mut beside = others.iter().filter(|(_, group)| group.find(id).is_some());
        let goal = beside.try_fold(goal_of(batch, id)?, |goal, (path, _)| goal.beside(path))?;
        let mut past = past_of(cx, batch, callee, own, id, &mut found, position as u32)?;
        let origin = Origin::new(batch.key.fold(u64::from(id))).of_width(group.width).below(batch.prefix());
        let (lanes, mut before) = (cx.group.take(), Trie::Empty);
        let one_run = |cx: &mut Cx| {
            match old.map(|old| trace_of_lane(cx, old, id)).transpose() {
                Ok(Some(own)) => {
                    before = own.observed.clone();
                    past = Past::Trace(own);
                }
                Ok(None) => {}
                // An impossible run whose choices are none of the function's now: they stay as they stand there.
                Err(e) if e.is(Code::Shape) => {}
                Err(e) => return Err(e),
            }
            let request = Request { this: own, args: one, goal: &goal, past: &past, diffs: Vec::new(), origin };
            callee.run(cx, &request)
        };
        let (outcome, _) = cx.isolated(|cx| cx.run_of_its_own(|cx| cx.watched(one_run)));
        cx.group = lanes;
        let marks = |path: &[Value]| {
            let old = batch.old_site(&batch.full(path)).map(|site| site.observed.clone());
            old.or_else(|| before.at(path).cloned())
        };
        outcome.and_then(|outcome| found.take(cx, outcome, position as u32, &marks)).map_err(|e| in_lane(e, id))?;
    }
    found.finish(cx, batch, whole.then_some(this), &group)
}

/// Lanes of a run inside this one are no value of a lane.
fn plain(value: &Value) -> Result<()> {
    if !holds_lanes(value) {
        return Ok(());
    }
    let message = format!("the run of a lane gave `{}`, which has lanes of its own", brief(value));
    Err(Error::raise(Code::Lanes, message).help("make one value of it, for example with `mean` or `(lanes->vector x)`"))
}

fn push(all: &mut Vec<ChosenAt>, path: Vec<Value>, position: u32, value: Value, scored: Option<Scored>) -> usize {
    let at = match all.iter().position(|(other, ..)| *other == path) {
        Some(at) => at,
        None => {
            all.push((path, Vec::new(), Vec::new(), Vec::new()));
            all.len() - 1
        }
    };
    let (_, positions, values, scores) = &mut all[at];
    positions.push(position);
    values.push(value);
    scores.extend(scored);
    at
}

impl LaneRuns {
    /// Takes in the run of a lane; `marks` tell what was data before.
    fn take(&mut self, cx: &mut Cx, outcome: Outcome, position: u32, marks: Marks<'_>) -> Result<()> {
        let Outcome { trace, weight, discard, .. } = outcome;
        for (path, value, density, dimension) in densities_of(&trace, &[]) {
            plain(&value)?;
            let own = trace.observed.at(&path).cloned().unwrap_or_default();
            let mut data = own.clone();
            marks(&path).iter().for_each(|before| data.add(before));
            let of_given = dimension_of_data(cx, &trace, &path, &data)?;
            let scored = Scored { density, dimension, of_given };
            let at = push(&mut self.chosen, path, position, value.clone(), Some(scored));
            self.observed.resize(self.chosen.len(), Trie::Empty);
            let before = self.chosen[at].2.iter().rev().skip(1);
            join(&mut self.observed[at], before, &own, [&value]);
        }
        for (path, value) in discard.leaves() {
            push(&mut self.discarded, path, position, value.clone(), None);
        }
        self.weights.push(weight);
        self.scores.push(trace.score);
        plain(&trace.retval)?;
        self.returned.push(trace.retval.clone());
        Ok(())
    }

    /// `by` is the function, where it tells its choices' log-densities for the whole call.
    fn finish(self, cx: &mut Cx, batch: &mut Batch, by: Option<&Value>, group: &Arc<Group>) -> Result<Value> {
        batch.count(group, Term::Score(&LaneDensities::Each(Column::from(self.scores))));
        batch.weighed(group, &self.weights);
        for (path, positions, _, _) in self.accounted {
            let (group, dimension) = (group.part(positions), Dimension::UNKNOWN);
            let visit = Visit { group, value: Value::Nil, density: None, dimension, of_given: None };
            let full = batch.full(&path);
            batch.accounted.entry(&full).visits.push(visit);
        }
        for (path, positions, values, _) in self.discarded {
            let (full, part) = (batch.full(&path), group.part(positions));
            let density = batch.old_site(&full).and_then(|site| density_in(site.visits.iter(), &part));
            let value = collect_lanes(values, &part)?;
            batch.discarded(
                &full,
                &Visit { group: part, value, density, dimension: Dimension::UNKNOWN, of_given: None },
            );
        }
        for ((path, positions, values, scores), observed) in self.chosen.into_iter().zip(self.observed) {
            let (full, part) = (batch.full(&path), group.part(positions));
            supplant(batch, &full, &part)?;
            let dimension = Dimension::of(scores.iter().map(|own| own.dimension).collect());
            let of_given = scores.iter().any(|own| own.of_given.is_some());
            let given = || scores.iter().map(|own| own.of_given.unwrap_or(own.dimension)).collect();
            let of_given = of_given.then(|| Dimension::of(given()));
            let densities: Vec<LaneDensities> = scores.into_iter().map(|own| own.density).collect();
            let shares = Column::from(densities.iter().map(|density| density.at(0)).collect::<Vec<f64>>());
            let density = match LaneDensities::common(&densities) {
                Some(told) => told.within(batch, by).with(shares),
                None => LaneDensities::Each(shares),
            };
            let visit = Visit {
                value: collect_lanes(values, &part)?,
                group: part,
                density: Some(density),
                dimension,
                of_given,
            };
            batch.record(cx, &full, visit, &observed)?;
        }
        collect_lanes(self.returned, group)
    }
}

/// The log-densities of some lanes, which may be those of several visits.
fn density_in<'a>(visits: impl Iterator<Item = &'a Visit>, part: &Group) -> Option<LaneDensities> {
    let visits: Vec<&Visit> = visits.collect();
    let one = |id: u32| visits.iter().find_map(|v| Some(v.density.as_ref()?.at(v.group.find(id)?)));
    let numbers: Option<Vec<f64>> = part.iter().map(one).collect();
    Some(LaneDensities::Each(Column::from(numbers?)))
}

/// An old choice of another function, at whose address a new value stands: it is gone.
fn supplant(batch: &mut Batch, full: &[Value], part: &Arc<Group>) -> Result<()> {
    if batch.goal.is_assess() {
        return Ok(());
    }
    let Some(old) = batch.old_site(full).cloned() else { return Ok(()) };
    let done = batch.accounted.get(full).and_then(|site| site.lanes(&batch.whole));
    for visit in old.split(part)?.0 {
        let left = match &done {
            Some(done) => visit.group.part(visit.group.split_by(done).1),
            None => visit.group.clone(),
        };
        if left.is_empty() {
            continue;
        }
        let gone = visit.within(&left)?;
        batch.gone(full, &gone);
        batch.accounted.entry(full).visits.push(Visit { value: Value::Nil, density: None, ..gone });
    }
    Ok(())
}

/// The caller's own choices that stand where those of the call do, such as the component of a `mix`, and their lanes.
fn chosen_beside(batch: &Batch) -> Vec<(Vec<Value>, Arc<Group>)> {
    let here = batch.sites.list.iter().filter_map(|(path, site)| Some((path.strip_prefix(batch.prefix())?, site)));
    let visits = here.flat_map(|(path, site)| site.visits.iter().map(move |visit| (path, visit)));
    visits.filter(|(path, _)| !path.is_empty()).map(|(path, visit)| (path.to_vec(), visit.group.clone())).collect()
}

/// The goal below the call's address, in one lane.
fn goal_of(batch: &Batch, id: u32) -> Result<Goal> {
    let prefix = batch.prefix();
    let of_lane = |choices: &ChoiceMap| crate::gfi::data::spelled(choices)?.of_lane(id)?.at(prefix);
    Ok(match &batch.goal {
        Goal::Assess(choices) => Goal::Assess(of_lane(choices)?),
        Goal::Guided(_) => batch.goal.untold()?.below(prefix)?,
        Goal::Constrain { choices, intent } => Goal::Constrain { choices: of_lane(choices)?, intent: *intent },
        Goal::Redraw { selection, given, loose } => {
            Goal::Redraw { selection: selection.at(prefix), given: of_lane(given)?, loose: loose.at(prefix) }
        }
    })
}

/// What this function left at the call's address in the old run, in one lane. A function that needs more of its past
/// than choices and their log-density takes whatever stood there choice by choice, as scalar runs do of others.
fn past_of(
    cx: &mut Cx,
    batch: &Batch,
    callee: &dyn GenerativeFunction,
    this: &Value,
    id: u32,
    found: &mut LaneRuns,
    position: u32,
) -> Result<Past> {
    let Some(past) = &batch.past else { return Ok(Past::None) };
    let (prefix, whole) = (batch.prefix(), callee.needs_choices_only());
    let (mut records, mut score) = (Trie::Empty, 0.0);
    for (path, value, visit, at) in lane_of_sites(past, prefix, id)? {
        let told = visit.density.as_ref().and_then(LaneDensities::told);
        let own = match told {
            Some(told) if *told.call == *prefix => same_function(&lane_value(cx, &told.by, id)?, this),
            _ => false,
        };
        if whole && told.is_some_and(|told| told.by.is_nil() && *told.call == *prefix) {
            return Err(no_share("a stacked trace"));
        }
        if whole && !own {
            continue;
        }
        // A run that only works out the log-densities has none to compare with.
        let share = visit.density.as_ref().map_or(0.0, |density| density.at(at));
        score += share;
        push(&mut found.accounted, path.clone(), position, Value::Nil, None);
        records.set(&path, Trie::Leaf(Record::choice(value, share, visit.dimension.at(at))));
    }
    Ok(match records.is_empty() {
        true => Past::None,
        false if whole => Past::Trace(Arc::new(Trace { function: this.clone(), records, score, ..Trace::default() })),
        false => Past::Records(records),
    })
}

/// The choices of a lane below an address: path, value, the visit, and the lane's position in it.
type LaneVisit<'a> = (Vec<Value>, Value, &'a Visit, usize);

fn lane_of_sites<'a>(sites: &'a Sites, prefix: &[Value], id: u32) -> Result<Vec<LaneVisit<'a>>> {
    let mut all = Vec::new();
    for (path, site) in sites.list.iter().filter(|(path, _)| path.starts_with(prefix)) {
        if let Some((visit, at)) = site.visits.iter().find_map(|visit| Some((visit, visit.group.find(id)?))) {
            all.push((path[prefix.len()..].to_vec(), lane_of(&visit.value, id)?, visit, at));
        }
    }
    Ok(all)
}

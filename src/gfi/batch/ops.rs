//! The operations on batched traces.

use super::call_density::check_whole;
use super::lineage::grow;
use super::object::{BatchedTrace, Chunk};
use super::run::{BatchOutcome, BatchRequest, LaneMode, run_batch};
use super::runner::Sites;
use super::site::{Visit, given_lanes};
use super::sparing::RunLanes;
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::lanes::{Group, LanePart, adopt, merge, splat};
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::choicemap_lanes::put;
use crate::gfi::data::has_elements;
use crate::gfi::goal::Goal;
use crate::gfi::ops::unvisited::first_missing;
use crate::gfi::ops::unvisited::not_visited;
use crate::gfi::selection::{Selection, Share};
use crate::gfi::trie::Trie;
use crate::tensor::DType;
use crate::tensor::lanes::Column;
use std::collections::HashMap;
use std::sync::Arc;

/// A changed run of every lane. Constraints that no lane visits are the caller's business, see [`all_visited_in_lanes`].
pub fn change(cx: &mut Cx, old: &BatchedTrace, args: Option<&[Value]>, goal: Goal, key: Key) -> Result<BatchOutcome> {
    change_with(cx, old, args, &goal, key, &mut |cx, request| run_batch(cx, request))
}

/// The same, the lanes being run by `run`; every constraint must be visited.
pub fn change_batch(
    cx: &mut Cx,
    name: &str,
    old: &BatchedTrace,
    args: Option<&[Value]>,
    goal: Goal,
    run: RunLanes<'_>,
) -> Result<BatchOutcome> {
    let key = cx.next_key(name)?;
    change_to(cx, old, args, goal, key, run)
}

/// The same with this key.
pub fn change_to(
    cx: &mut Cx,
    old: &BatchedTrace,
    args: Option<&[Value]>,
    goal: Goal,
    key: Key,
    run: RunLanes<'_>,
) -> Result<BatchOutcome> {
    let outcome = change_with(cx, old, args, &goal, key, run).map_err(|e| e.arguments_at(1))?;
    if let Some(given) = goal.given() {
        all_visited_in_lanes(given, &outcome.trace)?;
    }
    Ok(outcome)
}

fn change_with(
    cx: &mut Cx,
    old: &BatchedTrace,
    args: Option<&[Value]>,
    goal: &Goal,
    key: Key,
    run: RunLanes<'_>,
) -> Result<BatchOutcome> {
    if let (Some(args), Goal::Constrain { .. }) = (args, goal)
        && let Some(grown) = grow(cx, old, args, goal, key, run)?
    {
        return Ok(grown);
    }
    let old = old.scored(cx)?;
    let request = BatchRequest {
        this: &old.function,
        args: args.unwrap_or(&old.args),
        goal,
        key,
        lanes: old.group.len(),
        width: old.group.width,
        past: Some(old),
        how: LaneMode::Together,
    };
    run(cx, &request)
}

/// Every constraint must be visited by some lane.
pub fn all_visited_in_lanes(constraints: &ChoiceMap, trace: &BatchedTrace) -> Result<()> {
    let stands = |path: &[Value]| trace.chunks.iter().any(|chunk| chunk.sites.holding(path).is_some());
    match first_missing(constraints, &stands)? {
        Some(path) => Err(not_visited(&path, trace.address_names())),
        None => Ok(()),
    }
}

/// Lanes among constraints are as many as the run has.
pub fn check_lanes(constraints: &ChoiceMap, lanes: usize, index: usize) -> Result<()> {
    let odd = |value: &Value| match value {
        Value::Lanes(held) => Some(held.group.outermost().len()).filter(|whole| *whole != lanes),
        _ => None,
    };
    if !constraints.as_trie().any(&|value| odd(value).is_some()) {
        return Ok(());
    }
    let leaves = constraints.leaves();
    let Some((path, count)) = leaves.iter().find_map(|(path, value)| Some((path, odd(value)?))) else { return Ok(()) };
    let message = format!("`{}` has {count} lanes, but the run has {lanes}", show(path));
    Err(Error::raise(Code::Lanes, message).arg(index).help("give one value for all, or as many lanes as particles"))
}

/// The log-density of selected choices, one per lane.
pub fn project(cx: &mut Cx, trace: &BatchedTrace, selection: &Selection) -> Result<Value> {
    let mut sums = Vec::with_capacity(trace.group.len());
    for chunk in &trace.scored(cx)?.chunks {
        check_whole(&chunk.sites, &|path, _| selection.contains(path))?;
        let mut sum = super::sums::LaneSums::new(chunk.group.len());
        for (path, site) in &chunk.sites.list {
            let share = selection.share(path);
            for visit in &site.visits {
                let density = match (&visit.density, share) {
                    (Some(density), Share::Some) if has_elements(&visit.value) => {
                        match density.selected(path, selection) {
                            None => return project_lane_by_lane(cx, trace, selection),
                            own => own,
                        }
                    }
                    (density, _) => density.clone().filter(|_| selection.contains(path)),
                };
                density.iter().for_each(|density| sum.add(&chunk.group, &visit.group, density));
            }
        }
        sums.extend(sum.0);
    }
    Ok(trace.numbers(sums))
}

/// The same where a choice of one run is an array, of which only the sum is kept: elements stand alone in scalar runs.
fn project_lane_by_lane(cx: &mut Cx, trace: &BatchedTrace, selection: &Selection) -> Result<Value> {
    let own = |id| {
        cx.step()?;
        let run = super::trace_of_lane(cx, trace, id)?;
        crate::gfi::ops::project::project(cx, &run, selection)
    };
    let sums = trace.group.iter().map(own).collect::<Result<Vec<f64>>>()?;
    Ok(trace.numbers(sums))
}

/// The log-density in each lane of choices or arguments that hold lanes, and what the lanes return.
pub fn assess(
    cx: &mut Cx,
    this: &Value,
    args: &[Value],
    choices: &ChoiceMap,
    group: &Arc<Group>,
) -> Result<(Value, Value)> {
    let goal = Goal::Assess(choices.clone());
    let key = Key(0);
    let request = BatchRequest {
        this,
        args,
        goal: &goal,
        key,
        lanes: group.len(),
        width: group.width,
        past: None,
        how: LaneMode::Together,
    };
    let outcome = run_batch(cx, &request).map_err(|e| e.arguments_at(1))?;
    all_visited_in_lanes(choices, &outcome.trace)?;
    Ok((outcome.trace.numbers(outcome.weights), outcome.trace.retval()?))
}

/// The lanes that choices and arguments outside batched runs hold, which count from 0.
pub fn lanes_among(args: &[Value], choices: &ChoiceMap) -> Result<Option<Arc<Group>>> {
    let (mut first, mut odd, mut width): (Option<Arc<Group>>, _, _) = (None, None, DType::Float32);
    let mut look = |value: &Value| {
        crate::eval::gradient::each_leaf(value, &mut |leaf| {
            if let Value::Lanes(lanes) = leaf {
                match &first {
                    None => first = Some(lanes.group.clone()),
                    Some(first) if first.of_batch() != lanes.group.of_batch() => {
                        odd = Some(crate::eval::lanes::sizes(first, &lanes.group));
                    }
                    Some(_) => {}
                }
                // Nothing is computed with less precision than what is given.
                width = if lanes.group.width == DType::Float64 { DType::Float64 } else { width };
            }
        });
    };
    args.iter().for_each(&mut look);
    choices.as_trie().each(&mut look);
    match odd {
        Some(error) => Err(error),
        None => Ok(first.map(|first| Group::whole(0, first.of_batch() as u32, width))),
    }
}

/// What was discarded, as a choice map has it, in the lanes of each chunk of a trace.
pub fn sites_of(choices: &ChoiceMap, trace: &BatchedTrace) -> Result<Vec<Sites>> {
    let leaves = choices.leaves_of_lanes()?;
    let of_chunk = |group: &Arc<Group>| {
        let mut sites = Sites::default();
        for (path, value) in &leaves {
            let Some(group) = given_lanes(value, group).0 else { continue };
            let value = adopt(value, &group)?;
            sites.entry(path).visits.push(Visit::untold(group, value));
        }
        Ok(sites)
    };
    trace.chunks.iter().map(|chunk| of_chunk(&chunk.group)).collect()
}

/// What was overwritten or vanished, in the lanes where it did.
pub fn discarded(all: &Arc<Group>, chunks: &[Sites]) -> Result<ChoiceMap> {
    let mut order: Vec<(&Arc<[Value]>, Vec<LanePart>)> = Vec::new();
    let mut places: HashMap<&[Value], usize> = HashMap::new();
    for (path, site) in chunks.iter().flat_map(|sites| &sites.list) {
        let parts = site.visits.iter().map(|visit| (visit.group.clone(), visit.value.clone()));
        let at = *places.entry(path).or_insert_with(|| {
            order.push((path, Vec::new()));
            order.len() - 1
        });
        order[at].1.extend(parts);
    }
    let mut discard = Trie::Empty;
    for (path, parts) in order {
        if let Some(lanes) = all.union(parts.iter().map(|(part, _)| part)) {
            let whole = lanes.same(all);
            let value = merge(parts, &lanes)?;
            put(&mut discard, path, if whole { value } else { splat(&lanes, value) })?;
        }
    }
    Ok(ChoiceMap::of(discard))
}

impl BatchedTrace {
    /// The first addresses, as reports list them.
    pub fn address_names(&self) -> Vec<String> {
        self.addresses().iter().take(1000).map(|path| show(path)).collect()
    }

    /// Does something stand at a path: a choice, an element of one, or several below?
    pub fn has(&self, path: &[Value]) -> bool {
        self.flat().unwrap_or(self).chunks.iter().any(|chunk| {
            chunk.sites.list.iter().any(|(other, _)| other.starts_with(path)) || chunk.sites.holding(path).is_some()
        })
    }

    /// Do all lanes have the choice at a path?
    pub fn has_in_all_lanes(&self, path: &[Value]) -> bool {
        let in_chunk = |chunk: &Chunk| chunk.sites.get(path).and_then(|site| site.lanes(&chunk.group));
        self.chunks.iter().all(|chunk| in_chunk(chunk).is_some_and(|lanes| lanes.len() == chunk.group.len()))
    }

    /// Does a lane have the choice at a path?
    pub fn has_in_lane(&self, path: &[Value], id: u32) -> bool {
        let mut sites = self.chunks.iter().filter_map(|chunk| chunk.sites.get(path));
        sites.any(|site| site.visits.iter().any(|visit| visit.group.find(id).is_some()))
    }

    /// One number per lane.
    pub fn numbers(&self, numbers: Vec<f64>) -> Value {
        Value::lanes(&self.group, Column::from(numbers))
    }
}

//! The operations on batched traces: the rows of the scalar ones hand over to these.

use super::lineage::grow;
use super::object::BatchedTrace;
use super::run::{Outcome, Request, run};
use super::runner::Sites;
use super::sparing::RunLanes;
use super::vanish::points;
use crate::error::{Error, Result};
use crate::eval::key::Key;
use crate::eval::lanes::{Group, Part, held_by, merge};
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::builtins::{argument_vector, constraints_of, result};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::choicemap_lanes::put;
use crate::gfi::data::has_elements;
use crate::gfi::diff::Diff;
use crate::gfi::goal::Goal;
use crate::gfi::ops::unvisited::not_visited;
use crate::gfi::selection::{Selection, Share, names_nothing};
use crate::gfi::trie::Trie;
use crate::tensor::DType;
use crate::tensor::lanes::Column;
use std::sync::Arc;

/// The batched trace that an operation is called with, and what stands after it; a leading function is dropped.
pub fn batched(args: &[Value]) -> Option<(&BatchedTrace, &[Value])> {
    match args {
        [first, rest @ ..] if first.as_host::<BatchedTrace>().is_some() => Some((first.as_host()?, rest)),
        [_, second, rest @ ..] => Some((second.as_host()?, rest)),
        _ => None,
    }
}

/// A changed run of every lane.
pub fn change(cx: &mut Cx, name: &str, old: &BatchedTrace, args: Option<&[Value]>, goal: Goal) -> Result<Outcome> {
    change_by(cx, name, old, args, goal, &mut |cx, request| run(cx, request))
}

/// The same, the lanes being run by `run`.
pub fn change_by(
    cx: &mut Cx,
    name: &str,
    old: &BatchedTrace,
    args: Option<&[Value]>,
    goal: Goal,
    run: RunLanes<'_>,
) -> Result<Outcome> {
    if let (Some(args), Goal::Constrain { .. }) = (args, &goal)
        && let Some(grown) = grow(cx, old, args, &goal, run)?
    {
        return Ok(grown);
    }
    let old = old.scored(cx)?;
    let key = change_key(cx, name)?;
    let request = Request {
        this: &old.function,
        args: args.unwrap_or(&old.args),
        goal: &goal,
        key,
        lanes: old.group.len(),
        width: old.group.width,
        past: Some(old),
        resume: None,
    };
    let outcome = run(cx, &request).map_err(|e| e.arguments_at(1))?;
    if let Some(given) = goal.given() {
        all_visited(given, &outcome.trace)?;
    }
    Ok(outcome)
}

/// The key of an operation that changes a trace.
pub fn change_key(cx: &mut Cx, name: &str) -> Result<Key> {
    cx.next_key(name)
}

/// Every constraint must be visited by some lane.
pub fn all_visited(constraints: &ChoiceMap, trace: &BatchedTrace) -> Result<()> {
    let stands = |path: &[Value]| trace.chunks.iter().any(|chunk| chunk.sites.holding(path).is_some());
    match points(constraints, &stands)?.into_iter().find(|(path, _)| !stands(path)) {
        Some((path, _)) => Err(not_visited(&path, trace.address_names())),
        None => Ok(()),
    }
}

/// Lanes among constraints are as many as the run has.
pub fn check_lanes(constraints: &ChoiceMap, lanes: usize, index: usize) -> Result<()> {
    let odd = constraints.0.leaves().into_iter().find_map(|(path, value)| match value {
        Value::Lanes(held) => {
            let whole = held.group.outermost().len();
            (whole != lanes).then_some((path, whole))
        }
        _ => None,
    });
    let Some((path, count)) = odd else { return Ok(()) };
    let message = format!("`{}` has {count} lanes, but the run has {lanes}", show(&path));
    Err(Error::new("gen::lanes", message).arg(index).help("give one value for all, or as many lanes as particles"))
}

/// What `update` gives for a batched trace, `(update t constraints)` or `(update t args argdiffs constraints)`.
pub fn update(cx: &mut Cx, old: &BatchedTrace, rest: &[Value]) -> Result<Value> {
    let (args, constraints) = match rest {
        [constraints] => (None, constraints),
        [args, _, constraints] => (Some(argument_vector(cx, "update", args)?), constraints),
        _ => return Err(arity("update", "[trace constraints] [trace args argdiffs constraints]", rest)),
    };
    let constraints = constraints_of(constraints, rest.len())?;
    check_lanes(&constraints, old.group.len(), rest.len())?;
    let goal = Goal::update(constraints);
    let outcome = change(cx, "update", old, args.as_deref(), goal)?;
    outcome_map(outcome, None)
}

/// What `regenerate` gives for a batched trace.
pub fn regenerate(cx: &mut Cx, old: &BatchedTrace, rest: &[Value]) -> Result<Value> {
    let (args, selection) = match rest {
        [selection] => (None, selection),
        [args, _, selection] => (Some(argument_vector(cx, "regenerate", args)?), selection),
        _ => return Err(arity("regenerate", "[trace selection] [trace args argdiffs selection]", rest)),
    };
    let selection = selection_of(old, selection, rest.len())?;
    let goal = Goal::Redraw { selection, given: ChoiceMap::default() };
    let outcome = change(cx, "regenerate", old, args.as_deref(), goal)?;
    outcome_map(outcome, None)
}

/// The log-density of selected choices, one per lane.
pub fn project(cx: &mut Cx, trace: &BatchedTrace, selection: &Value) -> Result<Value> {
    let selection = selection_of(trace, selection, 1)?;
    let mut sums = Vec::with_capacity(trace.group.len());
    for chunk in &trace.scored(cx)?.chunks {
        let mut sum = super::sums::Sums::new(chunk.group.len());
        for (path, site) in &chunk.sites.list {
            let share = selection.share(path);
            for visit in &site.visits {
                let density = match (&visit.density, share) {
                    (Some(density), Share::Some) if has_elements(&visit.value) => {
                        Some(density.selected(path, &selection)?)
                    }
                    (density, _) => density.clone().filter(|_| selection.contains(path)),
                };
                density.iter().for_each(|density| sum.add(&chunk.group, &visit.group, density));
            }
        }
        sums.append(sum.now());
    }
    Ok(trace.numbers(sums))
}

/// What `assess` gives for choices or arguments that hold lanes.
pub fn assess(cx: &mut Cx, this: &Value, args: &[Value], choices: &ChoiceMap, group: &Arc<Group>) -> Result<Value> {
    let goal = Goal::Assess(choices.clone());
    let key = Key(0);
    let request =
        Request { this, args, goal: &goal, key, lanes: group.len(), width: group.width, past: None, resume: None };
    let outcome = run(cx, &request).map_err(|e| e.arguments_at(1))?;
    all_visited(choices, &outcome.trace)?;
    result([("weight", outcome.trace.numbers(outcome.weights)), ("retval", outcome.trace.retval()?)])
}

/// The lanes that choices and arguments outside batched runs hold, which count from 0.
pub fn lanes_among(args: &[Value], choices: &ChoiceMap) -> Option<Arc<Group>> {
    let (mut count, mut width) = (0, DType::Float32);
    let mut look = |value: &Value| {
        crate::eval::gradient::each_leaf(value, &mut |leaf| {
            if let Value::Lanes(lanes) = leaf {
                count = count.max(lanes.group.iter().last().map_or(0, |id| id + 1));
                // Nothing is computed with less precision than what is given.
                width = if lanes.group.width == DType::Float64 { DType::Float64 } else { width };
            }
        });
    };
    args.iter().for_each(&mut look);
    choices.0.leaves().into_iter().for_each(|(_, value)| look(value));
    (count > 0).then(|| Group::whole(0, count, width))
}

pub fn selection_of(trace: &BatchedTrace, value: &Value, index: usize) -> Result<Selection> {
    let selection = Selection::from_value(value).map_err(|e| e.arg(index))?;
    let named = |path: &[Value]| {
        trace.flat().unwrap_or(trace).chunks.iter().any(|chunk| {
            chunk.sites.list.iter().any(|(other, _)| other.starts_with(path)) || chunk.sites.holding(path).is_some()
        })
    };
    match selection.named().iter().find(|path| !named(path)) {
        Some(path) => Err(names_nothing(path, &trace.address_names()).arg(index)),
        None => Ok(selection),
    }
}

/// What was overwritten or vanished, in the lanes where it did.
pub fn discarded(all: &Arc<Group>, chunks: &[Sites]) -> Result<ChoiceMap> {
    let mut order: Vec<(&Arc<[Value]>, Vec<Part>)> = Vec::new();
    for (path, site) in chunks.iter().flat_map(|sites| &sites.list) {
        let parts = site.visits.iter().map(|visit| (visit.group.clone(), visit.value.clone()));
        match order.iter_mut().find(|(other, _)| *other == path) {
            Some((_, known)) => known.extend(parts),
            None => order.push((path, parts.collect())),
        }
    }
    let mut discard = Trie::Empty;
    for (path, parts) in order {
        if let Some(lanes) = all.union(parts.iter().map(|(part, _)| part)) {
            let whole = lanes.same(all);
            let value = merge(parts, &lanes)?;
            put(&mut discard, path, if whole { value } else { held_by(&lanes, value) })?;
        }
    }
    Ok(ChoiceMap(discard))
}

/// `{:trace :weight :discard :retdiff}`, and the way back of an edit.
pub fn outcome_map(outcome: Outcome, backward: Option<Value>) -> Result<Value> {
    let discard = discarded(&outcome.trace.group, &outcome.discard)?;
    let weight = outcome.trace.numbers(outcome.weights);
    let entries = [
        ("trace", outcome.trace.into_value()),
        ("weight", weight),
        ("discard", discard.into_value()),
        ("retdiff", Diff::Unknown.into_value()),
    ];
    let Value::Map(map) = result(entries)? else { return Ok(Value::Nil) };
    let all = backward.into_iter().try_fold(map, |map, request| map.insert(Value::keyword("backward"), request))?;
    Ok(Value::Map(all))
}

#[cold]
fn arity(operation: &str, arglists: &str, rest: &[Value]) -> Box<Error> {
    crate::eval::run::arity_error(operation, arglists, rest.len() + 1)
}

impl BatchedTrace {
    /// The first addresses, as reports list them.
    pub fn address_names(&self) -> Vec<String> {
        self.addresses().iter().take(1000).map(|path| show(path)).collect()
    }

    /// One number per lane.
    pub fn numbers(&self, numbers: Vec<f64>) -> Value {
        Value::lanes(&self.group, Column::from(numbers))
    }
}

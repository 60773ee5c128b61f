//! The operations on batched traces: the rows of the scalar ones hand over to these.

use super::lineage::grow;
use super::object::BatchedTrace;
use super::run::{How, Outcome, Request, run};
use super::runner::Sites;
use super::sparing::RunLanes;
use super::told::check_whole;
use super::vanish::points;
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::lanes::{Group, Part, held_by, merge};
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::builtins::{constraints_of, result};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::choicemap_lanes::put;
use crate::gfi::data::has_elements;
use crate::gfi::diff::Diff;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{is_function, same_function};
use crate::gfi::ops::unvisited::not_visited;
use crate::gfi::ops::update::other_measures;
use crate::gfi::ops::update::{Change, check_diffs, other_function};
use crate::gfi::selection::{Selection, Share, names_nothing};
use crate::gfi::trie::Trie;
use crate::tensor::DType;
use crate::tensor::lanes::Column;
use std::sync::Arc;

/// The batched trace that an operation is called with, and what stands after it; a leading function is dropped, which
/// must be the trace's.
pub fn batched<'a>(operation: &str, args: &'a [Value]) -> Result<Option<(&'a BatchedTrace, &'a [Value])>> {
    let trace = |value: &'a Value| value.as_host::<BatchedTrace>();
    match args {
        [first, rest @ ..] if trace(first).is_some() => Ok(trace(first).map(|found| (found, rest))),
        [this, second, rest @ ..] if is_function(this) => match trace(second) {
            Some(found) if same_function(this, &found.function) => Ok(Some((found, rest))),
            Some(found) => Err(other_function(operation, &found.function, this)),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// New arguments that come with an operation, their diffs checked, and what stands last; an option `:check-diffs`
/// holds the diffs against the arguments.
fn changed<'a>(cx: &mut Cx, operation: &str, old: &BatchedTrace, rest: &'a [Value]) -> Result<Changed<'a>> {
    let (rest, check) = match rest {
        [_, _, _, Value::Map(_) | Value::Keyword(_), ..] => (&rest[..3], check_diffs(operation, rest, 3)?),
        _ => (rest, false),
    };
    match rest {
        [last] => Ok((None, last)),
        [args, diffs, last] => {
            let change = Change::read(cx, operation, args, diffs, 1)?;
            if check {
                change.check(&old.args)?;
            }
            Ok((Some(change.args), last))
        }
        _ => Err(arity(operation, "[trace what] [trace args argdiffs what] [trace args argdiffs what options]", rest)),
    }
}

/// New arguments, and the constraints or the selection.
type Changed<'a> = (Option<Vec<Value>>, &'a Value);

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
    let key = change_key(cx, name)?;
    if let (Some(args), Goal::Constrain { .. }) = (args, &goal)
        && let Some(grown) = grow(cx, old, args, &goal, key, run)?
    {
        return Ok(grown);
    }
    let old = old.scored(cx)?;
    let request = Request {
        this: &old.function,
        args: args.unwrap_or(&old.args),
        goal: &goal,
        key,
        lanes: old.group.len(),
        width: old.group.width,
        past: Some(old),
        how: How::Together,
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
    let stands = |path: &[Value]| trace.chunks.iter().any(|chunk| chunk.sites.holding(path).is_some()).then_some(());
    match points(constraints, &stands)?.into_iter().find(|(_, _, here)| here.is_none()) {
        Some((path, ..)) => Err(not_visited(&path, trace.address_names())),
        None => Ok(()),
    }
}

/// Lanes among constraints are as many as the run has.
pub fn check_lanes(constraints: &ChoiceMap, lanes: usize, index: usize) -> Result<()> {
    let odd = |value: &Value| match value {
        Value::Lanes(held) => Some(held.group.outermost().len()).filter(|whole| *whole != lanes),
        _ => None,
    };
    if !constraints.0.any(&|value| odd(value).is_some()) {
        return Ok(());
    }
    let leaves = constraints.0.leaves();
    let Some((path, count)) = leaves.iter().find_map(|(path, value)| Some((path, odd(value)?))) else { return Ok(()) };
    let message = format!("`{}` has {count} lanes, but the run has {lanes}", show(path));
    Err(Error::new(Code::Lanes, message).arg(index).help("give one value for all, or as many lanes as particles"))
}

/// What `update` gives for a batched trace, `(update t constraints)` or `(update t args argdiffs constraints)`.
pub fn update(cx: &mut Cx, old: &BatchedTrace, rest: &[Value]) -> Result<Value> {
    let (args, constraints) = changed(cx, "update", old, rest)?;
    let at = if args.is_some() { 3 } else { 1 };
    let constraints = constraints_of(constraints, at)?;
    check_lanes(&constraints, old.group.len(), at)?;
    let goal = Goal::update(constraints);
    let outcome = change(cx, "update", old, args.as_deref(), goal)?;
    outcome_map(cx, outcome, None)
}

/// What `regenerate` gives for a batched trace.
pub fn regenerate(cx: &mut Cx, old: &BatchedTrace, rest: &[Value]) -> Result<Value> {
    let (args, selection) = changed(cx, "regenerate", old, rest)?;
    let selection = selection_of(old, selection, if args.is_some() { 3 } else { 1 })?;
    let goal = Goal::Redraw { selection, given: ChoiceMap::default(), loose: Selection::None };
    let outcome = change(cx, "regenerate", old, args.as_deref(), goal)?;
    outcome_map(cx, outcome, None)
}

/// The log-density of selected choices, one per lane.
pub fn project(cx: &mut Cx, trace: &BatchedTrace, selection: &Value) -> Result<Value> {
    let selection = selection_of(trace, selection, 1)?;
    let mut sums = Vec::with_capacity(trace.group.len());
    for chunk in &trace.scored(cx)?.chunks {
        check_whole(&chunk.sites, &|path, _| selection.contains(path))?;
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
    let request = Request {
        this,
        args,
        goal: &goal,
        key,
        lanes: group.len(),
        width: group.width,
        past: None,
        how: How::Together,
    };
    let outcome = run(cx, &request).map_err(|e| e.arguments_at(1))?;
    all_visited(choices, &outcome.trace)?;
    result([("weight", outcome.trace.numbers(outcome.weights)), ("retval", outcome.trace.retval()?)])
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
    choices.0.each(&mut look);
    match odd {
        Some(error) => Err(error),
        None => Ok(first.map(|first| Group::whole(0, first.of_batch() as u32, width))),
    }
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
pub fn outcome_map(cx: &mut Cx, outcome: Outcome, backward: Option<Value>) -> Result<Value> {
    if let Some(excess) = outcome.excess.iter().find(|excess| **excess != 0) {
        cx.warn_once(other_measures(*excess));
    }
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

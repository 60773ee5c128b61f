//! A trace as an operation takes it, of one run or of a batch of them, in one view; and what a change makes of it.

use super::arguments::result;
use super::batch::{self, BatchedTrace, MaskOf};
use super::change::Change;
use super::choicemap::ChoiceMap;
use super::diff::Diff;
use super::goal::Goal;
use super::interface::is_function;
use super::ops::rerun;
use super::ops::unvisited::all_visited;
use super::request::{self, Origin};
use super::selection::Selection;
use super::trace::Trace;
use super::trace_object::{TraceObject, not_a_trace, trace_value};
use super::trie::Trie;
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use std::sync::Arc;

/// The trace inside a value.
#[derive(Clone)]
pub enum AnyTrace<'a> {
    One(Arc<Trace>),
    Batch(&'a BatchedTrace),
}

impl<'a> AnyTrace<'a> {
    /// Nothing where the value is no trace; a draw that is kept by its choices is run.
    pub fn of(value: &'a Value) -> Result<Option<AnyTrace<'a>>> {
        match value.as_host::<TraceObject>() {
            Some(object) => Ok(Some(AnyTrace::One(object.trace()?))),
            None => Ok(value.as_host().map(AnyTrace::Batch)),
        }
    }

    /// The trace that an operation wants as this argument.
    pub fn read(operation: &str, value: &'a Value, index: usize) -> Result<AnyTrace<'a>> {
        AnyTrace::of(value)?.ok_or_else(|| not_a_trace(operation, value, index))
    }

    pub fn function(&self) -> &Value {
        match self {
            AnyTrace::One(trace) => &trace.function,
            AnyTrace::Batch(batch) => &batch.function,
        }
    }

    pub fn args(&self) -> &[Value] {
        match self {
            AnyTrace::One(trace) => &trace.args,
            AnyTrace::Batch(batch) => &batch.args,
        }
    }

    pub fn choices(&self) -> Result<ChoiceMap> {
        match self {
            AnyTrace::One(trace) => Ok(trace.choices()),
            AnyTrace::Batch(batch) => batch.choices(),
        }
    }

    /// The log-density of all choices, as a number to differentiate where it is one.
    pub fn score(&self) -> Value {
        match self {
            AnyTrace::One(trace) if trace.total.is_nil() => Value::float(trace.score),
            AnyTrace::One(trace) => trace.total.clone(),
            AnyTrace::Batch(batch) => batch.score(),
        }
    }

    pub fn retval(&self) -> Result<Value> {
        match self {
            AnyTrace::One(trace) => Ok(trace.retval.clone()),
            AnyTrace::Batch(batch) => batch.flat()?.retval(),
        }
    }

    /// The addresses that were constrained by data.
    pub fn observed(&self) -> Trie<()> {
        match self {
            AnyTrace::One(trace) => trace.observed.clone(),
            AnyTrace::Batch(batch) => batch.observed(),
        }
    }

    /// The first addresses, as reports list them.
    pub fn address_names(&self) -> Vec<String> {
        match self {
            AnyTrace::One(trace) => trace.address_names(),
            AnyTrace::Batch(batch) => batch.address_names(),
        }
    }

    /// Every address that a selection names must be there.
    pub fn check(&self, selection: &Selection) -> Result<()> {
        match self {
            AnyTrace::One(trace) => selection.check(&|path| trace.has(path), &|| trace.address_names()),
            AnyTrace::Batch(batch) => selection.check(&|path| batch.has(path), &|| batch.address_names()),
        }
    }

    /// Lanes among constraints are as many as the trace has.
    pub fn check_lanes(&self, constraints: &ChoiceMap, index: usize) -> Result<()> {
        match self {
            AnyTrace::One(_) => Ok(()),
            AnyTrace::Batch(batch) => batch::ops::check_lanes(constraints, batch.group.len(), index),
        }
    }

    /// The same trace with those choices, or elements of them, among the observed ones that `mask` tells of a path and
    /// the value there.
    pub fn observe(&self, mask: MaskOf<'_>) -> Result<Value> {
        match self {
            AnyTrace::One(trace) => {
                let mut own = Trace::clone(trace);
                own.observe(mask)?;
                Ok(own.into_value())
            }
            AnyTrace::Batch(batch) => {
                let mut own = batch.joined()?;
                own.observe(mask)?;
                Ok(own.into_value())
            }
        }
    }

    /// The trace changed toward a goal, with its own arguments unless others come. Constraints that no run visits are
    /// the caller's business, see [`AnyOutcome::all_visited`].
    pub fn changed(
        &self,
        cx: &mut Cx,
        operation: &str,
        change: Option<Change>,
        goal: Goal,
        key: Key,
    ) -> Result<AnyOutcome> {
        match self {
            AnyTrace::One(trace) => {
                let change = change.unwrap_or_else(|| Change::none(trace));
                rerun(cx, operation, trace, change, &goal, Origin::new(key)).map(AnyOutcome::One)
            }
            AnyTrace::Batch(batch) => {
                let args = change.map(|change| change.args);
                batch::ops::change(cx, batch, args.as_deref(), goal, key).map(AnyOutcome::Batch)
            }
        }
    }
}

fn is_trace(value: &Value) -> bool {
    value.as_host::<TraceObject>().is_some() || value.as_host::<BatchedTrace>().is_some()
}

impl Trace {
    /// Marks more choices, or elements of them, as observed.
    pub(crate) fn observe(&mut self, mask: MaskOf<'_>) -> Result<()> {
        for (path, value, _) in self.all_choices() {
            let mut marks = self.observed.at(&path).cloned().unwrap_or_default();
            marks.add(&mask(&path, &value)?);
            self.observed.set(&path, batch::in_value(&marks, &value));
        }
        Ok(())
    }
}

/// Constraints given as a choice map or a plain map.
pub fn constraints_of(value: &Value, index: usize) -> Result<ChoiceMap> {
    ChoiceMap::from_value(value).map_err(|e| match is_trace(value) {
        true => e.arg(index).help("take its choices: `(choices trace)`"),
        false => e.arg(index),
    })
}

/// The choices of an argument that is a trace, a choice map or a plain map.
pub fn choices_of(what: &str, value: &Value, index: usize) -> Result<ChoiceMap> {
    if let Some(trace) = value.as_host::<TraceObject>() {
        return Ok(trace.choices());
    }
    if let Some(batch) = value.as_host::<BatchedTrace>() {
        return batch.choices();
    }
    ChoiceMap::from_value(value).map_err(|e| match value {
        Value::Map(_) => e.arg(index),
        _ if is_function(value) => wrong_type(what, "a trace or choices", value, index)
            .help(format!("a function has none before it runs: `({what} (simulate model args))`")),
        _ => wrong_type(what, "a trace or choices", value, index)
            .help("write `{:x 1.5, [:y 0] 2.0}` or `(choicemap :x 1.5 [:y 0] 2.0)`"),
    })
}

/// What came of a change of a trace, one or batched.
pub enum AnyOutcome {
    One(request::Outcome),
    Batch(batch::BatchOutcome),
}

impl AnyOutcome {
    pub fn trace(&self) -> AnyTrace<'_> {
        match self {
            AnyOutcome::One(outcome) => AnyTrace::One(outcome.trace.clone()),
            AnyOutcome::Batch(outcome) => AnyTrace::Batch(&outcome.trace),
        }
    }

    /// What was overwritten or vanished.
    pub fn discard(&self) -> Result<ChoiceMap> {
        match self {
            AnyOutcome::One(outcome) => Ok(ChoiceMap::of(outcome.discard.clone())),
            AnyOutcome::Batch(outcome) => batch::ops::discarded(&outcome.trace.group, &outcome.discard),
        }
    }

    /// Every constraint must have been visited, in some lane of a batch.
    pub fn all_visited(&self, constraints: &ChoiceMap) -> Result<()> {
        match self {
            AnyOutcome::One(outcome) => all_visited(constraints, &outcome.trace),
            AnyOutcome::Batch(outcome) => batch::all_visited_in_lanes(constraints, &outcome.trace),
        }
    }

    /// This change and then another of the same trace, which it left: weights add, the earliest discarded value of each
    /// choice of `start` wins.
    pub fn then(self, next: AnyOutcome, start: AnyTrace<'_>) -> AnyOutcome {
        match (self, next, start) {
            (AnyOutcome::One(mut outcome), AnyOutcome::One(next), AnyTrace::One(start)) => {
                outcome.weight.join(next.weight);
                outcome.discard = earliest(&start, outcome.discard, &next.discard);
                outcome.retdiff = Diff::between(&start.retval, &next.trace.retval);
                AnyOutcome::One(request::Outcome { trace: next.trace, ..outcome })
            }
            (AnyOutcome::Batch(outcome), AnyOutcome::Batch(next), AnyTrace::Batch(start)) => {
                AnyOutcome::Batch(outcome.then(next, start))
            }
            // No change makes one trace of a batch, or the other way round.
            (_, next, _) => next,
        }
    }

    /// `{:trace :weight :discard :retdiff}`, and the way back of an edit. The weight is the sum of log-densities,
    /// whatever they are densities of.
    pub fn into_map(self, cx: &mut Cx, backward: Option<Value>) -> Result<Value> {
        let excess = match &self {
            AnyOutcome::One(outcome) => outcome.weight.excess,
            AnyOutcome::Batch(outcome) => outcome.excess.iter().copied().find(|excess| *excess != 0).unwrap_or(0),
        };
        if excess != 0 {
            cx.warn_once(other_measures(excess));
        }
        let discard = self.discard()?.into_value();
        let (trace, weight, retdiff) = match self {
            AnyOutcome::One(outcome) => {
                (trace_value(outcome.trace), Value::float(outcome.weight.plain()), outcome.retdiff)
            }
            AnyOutcome::Batch(outcome) => {
                let weights = outcome.trace.numbers(outcome.weights);
                (outcome.trace.into_value(), weights, Diff::Unknown)
            }
        };
        let entries = [("trace", trace), ("weight", weight), ("discard", discard), ("retdiff", retdiff.into_value())];
        result(entries.into_iter().chain(backward.map(|request| ("backward", request))))
    }
}

/// The warning of a weight whose log-densities have no ratio.
#[cold]
fn other_measures(excess: i32) -> Box<Error> {
    let (before, now) = if excess > 0 { ("probability", "density") } else { ("density", "probability") };
    let message =
        format!("the `:weight` compares unlike things: a value that stays had a {before} and has a {now} now");
    let says = if excess > 0 { "is nothing beside a probability: reject" } else { "is nothing beside it: accept" };
    Error::new(Code::Measure, message)
        .help(format!("a density {says} such a move, as `mh-kernel` and the other kernels do by themselves"))
}

/// Discards of two changes in sequence: the first value of each address, of those that the first trace had.
fn earliest(start: &Trace, first: Trie<Value>, second: &Trie<Value>) -> Trie<Value> {
    let mut merged = first;
    for (path, value) in second.leaves() {
        if start.choice_at(&path).is_some() && merged.conflict(&path).is_none() {
            merged.set(&path, Trie::Leaf(value.clone()));
        }
    }
    merged
}

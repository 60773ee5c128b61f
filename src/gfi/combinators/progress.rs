//! A series while it runs: what stands so far of the new run, and how it differs from the old one.

use super::series::Shape;
use crate::error::Result;
use crate::eval::arithmetic::apply;
use crate::eval::collections::Vector;
use crate::eval::node::Op;
use crate::eval::{Cx, Value};
use crate::gfi::diff::Diff;
use crate::gfi::ops::impossible::first_impossible;
use crate::gfi::ops::params;
use crate::gfi::ops::vanish::vanish;
use crate::gfi::ops::weight::Weight;
use crate::gfi::request::{Outcome, Request};
use crate::gfi::trace::{Record, Trace, What, choices_of};
use crate::gfi::trie::Trie;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A series in progress: what stands so far of the new run, and how it differs from the old one.
pub struct Progress {
    records: Trie<Record>,
    pub outputs: Vector,
    score: f64,
    weight: Weight,
    total: Value,
    discard: Trie<Value>,
    observed: Trie<()>,
    params: Value,
    depth: u32,
    changed: BTreeMap<usize, Diff>,
    pub resized: bool,
}

impl Progress {
    pub fn from_old(old: &Trace, outputs: Vector, cx: &Cx) -> Progress {
        Progress {
            records: old.records.clone(),
            outputs,
            score: old.score,
            observed: old.observed.clone(),
            // Under another store every step runs again and reads anew.
            params: if old.reads_same(cx) { old.params.clone() } else { Value::Nil },
            depth: old.depth.saturating_sub(1),
            ..Progress::new()
        }
    }

    pub fn new() -> Progress {
        Progress {
            records: Trie::Empty,
            outputs: Vector::empty(),
            score: 0.0,
            weight: Weight::default(),
            total: Value::float(0.0),
            discard: Trie::Empty,
            observed: Trie::Empty,
            params: Value::Nil,
            depth: 0,
            changed: BTreeMap::new(),
            resized: false,
        }
    }

    pub fn child(&self, t: usize) -> Option<&Arc<Trace>> {
        match self.records.child(&Value::Int(t as i64)) {
            Some(Trie::Leaf(Record { what: What::Call(call), .. })) => Some(call),
            _ => None,
        }
    }

    /// What step `t` gets of the one before.
    pub fn carry<S: Shape>(&self, steps: &S, t: usize) -> Result<Value> {
        match t.checked_sub(1).filter(|_| S::CARRIES).and_then(|before| self.child(before)) {
            Some(before) => S::carry(&before.retval),
            None => Ok(steps.init()),
        }
    }

    /// The first impossible choice of the steps before one.
    pub fn impossible_before(&self, t: usize) -> Option<(Vec<Value>, Value)> {
        let before = (0..t as i64).map(Value::Int);
        before.filter_map(|key| Some((key.clone(), self.records.child(&key)?))).find_map(|(key, child)| {
            let (below, value) = first_impossible(child, &[])?;
            Some(([&[key], &below[..]].concat(), value))
        })
    }

    /// Takes the last steps away when there are fewer now.
    pub fn shrink(&mut self, run: &Request<'_>, now: usize, before: usize) {
        self.resized = now != before;
        for t in now..before {
            let path = [Value::Int(t as i64)];
            if let Some(child) = self.child(t).cloned() {
                self.score = difference(self.score, child.score);
                if run.goal.counts_gone() {
                    self.weight.go(child.score);
                }
                let gone = choices_of(&Trie::Leaf(Record::call(child)));
                if !gone.is_empty() {
                    self.discard.set(&path, gone);
                }
            }
            self.records.set(&path, Trie::Empty);
            self.observed.set(&path, Trie::Empty);
            let outputs = std::mem::replace(&mut self.outputs, Vector::empty());
            self.outputs = outputs.pop().unwrap_or_else(Vector::empty);
        }
        if !self.score.is_finite() {
            self.add_up();
        }
    }

    /// Takes in what came of a step.
    pub fn take(&mut self, t: usize, outcome: Outcome, output: fn(&Value) -> Value, assess: bool) -> Result<()> {
        let path = [Value::Int(t as i64)];
        let old = self.child(t).map(|child| child.score);
        let trace = outcome.trace;
        self.weight.join(outcome.weight);
        if assess {
            self.total = apply(Op::Add, &self.total, &outcome.total)?;
        }
        if !outcome.discard.is_empty() {
            self.discard.set(&path, outcome.discard);
        }
        if old.is_none() && !trace.observed.is_empty() {
            self.observed.set(&path, trace.observed.clone());
        }
        self.params = params::join(std::mem::take(&mut self.params), &trace.params)?;
        self.depth = self.depth.max(trace.depth + 1);
        let outputs = std::mem::replace(&mut self.outputs, Vector::empty());
        self.outputs = outputs.set(t, output(&trace.retval))?;
        if old.is_some() {
            self.changed.insert(t, outcome.retdiff);
        }
        let (before, after) = (old.unwrap_or(0.0), trace.score);
        self.records.set(&path, Trie::Leaf(Record::call(trace)));
        match before.is_finite() && after.is_finite() && self.score.is_finite() {
            true => self.score += after - before,
            false => self.add_up(),
        }
        Ok(())
    }

    /// The score from scratch: differences of infinities have none.
    pub fn add_up(&mut self) {
        let score = |child: &Trie<Record>| match child {
            Trie::Leaf(Record { what: What::Call(call), .. }) => call.score,
            _ => 0.0,
        };
        self.score = self.records.children().iter().fold(0.0, |sum, (_, child)| sum + score(child));
    }

    pub fn finish(mut self, cx: &Cx, run: &Request<'_>, retval: Value, retdiff: fn(Diff) -> Diff) -> Result<Outcome> {
        let goes_on = run.old().is_some();
        match goes_on {
            // Steps that did not run again may hold what is impossible.
            true if self.score == f64::NEG_INFINITY => self.weight.come(self.score),
            true => {}
            false => {
                vanish(run.past, run.past.inlined(), &self.records, &[], run.goal, &mut self.weight, &mut self.discard)
            }
        }
        self.changed.retain(|_, diff| !diff.is_no_change());
        let retdiff = match (goes_on, self.changed.is_empty() && !self.resized) {
            (false, _) => Diff::Unknown,
            (true, true) => Diff::NoChange,
            (true, false) => retdiff(Diff::Vector(Arc::new(self.changed))),
        };
        let observed = if goes_on { self.observed } else { run.observed(self.observed) };
        let trace = Trace {
            records: self.records,
            score: self.score,
            observed,
            params: self.params,
            ..run.trace(cx, retval, self.depth)
        };
        let (weight, total) = (self.weight, self.total);
        Ok(Outcome { trace: Arc::new(trace), weight, total, discard: self.discard, retdiff })
    }
}

fn difference(sum: f64, part: f64) -> f64 {
    if part.is_finite() { sum - part } else { f64::NAN }
}

//! Traces: a run of a generative function with its choices, their scores, and what it returned.

use super::address::show;
use super::choicemap::ChoiceMap;
use super::data::element_at;
use super::incremental::KeptStatements;
use super::interface::function;
use super::ops::visits::NOWHERE;
use super::selection::Selection;
use super::trie::{Trie, with_stack};
use crate::eval::Cx;
use crate::eval::Value;
use crate::eval::equality::identical;
use crate::eval::fixed::Fixed;
use crate::eval::node::Place;
use std::sync::Arc;

/// One choice or one call of a run.
#[derive(Clone)]
pub struct Record {
    pub what: What,
    /// Where the program made it, for reports.
    pub place: Place,
    /// Of how many numbers a choice's log-density is one: 0 of a probability, and of a call; or [`UNKNOWN_DIMENSION`].
    pub dimension: u32,
}

impl Record {
    pub fn choice(value: Value, score: f64, dimension: u32) -> Record {
        Record { what: What::Choice(value, score), place: NOWHERE, dimension }
    }

    pub fn call(trace: Arc<Trace>) -> Record {
        Record { what: What::Call(trace), place: NOWHERE, dimension: 0 }
    }

    fn chosen(&self) -> Option<Chosen<'_>> {
        match &self.what {
            What::Choice(value, score) => Some(Chosen { value, score: *score, dimension: self.dimension }),
            What::Call(_) => None,
        }
    }
}

/// A choice that a run made.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    pub value: &'a Value,
    /// The log-density.
    pub score: f64,
    /// Of how many numbers that is one: 0 of a probability; or [`UNKNOWN_DIMENSION`].
    pub dimension: u32,
}

/// The dimension of a choice whose function tells log-densities, but not of what they are ones.
pub const UNKNOWN_DIMENSION: u32 = u32::MAX;

/// How many more numbers one dimension is than another, as far as both are told.
pub fn beyond(now: u32, before: u32) -> i32 {
    match (now, before) {
        (UNKNOWN_DIMENSION, _) | (_, UNKNOWN_DIMENSION) => 0,
        (now, before) => now as i32 - before as i32,
    }
}

#[derive(Clone)]
pub enum What {
    /// A value and its log-density.
    Choice(Value, f64),
    Call(Arc<Trace>),
}

/// An immutable run.
#[derive(Clone, Default)]
pub struct Trace {
    /// The generative function that ran.
    pub function: Value,
    /// What the function was called with.
    pub args: Vec<Value>,
    /// Choices and calls by address.
    pub records: Trie<Record>,
    /// Calls without an address that keep a trace of their own: their choices stand at this level.
    pub inlined: Vec<Arc<Trace>>,
    /// The runs whose choices are the arrays of this one, as calls by number.
    pub rows: Option<Arc<Trace>>,
    /// The sum of the log-densities of all choices.
    pub score: f64,
    /// The same as a number to differentiate, where it is one; else nil.
    pub total: Value,
    /// What the function returned.
    pub retval: Value,
    /// Addresses that were constrained by data.
    pub observed: Trie<()>,
    /// Trainable parameters that the run read, a map from names to values, or nil.
    pub params: Value,
    /// What else it may have read.
    pub surroundings: Surroundings,
    /// What each statement of a model's body gave, for a run that changes only some of them.
    pub kept: Option<KeptStatements>,
    /// It used state from outside, or returned some: it is never kept as it is.
    pub state: bool,
    /// Levels of nesting of the values inside.
    pub depth: u32,
}

/// What a run may read that is neither an argument nor a choice.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The parameter store that was in force.
    store: Value,
    /// The definitions that were, as [`crate::eval::program::Program::redefined`] counts them.
    definitions: u64,
    /// What was fixed by interventions.
    fixed: Option<Arc<Fixed>>,
}

impl Surroundings {
    pub fn of(cx: &Cx) -> Surroundings {
        Surroundings { store: cx.params.clone(), definitions: cx.program.redefined, fixed: cx.fixed.clone() }
    }

    /// Runs something again as it ran then, as far as that can be had: under the same store.
    pub fn again<R>(&self, cx: &mut Cx, f: impl FnOnce(&mut Cx) -> R) -> R {
        let outer = std::mem::replace(&mut cx.params, self.store.clone());
        let result = f(cx);
        cx.params = outer;
        result
    }

    /// Are they those of now, for a call of this function?
    pub fn hold(&self, cx: &Cx, function: &Value, args: &[Value]) -> bool {
        let stored = || identical(&self.store, &cx.params) || self.store == cx.params;
        self.fixes_same(cx) && stored() && self.define_same(cx, function, args)
    }

    /// Is what a call of this function read of them the same now? `params` are the parameters among that.
    pub fn read_same(&self, cx: &Cx, params: &Value, function: &Value, args: &[Value]) -> bool {
        if !self.fixes_same(cx) || !self.define_same(cx, function, args) {
            return false;
        }
        let (then, now) = (&self.store, &cx.params);
        let Value::Map(read) = params else { return true };
        let value = |store: &Value, name: &Value| match store {
            Value::Map(store) => store.get(name).cloned(),
            _ => None,
        };
        identical(then, now) || read.iter().all(|(name, _)| value(then, name) == value(now, name))
    }

    fn fixes_same(&self, cx: &Cx) -> bool {
        match (&self.fixed, &cx.fixed) {
            (None, None) => true,
            (Some(then), Some(now)) => Arc::ptr_eq(then, now) || then.same(now),
            _ => false,
        }
    }

    fn define_same(&self, cx: &Cx, function: &Value, args: &[Value]) -> bool {
        let other = |values: &[Value]| cx.program.is_other_since(self.definitions, values);
        self.definitions == cx.program.redefined || !other(std::slice::from_ref(function)) && !other(args)
    }
}

impl Trace {
    /// The value and log-density of the choice at a path, looking into calls.
    pub(crate) fn choice_at(&self, path: &[Value]) -> Option<(&Value, f64)> {
        self.chosen_at(path).map(|chosen| (chosen.value, chosen.score))
    }

    /// The choice at a path, looking into calls.
    pub(crate) fn chosen_at(&self, path: &[Value]) -> Option<Chosen<'_>> {
        choice_in(&self.records, path).or_else(|| self.inlined.iter().find_map(|call| call.chosen_at(path)))
    }

    /// The value at a path: that of a choice, or an element of one.
    pub fn value_at(&self, path: &[Value]) -> Option<Value> {
        if let Some((value, _)) = self.choice_at(path) {
            return Some(value.clone());
        }
        let above = (0..path.len()).rev().find_map(|n| Some((n, self.choice_at(&path[..n])?.0)));
        above.and_then(|(n, value)| element_at(value, &path[n..]).ok().flatten())
    }

    /// True when something stands at a path: a choice, an element of one, or several below.
    pub fn has(&self, path: &[Value]) -> bool {
        self.record_at(path).is_some_and(|t| !t.is_empty()) || self.value_at(path).is_some()
    }

    /// What stands at a path: a choice, a call, or several below; calls on the way are looked into.
    pub(crate) fn record_at(&self, path: &[Value]) -> Option<&Trie<Record>> {
        record_in(&self.records, path).or_else(|| self.inlined.iter().find_map(|call| call.record_at(path)))
    }

    /// The call at a path.
    pub(crate) fn call_at(&self, path: &[Value]) -> Option<&Arc<Trace>> {
        match self.record_at(path)? {
            Trie::Leaf(Record { what: What::Call(call), .. }) => Some(call),
            _ => None,
        }
    }

    /// Itself or a call without an address that `is_it`.
    pub(crate) fn find(self: &Arc<Trace>, is_it: &dyn Fn(&Trace) -> bool) -> Option<&Arc<Trace>> {
        if is_it(self) {
            return Some(self);
        }
        self.inlined.iter().find_map(|call| with_stack(|| call.find(is_it)))
    }

    /// Does its function tell log-densities for a whole call?
    pub(crate) fn is_told(&self) -> bool {
        function("stack", &self.function).is_ok_and(|f| f.needs_choices_only())
    }

    /// Number of choices, those of calls included.
    pub fn choice_count(&self) -> usize {
        let count = |record: &Record| match &record.what {
            What::Choice(..) => 1,
            What::Call(trace) => trace.choice_count(),
        };
        self.records.count(&count) + self.inlined.iter().map(|call| call.choice_count()).sum::<usize>()
    }

    /// All choices as a choice map.
    pub fn choices(&self) -> ChoiceMap {
        ChoiceMap::of(self.choice_trie())
    }

    fn choice_trie(&self) -> Trie<Value> {
        let mut choices = choices_of(&self.records);
        for call in &self.inlined {
            let below = with_stack(|| call.choice_trie());
            match &choices {
                Trie::Empty => choices = below,
                _ => below.children().into_iter().for_each(|(k, t)| choices.set(std::slice::from_ref(k), t.clone())),
            }
        }
        choices
    }

    /// Every choice: path, value, log-density, in the order of the run.
    pub(crate) fn all_choices(&self) -> Vec<(Vec<Value>, Value, f64)> {
        let mut all = Vec::new();
        choices_under(&self.records, &[], &mut all);
        for call in &self.inlined {
            all.extend(with_stack(|| call.all_choices()));
        }
        all
    }

    /// Of how many numbers the score is a density, as far as that is told.
    pub fn dimension(&self) -> usize {
        let of = |record: &Record| match &record.what {
            What::Choice(..) if record.dimension == UNKNOWN_DIMENSION => 0,
            What::Choice(..) => record.dimension as usize,
            What::Call(trace) => trace.dimension(),
        };
        self.records.count(&of) + self.inlined.iter().map(|call| call.dimension()).sum::<usize>()
    }

    /// By how many numbers it has densities for the choices of a proposal of more than that has.
    pub(crate) fn beyond(&self, proposal: &Trace) -> i32 {
        let mut more = 0;
        proposal.each_choice(&mut |path, own| {
            more += self.chosen_at(&path).map_or(0, |chosen| beyond(chosen.dimension, own.dimension));
        });
        more
    }

    /// Visits every choice.
    pub(crate) fn each_choice(&self, f: &mut dyn FnMut(Vec<Value>, Chosen<'_>)) {
        each_choice_of(self, &[], &mut |path, _, record| {
            record.chosen().into_iter().for_each(|own| f(path.clone(), own))
        });
    }

    /// The selection of everything that was not observed.
    pub(crate) fn latent(&self) -> Selection {
        match &self.observed {
            Trie::Empty => Selection::All,
            observed => Selection::Addresses(observed.clone()).complement(),
        }
    }

    /// A sub-choice-map, a value, or nothing.
    pub fn entry(&self, path: &[Value]) -> Option<Value> {
        if path.is_empty() {
            return Some(match self.choices().into_trie() {
                Trie::Leaf(value) => value,
                all => ChoiceMap::of(all).into_value(),
            });
        }
        let Some(found) = self.record_at(path) else { return self.value_at(path) };
        match found {
            Trie::Empty => None,
            Trie::Leaf(Record { what: What::Choice(value, _), .. }) => Some(value.clone()),
            Trie::Leaf(Record { what: What::Call(call), .. }) => match &call.choice_trie() {
                Trie::Leaf(value) => Some(value.clone()),
                below => Some(ChoiceMap::of(below.clone()).into_value()),
            },
            other => Some(ChoiceMap::of(choices_of(other)).into_value()),
        }
    }

    /// The first addresses, as reports list them.
    pub(crate) fn address_names(&self) -> Vec<String> {
        self.all_choices().iter().take(1000).map(|(path, _, _)| show(path)).collect()
    }

    /// True when what the run read is the same now: the definitions that functions name, its parameters, and what is
    /// fixed.
    pub(crate) fn reads_same(&self, cx: &Cx) -> bool {
        self.surroundings.read_same(cx, &self.params, &self.function, &self.args)
    }
}

/// The records inside a call, or the trie itself.
pub fn inside(trie: &Trie<Record>) -> &Trie<Record> {
    match trie {
        Trie::Leaf(Record { what: What::Call(trace), .. }) => inside(&trace.records),
        other => other,
    }
}

/// What stands at a path of records.
pub fn record_in<'a>(records: &'a Trie<Record>, path: &[Value]) -> Option<&'a Trie<Record>> {
    let mut at = records;
    for (n, key) in path.iter().enumerate() {
        if let Trie::Leaf(Record { what: What::Call(call), .. }) = at {
            return call.record_at(&path[n..]);
        }
        at = at.child(key)?;
    }
    Some(at)
}

/// The choice at a path of records; a call of a bare distribution is one choice.
pub fn choice_in<'a>(records: &'a Trie<Record>, path: &[Value]) -> Option<Chosen<'a>> {
    inside(record_in(records, path)?).leaf()?.chosen()
}

/// Every choice of some records: path, value, log-density.
pub fn choices_under(records: &Trie<Record>, path: &[Value], all: &mut Vec<(Vec<Value>, Value, f64)>) {
    each_choice_in(records, path, &mut |path, value, record| {
        if let What::Choice(_, score) = record.what {
            all.push((path, value.clone(), score));
        }
    });
}

/// Every choice of some records, with its path and value.
fn each_choice_in(records: &Trie<Record>, path: &[Value], f: &mut dyn FnMut(Vec<Value>, &Value, &Record)) {
    for (below, record) in records.leaves() {
        let here = [path, &below].concat();
        match &record.what {
            What::Choice(value, _) => f(here, value, record),
            What::Call(call) => with_stack(|| each_choice_of(call, &here, f)),
        }
    }
}

fn each_choice_of(trace: &Trace, path: &[Value], f: &mut dyn FnMut(Vec<Value>, &Value, &Record)) {
    each_choice_in(&trace.records, path, f);
    trace.inlined.iter().for_each(|call| with_stack(|| each_choice_of(call, path, f)));
}

/// The records of every choice of a run, as if no call had made it.
pub fn choice_records(trace: &Trace, all: &mut Trie<Record>) {
    each_choice_of(trace, &[], &mut |path, _, record| all.set(&path, Trie::Leaf(record.clone())));
}

/// The choices of some records, as a choice map keeps them.
pub fn choices_of(records: &Trie<Record>) -> Trie<Value> {
    match records {
        Trie::Empty => Trie::Empty,
        Trie::Leaf(Record { what: What::Choice(value, _), .. }) => Trie::Leaf(value.clone()),
        Trie::Leaf(Record { what: What::Call(trace), .. }) => with_stack(|| trace.choice_trie()),
        branch => {
            let mut choices = Trie::Empty;
            for (key, child) in branch.children() {
                match with_stack(|| choices_of(child)) {
                    Trie::Empty => {}
                    below => choices.set(std::slice::from_ref(key), below),
                }
            }
            choices
        }
    }
}

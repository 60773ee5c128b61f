//! The previous run at a place: the trace of a call, or the records of several.

use super::interface::{continues, same_function};
use super::trace::{Chosen, Record, Trace, What, choice_records, choices_under};
use super::trie::Trie;
use crate::eval::Value;
use std::sync::Arc;

/// The part of an old run that a new one replaces.
#[derive(Clone, Default)]
pub enum Past {
    #[default]
    None,
    /// A whole call.
    Trace(Arc<Trace>),
    /// Choices and calls that were no call of their own.
    Records(Trie<Record>),
    /// Records that somebody else accounts for: values are found here, and vanish elsewhere. The run at whose level they
    /// stood, if it was one.
    Borrowed(Trie<Record>, Option<Arc<Trace>>),
}

impl Past {
    pub fn is_none(&self) -> bool {
        matches!(self, Past::None)
    }

    /// The old trace, when it is one that a run of this function can start from.
    #[inline]
    pub fn of(&self, function: &Value) -> Option<&Arc<Trace>> {
        match self {
            Past::Trace(trace) if continues(function, &trace.function) => Some(trace),
            _ => None,
        }
    }

    /// A run that `is_it`, be it the past itself or a call at its level, also if it was borrowed.
    pub fn run_of(&self, is_it: impl Fn(&Trace) -> bool) -> Option<&Arc<Trace>> {
        let (Past::Trace(outermost) | Past::Borrowed(_, Some(outermost))) = self else { return None };
        outermost.find(&is_it)
    }

    /// The run of a custom function that went on in a new one, which has accounted for all its choices.
    pub fn continued(&self, now: &Trace) -> Option<&Arc<Trace>> {
        if !now.is_told() {
            return None;
        }
        self.run_of(|old| same_function(&now.function, &old.function))
    }

    /// The old choice at a path.
    pub fn choice(&self, path: &[Value]) -> Option<Chosen<'_>> {
        match self {
            Past::None => None,
            Past::Trace(trace) => trace.chosen_at(path),
            Past::Records(records) | Past::Borrowed(records, _) => super::trace::choice_in(records, path),
        }
    }

    /// What stood below a path.
    pub fn below(&self, path: &[Value]) -> Past {
        let borrowed = matches!(self, Past::Borrowed(..));
        let found = match self {
            Past::None => return Past::None,
            Past::Trace(trace) => trace.record_at(path),
            Past::Records(records) | Past::Borrowed(records, _) => super::trace::record_in(records, path),
        };
        match found {
            None | Some(Trie::Empty) => Past::None,
            Some(Trie::Leaf(Record { what: What::Call(trace), .. })) if !borrowed => Past::Trace(trace.clone()),
            Some(Trie::Leaf(Record { what: What::Call(trace), .. })) => Past::Trace(trace.clone()).borrowed(|all| all),
            Some(records) if borrowed => Past::Borrowed(records.clone(), None),
            Some(records) => Past::Records(records.clone()),
        }
    }

    /// The records of the past, or a part of them, for somebody who does not account for what vanishes.
    pub fn borrowed(&self, part: impl FnOnce(Trie<Record>) -> Trie<Record>) -> Past {
        match self {
            Past::None => Past::None,
            past => {
                let mut all = past.records().clone();
                past.inlined().iter().for_each(|call| choice_records(call, &mut all));
                let owner = match past {
                    Past::Trace(trace) | Past::Borrowed(_, Some(trace)) => Some(trace.clone()),
                    _ => None,
                };
                Past::Borrowed(part(all), owner)
            }
        }
    }

    /// What stood beside the choices of a run of its level.
    pub fn without(&self, run: &Arc<Trace>) -> Past {
        let mut rest = self.records().clone();
        self.inlined().iter().filter(|call| !Arc::ptr_eq(call, run)).for_each(|call| choice_records(call, &mut rest));
        run.records.leaves().iter().for_each(|(path, _)| rest.set(path, Trie::Empty));
        match self {
            Past::Borrowed(..) => Past::Borrowed(rest, None),
            _ => Past::Records(rest),
        }
    }

    /// What the past has at its own level.
    pub fn records(&self) -> &Trie<Record> {
        match self {
            Past::None => &Trie::Empty,
            Past::Trace(trace) => &trace.records,
            Past::Records(records) | Past::Borrowed(records, _) => records,
        }
    }

    /// Has it choices whose shares of the log-density nobody knows?
    #[cold]
    pub fn is_unshared(&self) -> bool {
        let mut choices = Vec::new();
        choices_under(self.records(), &[], &mut choices);
        choices.extend(self.inlined().iter().flat_map(|call| call.all_choices()));
        choices.iter().any(|(_, _, score)| score.is_nan())
    }

    /// Which addresses were observed, as far as the past knows; changes keep that record.
    pub fn observed(&self) -> Option<&Trie<()>> {
        match self {
            Past::Trace(trace) => Some(&trace.observed),
            _ => None,
        }
    }

    /// Calls of the past that stood at its level without an address.
    pub fn inlined(&self) -> &[Arc<Trace>] {
        match self {
            Past::Trace(trace) => &trace.inlined,
            _ => &[],
        }
    }
}

//! What stood at a place in the old run: the trace of a call, or the records of several.

use super::interface::continues;
use super::trace::{Record, Trace, What};
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
    /// Records that somebody else accounts for: values are found here, and vanish elsewhere.
    Lent(Trie<Record>),
}

impl Past {
    pub fn is_none(&self) -> bool {
        matches!(self, Past::None)
    }

    /// The old trace, when it is one that a run of this function can start from.
    pub fn of(&self, function: &Value) -> Option<&Arc<Trace>> {
        match self {
            Past::Trace(trace) if continues(function, &trace.function) => Some(trace),
            _ => None,
        }
    }

    /// The run of a function that `is_it`, be it the past itself or wrapped by that.
    pub fn wrapped(&self, is_it: impl Fn(&Trace) -> bool) -> Option<&Arc<Trace>> {
        let Past::Trace(outermost) = self else { return None };
        std::iter::successors(Some(outermost), |trace| trace.wrapped()).find(|trace| is_it(trace))
    }

    /// The old choice at a path.
    pub fn choice(&self, path: &[Value]) -> Option<(&Value, f64)> {
        match self {
            Past::None => None,
            Past::Trace(trace) => trace.choice_at(path),
            Past::Records(records) | Past::Lent(records) => super::trace::choice_in(records, path),
        }
    }

    /// What stood below a path.
    pub fn below(&self, path: &[Value]) -> Past {
        let lent = matches!(self, Past::Lent(_));
        let found = match self {
            Past::None => return Past::None,
            Past::Trace(trace) => trace.record_at(path),
            Past::Records(records) | Past::Lent(records) => super::trace::record_in(records, path),
        };
        match found {
            None | Some(Trie::Empty) => Past::None,
            Some(Trie::Leaf(Record { what: What::Call(trace), .. })) if !lent => Past::Trace(trace.clone()),
            Some(Trie::Leaf(Record { what: What::Call(trace), .. })) => Past::Trace(trace.clone()).lent(|all| all),
            Some(records) if lent => Past::Lent(records.clone()),
            Some(records) => Past::Records(records.clone()),
        }
    }

    /// The records of the past, or a part of them, for somebody who does not account for what vanishes.
    pub fn lent(&self, part: impl FnOnce(Trie<Record>) -> Trie<Record>) -> Past {
        match self {
            Past::None => Past::None,
            past => {
                let mut all = past.records().clone();
                for (path, value, score) in past.inlined().iter().flat_map(|call| call.all_choices()) {
                    all.set(&path, Trie::Leaf(Record { what: What::Choice(value, score), place: 0 }));
                }
                Past::Lent(part(all))
            }
        }
    }

    /// What the past has at its own level.
    pub fn records(&self) -> &Trie<Record> {
        match self {
            Past::None => &Trie::Empty,
            Past::Trace(trace) => &trace.records,
            Past::Records(records) | Past::Lent(records) => records,
        }
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

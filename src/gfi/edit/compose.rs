//! compose-edits: requests in sequence; their weights add, the way back runs in reverse.

use super::{Edit, EditRequest, Edited, edit_every_lane};
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::batch::{self, BatchedTrace};
use crate::gfi::diff::Diff;
use crate::gfi::trace::Trace;
use crate::gfi::trie::Trie;
use std::sync::Arc;

pub struct ComposedEdit(pub Vec<Value>);

impl EditRequest for ComposedEdit {
    fn edit(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Edited> {
        let [first, rest @ ..] = &self.0[..] else {
            return Err(Error::new(Code::Arity, "`compose-edits` needs at least one request"));
        };
        let Edited { mut outcome, backward } = Edit::of("compose-edits", first)?.edit(cx, trace, key.fold(0))?;
        let mut backwards = vec![backward];
        for (i, request) in rest.iter().enumerate() {
            let next = Edit::of("compose-edits", request)?.edit(cx, &outcome.trace, key.fold(i as u64 + 1))?;
            outcome.weight.join(next.outcome.weight);
            outcome.discard = earliest(trace, outcome.discard, &next.outcome.discard);
            outcome.trace = next.outcome.trace;
            backwards.push(next.backward);
        }
        outcome.retdiff = Diff::between(&trace.retval, &outcome.trace.retval);
        backwards.reverse();
        Ok(Edited { outcome, backward: Edit::value(ComposedEdit(backwards)) })
    }

    fn edit_lanes(&self, cx: &mut Cx, trace: &BatchedTrace) -> Result<(batch::run::Outcome, Value)> {
        let [first, rest @ ..] = &self.0[..] else {
            return Err(Error::new(Code::Arity, "`compose-edits` needs at least one request"));
        };
        let (mut outcome, backward) = edit_every_lane(cx, Edit::of("compose-edits", first)?, trace)?;
        let mut backwards = vec![backward];
        for request in rest {
            let (next, backward) = edit_every_lane(cx, Edit::of("compose-edits", request)?, &outcome.trace)?;
            outcome = outcome.then(next, trace);
            backwards.push(backward);
        }
        backwards.reverse();
        Ok((outcome, Edit::value(ComposedEdit(backwards))))
    }

    fn name(&self) -> &'static str {
        "compose-edits"
    }

    fn parts(&self) -> Vec<Value> {
        self.0.clone()
    }
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

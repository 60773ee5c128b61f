//! compose-edits: requests in sequence; their weights add, the backward request runs in reverse.

use super::{Edit, EditRequest, Edited, edit};
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::any_trace::AnyTrace;

pub struct ComposedEdit(pub Vec<Value>);

impl EditRequest for ComposedEdit {
    fn edit(&self, cx: &mut Cx, trace: AnyTrace<'_>, key: Key) -> Result<Edited> {
        let [first, rest @ ..] = &self.0[..] else {
            return Err(Error::raise(Code::Arity, "`compose-edits` needs at least one request"));
        };
        let Edited { mut outcome, backward } = edit(cx, Edit::of("compose-edits", first)?, trace.clone(), key.fold(0))?;
        let mut backwards = vec![backward];
        for (i, request) in rest.iter().enumerate() {
            let request = Edit::of("compose-edits", request)?;
            let next = edit(cx, request, outcome.trace(), key.fold(i as u64 + 1))?;
            outcome = outcome.then(next.outcome, trace.clone());
            backwards.push(next.backward);
        }
        backwards.reverse();
        Ok(Edited { outcome, backward: Edit::value(ComposedEdit(backwards)) })
    }

    fn name(&self) -> &'static str {
        "compose-edits"
    }

    fn parts(&self) -> Vec<Value> {
        self.0.clone()
    }
}

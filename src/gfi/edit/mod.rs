//! edit: changes of a trace as values, each with the request that takes it back.
//!
//! Contract of every request: weight = log p(t′)/p(t) + log K_back(t′ → t) − log K_fwd(t → t′).

mod args;
mod builtins;
mod compose;
mod constraint;
mod custom;
mod proposal;
mod proposal_lanes;
mod selection;

use super::any_trace::{AnyOutcome, AnyTrace};
use super::choicemap::ChoiceMap;
use crate::error::{Code, Error, Result};
use crate::eval::args::described;
use crate::eval::key::Key;
use crate::eval::name::hash_text;
use crate::eval::print::Printer;
use crate::eval::{Cx, HostObject, Value};
pub use builtins::TABLE;
pub use proposal::{Proposal, ProposalEdit};
pub use proposal_lanes::{RetainedChoices, edit as proposal_edit_lanes, proposal as proposal_of_lanes};
use std::any::Any;

/// One kind of change.
pub trait EditRequest: Any + Send + Sync {
    /// Changes a trace, or every lane of a batched one; randomness comes from the key.
    fn edit(&self, cx: &mut Cx, trace: AnyTrace<'_>, key: Key) -> Result<Edited>;

    /// The values that it gives to choices.
    fn given(&self) -> Option<&ChoiceMap> {
        None
    }

    /// The name of its constructor.
    fn name(&self) -> &'static str;

    /// The constructor's arguments that make it again.
    fn parts(&self) -> Vec<Value>;

    /// Levels of nesting of the values inside.
    fn depth(&self) -> u32 {
        self.parts().iter().map(Value::depth).max().unwrap_or(0) + 1
    }
}

/// Changes a trace by a request, whose values have as many lanes as the trace.
fn edit(cx: &mut Cx, request: &dyn EditRequest, trace: AnyTrace<'_>, key: Key) -> Result<Edited> {
    if let Some(given) = request.given() {
        trace.check_lanes(given, 1)?;
    }
    request.edit(cx, trace, key)
}

/// What came of a change, and the way back.
pub struct Edited<T = AnyOutcome> {
    pub outcome: T,
    pub backward: Value,
}

/// A request as a value.
pub struct Edit(Box<dyn EditRequest>);

impl Edit {
    pub fn value(request: impl EditRequest) -> Value {
        Value::host(Edit(Box::new(request)))
    }

    /// The request inside a value.
    fn of<'a>(operation: &str, value: &'a Value) -> Result<&'a dyn EditRequest> {
        match value.as_host::<Edit>() {
            Some(edit) => Ok(&*edit.0),
            None => {
                Err(Error::raise(Code::Type, format!("`{operation}` wants an edit request, not {}", described(value)))
                    .help(
                        "make one: `(constraint-edit {:x 1})`, `(selection-edit :x)`, `(proposal-edit forward \
                        backward)`, `(args-edit args argdiffs constraints)`, `(compose-edits e1 e2)`",
                    ))
            }
        }
    }
}

impl HostObject for Edit {
    fn kind(&self) -> &'static str {
        "an edit request"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.call(self.0.name(), &self.0.parts());
    }

    /// Requests made alike are equal.
    fn equals(&self, other: &dyn HostObject) -> bool {
        let other = (other as &dyn Any).downcast_ref::<Edit>();
        other.is_some_and(|other| self.0.name() == other.0.name() && self.0.parts() == other.0.parts())
    }

    fn hash_code(&self) -> u64 {
        hash_text(self.0.name())
    }

    fn depth(&self) -> u32 {
        self.0.depth()
    }
}

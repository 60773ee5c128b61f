//! constraint-edit: an update, and the backward request: an update with what was discarded.

use super::{Edit, EditRequest, Edited};
use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::any_trace::AnyTrace;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;

pub struct ConstraintEdit(pub ChoiceMap);

impl EditRequest for ConstraintEdit {
    fn edit(&self, cx: &mut Cx, trace: AnyTrace<'_>, key: Key) -> Result<Edited> {
        let outcome = trace.changed(cx, "update", None, Goal::update(self.0.clone()), key)?;
        outcome.all_visited(&self.0)?;
        let backward = Edit::value(ConstraintEdit(outcome.discard()?));
        Ok(Edited { outcome, backward })
    }

    fn given(&self) -> Option<&ChoiceMap> {
        Some(&self.0)
    }

    fn name(&self) -> &'static str {
        "constraint-edit"
    }

    fn parts(&self) -> Vec<Value> {
        vec![self.0.clone().into_value()]
    }
}

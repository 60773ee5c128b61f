//! selection-edit: a regeneration; in the backward request the choices that it would draw take their old values.

use super::{Edit, EditRequest, Edited};
use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::any_trace::AnyTrace;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::selection::Selection;

pub struct SelectionEdit {
    pub selection: Selection,
    /// Values instead of draws; the weight is regenerate's all the same, so that the way back weighs exactly the
    /// opposite.
    pub values: Option<ChoiceMap>,
}

impl EditRequest for SelectionEdit {
    fn edit(&self, cx: &mut Cx, trace: AnyTrace<'_>, key: Key) -> Result<Edited> {
        let given = self.values.clone().unwrap_or_default();
        if self.values.is_none() {
            trace.check(&self.selection)?;
        }
        let goal = Goal::Redraw { selection: self.selection.clone(), given: given.clone(), loose: Selection::None };
        let outcome = trace.changed(cx, "regenerate", None, goal, key)?;
        outcome.all_visited(&given)?;
        let values = Some(outcome.discard()?);
        let backward = Edit::value(SelectionEdit { selection: self.selection.clone(), values });
        Ok(Edited { outcome, backward })
    }

    fn given(&self) -> Option<&ChoiceMap> {
        self.values.as_ref()
    }

    fn name(&self) -> &'static str {
        "selection-edit"
    }

    fn parts(&self) -> Vec<Value> {
        let values = self.values.clone().map(ChoiceMap::into_value);
        [self.selection.clone().into_value()].into_iter().chain(values).collect()
    }
}

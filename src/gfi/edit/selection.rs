//! selection-edit: a regeneration; on the way back the choices that it would draw take their old values.

use super::{Edit, EditRequest, Edited};
use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::batch::{self, BatchedTrace};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::Origin;
use crate::gfi::ops::unvisited::{all_visited, check_selection};
use crate::gfi::ops::{Change, regenerate};
use crate::gfi::selection::Selection;
use crate::gfi::trace::Trace;
use std::sync::Arc;

pub struct SelectionEdit {
    pub selection: Selection,
    /// Values instead of draws; the weight is regenerate's all the same, so that the way back weighs exactly the
    /// opposite.
    pub values: Option<ChoiceMap>,
}

impl EditRequest for SelectionEdit {
    fn edit(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Edited> {
        let values = self.values.clone().unwrap_or_default();
        if self.values.is_none() {
            check_selection(&self.selection, trace)?;
        }
        let outcome = regenerate(cx, trace, Change::none(trace), &self.selection, &values, Origin::new(key))?;
        all_visited(&values, &outcome.trace)?;
        let values = Some(ChoiceMap(outcome.discard.clone()));
        let backward = Edit::value(SelectionEdit { selection: self.selection.clone(), values });
        Ok(Edited { outcome, backward })
    }

    fn edit_lanes(&self, cx: &mut Cx, trace: &BatchedTrace) -> Result<(batch::run::Outcome, Value)> {
        let given = self.values.clone().unwrap_or_default();
        let goal = Goal::Redraw { selection: self.selection.clone(), given, loose: Selection::None };
        let outcome = batch::ops::change(cx, "edit", trace, None, goal)?;
        let values = Some(batch::ops::discarded(&trace.group, &outcome.discard)?);
        Ok((outcome, Edit::value(SelectionEdit { selection: self.selection.clone(), values })))
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

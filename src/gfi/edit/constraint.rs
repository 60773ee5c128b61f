//! constraint-edit: an update, and the way back: an update with what was discarded.

use super::{Edit, EditRequest, Edited};
use crate::error::Result;
use crate::eval::Cx;
use crate::eval::Value;
use crate::eval::key::Key;
use crate::gfi::batch::{self, BatchedTrace};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::Origin;
use crate::gfi::ops::unvisited::all_visited;
use crate::gfi::ops::{Change, update};
use crate::gfi::trace::Trace;
use std::sync::Arc;

pub struct ConstraintEdit(pub ChoiceMap);

impl EditRequest for ConstraintEdit {
    fn edit(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Edited> {
        let outcome = update(cx, trace, Change::none(trace), &self.0, Origin::new(key))?;
        all_visited(&self.0, &outcome.trace)?;
        let backward = Edit::value(ConstraintEdit(ChoiceMap(outcome.discard.clone())));
        Ok(Edited { outcome, backward })
    }

    fn edit_lanes(&self, cx: &mut Cx, trace: &BatchedTrace) -> Result<(batch::run::Outcome, Value)> {
        let outcome = batch::ops::change(cx, "edit", trace, None, Goal::update(self.0.clone()))?;
        let back = ConstraintEdit(batch::ops::discarded(&trace.group, &outcome.discard)?);
        Ok((outcome, Edit::value(back)))
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

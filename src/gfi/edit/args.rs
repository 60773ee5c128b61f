//! args-edit: an update with new arguments, and the way back: the old ones with what was discarded.

use super::{Edit, EditRequest, Edited};
use crate::error::Result;
use crate::eval::collections::Vector;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::batch::{self, BatchedTrace};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::diff::Diff;
use crate::gfi::goal::Goal;
use crate::gfi::interface::Origin;
use crate::gfi::ops::unvisited::all_visited;
use crate::gfi::ops::{Change, update};
use crate::gfi::trace::Trace;
use std::sync::Arc;

pub struct ArgsEdit {
    pub args: Vec<Value>,
    pub diffs: Vec<Diff>,
    pub constraints: ChoiceMap,
}

impl EditRequest for ArgsEdit {
    fn edit(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Edited> {
        let change = Change { args: self.args.clone(), diffs: self.diffs.clone() };
        let outcome = update(cx, trace, change, &self.constraints, Origin::new(key))?;
        all_visited(&self.constraints, &outcome.trace)?;
        let constraints = ChoiceMap(outcome.discard.clone());
        let backward = Edit::value(ArgsEdit { args: trace.args.clone(), diffs: Vec::new(), constraints });
        Ok(Edited { outcome, backward })
    }

    fn edit_lanes(&self, cx: &mut Cx, trace: &BatchedTrace) -> Result<(batch::run::Outcome, Value)> {
        let goal = Goal::update(self.constraints.clone());
        let outcome = batch::ops::change(cx, "edit", trace, Some(&self.args), goal)?;
        let constraints = batch::ops::discarded(&trace.group, &outcome.discard)?;
        Ok((outcome, Edit::value(ArgsEdit { args: trace.args.clone(), diffs: Vec::new(), constraints })))
    }

    fn given(&self) -> Option<&ChoiceMap> {
        Some(&self.constraints)
    }

    fn name(&self) -> &'static str {
        "args-edit"
    }

    fn parts(&self) -> Vec<Value> {
        let vector = |items: Vec<Value>| Vector::from_vec(items).map(Value::Vector).unwrap_or_default();
        let diffs = self.diffs.iter().map(|diff| diff.clone().into_value()).collect();
        vec![vector(self.args.clone()), vector(diffs), self.constraints.clone().into_value()]
    }
}

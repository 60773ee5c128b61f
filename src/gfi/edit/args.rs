//! args-edit: an update with new arguments, and the backward request: the old ones with what was discarded.

use super::{Edit, EditRequest, Edited};
use crate::error::Result;
use crate::eval::collections::Vector;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::any_trace::AnyTrace;
use crate::gfi::change::Change;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::diff::Diff;
use crate::gfi::goal::Goal;

pub struct ArgsEdit {
    pub args: Vec<Value>,
    pub diffs: Vec<Diff>,
    pub constraints: ChoiceMap,
}

impl EditRequest for ArgsEdit {
    fn edit(&self, cx: &mut Cx, trace: AnyTrace<'_>, key: Key) -> Result<Edited> {
        let change = Change { args: self.args.clone(), diffs: self.diffs.clone() };
        let outcome = trace.changed(cx, "update", Some(change), Goal::update(self.constraints.clone()), key)?;
        outcome.all_visited(&self.constraints)?;
        let (args, constraints) = (trace.args().to_vec(), outcome.discard()?);
        let backward = Edit::value(ArgsEdit { args, diffs: Vec::new(), constraints });
        Ok(Edited { outcome, backward })
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

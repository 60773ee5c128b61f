//! What a custom function's run toward a goal is: what its own operation says, or what follows exactly from the others.

use super::outcome::Assessed;
use super::{Custom, Told};
use crate::error::{Code, Error, Result};
use crate::eval::{Cx, Value};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::Run;
use crate::gfi::ops::weight::Weight;
use crate::gfi::selection::Selection;
use crate::gfi::trie::Trie;

impl Custom {
    /// The choices and return value of the new run, and its weight.
    pub(super) fn decide(&self, cx: &mut Cx, run: &Run<'_>) -> Result<Told> {
        let args = Value::vector(run.args.clone())?;
        let old = run.old().map(|old| old.choices());
        match (run.goal, old) {
            (Goal::Assess(choices) | Goal::Follow { choices, .. }, _) => {
                Ok(Told { choices: choices.clone(), retval: Value::Nil, weight: 0.0 })
            }
            (Goal::Guided(_), _) => Err(Error::new(Code::Internal, "a custom function that is guided")),
            (Goal::Constrain { choices, .. }, None) if choices.is_empty() => self.drawn(cx, run, args),
            (Goal::Constrain { choices, .. }, None) => {
                let given = vec![args, choices.clone().into_value()];
                match self.told(cx, "generate", run, given)? {
                    Some(told) => Ok(told),
                    None => self.everything_given(cx, run, choices),
                }
            }
            (Goal::Constrain { choices, .. }, Some(old)) => {
                let given = vec![old.clone().into_value(), args, choices.clone().into_value()];
                match self.told(cx, "update", run, given)? {
                    Some(told) => Ok(told),
                    None => self.ratio(cx, run, &old.merge(choices)?),
                }
            }
            (Goal::Redraw { selection, given, .. }, old) => self.redraw(cx, run, selection, given, old),
        }
    }

    /// Everything from the prior.
    fn drawn(&self, cx: &mut Cx, run: &Run<'_>, args: Value) -> Result<Told> {
        let told = self.told(cx, "simulate", run, vec![args])?;
        told.map(|told| Told { weight: 0.0, ..told }).ok_or_else(|| self.underived("simulate", ""))
    }

    /// generate, when the constraints are all there is.
    fn everything_given(&self, cx: &mut Cx, run: &Run<'_>, choices: &ChoiceMap) -> Result<Told> {
        let assessed = self.assessed(cx, run, choices);
        let Assessed { total, retval, .. } =
            assessed.map_err(|e| self.unassessed(e, "generate", "the constraints do not give every choice"))?;
        Ok(Told { choices: choices.clone(), retval, weight: total.as_f64().unwrap_or(f64::NAN) })
    }

    /// update, when the new choices are the old ones with some overwritten.
    fn ratio(&self, cx: &mut Cx, run: &Run<'_>, choices: &ChoiceMap) -> Result<Told> {
        let old = run.old().map(|old| old.choices()).unwrap_or_default();
        if choices.0.leaves().iter().any(|(path, _)| old.0.at(path).is_none_or(Trie::is_empty)) {
            return Err(self.underived("update", "the constraints name an address that the old run does not have"));
        }
        let assessed = self.assessed(cx, run, choices);
        let Assessed { total, retval, .. } = assessed
            .map_err(|e| self.unassessed(e, "update", "the old choices with the new constraints do not make a run"))?;
        let mut weight = Weight::default();
        weight.change(total.as_f64().unwrap_or(f64::NAN), run.old().map_or(0.0, |old| old.score));
        Ok(Told { choices: choices.clone(), retval, weight: weight.total() })
    }

    fn redraw(
        &self,
        cx: &mut Cx,
        run: &Run<'_>,
        selection: &Selection,
        given: &ChoiceMap,
        old: Option<ChoiceMap>,
    ) -> Result<Told> {
        let args = Value::vector(run.args.clone())?;
        let old = old.unwrap_or_default();
        let kept = old.0.leaves().iter().filter(|(path, _)| !selection.contains(path)).count();
        if kept > 0 && kept == old.0.leaves().len() {
            return self.ratio(cx, run, &old);
        }
        if kept == 0 && !given.is_empty() {
            // The values of the draws, all of them: they weigh nothing, as the draws do.
            return self.everything_given(cx, run, given).map(|told| Told { weight: 0.0, ..told });
        }
        if !given.is_empty() {
            return Err(self.underived("regenerate", "the way back of a selection edit needs the values of its draws"));
        }
        if kept == 0 {
            return self.drawn(cx, run, args);
        }
        let given = vec![old.into_value(), args, selection.clone().into_value()];
        let told = self.told(cx, "regenerate", run, given)?;
        told.ok_or_else(|| self.underived("regenerate", "some of its choices are selected and others not"))
    }
}

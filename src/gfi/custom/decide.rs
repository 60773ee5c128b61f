//! What a custom function's run toward a goal is: what its own operation says, or what follows exactly from the others.

use super::outcome::Assessed;
use super::{Custom, ToldRun};
use crate::error::{Code, Error, Result};
use crate::eval::{Cx, Value};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::decision::{CallAnswer, Extent, GoalKind, answer};
use crate::gfi::goal::Goal;
use crate::gfi::ops::weight::Weight;
use crate::gfi::request::Request;
use crate::gfi::trie::Trie;

impl Custom {
    /// The choices and return value of the new run, and its weight.
    pub(super) fn decide(&self, cx: &mut Cx, run: &Request<'_>) -> Result<ToldRun> {
        let args = Value::vector(run.args.clone())?;
        let old = run.old().map(|old| old.choices());
        let given = run.goal.given().cloned().unwrap_or_default();
        let selected = old.as_ref().map_or(Extent::All, |old| extent(run.goal, old));
        match answer(run.goal.kind(), !given.is_empty(), old.is_some(), selected) {
            CallAnswer::AsGiven if run.goal.given().is_none() => {
                Err(Error::raise(Code::Internal, "a custom function that is guided"))
            }
            CallAnswer::AsGiven => Ok(ToldRun { choices: given, retval: Value::Nil, weight: 0.0 }),
            CallAnswer::Simulate => self.drawn(cx, run, args),
            CallAnswer::Generate => match self.told(cx, "generate", run, vec![args, given.clone().into_value()])? {
                Some(told) => Ok(told),
                None => self.everything_given(cx, run, &given),
            },
            CallAnswer::Update => {
                let old = old.unwrap_or_default();
                let all = vec![old.clone().into_value(), args, given.clone().into_value()];
                match self.told(cx, "update", run, all)? {
                    Some(told) => Ok(told),
                    None => self.ratio(cx, run, &old.merge(&given)?),
                }
            }
            CallAnswer::Keep => self.ratio(cx, run, &old.unwrap_or_default()),
            // The values of the draws, all of them: they weigh nothing, as the draws do.
            CallAnswer::AsDrawn => self.everything_given(cx, run, &given).map(|told| ToldRun { weight: 0.0, ..told }),
            CallAnswer::NoWayBack => {
                Err(self.underived("regenerate", "the way back of a selection edit needs the values of its draws"))
            }
            CallAnswer::Regenerate => {
                let all = vec![old.unwrap_or_default().into_value(), args, run.goal.selection().into_value()];
                let told = self.told(cx, "regenerate", run, all)?;
                told.ok_or_else(|| self.underived("regenerate", "some of its choices are selected and others not"))
            }
        }
    }

    /// Everything from the prior.
    fn drawn(&self, cx: &mut Cx, run: &Request<'_>, args: Value) -> Result<ToldRun> {
        let told = self.told(cx, "simulate", run, vec![args])?;
        told.map(|told| ToldRun { weight: 0.0, ..told }).ok_or_else(|| self.underived("simulate", ""))
    }

    /// generate, when the constraints are all there is.
    fn everything_given(&self, cx: &mut Cx, run: &Request<'_>, choices: &ChoiceMap) -> Result<ToldRun> {
        let assessed = self.assessed(cx, run, choices);
        let Assessed { total, retval, .. } =
            assessed.map_err(|e| self.unassessed(e, "generate", "the constraints do not give every choice"))?;
        Ok(ToldRun { choices: choices.clone(), retval, weight: total.as_f64().unwrap_or(f64::NAN) })
    }

    /// update, when the new choices are the old ones with some overwritten.
    fn ratio(&self, cx: &mut Cx, run: &Request<'_>, choices: &ChoiceMap) -> Result<ToldRun> {
        let old = run.old().map(|old| old.choices()).unwrap_or_default();
        if choices.leaves().iter().any(|(path, _)| old.as_trie().at(path).is_none_or(Trie::is_empty)) {
            return Err(self.underived("update", "the constraints name an address that the old run does not have"));
        }
        let assessed = self.assessed(cx, run, choices);
        let Assessed { total, retval, .. } = assessed
            .map_err(|e| self.unassessed(e, "update", "the old choices with the new constraints do not make a run"))?;
        let mut weight = Weight::default();
        weight.change(total.as_f64().unwrap_or(f64::NAN), run.old().map_or(0.0, |old| old.score));
        Ok(ToldRun { choices: choices.clone(), retval, weight: weight.total() })
    }
}

/// How much of the old choices is to be drawn again.
fn extent(goal: &Goal, old: &ChoiceMap) -> Extent {
    if goal.kind() != GoalKind::Redraw {
        return Extent::None;
    }
    let leaves = old.leaves();
    match leaves.iter().filter(|(path, _)| goal.selects(path)).count() {
        all if all == leaves.len() => Extent::All,
        0 => Extent::None,
        _ => Extent::Some,
    }
}

//! One choice: where its value comes from, what it weighs, what it leaves behind.

use super::assess::not_given;
use super::weight::Weight;
use crate::dist::Density;
use crate::error::{Error, Result};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::Origin;

/// What came of a choice.
pub struct Visit {
    pub value: Value,
    /// The log-density.
    pub score: f64,
    /// The log-density as a number to differentiate.
    pub total: Value,
    /// The old value, when it was overwritten.
    pub discard: Option<Value>,
    /// The value was given by data.
    pub observed: bool,
}

/// Decides a choice at `path` below the goal; `old` is what the past run had there, `origin` the site's own.
pub fn visit(
    cx: &mut Cx,
    goal: &Goal,
    path: &[Value],
    old: Option<(&Value, f64)>,
    density: &dyn Density,
    origin: Origin,
    weight: &mut Weight,
) -> Result<Visit> {
    match goal {
        Goal::Assess(choices) => {
            let given = given(choices, path, density)?.ok_or_else(|| not_given(path))?;
            let visit = scored(cx, goal, path, density, given, None)?;
            weight.come(visit.score);
            Ok(visit)
        }
        Goal::Guided(guided) => {
            let value = guided.guide.choose(cx, &guided.full(path), density)?;
            let visit = scored(cx, goal, path, density, value, None)?;
            weight.come(visit.score);
            Ok(visit)
        }
        Goal::Follow { choices, plan } => {
            if let Some((value, log_jacobian)) = plan.place(cx, path, density, choices)? {
                let visit = scored(cx, goal, path, density, value, None)?;
                plan.take_free(path, visit.total.clone(), log_jacobian);
                weight.come(visit.score);
                return Ok(visit);
            }
            let given = given(choices, path, density)?.ok_or_else(|| not_given(path))?;
            let mut visit = scored(cx, goal, path, density, given.clone(), None)?;
            plan.take(cx, path, density, &mut visit, given)?;
            weight.come(visit.score);
            Ok(visit)
        }
        Goal::Constrain { choices, observe } => match (given(choices, path, density)?, old) {
            (Some(value), old) => {
                let visit = scored(cx, goal, path, density, value, old.map(|(value, _)| value.clone()))?;
                match old {
                    Some((_, old)) => weight.change(visit.score, old),
                    None => weight.come(visit.score),
                }
                Ok(Visit { observed: *observe, ..visit })
            }
            (None, Some((value, old))) => keep(cx, goal, path, density, value, old, weight),
            (None, None) => draw(cx, goal, path, density, None, origin, None),
        },
        Goal::Redraw { selection, given: values } => match old {
            Some((value, old)) if !selection.contains(path) => keep(cx, goal, path, density, value, old, weight),
            old => {
                let value = given(values, path, density)?;
                draw(cx, goal, path, density, value, origin, old.map(|(value, _)| value.clone()))
            }
        },
    }
}

/// A value for the choice, as the density has it.
fn given(choices: &ChoiceMap, path: &[Value], density: &dyn Density) -> Result<Option<Value>> {
    match choices.value_at(path)? {
        Some(value) => density.check_value(&value).map(Some),
        None => Ok(None),
    }
}

/// The old value stays; ℓ in the new context against ℓ in the old one.
fn keep(
    cx: &mut Cx,
    goal: &Goal,
    path: &[Value],
    density: &dyn Density,
    value: &Value,
    old: f64,
    weight: &mut Weight,
) -> Result<Visit> {
    let visit = scored(cx, goal, path, density, value.clone(), None)?;
    weight.change(visit.score, old);
    Ok(visit)
}

/// A draw, or the value that the way back gives in its place; it weighs nothing.
fn draw(
    cx: &mut Cx,
    goal: &Goal,
    path: &[Value],
    density: &dyn Density,
    value: Option<Value>,
    origin: Origin,
    discard: Option<Value>,
) -> Result<Visit> {
    let value = match value {
        Some(value) => value,
        None => density.sample(cx, &mut origin.below(path).draws())?,
    };
    scored(cx, goal, path, density, value, discard)
}

fn scored(
    cx: &mut Cx,
    goal: &Goal,
    path: &[Value],
    density: &dyn Density,
    value: Value,
    discard: Option<Value>,
) -> Result<Visit> {
    let total = density.score(cx, &value)?;
    let score = match &total {
        Value::Float(score) => score.get(),
        other => differentiated(goal, other, path)?,
    };
    if score.is_nan() {
        return Err(not_a_number(path, &value));
    }
    Ok(Visit { value, score, total, discard, observed: false })
}

/// Only assess is a function that can be differentiated; the others draw or keep.
#[cold]
fn differentiated(goal: &Goal, score: &Value, path: &[Value]) -> Result<f64> {
    let plain = crate::eval::gradient::plain(score)?;
    match plain.as_f64() {
        Some(x) if goal.is_assess() => Ok(x),
        _ => Err(Error::new(
            "gen::no-gradient",
            format!(
                "the choice at `{}` depends on what a gradient is taken of, and this operation has none",
                show(path)
            ),
        )
        .help("differentiate `(:weight (assess model args choices))`, or use `choice-gradients`")),
    }
}

#[cold]
fn not_a_number(path: &[Value], value: &Value) -> Box<Error> {
    let message = format!("the log-density at `{}` is not a number for the value `{}`", show(path), brief(value));
    Error::new("gen::nan", message).help("print the distribution's parameters: one of them went wrong")
}

//! One choice: where its value comes from, what it weighs, what it leaves behind.

use super::assess::not_given;
use super::elements;
use super::weight::Weight;
use crate::distributions::{Density, measured};
use crate::error::{Code, Error, Result};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::data::{self, has_elements};
use crate::gfi::goal::{Goal, Intent};
use crate::gfi::interface::Origin;
use crate::gfi::past::Past;
use crate::gfi::reading;
use crate::gfi::selection::Share;
use crate::gfi::trace::{Chosen, Record};
use crate::gfi::trie::Trie;

/// What came of a choice.
pub struct Visit {
    pub value: Value,
    /// The log-density.
    pub score: f64,
    /// Of how many numbers that is one: 0 of a probability.
    pub dimension: u32,
    /// The same of those of its elements that are given, where not all are.
    pub of_given: Option<u32>,
    /// The log-density as a number to differentiate.
    pub total: Value,
    /// The old value, when it was overwritten.
    pub discard: Option<Value>,
    /// What was given by data: a leaf, or a tree of the elements that were.
    pub observed: Trie<()>,
}

impl Visit {
    pub fn chosen(&self) -> Chosen<'_> {
        Chosen { value: &self.value, score: self.score, dimension: self.dimension }
    }

    pub fn record(&self) -> Record {
        Record::choice(self.value.clone(), self.score, self.dimension)
    }
}

/// What is given for a choice.
pub enum Given {
    Nothing,
    Whole(Value),
    /// Some of its elements.
    Elements(ChoiceMap),
}

/// Decides a choice at `path` below the goal; `past` is the old run, `origin` the site's own.
pub fn visit(
    cx: &mut Cx,
    goal: &Goal,
    path: &[Value],
    past: &Past,
    density: &dyn Density,
    origin: Origin,
    weight: &mut Weight,
) -> Result<Visit> {
    let old = past.choice(path);
    let apart = |cx: &mut Cx, given: &ChoiceMap, weight: &mut Weight| {
        let old = elements::Old { path, choice: old, past, observed: None };
        let draws = || origin.below(path).draws();
        elements::visit(cx, goal, old, density, &draws, given, weight)
    };
    match goal {
        Goal::Assess(choices) => {
            let given = match given(choices, path, density)? {
                Given::Whole(given) => given,
                Given::Elements(given) => return apart(cx, &given, weight),
                Given::Nothing => return Err(not_given(path)),
            };
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
            let Given::Whole(given) = given(choices, path, density)? else { return Err(not_given(path)) };
            let mut visit = scored(cx, goal, path, density, given.clone(), None)?;
            plan.take(cx, path, density, &mut visit, given)?;
            weight.come(visit.score);
            Ok(visit)
        }
        Goal::Constrain { choices, intent } => match (given(choices, path, density)?, old) {
            (given, _) if *intent == Intent::Walk && !is_dense(density, &given) => Err(has_masses(path)),
            (Given::Elements(given), _) => apart(cx, &given, weight),
            (Given::Whole(value), old) => {
                let visit = scored(cx, goal, path, density, value, old.map(|old| old.value.clone()))?;
                match old {
                    Some(old) => weight.change(visit.score, old.score),
                    None => weight.come(visit.score),
                }
                Ok(Visit { observed: if *intent == Intent::Observe { Trie::Leaf(()) } else { Trie::Empty }, ..visit })
            }
            (Given::Nothing, Some(old)) => keep(cx, goal, path, density, old, weight),
            (Given::Nothing, None) => draw(cx, goal, path, density, None, origin, None),
        },
        Goal::Redraw { selection, given: values, loose } => {
            if let (Some(old), Share::Some) = (old, selection.share(path))
                && has_elements(old.value)
            {
                return apart(cx, &ChoiceMap(values.given_at(path)?), weight);
            }
            if let Some(old) = old.filter(|_| !selection.contains(path)) {
                let before = *weight;
                let kept = keep(cx, goal, path, density, old, weight)?;
                if kept.score > f64::NEG_INFINITY || loose.share(path) == Share::None {
                    return Ok(kept);
                }
                *weight = before;
                if loose.share(path) == Share::Some {
                    return apart(cx, &ChoiceMap(values.given_at(path)?), weight);
                }
            }
            let value = match given(values, path, density)? {
                Given::Elements(given) => return apart(cx, &given, weight),
                Given::Whole(value) => Some(value),
                Given::Nothing => None,
            };
            draw(cx, goal, path, density, value, origin, old.map(|old| old.value.clone()))
        }
    }
}

/// Has a choice, or what is given of it, nothing but densities?
fn is_dense(density: &dyn Density, given: &Given) -> bool {
    match given {
        _ if density.continuous() => true,
        Given::Nothing => true,
        Given::Whole(_) => false,
        Given::Elements(given) => given.0.leaves().iter().all(|(below, _)| density.is_dense_at(below)),
    }
}

#[cold]
fn has_masses(path: &[Value]) -> Box<Error> {
    let message = format!(
        "`{}` has values with a probability of their own, to which a move along densities never comes back",
        show(path)
    );
    Error::new(Code::NoGradient, message).help("draw it by an `mh-kernel`, which goes to such values and comes back")
}

/// What is given for the choice, a value as the density has it.
pub fn given(choices: &ChoiceMap, path: &[Value], density: &dyn Density) -> Result<Given> {
    if choices.0.is_empty() {
        return Ok(Given::Nothing);
    }
    let found = choices.given_at(path)?;
    Ok(match &found {
        Trie::Empty | Trie::Leaf(Value::Nil) => Given::Nothing,
        Trie::Leaf(value) if reading::is_partial(value) => Given::Elements(ChoiceMap(found)),
        Trie::Leaf(value) => Given::Whole(density.check_value(value)?),
        // Children are the value spelled out, or some of its elements.
        Trie::Branch(_) => match density.check_value(&data::whole(&found)?) {
            Ok(value) => Given::Whole(value),
            Err(_) => Given::Elements(ChoiceMap(found)),
        },
    })
}

/// The old value stays; ℓ in the new context against ℓ in the old one.
pub fn keep(
    cx: &mut Cx,
    goal: &Goal,
    path: &[Value],
    density: &dyn Density,
    old: Chosen<'_>,
    weight: &mut Weight,
) -> Result<Visit> {
    // Another distribution may have the same elements in another collection.
    let value = match has_elements(old.value) {
        true => density.check_value(old.value).unwrap_or_else(|_| old.value.clone()),
        false => old.value.clone(),
    };
    let visit = scored(cx, goal, path, density, value, None)?;
    weight.keep(&visit, old);
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

pub fn scored(
    cx: &mut Cx,
    goal: &Goal,
    path: &[Value],
    density: &dyn Density,
    value: Value,
    discard: Option<Value>,
) -> Result<Visit> {
    let (total, dimension) = measured(cx, density, &value)?;
    let score = match &total {
        Value::Float(score) => score.get(),
        other => differentiated(goal, other, path)?,
    };
    if score.is_nan() {
        return Err(not_a_number(path, &value));
    }
    Ok(Visit { value, score, dimension: dimension as u32, of_given: None, total, discard, observed: Trie::Empty })
}

/// Only assess is a function that can be differentiated; the others draw or keep.
#[cold]
fn differentiated(goal: &Goal, score: &Value, path: &[Value]) -> Result<f64> {
    let plain = crate::eval::gradient::plain(score)?;
    match plain.as_f64() {
        Some(x) if goal.is_assess() => Ok(x),
        _ => Err(Error::new(
            Code::NoGradient,
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
    Error::new(Code::Nan, message).help("print the distribution's parameters: one of them went wrong")
}

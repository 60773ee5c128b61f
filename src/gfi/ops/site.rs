//! One choice: where its value comes from, what it weighs, what it leaves behind.

use super::assess::not_given;
use super::elements;
use super::weight::Weight;
use crate::distributions::{Density, measured};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::data::{self, has_elements};
use crate::gfi::decision::{Decision, ValueFrom, decide};
use crate::gfi::goal::{Goal, Intent};
use crate::gfi::past::Past;
use crate::gfi::reading;
use crate::gfi::request::Origin;
use crate::gfi::selection::Share;
use crate::gfi::trace::{Chosen, Record};
use crate::gfi::trie::Trie;

/// What came of a choice.
pub struct ScoredChoice {
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

impl ScoredChoice {
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

/// What becomes of a choice at `path` below the goal; `past` is the old run, `origin` the site's own.
pub fn visit(
    cx: &mut Cx,
    goal: &Goal,
    path: &[Value],
    past: &Past,
    density: &dyn Density,
    origin: Origin,
    weight: &mut Weight,
) -> Result<ScoredChoice> {
    match goal {
        Goal::Guided(guided) => {
            let full = guided.full(path);
            let value = guided.guide.choose(cx, &full, density)?;
            let decision = (decide(goal.kind(), true, false, false), None);
            let mut visit = finish(cx, goal, path, density, value, decision, weight)?;
            guided.guide.scored(cx, &full, density, &mut visit.value, &mut visit.total)?;
            Ok(visit)
        }
        Goal::Assess(choices) | Goal::Constrain { choices, .. } | Goal::Redraw { given: choices, .. } => {
            RunSite { goal, choices, path, past, density, origin }.visit(cx, weight)
        }
    }
}

/// A choice that is decided by what is given, what the old run had, and what is selected.
struct RunSite<'a> {
    goal: &'a Goal,
    choices: &'a ChoiceMap,
    path: &'a [Value],
    past: &'a Past,
    density: &'a dyn Density,
    origin: Origin,
}

impl RunSite<'_> {
    fn visit(&self, cx: &mut Cx, weight: &mut Weight) -> Result<ScoredChoice> {
        let RunSite { goal, path, .. } = *self;
        let old = self.past.choice(path);
        let share = goal.share(path);
        if share == Share::Some && old.is_some_and(|old| has_elements(old.value)) {
            return self.in_elements(cx, &ChoiceMap::of(self.choices.given_at(path)?), weight);
        }
        let (kind, selected) = (goal.kind(), share == Share::All || share == Share::Some && goal.selects(path));
        // What would be given to a choice that stays is nobody's business.
        if decide(kind, true, old.is_some(), selected).from != ValueFrom::Old {
            return self.decided(cx, old, selected, weight);
        }
        let before = *weight;
        let kept = self.execute(cx, decide(kind, false, true, selected), None, old, weight)?;
        let Goal::Redraw { loose, .. } = goal else { return Ok(kept) };
        if kept.score > f64::NEG_INFINITY {
            return Ok(kept);
        }
        // It is impossible now, and may be drawn as if it were selected.
        let share = loose.share(path);
        if share == Share::None {
            return Ok(kept);
        }
        *weight = before;
        match share {
            Share::Some => self.in_elements(cx, &ChoiceMap::of(self.choices.given_at(path)?), weight),
            _ => self.decided(cx, old, true, weight),
        }
    }

    #[inline]
    fn decided(
        &self,
        cx: &mut Cx,
        old: Option<Chosen<'_>>,
        selected: bool,
        weight: &mut Weight,
    ) -> Result<ScoredChoice> {
        let RunSite { goal, path, density, .. } = *self;
        let given = given_choice(self.choices, path, density)?;
        if matches!(goal, Goal::Constrain { intent: Intent::Walk, .. }) && !is_dense(density, &given) {
            return Err(has_masses(path));
        }
        let given = match given {
            Given::Elements(given) => return self.in_elements(cx, &given, weight),
            Given::Whole(value) => Some(value),
            Given::Nothing => None,
        };
        let decision = decide(goal.kind(), given.is_some(), old.is_some(), selected);
        self.execute(cx, decision, given, old, weight)
    }

    #[inline(always)]
    fn execute(
        &self,
        cx: &mut Cx,
        decision: Decision,
        given: Option<Value>,
        old: Option<Chosen<'_>>,
        weight: &mut Weight,
    ) -> Result<ScoredChoice> {
        let RunSite { goal, path, density, origin, .. } = *self;
        let value = match (decision.from, given, old) {
            (ValueFrom::Given, Some(value), _) => value,
            (ValueFrom::Old, _, Some(old)) => kept(density, old.value),
            (ValueFrom::Prior, ..) => density.sample(cx, &mut origin.below(path).draws())?,
            _ => return Err(not_given(path)),
        };
        finish(cx, goal, path, density, value, (decision, old), weight)
    }

    /// Elements are decided one by one.
    fn in_elements(&self, cx: &mut Cx, given: &ChoiceMap, weight: &mut Weight) -> Result<ScoredChoice> {
        let RunSite { goal, path, past, density, origin, .. } = *self;
        let old = elements::OldChoice { path, choice: past.choice(path), past, observed: None };
        elements::visit(cx, goal, old, density, &|| origin.below(path).draws(), given, weight)
    }
}

/// The visit of a choice whose value is there, as it was decided.
#[inline(always)]
pub fn finish(
    cx: &mut Cx,
    goal: &Goal,
    path: &[Value],
    density: &dyn Density,
    value: Value,
    (decision, old): (Decision, Option<Chosen<'_>>),
    weight: &mut Weight,
) -> Result<ScoredChoice> {
    let discard = old.filter(|_| decision.discarded).map(|old| old.value.clone());
    let mut visit = scored(cx, goal, path, density, value, discard)?;
    weight.count(decision.counts, &visit, old);
    if decision.data {
        visit.observed = Trie::Leaf(());
    }
    Ok(visit)
}

/// An old value as the distribution has it: another one may have the same elements in another collection.
pub fn kept(density: &dyn Density, old: &Value) -> Value {
    match has_elements(old) {
        true => density.check_value(old).unwrap_or_else(|_| old.clone()),
        false => old.clone(),
    }
}

/// Has a choice, or what is given of it, nothing but densities?
fn is_dense(density: &dyn Density, given: &Given) -> bool {
    match given {
        _ if density.continuous() => true,
        Given::Nothing => true,
        Given::Whole(_) => false,
        Given::Elements(given) => given.leaves().iter().all(|(below, _)| density.is_dense_at(below)),
    }
}

#[cold]
fn has_masses(path: &[Value]) -> Stop {
    let message = format!(
        "`{}` has values with a probability of their own, to which a move along densities never comes back",
        show(path)
    );
    Error::raise(Code::NoGradient, message).help("draw it by an `mh-kernel`, which goes to such values and comes back")
}

/// What is given for the choice, a value as the density has it.
pub fn given_choice(choices: &ChoiceMap, path: &[Value], density: &dyn Density) -> Result<Given> {
    if choices.as_trie().is_empty() {
        return Ok(Given::Nothing);
    }
    let found = choices.given_at(path)?;
    Ok(match &found {
        Trie::Empty | Trie::Leaf(Value::Nil) => Given::Nothing,
        Trie::Leaf(value) if reading::is_partial(value) => Given::Elements(ChoiceMap::of(found)),
        Trie::Leaf(value) => Given::Whole(density.check_value(value)?),
        // Children are the value spelled out, or some of its elements.
        Trie::Branch(_) => match density.check_value(&data::whole(&found)?) {
            Ok(value) => Given::Whole(value),
            Err(_) => Given::Elements(ChoiceMap::of(found)),
        },
    })
}

#[inline]
pub fn scored(
    cx: &mut Cx,
    goal: &Goal,
    path: &[Value],
    density: &dyn Density,
    value: Value,
    discard: Option<Value>,
) -> Result<ScoredChoice> {
    let (total, dimension) = measured(cx, density, &value)?;
    let score = match &total {
        Value::Float(score) => score.get(),
        other => differentiated(goal, other, path)?,
    };
    if score.is_nan() {
        return Err(not_a_number(path, &value));
    }
    Ok(ScoredChoice {
        value,
        score,
        dimension: dimension as u32,
        of_given: None,
        total,
        discard,
        observed: Trie::Empty,
    })
}

/// Only assess is a function that can be differentiated; the others draw or keep.
#[cold]
fn differentiated(goal: &Goal, score: &Value, path: &[Value]) -> Result<f64> {
    let plain = crate::eval::gradient::plain(score)?;
    match plain.as_f64() {
        Some(x) if goal.is_assess() => Ok(x),
        _ => Err(Error::raise(
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
fn not_a_number(path: &[Value], value: &Value) -> Stop {
    let message = format!("the log-density at `{}` is not a number for the value `{}`", show(path), brief(value));
    Error::raise(Code::Nan, message).help("print the distribution's parameters: one of them went wrong")
}

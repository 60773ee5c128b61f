//! What a run is for: where the value of each choice comes from, and what counts in the weight.

use super::address::show;
use super::choicemap::ChoiceMap;
use super::data::{opened, spelled};
use super::decision::{Counting, Decision, GoalKind, decide, vanished};
use super::follow::Plan;
use super::selection::{Selection, Share};
use super::trie::Trie;
use crate::distributions::Density;
use crate::error::Result;
use crate::eval::{Cx, Value};
use std::fmt;
use std::sync::Arc;

/// Somebody who decides the choices of a run one by one.
pub trait Guide: Send + Sync {
    /// The value of the choice at a path.
    fn choose(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Value>;

    /// The same with the constructor of the distribution and its parameters, before it is made of them: for guides whose
    /// values need not be numbers. The density does not count then.
    fn decide(&self, _cx: &mut Cx, _path: &[Value], _what: &Value, _args: &[Value]) -> Result<Option<Value>> {
        Ok(None)
    }

    /// All choices below a path, where a function does not tell its distributions one by one.
    fn below(&self, path: &[Value]) -> Result<ChoiceMap>;
}

/// A guide, seen from one place in the tree of addresses.
#[derive(Clone)]
pub struct Guided {
    pub guide: Arc<dyn Guide>,
    at: Vec<Value>,
    /// The path of a choice of the caller's that stands here.
    not: Option<Vec<Value>>,
}

impl Guided {
    pub fn new(guide: Arc<dyn Guide>) -> Guided {
        Guided { guide, at: Vec::new(), not: None }
    }

    /// The full path of an address here.
    pub fn full(&self, path: &[Value]) -> Vec<Value> {
        [&self.at, path].concat()
    }
}

impl fmt::Debug for Guided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guided at {}", show(&self.at))
    }
}

/// A goal, seen from one place in the tree of addresses. `old` is the choice of the past run at the same address.
#[derive(Clone, Debug)]
pub enum Goal {
    /// assess: every choice is given; weight = Σ ℓ.
    Assess(ChoiceMap),
    /// The same, but each choice is given when its distribution is known.
    Guided(Guided),
    /// The same, of values that were drawn and move with the parameters.
    Follow { choices: ChoiceMap, plan: Plan },
    /// simulate, generate, update: given choices take their values, others keep the old one or are drawn;
    /// weight = Σ ℓ(new) of given and kept − Σ ℓ(old) of all old ones.
    Constrain { choices: ChoiceMap, intent: Intent },
    /// regenerate: selected choices are drawn, others keep the old value; weight = Σ ℓ(new) − ℓ(old) of the kept.
    Redraw {
        selection: Selection,
        /// Values for choices that would be drawn: the way back of a move. They do not change the weight.
        given: ChoiceMap,
        /// Choices that are drawn too where their old values are impossible now.
        loose: Selection,
    },
}

/// What given choices are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Values.
    Set,
    /// Observations.
    Observe,
    /// Values to which a choice is moved along its density: where it has values with a probability of their own too, no
    /// such move would ever come back to them.
    Walk,
}

impl Default for Goal {
    /// Everything from the prior, or kept.
    fn default() -> Goal {
        Goal::Constrain { choices: ChoiceMap::default(), intent: Intent::Set }
    }
}

impl Goal {
    pub fn update(choices: ChoiceMap) -> Goal {
        Goal::Constrain { choices, intent: Intent::Set }
    }

    /// What is given is data.
    pub fn observe(choices: ChoiceMap) -> Goal {
        Goal::Constrain { choices, intent: Intent::Observe }
    }

    /// A choice moved along its density.
    pub fn walk(choices: ChoiceMap) -> Goal {
        Goal::Constrain { choices, intent: Intent::Walk }
    }

    /// The goal below a path of an address.
    pub fn below(&self, path: &[Value]) -> Result<Goal> {
        Ok(match self {
            Goal::Assess(choices) => Goal::Assess(choices.at(path)?),
            Goal::Guided(guided) => {
                let not = guided.not.clone().filter(|_| path.is_empty());
                Goal::Guided(Guided { guide: guided.guide.clone(), at: guided.full(path), not })
            }
            Goal::Follow { choices, plan } => Goal::Follow { choices: choices.at(path)?, plan: plan.below(path) },
            Goal::Constrain { choices, intent } => Goal::Constrain { choices: choices.at(path)?, intent: *intent },
            Goal::Redraw { selection, given, loose } => {
                Goal::Redraw { selection: selection.at(path), given: given.at(path)?, loose: loose.at(path) }
            }
        })
    }

    /// The goal of a call whose choices stand beside one of the caller's own.
    pub fn beside(mut self, own: &[Value]) -> Goal {
        match &mut self {
            Goal::Assess(choices)
            | Goal::Follow { choices, .. }
            | Goal::Constrain { choices, .. }
            | Goal::Redraw { given: choices, .. } => leave_out(choices, own),
            Goal::Guided(guided) => guided.not = Some(own.to_vec()),
        }
        self
    }

    /// True when a run whose arguments did not change stays as it is.
    pub fn is_idle(&self) -> bool {
        match self {
            Goal::Assess(_) | Goal::Guided(_) | Goal::Follow { .. } => false,
            Goal::Constrain { choices, .. } => choices.0.is_empty(),
            Goal::Redraw { selection, .. } => selection.is_none(),
        }
    }

    /// What decisions depend on.
    pub fn kind(&self) -> GoalKind {
        match self {
            Goal::Assess(_) | Goal::Guided(_) | Goal::Follow { .. } => GoalKind::Assess,
            Goal::Constrain { intent, .. } => GoalKind::Constrain { observe: *intent == Intent::Observe },
            Goal::Redraw { .. } => GoalKind::Redraw,
        }
    }

    /// Values that the goal gives.
    pub fn given(&self) -> Option<&ChoiceMap> {
        match self {
            Goal::Assess(choices) | Goal::Follow { choices, .. } | Goal::Constrain { choices, .. } => Some(choices),
            Goal::Redraw { given, .. } => Some(given),
            Goal::Guided(_) => None,
        }
    }

    /// What is to be drawn again.
    pub fn selection(&self) -> Selection {
        match self {
            Goal::Redraw { selection, .. } => selection.clone(),
            _ => Selection::None,
        }
    }

    /// Is the choice at a path to be drawn again?
    pub fn selects(&self, path: &[Value]) -> bool {
        matches!(self, Goal::Redraw { selection, .. } if selection.contains(path))
    }

    /// Are some elements of the choice at a path to be drawn again, and others not?
    pub fn selects_some(&self, path: &[Value]) -> bool {
        matches!(self, Goal::Redraw { selection, .. } if selection.share(path) == Share::Some)
    }

    /// What becomes of the choice at a path that the old run had.
    pub fn decide_old(&self, path: &[Value]) -> Result<Decision> {
        let given = self.given().map(|given| given.value_at(path)).transpose()?.flatten();
        Ok(decide(self.kind(), given.is_some(), true, self.selects(path)))
    }

    /// Does a choice of the old run that the new one has not leave the weight?
    pub fn counts_gone(&self) -> bool {
        vanished(self.kind()) == Counting::Gone
    }

    pub fn is_assess(&self) -> bool {
        matches!(self, Goal::Assess(_) | Goal::Guided(_) | Goal::Follow { .. })
    }

    /// The goal of a function that does not tell its distributions one by one.
    pub fn untold(&self) -> Result<Goal> {
        Ok(match self {
            Goal::Guided(guided) => {
                let mut choices = guided.guide.below(&guided.at)?;
                guided.not.iter().for_each(|own| leave_out(&mut choices, own));
                Goal::Assess(choices)
            }
            Goal::Assess(choices) => Goal::Assess(children(choices)?),
            Goal::Constrain { choices, intent } => Goal::Constrain { choices: children(choices)?, intent: *intent },
            Goal::Redraw { selection, given, loose } => {
                Goal::Redraw { selection: selection.clone(), given: children(given)?, loose: loose.clone() }
            }
            follow => follow.clone(),
        })
    }

    /// The children that the goal may be about, which no other than these; `None` when it may be any.
    pub fn touched(&self) -> Option<Vec<Value>> {
        match self {
            Goal::Assess(_) | Goal::Guided(_) | Goal::Follow { .. } => None,
            Goal::Constrain { choices, .. } => keys(&choices.0),
            Goal::Redraw { selection, .. } => selection.touched(),
        }
    }
}

/// Choices by address: data by its elements, and a value at this very place is none of them.
fn children(choices: &ChoiceMap) -> Result<ChoiceMap> {
    let spelled = spelled(choices)?;
    match spelled.0.leaf() {
        Some(data) => opened(data).map(ChoiceMap),
        None => Ok(spelled),
    }
}

fn leave_out(choices: &mut ChoiceMap, path: &[Value]) {
    if choices.0.at(path).is_some() {
        choices.0.set(path, Trie::Empty);
    }
}

fn keys(choices: &Trie<Value>) -> Option<Vec<Value>> {
    match choices {
        Trie::Empty => Some(Vec::new()),
        Trie::Branch(_) => Some(choices.children().into_iter().map(|(k, _)| k.clone()).collect()),
        Trie::Leaf(_) => None,
    }
}

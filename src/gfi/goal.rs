//! What a run is for: where the value of each choice comes from, and what counts in the weight.

use super::address::show;
use super::choicemap::ChoiceMap;
use super::data::{opened, spelled};
use super::decision::{Counting, Decision, GoalKind, decide, vanished};
use super::selection::{Selection, Share};
use super::trie::Trie;
use crate::distributions::Density;
use crate::error::Result;
use crate::eval::{Cx, Value};
use std::fmt;
use std::sync::Arc;

/// Somebody who says the values of an assessed run one by one, each when its distribution is known, and takes in what
/// came of them. Paths are those from the outermost call.
pub trait Guide: Send + Sync {
    /// The value of a choice before its distribution is made, by the constructor and its parameters: for guides whose
    /// values need not be numbers. The density does not count then.
    fn decide(&self, _cx: &mut Cx, _at: &Guided, _path: &[Value], _what: &Value, _: &[Value]) -> Result<Option<Value>> {
        Ok(None)
    }

    /// The value of the choice at a path.
    fn choose(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Value>;

    /// Takes in a choice that was scored, and may go on with another value and density: those that are differentiated.
    fn scored(
        &self,
        _cx: &mut Cx,
        _path: &[Value],
        _density: &dyn Density,
        _value: &mut Value,
        _total: &mut Value,
    ) -> Result<()> {
        Ok(())
    }

    /// All choices below a path, where a function does not tell its distributions one by one.
    fn below(&self, path: &[Value]) -> Result<ChoiceMap>;

    /// Takes in what such a function told: its name and log-density.
    fn whole(&self, _path: &[Value], _name: &str, _total: &Value) -> Result<()> {
        Ok(())
    }

    /// All choices below a path where they are arrays over several runs.
    fn rows(&self, path: &[Value]) -> Result<ChoiceMap> {
        self.below(path)
    }
}

/// A guide, seen from one place in the tree of addresses.
#[derive(Clone)]
pub struct Guided {
    pub guide: Arc<dyn Guide>,
    at: Vec<Value>,
    /// Paths of choices of the caller's that stand here.
    not: Vec<Vec<Value>>,
}

impl Guided {
    pub fn new(guide: Arc<dyn Guide>) -> Guided {
        Guided { guide, at: Vec::new(), not: Vec::new() }
    }

    /// All choices of several runs that make arrays.
    pub fn rows(&self) -> Result<ChoiceMap> {
        self.guide.rows(&self.at)
    }

    /// Takes in what a function told for a whole call.
    pub fn whole(&self, name: &str, total: &Value) -> Result<()> {
        self.guide.whole(&self.at, name, total)
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
                let not = if path.is_empty() { guided.not.clone() } else { Vec::new() };
                Goal::Guided(Guided { guide: guided.guide.clone(), at: guided.full(path), not })
            }
            Goal::Constrain { choices, intent } => Goal::Constrain { choices: choices.at(path)?, intent: *intent },
            Goal::Redraw { selection, given, loose } => {
                Goal::Redraw { selection: selection.at(path), given: given.at(path)?, loose: loose.at(path) }
            }
        })
    }

    /// The goal of a call whose choices stand beside one of the caller's own.
    pub fn beside(mut self, own: &[Value]) -> Result<Goal> {
        match &mut self {
            Goal::Assess(choices) | Goal::Constrain { choices, .. } | Goal::Redraw { given: choices, .. } => {
                choices.remove(own)?
            }
            Goal::Guided(guided) => guided.not.push(own.to_vec()),
        }
        Ok(self)
    }

    /// True when a run whose arguments did not change stays as it is.
    pub fn is_idle(&self) -> bool {
        match self {
            Goal::Assess(_) | Goal::Guided(_) => false,
            Goal::Constrain { choices, .. } => choices.as_trie().is_empty(),
            Goal::Redraw { selection, .. } => selection.is_none(),
        }
    }

    /// What decisions depend on.
    pub fn kind(&self) -> GoalKind {
        match self {
            Goal::Assess(_) | Goal::Guided(_) => GoalKind::Assess,
            Goal::Constrain { intent, .. } => GoalKind::Constrain { observe: *intent == Intent::Observe },
            Goal::Redraw { .. } => GoalKind::Redraw,
        }
    }

    /// Values that the goal gives.
    pub fn given(&self) -> Option<&ChoiceMap> {
        match self {
            Goal::Assess(choices) | Goal::Constrain { choices, .. } => Some(choices),
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

    /// How much of the choice at a path is to be drawn again, if it has elements.
    pub fn share(&self, path: &[Value]) -> Share {
        match self {
            Goal::Redraw { selection, .. } => selection.share(path),
            _ => Share::None,
        }
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
        matches!(self, Goal::Assess(_) | Goal::Guided(_))
    }

    /// The goal of a function that does not tell its distributions one by one.
    pub fn untold(&self) -> Result<Goal> {
        Ok(match self {
            Goal::Guided(guided) => {
                let mut choices = guided.guide.below(&guided.at)?;
                guided.not.iter().try_for_each(|own| choices.remove(own))?;
                Goal::Assess(choices)
            }
            Goal::Assess(choices) => Goal::Assess(children(choices)?),
            Goal::Constrain { choices, intent } => Goal::Constrain { choices: children(choices)?, intent: *intent },
            Goal::Redraw { selection, given, loose } => {
                Goal::Redraw { selection: selection.clone(), given: children(given)?, loose: loose.clone() }
            }
        })
    }

    /// The children that the goal may be about, which no other than these; `None` when it may be any.
    pub fn touched(&self) -> Option<Vec<Value>> {
        match self {
            Goal::Assess(_) | Goal::Guided(_) => None,
            Goal::Constrain { choices, .. } => keys(choices.as_trie()),
            Goal::Redraw { selection, .. } => selection.touched(),
        }
    }
}

/// Choices by address: data by its elements, and a value at this very place is none of them.
fn children(choices: &ChoiceMap) -> Result<ChoiceMap> {
    let spelled = spelled(choices)?;
    match spelled.as_trie().leaf() {
        Some(data) => opened(data).map(ChoiceMap::of),
        None => Ok(spelled),
    }
}

fn keys(choices: &Trie<Value>) -> Option<Vec<Value>> {
    match choices {
        Trie::Empty => Some(Vec::new()),
        Trie::Branch(_) => Some(choices.children().into_iter().map(|(k, _)| k.clone()).collect()),
        Trie::Leaf(_) => None,
    }
}

//! Assessing a run whose values are functions of the parameters they were drawn with, as gradients of an expectation
//! over a run need it; and what else such gradients ask of single choices.

use super::choicemap::ChoiceMap;
use super::goal::Goal;
use super::interface::{Origin, Outcome, Run, function, run};
use super::ops::assess::not_given;
use super::ops::site::Visit;
use super::past::Past;
use super::trie::Trie;
use crate::distributions::{Density, ValuePair};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use std::sync::{Arc, Mutex};

/// How the gradient passes a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// The value moves with the parameters.
    Path,
    /// The value is held constant.
    Constant,
    /// It is held constant, and all values it could have are told.
    Values,
    /// It is held constant, and pairs of values whose differences make the derivative are told.
    Pairs,
    /// It is held constant, and its unconstrained coordinates are told.
    Coordinates,
    /// Its coordinates are given in its place; the logarithm of their Jacobian is told.
    Free,
}

/// A choice of such a run.
pub struct Followed {
    pub path: Vec<Value>,
    pub passage: Passage,
    /// The log-density, a variable where it depends on parameters.
    pub density: Value,
    /// The value that moves, or all values, or the coordinates, or the logarithm of their Jacobian.
    pub values: Vec<Value>,
    pub pairs: Vec<ValuePair>,
    /// A parameter moves its support.
    pub moves: bool,
}

/// How each choice is passed, and the choices so far.
#[derive(Clone, Debug)]
pub struct Plan {
    prefix: Vec<Value>,
    shared: Arc<Shared>,
}

struct Shared {
    passages: Trie<Passage>,
    others: Passage,
    origin: Origin,
    seen: Mutex<Vec<Followed>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shared({:?})", self.others)
    }
}

impl Plan {
    pub fn below(&self, path: &[Value]) -> Plan {
        Plan { prefix: [&self.prefix, path].concat(), shared: self.shared.clone() }
    }

    /// What a scored choice is to the gradient: its value may become a variable.
    pub fn take(
        &self,
        cx: &mut Cx,
        path: &[Value],
        density: &dyn Density,
        visit: &mut Visit,
        given: Value,
    ) -> Result<()> {
        let path = [&self.prefix, path].concat();
        let (passage, moves) = (self.passage(&path), density.support_moves());
        let mut seen = Followed { passage, density: Value::Nil, values: Vec::new(), pairs: Vec::new(), path, moves };
        match passage {
            Passage::Constant | Passage::Free => {}
            Passage::Coordinates => seen.values = vec![density.transform(cx)?.unconstrain(cx, &given)?],
            Passage::Path => {
                let moving = density.pathwise(cx, &given)?.ok_or_else(|| immovable(&seen.path, density))?;
                seen.values = vec![moving.clone()];
                visit.total = density.score(cx, &moving)?;
                visit.value = moving;
            }
            Passage::Values => {
                seen.values = density.support().values().ok_or_else(|| countless(&seen.path, density))?;
            }
            Passage::Pairs => {
                let mut draws = self.shared.origin.below(&seen.path).draws();
                seen.pairs = density.pairs(&mut draws).ok_or_else(|| unpaired(&seen.path, density))?;
            }
        }
        seen.density = visit.total.clone();
        self.push(seen);
        Ok(())
    }

    /// The value at given coordinates, and the logarithm of their Jacobian; `None` where a choice is given itself.
    pub fn place(
        &self,
        cx: &mut Cx,
        path: &[Value],
        density: &dyn Density,
        choices: &ChoiceMap,
    ) -> Result<Option<(Value, Value)>> {
        let full = [&self.prefix, path].concat();
        if self.passage(&full) != Passage::Free {
            return Ok(None);
        }
        let coordinates = choices.value_at(path)?.ok_or_else(|| not_given(path))?;
        density.transform(cx)?.constrain(cx, &Value::Nil, &coordinates).map(Some)
    }

    /// Takes in a choice at given coordinates.
    pub fn take_free(&self, path: &[Value], density: Value, log_jacobian: Value) {
        let path = [&self.prefix, path].concat();
        self.push(Followed {
            path,
            passage: Passage::Free,
            density,
            values: vec![log_jacobian],
            pairs: Vec::new(),
            moves: false,
        });
    }

    fn passage(&self, full: &[Value]) -> Passage {
        self.shared.passages.at(full).and_then(Trie::leaf).copied().unwrap_or(self.shared.others)
    }

    /// A call whose choices are not known one by one: they can only be held constant.
    pub fn take_whole(&self, name: &str, total: &Value) -> Result<()> {
        let named = |path: &Trie<Passage>| !path.is_empty();
        if self.shared.others != Passage::Constant || self.shared.passages.at(&self.prefix).is_some_and(named) {
            return Err(Error::raise(
                Code::NoGradient,
                format!("the choices of `{name}`, which is written by hand, do not move"),
            )
            .help("use `:estimator :reinforce`, which holds them constant"));
        }
        let (path, passage, density) = (self.prefix.clone(), Passage::Constant, total.clone());
        self.push(Followed { path, passage, density, values: Vec::new(), pairs: Vec::new(), moves: false });
        Ok(())
    }

    fn push(&self, seen: Followed) {
        self.shared.seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(seen);
    }
}

/// What a run does with its choices: passages by address, and the one of all others.
#[derive(Clone)]
pub struct Passages {
    pub named: Trie<Passage>,
    pub others: Passage,
}

/// Assesses choices, every one of which must be given, passing each on as it is said: its outcome, and the choices in
/// order. `origin` is where pairs are drawn.
pub fn follow(
    cx: &mut Cx,
    this: &Value,
    args: &[Value],
    choices: &ChoiceMap,
    passages: &Passages,
    origin: Origin,
) -> Result<(Outcome, Vec<Followed>)> {
    let args = function("vi", this)?.complete(cx, args)?;
    let Passages { named, others } = passages.clone();
    let shared = Arc::new(Shared { passages: named, others, origin, seen: Mutex::new(Vec::new()) });
    let goal = Goal::Follow { choices: choices.clone(), plan: Plan { prefix: Vec::new(), shared: shared.clone() } };
    let outcome = run(cx, &Run { this, args, goal: &goal, past: &Past::None, diffs: Vec::new(), origin })?;
    let seen = std::mem::take(&mut *shared.seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
    Ok((outcome, seen))
}

#[cold]
fn immovable(path: &[Value], density: &dyn Density) -> Stop {
    let (at, name, key) = (show(path), density.name(), brief(&super::address::to_value(path)));
    Error::raise(
        Code::NoGradient,
        format!("`{at}` is drawn from `{name}`, whose draws are no smooth function of its parameters"),
    )
    .help(match density.continuous() {
        true => {
            format!("let the choice stand still, `:estimator {{{key} :reinforce}}`, or all, `:estimator :reinforce`")
        }
        false => format!(
            "give the choice an estimator of its own, `:estimator {{{key} :enum}}` (or `:mvd`, \
            `:reinforce`), or use `:estimator :reinforce` for all"
        ),
    })
}

#[cold]
fn countless(path: &[Value], density: &dyn Density) -> Stop {
    let message = format!("`{}` is drawn from `{}`, whose values cannot be listed", show(path), density.name());
    Error::raise(Code::NoGradient, message)
        .help("`:enum` is for choices of few values: use `:reparam`, `:mvd` or `:reinforce`")
}

#[cold]
fn unpaired(path: &[Value], density: &dyn Density) -> Stop {
    let message =
        format!("`{}` is drawn from `{}`, for which no measure-valued derivative is known", show(path), density.name());
    Error::raise(Code::NoGradient, message)
        .help("`:mvd` is for single numbers from `normal`, `exponential`, `poisson`, `flip` and `bernoulli`")
}

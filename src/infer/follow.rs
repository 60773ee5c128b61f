//! Assessing a run whose values are functions of the parameters they were drawn with, as gradients of an expectation
//! over a run need it; and what else such gradients ask of single choices.

use crate::distributions::{Density, ValuePair};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::{ChoiceMap, Given, Guide, Origin, Outcome, Trie, given_choice, not_given, run_guided, show, to_value};
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

impl Followed {
    fn of(path: &[Value], passage: Passage, moves: bool) -> Followed {
        let (density, values, pairs) = (Value::Nil, Vec::new(), Vec::new());
        Followed { path: path.to_vec(), passage, density, values, pairs, moves }
    }
}

/// What a run does with its choices: passages by address, and the one of all others.
#[derive(Clone)]
pub struct Passages {
    pub named: Trie<Passage>,
    pub others: Passage,
}

/// The guide of such a run: the choices it is given, how each is passed, and those so far in order.
struct Estimated {
    choices: ChoiceMap,
    passages: Passages,
    /// Where pairs are drawn.
    origin: Origin,
    seen: Mutex<Vec<Followed>>,
}

impl Estimated {
    fn passage(&self, path: &[Value]) -> Passage {
        self.passages.named.at(path).and_then(Trie::leaf).copied().unwrap_or(self.passages.others)
    }

    fn with_seen<R>(&self, f: impl FnOnce(&mut Vec<Followed>) -> R) -> R {
        f(&mut self.seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}

impl Guide for Estimated {
    /// The value given, or the one at given coordinates.
    fn choose(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Value> {
        let passage = self.passage(path);
        let mut seen = Followed::of(path, passage, density.support_moves());
        let value = match passage {
            Passage::Free => {
                let coordinates = self.choices.value_at(path)?.ok_or_else(|| not_given(path))?;
                let (value, log_jacobian) = density.transform(cx)?.constrain(cx, &Value::Nil, &coordinates)?;
                seen.values = vec![log_jacobian];
                value
            }
            _ => match given_choice(&self.choices, path, density)? {
                Given::Whole(value) => value,
                _ => return Err(not_given(path)),
            },
        };
        self.with_seen(|all| all.push(seen));
        Ok(value)
    }

    /// What a choice is to the gradient: its value may become a variable.
    fn scored(
        &self,
        cx: &mut Cx,
        path: &[Value],
        density: &dyn Density,
        value: &mut Value,
        total: &mut Value,
    ) -> Result<()> {
        let (mut values, mut pairs) = (None, Vec::new());
        match self.passage(path) {
            Passage::Constant | Passage::Free => {}
            Passage::Coordinates => values = Some(vec![density.transform(cx)?.unconstrain(cx, value)?]),
            Passage::Path => {
                let moving = density.pathwise(cx, value)?.ok_or_else(|| immovable(path, density))?;
                *total = density.score(cx, &moving)?;
                *value = moving.clone();
                values = Some(vec![moving]);
            }
            Passage::Values => values = Some(density.support().values().ok_or_else(|| countless(path, density))?),
            Passage::Pairs => {
                let mut draws = self.origin.below(path).draws();
                pairs = density.pairs(&mut draws).ok_or_else(|| unpaired(path, density))?;
            }
        }
        self.with_seen(|all| {
            if let Some(seen) = all.last_mut() {
                seen.values = values.unwrap_or(std::mem::take(&mut seen.values));
                (seen.pairs, seen.density) = (pairs, total.clone());
            }
        });
        Ok(())
    }

    fn below(&self, path: &[Value]) -> Result<ChoiceMap> {
        self.choices.at(path)
    }

    /// A call whose choices are not known one by one: they can only be held constant.
    fn whole(&self, path: &[Value], name: &str, total: &Value) -> Result<()> {
        let named = |path: &Trie<Passage>| !path.is_empty();
        if self.passages.others != Passage::Constant || self.passages.named.at(path).is_some_and(named) {
            return Err(Error::raise(
                Code::NoGradient,
                format!("the choices of `{name}`, which is written by hand, do not move"),
            )
            .help("use `:estimator :reinforce`, which holds them constant"));
        }
        let seen = Followed { density: total.clone(), ..Followed::of(path, Passage::Constant, false) };
        self.with_seen(|all| all.push(seen));
        Ok(())
    }

    /// The rows of arrays over runs do not move on their own.
    fn rows(&self, _path: &[Value]) -> Result<ChoiceMap> {
        Err(Error::raise(
            Code::NoGradient,
            "the choices of a `vmap` or a `repeat-gf` are arrays over its runs, which do not move by their gradients",
        )
        .help("use `map-gf`, or array parameters: `(normal (zeros [3]) 1)`"))
    }
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
    let (choices, passages) = (choices.clone(), passages.clone());
    let estimated = Arc::new(Estimated { choices, passages, origin, seen: Mutex::default() });
    let outcome = run_guided(cx, this, args, estimated.clone())?;
    let seen = estimated.with_seen(std::mem::take);
    Ok((outcome, seen))
}

#[cold]
fn immovable(path: &[Value], density: &dyn Density) -> Stop {
    let (at, name, key) = (show(path), density.name(), brief(&to_value(path)));
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

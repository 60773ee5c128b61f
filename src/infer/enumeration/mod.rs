//! Walking through all values of some choices of a model, each combination once.

mod grid;
mod kept;
mod lanes;
mod likely;
mod walk;

pub use grid::Grid;
pub use likely::Enough;

use super::weighed::Weighed;
use crate::error::{Code, Error, Result};
use crate::eval::gradient::holds_var;
use crate::eval::{Cx, Value};
use crate::gfi::{BadPoints, BatchedTrace, ChoiceMap, Trace, Trie};
use crate::tensor::DType;
use lanes::at_once;
use likely::search;
use std::sync::Arc;
pub use walk::{Found, Weighing, same_choices, walk};

/// Which choices are walked through, and where the others have their values from.
pub struct Space {
    pub model: Value,
    pub args: Vec<Value>,
    pub fixed: ChoiceMap,
    pub walked: Walked,
    /// Values to walk through instead of the support.
    pub grid: Grid,
    /// Choices that are not walked through, but solved.
    pub solver: Option<Arc<dyn Solver>>,
    /// The type of numbers of runs that are made at once.
    pub width: DType,
}

/// Decides choices by the parameters of their distributions, which need not be numbers.
pub trait Solver: Send + Sync {
    /// The value of a choice, given by data or not; nothing where it is not the solver's business.
    fn decide(
        &self,
        cx: &mut Cx,
        path: &[Value],
        data: Option<Value>,
        what: &Value,
        args: &[Value],
    ) -> Result<Option<Value>>;
}

pub enum Walked {
    /// Everything that is not fixed: data.
    All,
    /// These choices of a trace, whose other choices are fixed.
    Of(Arc<Trace>, Vec<Vec<Value>>),
}

impl Space {
    /// Some choices of a trace.
    pub fn of(trace: &Arc<Trace>, paths: Vec<Vec<Value>>, grid: Grid) -> Space {
        let mut fixed = Trie::Empty;
        for (path, value, _) in trace.all_choices().into_iter().filter(|(path, _, _)| !paths.contains(path)) {
            fixed.set(&path, Trie::Leaf(value));
        }
        let (model, args) = (trace.function.clone(), trace.args.clone());
        let walked = Walked::Of(trace.clone(), paths);
        Space { model, args, fixed: ChoiceMap::of(fixed), walked, grid, solver: None, width: DType::Float64 }
    }

    /// Where the choices are that are walked through, of a trace.
    pub fn paths(&self) -> &[Vec<Value>] {
        match &self.walked {
            Walked::Of(_, paths) => paths,
            Walked::All => &[],
        }
    }
}

/// One walked choice: its values with what each is worth beside its density, and which of them is in force.
#[derive(Clone)]
pub struct Level {
    pub path: Vec<Value>,
    pub values: Vec<(Value, f64)>,
    /// The values are the whole support, not a grid.
    pub complete: bool,
    at: usize,
}

impl Level {
    pub fn value(&self) -> &Value {
        &self.values[self.at].0
    }
}

/// All combinations: their values, log-densities (with the widths of cells), and runs.
pub struct All {
    pub choices: Vec<ChoiceMap>,
    /// NaN where the run has other choices than the trace that is walked.
    pub log_weights: Weighed,
    pub runs: Runs,
    /// Combinations at which the model raised an error: they are none of these.
    pub bad: BadPoints,
    /// The prior probability of what was left out, where not all was run.
    pub missed: Option<f64>,
}

pub enum Runs {
    Lanes(Box<BatchedTrace>),
    /// None where the run differs.
    Each(Vec<Option<Arc<Trace>>>),
}

/// Runs every combination, all at once where that is possible.
pub fn all(cx: &mut Cx, space: &Arc<Space>) -> Result<All> {
    let (mut choices, mut weights, mut runs, mut lanes) = (Vec::new(), Vec::new(), Vec::new(), None);
    let mut bad = BadPoints::default();
    walk(cx, space, |cx, levels, found| {
        // The first run may speak for all.
        if let (Found::Run(first, weight), true) = (&found, runs.is_empty())
            && !holds_var(&weight.log)
        {
            lanes = at_once(cx, space, levels, first)?;
        }
        let (run, weight) = match found {
            Found::Run(run, weight) => (Some(run), weight),
            Found::Differs => (None, Weighing { log: Value::float(f64::NAN), dimension: 0 }),
            Found::Bad(error) => {
                bad.meet(error);
                return Ok(true);
            }
        };
        choices.push(values_of(levels.iter().map(|level| (level, level.value()))));
        weights.push(weight);
        runs.push(run);
        Ok(lanes.is_none())
    })?;
    Ok(match lanes {
        Some((choices, weights, trace)) => {
            let (log_weights, runs) = (Weighed::plain(weights), Runs::Lanes(Box::new(trace)));
            All { choices, log_weights, runs, bad, missed: None }
        }
        None => All { choices, log_weights: weighed(weights)?, runs: Runs::Each(runs), bad, missed: None },
    })
}

/// The likely combinations that have been run.
#[derive(Default)]
pub struct Likely {
    choices: Vec<ChoiceMap>,
    weights: Vec<Weighing>,
    runs: Vec<Option<Arc<Trace>>>,
    bad: BadPoints,
    missed: f64,
}

impl Likely {
    /// Runs more, until they are enough.
    pub fn search(&mut self, cx: &mut Cx, space: &Arc<Space>, enough: Enough) -> Result<()> {
        let missed = search(cx, space, enough, |levels, found, left| {
            match found {
                Some(Found::Run(run, weight)) => {
                    self.choices.push(values_of(levels.iter().map(|level| (level, level.value()))));
                    self.weights.push(weight);
                    self.runs.push(Some(run));
                }
                Some(Found::Bad(error)) => self.bad.meet(error),
                Some(Found::Differs) | None => {}
            }
            self.missed = left;
        })?;
        self.missed = missed;
        Ok(())
    }

    /// Is a gradient taken of what they weigh?
    pub fn is_tracked(&self) -> bool {
        self.weights.iter().any(|weight| holds_var(&weight.log))
    }

    pub fn all(self) -> Result<All> {
        let Likely { choices, weights, runs, bad, missed } = self;
        Ok(All { choices, log_weights: weighed(weights)?, runs: Runs::Each(runs), bad, missed: Some(missed) })
    }
}

/// The weights of runs, of which those with densities of the fewest numbers count.
pub fn weighed(weights: Vec<Weighing>) -> Result<Weighed> {
    let (logs, dimensions): (Vec<Value>, Vec<usize>) = weights.into_iter().map(|w| (w.log, w.dimension)).unzip();
    let mut numbers =
        Weighed::of(logs)?.ok_or_else(|| Error::raise(Code::Internal, "a log-density that is no number"))?;
    numbers.least_remain(&dimensions);
    Ok(numbers)
}

/// Values of some walked choices.
pub fn values_of<'a>(values: impl Iterator<Item = (&'a Level, &'a Value)>) -> ChoiceMap {
    let mut choices = Trie::Empty;
    values.for_each(|(level, value)| choices.set(&level.path, Trie::Leaf(value.clone())));
    ChoiceMap::of(choices)
}

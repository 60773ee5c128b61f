//! The walk itself: the model runs once for each combination of values, the last choice changing fastest.

use super::kept::WalkSize;
use super::likely::Branching;
use super::{Level, Space, Walked, values_of};
use crate::distributions::{Density, finite_values};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arithmetic::apply;
use crate::eval::gradient::holds_var;
use crate::eval::key::Key;
use crate::eval::node::Op;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::{
    Change, ChoiceMap, Given, Guide, Guided, IMPOSSIBLE, Origin, Outcome, Trace, count, given_choice, has_elements,
    is_bad_point, is_of_run, run_guided, show, update,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What came of one combination.
pub enum Found {
    /// A run, whose density is its score and the widths of the cells: a number, or one to differentiate.
    Run(Arc<Trace>, Weighing),
    /// The run has other choices than the trace whose choices are walked through.
    Differs,
    /// The model raises an error there.
    Bad(Box<Error>),
}

/// What a run weighs.
#[derive(Clone)]
pub struct Weighing {
    /// Its log-density with the widths of cells.
    pub log: Value,
    /// Of how many numbers that is one: of those that stand for a cell it has a probability.
    pub dimension: usize,
}

/// The choices on the way of a run; those beyond `depth` are left from the run before.
#[derive(Default)]
struct RunPath {
    levels: Vec<Level>,
    depth: usize,
    /// The log-density so far, where it is asked for.
    score: f64,
    /// From which value on the next choice branches.
    from: usize,
    branching: Option<Branching>,
}

/// Decides the choices of one run after another.
pub struct Walker {
    space: Arc<Space>,
    way: Mutex<RunPath>,
    /// A run ends at the first choice after its way, which branches there.
    branches: bool,
}

impl Walker {
    pub fn new(space: Arc<Space>) -> Walker {
        Walker { space, way: Mutex::default(), branches: false }
    }

    pub fn branching(space: Arc<Space>) -> Walker {
        Walker { branches: true, ..Walker::new(space) }
    }

    fn way(&self) -> MutexGuard<'_, RunPath> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The way of the next run.
    pub fn start(&self, levels: &[Level], from: usize) {
        *self.way() = RunPath { levels: levels.to_vec(), from, ..RunPath::default() };
    }

    /// Where the run branched, if it did not come to its end.
    pub fn branched(&self) -> Option<Branching> {
        self.way().branching.take()
    }

    /// The run ends here, and goes on with each value of the choice.
    fn branch(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Value> {
        let (score, from, first) = {
            let way = self.way();
            (way.score, way.from, way.branching.is_none())
        };
        // A body that catches the error comes here again.
        if first {
            let branching = Branching::of(cx, &self.space, path, density, from, score)?;
            self.way().branching = Some(branching);
        }
        Err(Error::raise(DIFFERS, format!("the choice at `{}` branches", show(path))))
    }

    /// Adds up the log-density of what was decided, for those that want to know which way is likely.
    fn count(&self, cx: &mut Cx, density: &dyn Density, value: &Value) -> Result<()> {
        if self.branches {
            let log = density.logpdf(cx, value)?;
            self.way().score += log;
        }
        Ok(())
    }
}

/// The code of the error that ends a run with other choices than it should have.
const DIFFERS: Code = Code::OtherChoices;
/// A run with more choices than this is taken to have no end.
const LONGEST: usize = 10_000;
/// So many choices in a run that nests too deeply are the reason of it.
const MANY: usize = 100;

impl Guide for Walker {
    fn choose(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Value> {
        let fixed = match (&self.space.walked, self.space.fixed.value_at(path)?) {
            (Walked::Of(..), fixed) => fixed,
            (Walked::All, _) => match given_choice(&self.space.fixed, path, density)? {
                Given::Whole(value) => Some(value),
                Given::Elements(_) if has_elements(&density.sample(cx, &mut Key::default().site(0, 0))?) => {
                    return Err(elements(path));
                }
                Given::Elements(_) | Given::Nothing => None,
            },
        };
        if let Some(value) = fixed {
            self.count(cx, density, &value)?;
            return Ok(value);
        }
        let known = {
            let mut way = self.way();
            way.depth += 1;
            way.levels.get(way.depth - 1).map(|level| (level.path == path, level.value().clone()))
        };
        match known {
            Some((true, value)) => {
                self.count(cx, density, &value)?;
                return Ok(value);
            }
            Some((false, _)) => return Err(changed(path)),
            None if self.branches => return self.branch(cx, path, density),
            None => {}
        }
        let level = self.space.level(cx, path, density)?;
        let first = level.value().clone();
        let mut way = self.way();
        way.levels.push(level);
        if way.levels.len() > LONGEST {
            return Err(endless(&way.levels));
        }
        Ok(first)
    }

    fn decide(&self, cx: &mut Cx, at: &Guided, path: &[Value], what: &Value, args: &[Value]) -> Result<Option<Value>> {
        match &self.space.solver {
            Some(solver) => {
                let path = at.full(path);
                solver.decide(cx, &path, self.space.fixed.value_at(&path)?, what, args)
            }
            None => Ok(None),
        }
    }

    fn below(&self, path: &[Value]) -> Result<ChoiceMap> {
        self.space.fixed.at(path)
    }
}

impl Space {
    /// The values of a choice, those without density left out.
    pub fn level(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Level> {
        if let Walked::Of(_, paths) = &self.walked
            && !paths.iter().any(|known| known == path)
        {
            return Err(Error::raise(DIFFERS, format!("another choice: `{}`", show(path))));
        }
        let (values, complete) = match self.grid.values(cx, path, density)? {
            Some(values) => (values, false),
            None => match finite_values(cx, density)? {
                Some(values) => {
                    let (possible, others): (Vec<_>, Vec<_>) =
                        values.into_iter().partition(|(_, l)| *l > f64::NEG_INFINITY);
                    for (value, _) in others {
                        if holds_var(&density.score(cx, &value)?) {
                            return Err(at_the_edge(path, &value));
                        }
                    }
                    (possible.into_iter().map(|(value, _)| (value, 0.0)).collect(), true)
                }
                None => return Err(infinite(path, density)),
            },
        };
        match values.is_empty() {
            true => Err(Error::raise(IMPOSSIBLE, format!("no value of the grid at `{}` is possible", show(path)))),
            false => Ok(Level { path: path.to_vec(), values, complete, at: 0 }),
        }
    }
}

#[cold]
fn elements(path: &[Value]) -> Stop {
    Error::raise(
        Code::Elements,
        format!("some elements of `{}` are missing, which is walked through as one", show(path)),
    )
    .help("make a choice of each element: `(trace [:y i] …)`, or use `mh` or `importance`")
}

/// Visits every combination, with the choices on its way.
pub fn walk(
    cx: &mut Cx,
    space: &Arc<Space>,
    mut each: impl FnMut(&mut Cx, &[Level], Found) -> Result<bool>,
) -> Result<()> {
    let walker = Arc::new(Walker::new(space.clone()));
    let mut kept = WalkSize::default();
    loop {
        cx.step()?;
        let run = run_guided(cx, &space.model, &space.args, walker.clone());
        let mut way = std::mem::take(&mut *walker.way());
        way.levels.truncate(way.depth);
        let run = run.map_err(|e| unending(e, &way.levels));
        // A solver's runs are not kept, but what it comes to for each combination.
        let choices = match &run {
            Ok(outcome) if space.solver.is_none() => outcome.trace.choice_count(),
            _ => way.levels.len(),
        };
        kept.add(choices, &way.levels)?;
        if let Some(found) = found(cx, space, &way.levels, run)?
            && !each(cx, &way.levels, found)?
        {
            return Ok(());
        }
        while way.levels.last().is_some_and(|level| level.at + 1 == level.values.len()) {
            way.levels.pop();
        }
        let Some(last) = way.levels.last_mut() else { return Ok(()) };
        last.at += 1;
        *walker.way() = RunPath { depth: 0, ..way };
    }
}

/// What a run came to; nothing where the way there is impossible.
pub fn found(cx: &mut Cx, space: &Space, levels: &[Level], run: Result<Outcome>) -> Result<Option<Found>> {
    let Walked::Of(old, _) = &space.walked else {
        return match run {
            Ok(outcome) => weighed(outcome, levels).map(Some),
            Err(e) if e.is(IMPOSSIBLE) => Ok(None),
            Err(e) if e.is(Code::ChoiceMissing) => Err(untold(e)),
            // What a solver cannot do is no error of the point.
            Err(e) if is_bad_point(&e) && !is_ours(&e) && space.solver.is_none() => Ok(Some(Found::Bad(e.caught()?))),
            Err(e) => Err(e),
        };
    };
    match run {
        Ok(outcome) if same_choices(old, &outcome.trace) => weighed(outcome, levels).map(Some),
        Ok(_) => Ok(Some(Found::Differs)),
        Err(e) if e.is(DIFFERS) => Ok(Some(Found::Differs)),
        Err(e) if !is_of_run(&e) || is_ours(&e) => Err(e),
        Err(e) => {
            // The guided run knows nothing of kept values off their support, nor of choices that a function without
            // distributions of its own makes afresh: the changed run says what is the matter.
            let choices = values_of(levels.iter().map(|level| (level, level.value())));
            match update(cx, old, Change::none(old), &choices, Origin::default()) {
                Ok(_) if !is_bad_point(&e) => Err(e),
                Ok(_) => Ok(Some(Found::Differs)),
                Err(e) if e.is(DIFFERS) => Ok(Some(Found::Differs)),
                Err(cause) if cause.is(IMPOSSIBLE) => Ok(None),
                Err(cause) if is_bad_point(&cause) => Ok(Some(Found::Bad(cause.caught()?))),
                Err(cause) => Err(cause),
            }
        }
    }
}

/// Has a run whose choices are among those of the old one all of them? Equally many are the same, as far as arrays of
/// runs have equally many elements.
pub fn same_choices(old: &Trace, new: &Trace) -> bool {
    let alike = |path: &[Value], value: &Value| {
        !has_elements(value) || old.choice_at(path).is_some_and(|(before, _)| count(before) == count(value))
    };
    new.choice_count() == old.choice_count() && new.all_choices().iter().all(|(path, value, _)| alike(path, value))
}

/// An error about what is walked through: infinite support, or a grid that does not fit.
fn is_ours(error: &Stop) -> bool {
    matches!(error.code(), Some(Code::Support | Code::Option | Code::Changed))
}

fn weighed(outcome: Outcome, levels: &[Level]) -> Result<Found> {
    let widths: f64 = levels.iter().map(|level| level.values[level.at].1).sum();
    let Outcome { mut trace, total, .. } = outcome;
    let cells = levels.iter().filter_map(|level| trace.chosen_at(&level.path));
    let dimension = trace.dimension() - cells.map(|cell| cell.dimension as usize).sum::<usize>();
    if !holds_var(&total) {
        let log = Value::float(trace.score + widths);
        return Ok(Found::Run(trace, Weighing { log, dimension }));
    }
    let log = apply(Op::Add, &total, &Value::float(widths))?;
    Arc::make_mut(&mut trace).total = total;
    Ok(Found::Run(trace, Weighing { log, dimension }))
}

/// A probability of 0 that moves has a derivative, its logarithm has none.
#[cold]
fn at_the_edge(path: &[Value], value: &Value) -> Stop {
    let message =
        format!("`{}` at `{}` has probability 0 here, whose logarithm has no slope", brief(value), show(path));
    Error::raise(Code::NoGradient, message).help("differentiate where each value of the choice is possible")
}

/// Calls that nest too deeply while choices go on are those of a model whose choices have no end.
pub fn unending(error: Stop, levels: &[Level]) -> Stop {
    match error.code() {
        Some(Code::TooDeep) if levels.len() > MANY => endless(levels),
        _ => error,
    }
}

#[cold]
fn endless(levels: &[Level]) -> Stop {
    let last = levels.last().map(|level| level.path.clone()).unwrap_or_default();
    let at = match &last[..] {
        [first, second, .., end] if first == second => format!("[{} {} … {}]", brief(first), brief(second), brief(end)),
        path => show(path),
    };
    let again = match &last[..] {
        [first, second, ..] if first == second => format!(": `{}` comes again and again", brief(first)),
        _ => String::new(),
    };
    let message = format!("the choices have no end{again}; after {} of them the run comes to `{at}`", levels.len());
    Error::raise(Code::Support, message).help(
        "go through the likely runs only, until they have most of the probability: `(enumerate model args \
        observations {:mass 0.999})`, or so many: `{:max-executions 1000}`",
    )
}

/// A function that tells its choices together wants all of them.
#[cold]
fn untold(error: Stop) -> Stop {
    let what = "what `vmap`, `repeat-gf` and custom functions choose is not walked through one by one";
    error
        .coded(Code::Support)
        .within(what)
        .help("write `map-gf` for `vmap`, observe all its choices, or use `importance` or `mh`")
}

#[cold]
pub fn infinite(path: &[Value], density: &dyn Density) -> Stop {
    let (name, at) = (density.name(), show(path));
    let message = match density.continuous() {
        true => format!("`{name}` at `{at}` is continuous: its values cannot be walked through"),
        false => format!("`{name}` at `{at}` is not known to have finitely many values to walk through"),
    };
    Error::raise(Code::Support, message).help(match density.continuous() {
        true => format!(
            "numbers move by `mh`, `nuts` or `slice-kernel`; to sum over a grid of them: `{{:grid {{{at} [0.0 0.5 1.0]}}}}`, an option of `enumerate`"
        ),
        false => format!("give values to try, `{{:values {{{at} [0 1 2]}}}}`, move it by another kernel, or observe it"),
    })
}

#[cold]
fn changed(path: &[Value]) -> Stop {
    Error::raise(Code::Changed, format!("the run came to `{}` where it had another choice before", show(path)))
        .help("the same choices must lead to the same run: does the model read an atom, or draw outside `trace`?")
}

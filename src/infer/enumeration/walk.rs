//! The walk itself: the model runs once for each combination of values, the last choice changing fastest.

use super::{Level, Space, Walked, values_of};
use crate::dist::{Density, finite_values};
use crate::error::{Error, Result};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::ops::site::{Given, given};
use crate::gfi::ops::{self, Change, IMPOSSIBLE};
use crate::gfi::{ChoiceMap, Guide, Origin, Outcome, Trace, has_elements, is_bad_point, show};
use std::sync::{Arc, Mutex, PoisonError};

/// What came of one combination.
pub enum Found {
    /// A run, whose density is its score and the widths of the cells.
    Run(Arc<Trace>, f64),
    /// The run has other choices than the trace whose choices are walked through.
    Differs,
    /// The model raises an error there.
    Bad(Box<Error>),
}

/// The choices on the way of a run; those beyond `depth` are left from the run before.
#[derive(Default)]
struct Way {
    levels: Vec<Level>,
    depth: usize,
}

struct Walker {
    space: Arc<Space>,
    way: Mutex<Way>,
}

/// The code of the error that ends a run with other choices than it should have.
const DIFFERS: &str = "gen::other-choices";
/// More combinations than this are not tried.
const MOST: usize = 1_000_000;

impl Guide for Walker {
    fn choose(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Value> {
        match (&self.space.walked, self.space.fixed.value_at(path)?) {
            (Walked::Of(..), Some(value)) => return Ok(value),
            (Walked::Of(..), None) => {}
            (Walked::All, _) => match given(&self.space.fixed, path, density)? {
                Given::Whole(value) => return Ok(value),
                Given::Elements(_) if has_elements(&density.sample(cx, &mut Key::default().site(0, 0))?) => {
                    return Err(elements(path));
                }
                Given::Elements(_) | Given::Nothing => {}
            },
        }
        let known = {
            let mut way = self.way.lock().unwrap_or_else(PoisonError::into_inner);
            way.depth += 1;
            way.levels.get(way.depth - 1).map(|level| (level.path == path, level.value().clone()))
        };
        match known {
            Some((true, value)) => return Ok(value),
            Some((false, _)) => return Err(changed(path)),
            None => {}
        }
        let level = self.space.level(cx, path, density)?;
        let first = level.value().clone();
        self.way.lock().unwrap_or_else(PoisonError::into_inner).levels.push(level);
        Ok(first)
    }

    fn decide(&self, cx: &mut Cx, path: &[Value], what: &Value, args: &[Value]) -> Result<Option<Value>> {
        match &self.space.solver {
            Some(solver) => solver.decide(cx, path, self.space.fixed.value_at(path)?, what, args),
            None => Ok(None),
        }
    }

    fn below(&self, path: &[Value]) -> Result<ChoiceMap> {
        self.space.fixed.at(path)
    }
}

impl Space {
    /// The values of a choice, those without density left out.
    fn level(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Level> {
        if let Walked::Of(_, paths) = &self.walked
            && !paths.iter().any(|known| known == path)
        {
            return Err(Error::new(DIFFERS, format!("another choice: `{}`", show(path))));
        }
        let (values, complete) = match self.grid.values(cx, path, density)? {
            Some(values) => (values, false),
            None => match finite_values(cx, density)? {
                Some(values) => {
                    let possible = values.into_iter().filter(|(_, l)| *l > f64::NEG_INFINITY);
                    (possible.map(|(value, _)| (value, 0.0)).collect(), true)
                }
                None => return Err(infinite(path, density)),
            },
        };
        match values.is_empty() {
            true => Err(Error::new(IMPOSSIBLE, format!("no value of the grid at `{}` is possible", show(path)))),
            false => Ok(Level { path: path.to_vec(), values, complete, at: 0 }),
        }
    }
}

#[cold]
fn elements(path: &[Value]) -> Box<Error> {
    Error::new(
        "gen::elements",
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
    let walker = Arc::new(Walker { space: space.clone(), way: Mutex::default() });
    for _ in 0..MOST {
        cx.step()?;
        let run = ops::guide(cx, &space.model, &space.args, walker.clone());
        let mut way = std::mem::take(&mut *walker.way.lock().unwrap_or_else(PoisonError::into_inner));
        way.levels.truncate(way.depth);
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
        *walker.way.lock().unwrap_or_else(PoisonError::into_inner) = Way { depth: 0, ..way };
    }
    Err(Error::new("gen::too-large", format!("more than {MOST} combinations of values"))
        .help("observe some of the choices, or sample: `(mh model args observations)`"))
}

/// What a run came to; nothing where the way there is impossible.
fn found(cx: &mut Cx, space: &Space, levels: &[Level], run: Result<Outcome>) -> Result<Option<Found>> {
    let Walked::Of(old, _) = &space.walked else {
        return match run {
            Ok(outcome) => Ok(Some(weighed(outcome.trace, levels))),
            Err(e) if e.code == IMPOSSIBLE => Ok(None),
            Err(e) => Err(e),
        };
    };
    match run {
        // Each is one of the old choices, so that equally many are the same.
        Ok(outcome) if outcome.trace.choice_count() == old.choice_count() => Ok(Some(weighed(outcome.trace, levels))),
        Ok(_) => Ok(Some(Found::Differs)),
        Err(e) if e.code == DIFFERS => Ok(Some(Found::Differs)),
        Err(e) if !is_bad_point(&e) || is_ours(&e) => Err(e),
        Err(_) => {
            // The guided run knows nothing of kept values off their support, nor of choices that a function without
            // distributions of its own makes afresh: the changed run says what is the matter.
            let choices = values_of(levels.iter().map(|level| (level, level.value())));
            match ops::update(cx, old, Change::none(old), &choices, Origin::default()) {
                Ok(_) => Ok(Some(Found::Differs)),
                Err(e) if e.code == DIFFERS => Ok(Some(Found::Differs)),
                Err(cause) if cause.code == IMPOSSIBLE => Ok(None),
                Err(cause) if is_bad_point(&cause) => Ok(Some(Found::Bad(cause))),
                Err(cause) => Err(cause),
            }
        }
    }
}

/// An error about what is walked through: infinite support, or a grid that does not fit.
fn is_ours(error: &Error) -> bool {
    matches!(error.code, "gen::support" | "gen::option" | "gen::changed")
}

fn weighed(trace: Arc<Trace>, levels: &[Level]) -> Found {
    let widths: f64 = levels.iter().map(|level| level.values[level.at].1).sum();
    let weight = trace.score + widths;
    Found::Run(trace, weight)
}

#[cold]
fn infinite(path: &[Value], density: &dyn Density) -> Box<Error> {
    let (name, at) = (density.name(), show(path));
    let message = match density.continuous() {
        true => format!("`{name}` at `{at}` is continuous: its values cannot be walked through"),
        false => format!("`{name}` at `{at}` is not known to have finitely many values to walk through"),
    };
    Error::new("gen::support", message)
        .help(format!("give values to try, for example `{{{at} [0 1 2]}}`, move it by another kernel, or observe it"))
}

#[cold]
fn changed(path: &[Value]) -> Box<Error> {
    Error::new("gen::changed", format!("the run came to `{}` where it had another choice before", show(path)))
        .help("the same choices must lead to the same run: does the model read an atom, or draw outside `trace`?")
}

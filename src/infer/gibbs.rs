//! Gibbs sampling of discrete choices: a draw from their conditional distribution, every value of which is scored.

use super::chains::{self, Algorithm, Chain, ChainPlan, Single, Sweep};
use super::chains::{BURN, CALLBACK, CHAINS, SAMPLES, SEED, THIN, THREADS};
use super::conditional::{ReverseDraw, draw, draw_element};
use super::enumeration::Grid;
use super::kernel::{ADDRESS, Kernel, KernelObject, Move};
use super::moves::{latent_of, latent_paths, movable, paths_in};
use super::options::{MOVES, SELECTION, VALUES};
use super::start::{Init, PRIOR_INIT, Problem, with_missing};
use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{Selection, Trace, to_value};
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("gibbs-kernel", "[selection & options]", |cx, args| {
        let options = Options::read("gibbs-kernel", args, 1, GIVEN)?;
        let values = Grid::read(cx, &options, "values")?;
        let selection = Selection::from_value(&args[0]).map_err(|e| e.arg(0))?;
        values.used(&options, "values", |path| selection.contains(path))?;
        Ok(KernelObject::value(Gibbs { selection, values }))
    })
    .options(1, GIVEN),
    Builtin::new("gibbs", "[gf args observations & options]", gibbs).draws().options(3, OPTIONS),
];

const GIVEN: &[OptionRow] = &[VALUES];
const OPTIONS: &[OptionRow] = &[
    SAMPLES,
    BURN,
    THIN,
    CHAINS,
    SELECTION,
    MOVES.or_told("the number of choices that move"),
    VALUES,
    PRIOR_INIT,
    SEED,
    THREADS,
    CALLBACK,
];

/// `(gibbs-kernel selection)`.
struct Gibbs {
    selection: Selection,
    values: Grid,
}

impl Kernel for Gibbs {
    fn name(&self) -> &str {
        "gibbs-kernel"
    }

    fn parts(&self) -> Vec<Value> {
        std::iter::once(self.selection.clone().into_value()).chain(self.values.option("values")).collect()
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let (moves, trace) = movable(cx, Some(&self.selection), trace)?;
        let parts = |trace: &Trace| -> (Vec<_>, Vec<_>) {
            paths_in(&moves, trace).into_iter().partition(|path| trace.choice_at(path).is_some())
        };
        let (whole, apart) = parts(&trace);
        let mut step = match whole.is_empty() && !apart.is_empty() {
            true => Move { accepted: true, ..Move::rejected(&trace, 0.0) },
            false => {
                draw(cx, &trace, whole, &self.values, key, |new| ReverseDraw { paths: parts(new).0, log_ratio: 0.0 })?
            }
        };
        for (i, path) in apart.iter().enumerate() {
            let next = draw_element(cx, &step.trace, path, &self.values, key.fold(10 + i as u64))?;
            step.trace = next.trace;
        }
        Ok(step)
    }
}

/// Draws of one choice, picked at random.
struct AnyOne {
    selection: Option<Selection>,
    values: Grid,
}

impl AnyOne {
    /// Those that may be picked.
    fn paths(&self, trace: &Trace) -> Vec<Vec<Value>> {
        match &self.selection {
            Some(selection) => paths_in(&selection.clone().and(trace.latent()), trace),
            None => latent_paths(trace),
        }
    }
}

impl Single for AnyOne {
    /// One choice of n; of n′ on the way back, where the run then makes so many.
    fn apply(&mut self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let paths = self.paths(trace);
        let u = key.fold(3).site(0, 0).open01();
        let Some(path) = paths.get((u * paths.len() as f64) as usize) else {
            return Ok(Move { accepted: true, ..Move::rejected(trace, 0.0) });
        };
        let moved = match trace.choice_at(path) {
            None => draw_element(cx, trace, path, &self.values, key)?,
            Some(_) => {
                let n = paths.len() as f64;
                let way_back = |new: &Trace| ReverseDraw {
                    paths: vec![path.clone()],
                    log_ratio: (n / self.paths(new).len() as f64).ln(),
                };
                draw(cx, trace, vec![path.clone()], &self.values, key, way_back)?
            }
        };
        Ok(if path.is_empty() { moved } else { moved.with(ADDRESS, to_value(path)) })
    }
}

/// An error of values at an address that the start does not have, nor any of some other starts.
fn made_somewhere(
    cx: &mut Cx,
    options: &Options,
    values: &Grid,
    problem: &Problem,
    init: &Trace,
    key: Key,
) -> Result<()> {
    let mut found = latent_paths(init);
    for i in 0..STARTS {
        if values.paths().all(|path| found.iter().any(|known| known == path)) {
            return Ok(());
        }
        found.extend(latent_paths(&*problem.start(cx, 0, key.fold(i), |_, _, _| Ok(true))?));
    }
    values.used(options, "values", |path| found.iter().any(|known| known == path))
}

/// Starts that are looked at for an address.
const STARTS: u64 = 100;

/// The settings of `gibbs`.
struct Conditionals<'o> {
    options: &'o Options<'o>,
    problem: Problem,
    moves: Option<usize>,
    selection: Option<Selection>,
    values: Grid,
}

impl Algorithm for Conditionals<'_> {
    fn start(&self, cx: &mut Cx, chain: usize, key: Key) -> Result<Box<dyn Chain + '_>> {
        let trace = self.problem.start(cx, chain, key.fold(0), |_, _, _| Ok(true))?;
        made_somewhere(cx, self.options, &self.values, &self.problem, &trace, key.fold(2))?;
        self.selection.iter().try_for_each(|selection| latent_of(selection, &trace).map(|_| ()))?;
        let single = AnyOne { selection: self.selection.clone(), values: self.values.clone() };
        // As many moves to a draw as the start has choices: a number that does not depend on where the chain is.
        let moves = self.moves.unwrap_or(single.paths(&trace).len().max(1));
        Ok(Box::new(Sweep { single, moves, trace, key: key.fold(1) }))
    }

    fn code(&self) -> Vec<Value> {
        self.problem.code()
    }
}

fn gibbs(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("gibbs", args, 3, OPTIONS)?;
    let values = Grid::read(cx, &options, "values")?;
    let selection = options.get("selection").map(Selection::from_value).transpose()?;
    let init = Init::read(cx, &options, Init::Prior)?;
    let problem = Problem::read(cx, "gibbs", args)?.starting(init, selection.clone());
    let plan = ChainPlan::read(cx, "gibbs", &options)?;
    let moves = options.count_given("moves");
    let algorithm = Conditionals { options: &options, problem, moves, selection, values };
    with_missing(chains::run(cx, &algorithm, &plan)?, &algorithm.problem.observations)
}

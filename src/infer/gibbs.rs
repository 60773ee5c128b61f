//! Gibbs sampling of discrete choices: a draw from their conditional distribution, every value of which is scored.

use super::algebra::repeated;
use super::conditional::{WayBack, draw, draw_element};
use super::enumeration::Grid;
use super::kernel::{Kernel, KernelObject, Move};
use super::moves::{latent_paths, movable, paths_in};
use super::run_kernel::{Kept, Schedule, run_chain};
use super::start::{Problem, with_missing};
use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::options::Options;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{Selection, Trace};
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new(
        "gibbs-kernel",
        "[selection & options]",
        "Draws the selected discrete choices again, jointly, from their distribution given all others: every value is scored. Where values lead to other choices being made, it is a Metropolis–Hastings move to one of the other values, drawn uniformly; the stat `:metropolised` says so. Option `:values`, by address, instead of the support.\n(:info ((gibbs-kernel :x) (simulate (gen [] (trace :x (flip 0.5))) []))) ;=> {:accepted true, :log-alpha 0.0, :metropolised false}",
        |cx, args| {
            let options = Options::read("gibbs-kernel", args, 1, VALUES)?;
            let values = Grid::read(cx, &options, "values")?;
            let selection = Selection::from_value(&args[0]).map_err(|e| e.arg(0))?;
            values.used(&options, "values", |path| selection.contains(path))?;
            Ok(KernelObject::value(Gibbs { selection: Some(selection), values }))
        },
    )
    .options(1, VALUES),
    Builtin::new(
        "gibbs",
        "[gf args observations & options]",
        "Posterior traces by Gibbs sampling of discrete choices: each move draws one unobserved choice, picked at random, again from its distribution given all others. `{:traces :chains :accept-rate :stats}`. Options: `:samples` (1000) a chain, `:burn` (1000), `:thin` (1), `:chains` (4), `:values` by address, where a support is not finite.\n(count (:traces (gibbs (gen [] (trace :x (flip 0.5))) [] {} {:samples 5 :chains 2 :burn 0}))) ;=> 10",
        gibbs,
    )
    .state()
    .options(3, OPTIONS),
];

const VALUES: &str = "values|grid";
const OPTIONS: &str = "samples burn|warmup thin chains values|grid";

/// `(gibbs-kernel selection)`; without one a choice picked at random.
struct Gibbs {
    selection: Option<Selection>,
    values: Grid,
}

impl Kernel for Gibbs {
    fn name(&self) -> &str {
        "gibbs-kernel"
    }

    fn parts(&self) -> Vec<Value> {
        let selection = self.selection.clone().unwrap_or(Selection::All).into_value();
        std::iter::once(selection).chain(self.values.option("values")).collect()
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        match &self.selection {
            Some(selection) => {
                let (moves, trace) = movable(cx, Some(selection), trace)?;
                let parts = |trace: &Trace| -> (Vec<_>, Vec<_>) {
                    paths_in(&moves, trace).into_iter().partition(|path| trace.choice_at(path).is_some())
                };
                let (whole, apart) = parts(&trace);
                let mut step = match whole.is_empty() && !apart.is_empty() {
                    true => Move { accepted: true, ..Move::rejected(&trace, 0.0) },
                    false => draw(cx, &trace, whole, &self.values, key, |new| WayBack {
                        paths: parts(new).0,
                        log_ratio: 0.0,
                    })?,
                };
                for (i, path) in apart.iter().enumerate() {
                    let next = draw_element(cx, &step.trace, path, &self.values, key.fold(10 + i as u64))?;
                    step.trace = next.trace;
                }
                Ok(step)
            }
            None => self.any_one(cx, trace, key),
        }
    }
}

impl Gibbs {
    /// One choice of n; of n′ on the way back, where the run then makes so many.
    fn any_one(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let paths = latent_paths(trace);
        let u = key.fold(3).site(0, 0).open01();
        let Some(path) = paths.get((u * paths.len() as f64) as usize) else {
            return Ok(Move { accepted: true, ..Move::rejected(trace, 0.0) });
        };
        if trace.choice_at(path).is_none() {
            return draw_element(cx, trace, path, &self.values, key);
        }
        let n = paths.len() as f64;
        let paths = vec![path.clone()];
        let log_ratio = |new: &Trace| (n / latent_paths(new).len() as f64).ln();
        draw(cx, trace, paths.clone(), &self.values, key, |new| WayBack { paths, log_ratio: log_ratio(new) })
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
        found.extend(latent_paths(&*problem.start(cx, key.fold(i), |_, _, _| Ok(true))?));
    }
    values.used(options, "values", |path| found.iter().any(|known| known == path))
}

/// Starts that are looked at for an address.
const STARTS: u64 = 100;

fn gibbs(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("gibbs", args, 3, OPTIONS)?;
    let schedule = Schedule::read(&options, 1000)?;
    let chains = options.count("chains", 4, 1)?;
    let values = Grid::read(cx, &options, "values")?;
    let problem = Problem::read(cx, "gibbs", args)?;
    let key = cx.next_key("gibbs")?;
    let mut kept = Kept::default();
    for chain in 0..chains {
        let key = key.fold(chain as u64);
        let init = problem.start(cx, key.fold(0), |_, _, _| Ok(true))?;
        made_somewhere(cx, &options, &values, &problem, &init, key.fold(2))?;
        // As many moves to a draw as the start has choices: a number that does not depend on where the chain is.
        let moves = latent_paths(&init).len().max(1);
        let sweep = repeated(Arc::new(Gibbs { selection: None, values: values.clone() }), moves);
        run_chain(cx, &sweep, &schedule, init, key.fold(1), &mut kept, |_, _, _| Ok(()))?;
    }
    with_missing(kept.result(chains)?, &problem.observations)
}

//! Metropolis–Hastings by regeneration: draw some choices again, keep the new run with the probability that its weight says.

use super::chains::{self, Algorithm, Chain, ChainPlan, Single, Sweep};
use super::chains::{BURN, CALLBACK, CHAINS, SAMPLES, SEED, THIN, THREADS};
use super::kernel::{ADDRESS, Kernel, KernelObject, Move};
use super::moves::{decide, latent_count, latent_of, latent_paths, movable};
use super::options::{MOVES, SELECTION};
use super::start::{Init, PRIOR_INIT, Problem, with_missing};
use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{
    Change, ChoiceMap, Origin, Outcome, Selection, Trace, Trie, regenerate, regenerate_loosely, to_value,
};
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("mh", "[gf args observations & options]", mh).draws().options(3, OPTIONS),
    Builtin::new("mh-kernel", "[] [selection]", |_, a| {
        let selection = a.first().map(Selection::from_value).transpose()?;
        Ok(KernelObject::value(MhKernel(selection)))
    }),
];

/// `(mh-kernel selection)`; everything unobserved without one.
struct MhKernel(Option<Selection>);

impl Kernel for MhKernel {
    fn name(&self) -> &str {
        "mh-kernel"
    }

    fn parts(&self) -> Vec<Value> {
        self.0.iter().map(|selection| selection.clone().into_value()).collect()
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let (selection, trace) = movable(cx, self.0.as_ref(), trace)?;
        attempt(cx, &trace, &selection, key)
    }
}

/// Draws the selection again and accepts with probability min(1, exp(weight)).
fn attempt(cx: &mut Cx, old: &Arc<Trace>, selection: &Selection, key: Key) -> Result<Move> {
    let origin = Origin::new(key.fold(0));
    let proposed = regenerate(cx, old, Change::none(old), selection, &ChoiceMap::default(), origin);
    decide(old, proposed.map(|new| (new.trace, new.weight.total())), key)
}

/// Draws one unobserved choice again, all equally likely. Where runs differ in their number of choices, the chance of
/// picking the same one on the way back differs, hence the ratio n/n′ (Wingate, Stuhlmüller, Goodman 2011, Algorithm 2).
fn single_site(cx: &mut Cx, old: &Arc<Trace>, sites: &[Vec<Value>], key: Key) -> Result<Move> {
    let u = key.fold(2).site(0, 0).open01();
    let Some(path) = sites.get((u * sites.len() as f64) as usize).or(sites.last()) else {
        return Ok(Move { accepted: true, ..Move::rejected(old, 0.0) });
    };
    // A bare distribution has its one choice at the empty path.
    let selection = if path.is_empty() { Selection::All } else { Selection::of([&to_value(path)])? };
    let origin = Origin::new(key.fold(0));
    let proposed = regenerate_loosely(cx, old, &selection, &ChoiceMap::default(), origin);
    let weighed = proposed.and_then(|new| {
        let ratio = (sites.len() as f64 / latent_count(&new.trace) as f64).ln();
        let log_alpha = new.weight.total() + ratio;
        let back = log_alpha == f64::NEG_INFINITY || leads_back(cx, old, &new, &selection, origin)?;
        Ok((new.trace, if back { log_alpha } else { f64::NEG_INFINITY }))
    });
    let moved = decide(old, weighed, key)?;
    Ok(if path.is_empty() { moved } else { moved.with(ADDRESS, to_value(path)) })
}

/// Does the same move come back from the new run, where choices that were not selected are drawn as well since their old
/// values are impossible there? On the way back they must be so too: another shape or another kind of value is, one off
/// the ends of a support need not be.
fn leads_back(cx: &mut Cx, old: &Arc<Trace>, new: &Outcome, selection: &Selection, origin: Origin) -> Result<bool> {
    let redrawn = |path: &[Value]| !selection.contains(path) && new.trace.choice_at(path).is_some();
    if !new.discard.leaves().iter().any(|(path, _)| redrawn(path)) {
        return Ok(true);
    }
    let back = regenerate_loosely(cx, &new.trace, selection, &old.choices(), origin)?;
    Ok(back.trace.choices().into_value() == old.choices().into_value())
}

const OPTIONS: &[OptionRow] = &[
    SAMPLES,
    BURN,
    THIN,
    CHAINS,
    SELECTION
        .saying("the choices that a move draws together; the others stay as they were first drawn")
        .or_told("one at random"),
    MOVES.or_told("the number of unobserved choices; with `:selection` 1"),
    PRIOR_INIT,
    SEED,
    THREADS,
    CALLBACK,
];

/// The settings of `mh`.
struct Regeneration {
    problem: Problem,
    moves: Option<usize>,
    selection: Option<Selection>,
}

impl Algorithm for Regeneration {
    fn start(&self, cx: &mut Cx, chain: usize, key: Key) -> Result<Box<dyn Chain + '_>> {
        let start = self.problem.start(cx, chain, key.fold(0), |_, _, _| Ok(true))?;
        let trace = element_by_element(&self.problem.observations, start);
        self.selection.iter().try_for_each(|selection| latent_of(selection, &trace).map(|_| ()))?;
        let sites = latent_paths(&trace);
        let usual = if self.selection.is_some() { 1 } else { sites.len().max(1) };
        let single = Regenerated { selection: self.selection.clone(), sites };
        Ok(Box::new(Sweep { single, moves: self.moves.unwrap_or(usual), trace, key: key.fold(1) }))
    }

    fn code(&self) -> Vec<Value> {
        self.problem.code()
    }
}

/// Moves of the selected choices, or of one of those that the run has.
struct Regenerated {
    selection: Option<Selection>,
    sites: Vec<Vec<Value>>,
}

impl Single for Regenerated {
    fn apply(&mut self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        if let Some(selection) = &self.selection {
            return attempt(cx, trace, &selection.clone().and(trace.latent()), key);
        }
        let moved = single_site(cx, trace, &self.sites, key)?;
        if moved.accepted {
            self.sites = latent_paths(&moved.trace);
        }
        Ok(moved)
    }
}

fn mh(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("mh", args, 3, OPTIONS)?;
    let selection = options.get("selection").map(Selection::from_value).transpose()?;
    let init = Init::read(cx, &options, Init::Prior)?;
    let problem = Problem::read(cx, "mh", args)?.starting(init, selection.clone());
    let plan = ChainPlan::read(cx, "mh", &options)?;
    let algorithm = Regeneration { problem, moves: options.count_given("moves"), selection };
    with_missing(chains::run(cx, &algorithm, &plan)?, &algorithm.problem.observations)
}

/// Data that is given by the elements of an array is data of these elements, also in a run that has no others: another may.
fn element_by_element(observations: &ChoiceMap, mut trace: Arc<Trace>) -> Arc<Trace> {
    for (path, ..) in trace.all_choices() {
        if let (Some(given @ Trie::Branch(_)), Some(Trie::Leaf(()))) =
            (observations.as_trie().at(&path), trace.observed.at(&path))
        {
            let mut marks = Trie::Empty;
            given.leaves().iter().for_each(|(below, _)| marks.mark(below));
            Arc::make_mut(&mut trace).observed.set(&path, marks);
        }
    }
    trace
}

//! Metropolis–Hastings by regeneration: draw some choices again, keep the new run with the probability that its weight says.

use super::kernel::{Kernel, KernelObject, Move};
use super::moves::{decide, latent_count, latent_of, latent_paths, movable};
use super::start::{Problem, with_missing};
use super::tally::Tally;
use crate::error::Result;
use crate::eval::collections::Map;
use crate::eval::key::Key;
use crate::eval::options::Options;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::ops::{self, Change};
use crate::gfi::{ChoiceMap, Origin, Outcome, Selection, Trace, Trie, result, show, to_value, trace_value};
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("mh", "[gf args observations & options]", "Posterior traces by Metropolis–Hastings: `{:traces :chains :accept-rate :stats}`, the traces chain after chain. Without `:selection` each move draws one unobserved choice again, with those that cannot stay as they are then, such as arrays of another length, and `:moves` of them make a draw. Options: `:samples` (1000) a chain, `:burn` (1000), `:thin` (1), `:chains` (4), `:selection`, `:moves` (the number of unobserved choices). A move to where the model raises an error is rejected; `:stats` then has `:errors`, how many there were, and `:first-error`, the first message. An error at every start is raised.\n(count (:traces (mh (gen [] (trace :x (flip 0.5))) [] {} {:samples 5 :chains 2 :burn 0}))) ;=> 10", mh).state().options(3, OPTIONS),
    Builtin::new("mh-kernel", "[] [selection]", "A kernel: a function from a trace to `{:trace t :info {:accepted b :log-alpha a}}` that draws the selected choices again, or everything unobserved. A selected observation is a latent choice from then on, as with every kernel. Where the model raises an error at the new point the move is rejected, and the info has the error: `:error`.\n(keys ((mh-kernel) (simulate (gen [] (trace :x (flip 0.5))) []))) ;=> (:trace :info)", |_, a| {
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
    let proposed = ops::regenerate(cx, old, Change::none(old), selection, &ChoiceMap::default(), origin);
    decide(old, proposed.map(|new| (new.trace, new.weight.total())), key)
}

/// Draws one unobserved choice again, all equally likely. Where runs differ in their number of choices, the chance of
/// picking the same one on the way back differs, hence the ratio n/n′ (Wingate, Stuhlmüller, Goodman 2011, Algorithm 2).
fn single_site(cx: &mut Cx, old: &Arc<Trace>, sites: &[Vec<Value>], key: Key) -> Result<(Move, Vec<Value>)> {
    let u = key.fold(2).site(0, 0).open01();
    let Some(path) = sites.get((u * sites.len() as f64) as usize).or(sites.last()) else {
        return Ok((Move { trace: old.clone(), accepted: true, log_alpha: 0.0, stats: Vec::new() }, Vec::new()));
    };
    // A bare distribution has its one choice at the empty path.
    let selection = if path.is_empty() { Selection::All } else { Selection::of([&to_value(path)])? };
    let origin = Origin::new(key.fold(0));
    let proposed = ops::regenerate_loosely(cx, old, &selection, &ChoiceMap::default(), origin);
    let weighed = proposed.and_then(|new| {
        let ratio = (sites.len() as f64 / latent_count(&new.trace) as f64).ln();
        let log_alpha = new.weight.total() + ratio;
        let back = log_alpha == f64::NEG_INFINITY || leads_back(cx, old, &new, &selection, origin)?;
        Ok((new.trace, if back { log_alpha } else { f64::NEG_INFINITY }))
    });
    Ok((decide(old, weighed, key)?, path.clone()))
}

/// Does the same move come back from the new run, where choices that were not selected are drawn as well since their old
/// values are impossible there? On the way back they must be so too: another shape or another kind of value is, one off
/// the ends of a support need not be.
fn leads_back(cx: &mut Cx, old: &Arc<Trace>, new: &Outcome, selection: &Selection, origin: Origin) -> Result<bool> {
    let redrawn = |path: &[Value]| !selection.contains(path) && new.trace.choice_at(path).is_some();
    if !new.discard.leaves().iter().any(|(path, _)| redrawn(path)) {
        return Ok(true);
    }
    let back = ops::regenerate_loosely(cx, &new.trace, selection, &old.choices(), origin)?;
    Ok(back.trace.choices().into_value() == old.choices().into_value())
}

struct Settings {
    samples: usize,
    burn: usize,
    thin: usize,
    chains: usize,
    moves: Option<usize>,
    selection: Option<Selection>,
}

const OPTIONS: &str = "samples burn|warmup thin chains moves selection";

fn settings(args: &[Value]) -> Result<Settings> {
    let options = Options::read("mh", args, 3, OPTIONS)?;
    Ok(Settings {
        samples: options.count("samples", 1000, 1)?,
        burn: options.count("burn", 1000, 0)?,
        thin: options.count("thin", 1, 1)?,
        chains: options.count("chains", 4, 1)?,
        moves: options.get("moves").map(|_| options.count("moves", 1, 1)).transpose()?,
        selection: options.get("selection").map(Selection::from_value).transpose()?,
    })
}

/// Moves tried and accepted by address.
type Rates = std::collections::HashMap<Vec<Value>, (u64, u64)>;

/// What all chains have kept so far.
#[derive(Default)]
struct Kept {
    traces: Vec<Value>,
    rates: Rates,
    tally: Tally,
}

fn chain(cx: &mut Cx, settings: &Settings, init: Arc<Trace>, key: Key, kept: &mut Kept) -> Result<()> {
    let mut trace = init;
    let mut sites = latent_paths(&trace);
    let default_moves = if settings.selection.is_some() { 1 } else { sites.len().max(1) };
    let moves = settings.moves.unwrap_or(default_moves);
    let total = settings.burn + (settings.samples - 1) * settings.thin + 1;
    for i in 0..total {
        for j in 0..moves {
            cx.step()?;
            let key = key.fold((i * moves + j) as u64);
            let (step, path) = match &settings.selection {
                Some(selection) => {
                    let moves = selection.clone().and(trace.latent());
                    (attempt(cx, &trace, &moves, key)?, Vec::new())
                }
                None => single_site(cx, &trace, &sites, key)?,
            };
            kept.tally.add(&step, i >= settings.burn);
            if i >= settings.burn {
                let counts = kept.rates.entry(path).or_default();
                counts.0 += 1;
                counts.1 += u64::from(step.accepted);
            }
            if step.accepted && settings.selection.is_none() {
                sites = latent_paths(&step.trace);
            }
            trace = step.trace;
        }
        if i >= settings.burn && (i - settings.burn).is_multiple_of(settings.thin) {
            kept.traces.push(trace_value(trace.clone()));
        }
    }
    Ok(())
}

fn mh(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let settings = settings(args)?;
    let problem = Problem::read(cx, "mh", args)?;
    let key = cx.next_key("mh")?;
    let mut kept = Kept::default();
    for c in 0..settings.chains {
        let key = key.fold(c as u64);
        let init = element_by_element(&problem.observations, problem.start(cx, key.fold(0), |_, _, _| Ok(true))?);
        settings.selection.iter().try_for_each(|selection| latent_of(selection, &init).map(|_| ()))?;
        chain(cx, &settings, init, key.fold(1), &mut kept)?;
    }
    with_missing(kept.result(settings.chains)?, &problem.observations)
}

/// Data that is given by the elements of an array is data of these elements, also in a run that has no others: another may.
fn element_by_element(observations: &ChoiceMap, mut trace: Arc<Trace>) -> Arc<Trace> {
    for (path, ..) in trace.all_choices() {
        if let (Some(given @ Trie::Branch(_)), Some(Trie::Leaf(()))) =
            (observations.0.at(&path), trace.observed.at(&path))
        {
            let mut marks = Trie::Empty;
            given.leaves().iter().for_each(|(below, _)| marks.set(below, Trie::Leaf(())));
            Arc::make_mut(&mut trace).observed.set(&path, marks);
        }
    }
    trace
}

impl Kept {
    fn result(self, chains: usize) -> Result<Value> {
        let Kept { traces, rates, tally } = self;
        let rate = |(tried, accepted): (u64, u64)| Value::float(accepted as f64 / tried.max(1) as f64);
        let mut by_address: Vec<_> = rates.iter().filter(|(path, _)| !path.is_empty()).collect();
        by_address.sort_by_key(|(path, _)| show(path));
        let rates = Map::from_pairs(by_address.into_iter().map(|(path, counts)| (to_value(path), rate(*counts))))?;
        let stats = [("accept-rate-by-address", Value::Map(rates))].into_iter().chain(tally.entries()?);
        let stats = Map::from_pairs(stats.map(|(name, value)| (Value::keyword(name), value)))?;
        result([
            ("traces", Value::vector(traces)?),
            ("chains", Value::Int(chains as i64)),
            ("accept-rate", tally.accept_rate()),
            ("stats", Value::Map(stats)),
        ])
    }
}

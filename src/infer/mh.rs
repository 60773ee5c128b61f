//! Metropolis–Hastings by regeneration: draw some choices again, keep the new run with the probability that its weight says.

use super::options::Options;
use crate::error::{Error, Result};
use crate::eval::collections::Map;
use crate::eval::key::Key;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::ops::{self, Change, IMPOSSIBLE, unvisited, unvisited_error};
use crate::gfi::{
    ChoiceMap, Origin, Selection, Trace, argument_vector, check_selection, constraints_of, function, result, show,
    to_value, trace_value,
};
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("mh", "[gf args observations] [gf args observations options]", "Posterior traces by Metropolis–Hastings: `{:traces :chains :accept-rate :stats}`, the traces chain after chain. Without `:selection` each move draws one unobserved choice again, and `:moves` of them make a draw. Options: `:samples` (1000) a chain, `:burn` (1000), `:thin` (1), `:chains` (4), `:selection`, `:moves` (the number of unobserved choices).\n(count (:traces (mh (gen [] (trace :x (flip 0.5))) [] {} {:samples 5 :chains 2 :burn 0}))) ;=> 10", mh).state(),
    Builtin::new("mh-kernel", "[] [selection]", "A kernel: a function from a trace to `{:trace t :info {:accepted b :log-alpha a}}` that draws the selected choices again, or everything unobserved.\n(keys ((mh-kernel) (simulate (gen [] (trace :x (flip 0.5))) []))) ;=> (:trace :info)", |_, a| {
        let selection = a.first().map(Selection::from_value).transpose()?;
        Ok(Value::host(MhKernel(selection)))
    }),
];

/// `(mh-kernel selection)` as a value that can be called.
struct MhKernel(Option<Selection>);

impl crate::eval::HostObject for MhKernel {
    fn kind(&self) -> &'static str {
        "a kernel"
    }

    fn print(&self, out: &mut crate::eval::print::Printer<'_>) {
        out.text("(mh-kernel");
        if let Some(selection) = &self.0 {
            out.text(" ");
            out.value(&selection.clone().into_value());
        }
        out.text(")");
    }

    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let [trace] = args else {
            return Err(crate::eval::run::arity_error("mh-kernel", "[trace]", args.len()));
        };
        let trace = crate::gfi::of_value("mh-kernel", trace, 0)?;
        possible(&trace)?;
        let selection = movable(self.0.as_ref(), &trace)?;
        let key = cx.next_key("mh-kernel")?;
        let step = attempt(cx, &trace, &selection, key, |_| 0.0)?;
        let info = result([("accepted", Value::bool(step.accepted)), ("log-alpha", Value::float(step.log_alpha))])?;
        result([("trace", trace_value(step.trace)), ("info", info)])
    }
}

/// The selected choices that were not observed: drawing an observation again would leave the posterior.
fn movable(selection: Option<&Selection>, trace: &Arc<Trace>) -> Result<Selection> {
    let latent = trace.latent();
    let Some(selection) = selection else { return Ok(latent) };
    check_selection(selection, trace)?;
    let moves = selection.clone().and(latent);
    if trace.all_choices().iter().any(|(path, _, _)| moves.contains(path)) {
        return Ok(moves);
    }
    Err(Error::new("gen::selection", "the selection covers nothing but observed choices, which stay as they are")
        .help("select some of the others: `(select-complement (observed trace))`"))
}

/// What one move did.
struct Step {
    trace: Arc<Trace>,
    accepted: bool,
    log_alpha: f64,
}

/// Draws the selection again and accepts with probability min(1, exp(weight + correction)), where the correction may
/// look at the new run. A density that is not a number rejects
/// the move, as does an error that follows from a kept value off its support.
fn attempt(
    cx: &mut Cx,
    old: &Arc<Trace>,
    selection: &Selection,
    key: Key,
    correction: impl FnOnce(&Trace) -> f64,
) -> Result<Step> {
    let origin = Origin::new(key.fold(0));
    let proposed = ops::regenerate(cx, old, Change::none(old), selection, &ChoiceMap::default(), origin);
    let (new, weight) = match proposed {
        Ok(outcome) => (outcome.trace, outcome.weight),
        Err(e) if matches!(e.code, "gen::nan" | IMPOSSIBLE) => {
            return Ok(Step { trace: old.clone(), accepted: false, log_alpha: f64::NAN });
        }
        Err(e) => return Err(e),
    };
    let log_alpha = weight + correction(&new);
    // A move after which an observation is not visited leaves the posterior's support.
    let observed = old.observed.leaves().iter().all(|(path, ())| new.choice_at(path).is_some());
    let accepted = observed && key.fold(1).site(0, 0).open01().ln() < log_alpha;
    Ok(Step { trace: if accepted { new } else { old.clone() }, accepted, log_alpha })
}

/// Draws one unobserved choice again, all equally likely. Where runs differ in their number of choices, the chance of
/// picking the same one on the way back differs, hence the ratio n/n′ (Wingate, Stuhlmüller, Goodman 2011, Algorithm 2).
fn single_site(cx: &mut Cx, old: &Arc<Trace>, sites: &[Vec<Value>], key: Key) -> Result<(Step, Vec<Value>)> {
    let u = key.fold(2).site(0, 0).open01();
    let Some(path) = sites.get((u * sites.len() as f64) as usize).or(sites.last()) else {
        return Ok((Step { trace: old.clone(), accepted: true, log_alpha: 0.0 }, Vec::new()));
    };
    // A bare distribution has its one choice at the empty path.
    let selection = if path.is_empty() { Selection::All } else { Selection::of([&to_value(path)])? };
    let observed = old.observed.count(&|()| 1);
    let count = |new: &Trace| (new.choice_count() - observed.min(new.choice_count())) as f64;
    let step = attempt(cx, old, &selection, key, |new| (sites.len() as f64).ln() - count(new).ln())?;
    Ok((step, path.clone()))
}

/// The paths of the choices that were not observed.
fn latent_paths(trace: &Trace) -> Vec<Vec<Value>> {
    let latent = trace.latent();
    trace.all_choices().into_iter().map(|(path, _, _)| path).filter(|path| latent.contains(path)).collect()
}

/// A chain cannot start where the density is 0.
fn possible(trace: &Trace) -> Result<()> {
    match trace.all_choices().into_iter().find(|(_, _, score)| *score == f64::NEG_INFINITY) {
        None => Ok(()),
        Some((path, value, _)) => Err(Error::new(
            "gen::all-impossible",
            format!(
                "the trace is impossible: `{}` at `{}` is outside the support",
                crate::eval::print::brief(&value),
                show(&path)
            ),
        )),
    }
}

struct Settings {
    samples: usize,
    burn: usize,
    thin: usize,
    chains: usize,
    moves: Option<usize>,
    selection: Option<Selection>,
}

fn settings(args: &[Value]) -> Result<Settings> {
    let options = Options::read("mh", args, 3, &["samples", "burn", "thin", "chains", "moves", "selection"])?;
    Ok(Settings {
        samples: options.count("samples", 1000, 1)?,
        burn: options.count("burn", 1000, 0)?,
        thin: options.count("thin", 1, 1)?,
        chains: options.count("chains", 4, 1)?,
        moves: options.get("moves").map(|_| options.count("moves", 1, 1)).transpose()?,
        selection: options.get("selection").map(Selection::from_value).transpose()?,
    })
}

/// Prior draws tried for a start with positive density.
const STARTS: u64 = 100;

/// The first of up to [`STARTS`] runs under the observations whose density is positive.
fn start(cx: &mut Cx, model: &Value, args: &[Value], observations: &ChoiceMap, key: Key) -> Result<Arc<Trace>> {
    let mut last = None;
    for i in 0..STARTS {
        let trace = ops::generate(cx, model, args, observations, Origin::new(key.fold(i)))?.trace;
        let missed = unvisited(observations, &trace)?;
        if missed.is_none() && trace.score > f64::NEG_INFINITY {
            return Ok(trace);
        }
        last = Some((trace, missed));
    }
    match last {
        Some((trace, Some(path))) => Err(unvisited_error(&path, &trace).arg(2)),
        Some((trace, None)) => Err(possible(&trace)
            .err()
            .unwrap_or_else(|| Error::new("gen::all-impossible", "no start with positive density"))
            .help(format!(
                "none of {STARTS} draws from the prior fits the observations: check them against the supports"
            ))),
        None => Err(Error::new("gen::internal", "no start was tried")),
    }
}

/// Counts of one address: moves tried and accepted.
type Tally = std::collections::HashMap<Vec<Value>, (u64, u64)>;

fn chain(
    cx: &mut Cx,
    settings: &Settings,
    init: Arc<Trace>,
    key: Key,
    kept: &mut Vec<Value>,
    tally: &mut Tally,
) -> Result<()> {
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
                    (attempt(cx, &trace, &moves, key, |_| 0.0)?, Vec::new())
                }
                None => single_site(cx, &trace, &sites, key)?,
            };
            if i >= settings.burn {
                let counts = tally.entry(path).or_default();
                counts.0 += 1;
                counts.1 += u64::from(step.accepted);
            }
            if step.accepted && settings.selection.is_none() {
                sites = latent_paths(&step.trace);
            }
            trace = step.trace;
        }
        if i >= settings.burn && (i - settings.burn).is_multiple_of(settings.thin) {
            kept.push(trace_value(trace.clone()));
        }
    }
    Ok(())
}

fn mh(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let settings = settings(args)?;
    let model = args[0].clone();
    function("mh", &model)?;
    let given = argument_vector(cx, "mh", &args[1])?;
    let observations = constraints_of(&args[2], 2)?;
    let key = cx.next_key("mh")?;
    let (mut kept, mut tally) = (Vec::new(), Tally::new());
    for c in 0..settings.chains {
        let key = key.fold(c as u64);
        let init = start(cx, &model, &given, &observations, key.fold(0))?;
        if settings.selection.is_some() {
            movable(settings.selection.as_ref(), &init)?;
        }
        chain(cx, &settings, init, key.fold(1), &mut kept, &mut tally)?;
    }
    let (tried, accepted) = tally.values().fold((0, 0), |(t, a), (x, y)| (t + x, a + y));
    let rate = |(tried, accepted): (u64, u64)| Value::float(accepted as f64 / tried.max(1) as f64);
    let mut by_address: Vec<_> = tally.iter().filter(|(path, _)| !path.is_empty()).collect();
    by_address.sort_by_key(|(path, _)| show(path));
    let rates = Map::from_pairs(by_address.into_iter().map(|(path, counts)| (to_value(path), rate(*counts))))?;
    result([
        ("traces", Value::vector(kept)?),
        ("chains", Value::Int(settings.chains as i64)),
        ("accept-rate", rate((tried, accepted))),
        ("stats", result([("accept-rate-by-address", Value::Map(rates))])?),
    ])
}

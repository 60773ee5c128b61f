//! Kernels made of filters: particle Gibbs and particle marginal Metropolis–Hastings (Andrieu, Doucet, Holenstein 2010).

use super::filter::Filter;
use super::lost::marks;
use super::population::Population;
use super::reference::Reference;
use super::resample::shares;
use super::settings::{FilterSettings, FilterStep, Names, element_by_element, steps};
use crate::broken::broken;
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::options::{Options, gathered};
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{ChoiceMap, Origin, Trace, Trie, Weight, assess, function, show, simulate, trace_of_lane};
use crate::infer::kernel::{Kernel, KernelObject, Move};
use crate::infer::moves::decide;
use std::sync::Arc;

pub const PARTICLE_GIBBS: Builtin = Builtin::new("particle-gibbs-kernel", "[steps & options]", |cx, a| {
    let options = Options::read("particle-gibbs-kernel", a, 1, Names::GIBBS.rows)?;
    let settings = FilterSettings::read(&options, Names::GIBBS, 1)?;
    Ok(KernelObject::value(ParticleGibbs {
        steps: element_by_element(steps(cx, "particle-gibbs-kernel", &a[0], 0)?)?,
        settings,
        shown: gathered(a, 1)?,
    }))
})
.options(1, Names::GIBBS.rows);

pub const PMMH: Builtin = Builtin::new("pmmh-kernel", "[proposal steps & options]", |cx, a| {
    let options = Options::read("pmmh-kernel", a, 2, Names::PMMH.rows)?;
    let settings = FilterSettings::read(&options, Names::PMMH, 2)?;
    function("pmmh-kernel", &a[0])?;
    let args = options.arguments(cx, "proposal-args")?;
    let steps = element_by_element(steps(cx, "pmmh-kernel", &a[1], 1)?)?;
    Ok(KernelObject::value(Pmmh { proposal: a[0].clone(), args, steps, settings, shown: gathered(a, 2)? }))
})
.options(2, Names::PMMH.rows);

struct ParticleGibbs {
    steps: Vec<FilterStep>,
    settings: FilterSettings,
    shown: Vec<Value>,
}

struct Pmmh {
    proposal: Value,
    args: Vec<Value>,
    steps: Vec<FilterStep>,
    settings: FilterSettings,
    shown: Vec<Value>,
}

/// The trace of a particle drawn by weight; the reference itself where that is drawn.
fn drawn(cx: &mut Cx, population: &Population, reference: Option<&Arc<Trace>>, key: Key) -> Result<Arc<Trace>> {
    let (mut u, mut lane) = (key.site(0, 0).open01(), 0);
    for (at, share) in shares(&population.log_weights).into_iter().enumerate().filter(|(_, share)| *share > 0.0) {
        lane = at;
        u -= share;
        if u < 0.0 {
            break;
        }
    }
    match (reference, lane) {
        (Some(reference), 0) => Ok(reference.clone()),
        _ => trace_of_lane(cx, &population.trace, lane as u32),
    }
}

/// What the steps observe: all else moves, also what was given to the start.
fn data_of(steps: &[FilterStep]) -> Result<Trie<()>> {
    marks(&steps.iter().try_fold(ChoiceMap::default(), |data, step| data.merge(&step.obs))?)
}

impl Kernel for ParticleGibbs {
    fn name(&self) -> &str {
        "particle-gibbs-kernel"
    }

    fn parts(&self) -> Vec<Value> {
        self.shown.clone()
    }

    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let (model, steps, settings) = (trace.function.clone(), self.steps.clone(), self.settings.clone());
        let filter = Filter { algorithm: "particle-gibbs-kernel", model, steps, settings };
        let reference = Reference::draw(cx, &filter, trace, key.fold(2))?;
        let retained = Some(&reference).filter(|_| !broken!("particle-gibbs-reference"));
        let steps = filter.run(cx, key.fold(0), retained)?;
        let mut new = drawn(cx, &steps.population, Some(trace), key.fold(1))?;
        if !Arc::ptr_eq(&new, trace) {
            Arc::make_mut(&mut new).observed = data_of(&filter.steps)?;
        }
        let stats = vec![("log-ml", Value::float(steps.log_ml()))];
        Ok(Move { trace: new, accepted: true, log_alpha: 0.0, stats }.with_errors(steps.population.bad))
    }
}

impl Kernel for Pmmh {
    fn name(&self) -> &str {
        "pmmh-kernel"
    }

    fn parts(&self) -> Vec<Value> {
        self.shown.clone()
    }

    /// The conditional filter draws the particles beside the current trace anew, given it; so its estimate may stand
    /// for the one that a chain on all particles would have kept.
    fn apply(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move> {
        let arguments = |choices: ChoiceMap| -> Vec<Value> {
            std::iter::once(choices.into_value()).chain(self.args.iter().cloned()).collect()
        };
        let forward = simulate(cx, &self.proposal, &arguments(trace.choices()), Origin::new(key.fold(2)))?;
        let (proposed, current) = (forward.choices(), current(trace, &forward)?);
        let filter = self.filter(trace, &current)?;
        let reference = Reference::draw(cx, &filter, trace, key.fold(6))?;
        let old = filter.run(cx, key.fold(3), Some(&reference))?;
        let (now, dimension, mut bad) = (old.log_ml(), old.population.dimension()?, old.population.bad);
        let steps = match self.filter(trace, &proposed)?.run(cx, key.fold(4), None) {
            Err(e) if e.is(Code::AllImpossible) => {
                return Ok(Move::rejected(trace, f64::NEG_INFINITY).with_errors(bad));
            }
            steps => match bad.good(steps)? {
                Some(steps) => steps,
                None => return Ok(Move::rejected(trace, f64::NAN).with_errors(bad)),
            },
        };
        let mut new = drawn(cx, &steps.population, None, key.fold(5))?;
        Arc::make_mut(&mut new).observed = data_of(&self.steps)?;
        let back = assess(cx, &self.proposal, &arguments(new.choices()), &current)?;
        let proposed_log_ml = steps.log_ml();
        let mut log_alpha = Weight::from(if broken!("pmmh-evidence") { now } else { proposed_log_ml });
        [now, forward.score].into_iter().for_each(|log| log_alpha.go(log));
        log_alpha.come(back.trace.score);
        log_alpha.excess = steps.population.dimension()? as i32 - dimension as i32;
        log_alpha.excess += back.trace.dimension() as i32 - forward.dimension() as i32;
        let log_alpha = log_alpha.total();
        let moved = decide(trace, Ok((new, log_alpha)), key)?;
        bad.join(steps.population.bad);
        let stats = vec![("log-ml", Value::float(now)), ("log-ml-proposed", Value::float(proposed_log_ml))];
        Ok(Move { stats, ..moved }.with_errors(bad))
    }
}

impl Pmmh {
    /// The filter with parameters given as data of the first step.
    fn filter(&self, trace: &Trace, parameters: &ChoiceMap) -> Result<Filter> {
        let mut steps = self.steps.clone();
        steps[0].obs = steps[0].obs.merge(parameters)?;
        let (model, settings) = (trace.function.clone(), self.settings.clone());
        Ok(Filter { algorithm: "pmmh-kernel", model, steps, settings })
    }
}

/// The values that a trace has where a proposal made choices.
fn current(trace: &Trace, proposed: &Trace) -> Result<ChoiceMap> {
    let mut current = ChoiceMap::default();
    for (path, value, _) in proposed.all_choices() {
        let Some((old, _)) = trace.choice_at(&path) else {
            let message =
                format!("the proposal draws `{}` at `{}`, where the trace has no choice", brief(&value), show(&path));
            return Err(Error::raise(Code::Proposal, message).help("it draws values for choices of the trace"));
        };
        current.put(&path, old.clone())?;
    }
    Ok(current)
}

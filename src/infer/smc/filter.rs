//! The filter itself: each step resamples where weights have become uneven, moves all particles on, and weighs them.

use super::forgotten::forgotten;
use super::population::Population;
use super::settings::{Names, Settings, Step, steps};
use crate::error::{Error, Result};
use crate::eval::key::{Key, Stream};
use crate::eval::lanes::held_by;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::batch::ops::change;
use crate::gfi::batch::run::Outcome;

use crate::gfi::ops::{self, Change};
use crate::gfi::{ChoiceMap, Goal, Model, Origin, Proposal, ProposalEdit, Trace, function, proposal_edit_lanes};
use crate::infer::importance::Sampler;
use crate::infer::options::Options;
use std::sync::Arc;

/// A model, a sequence of targets, and how to follow them.
pub struct Filter {
    pub algorithm: &'static str,
    pub model: Value,
    pub steps: Vec<Step>,
    pub settings: Settings,
}

impl Filter {
    /// Reads `[gf steps options]`.
    pub fn read(cx: &mut Cx, args: &[Value], names: &Names, conditional: bool) -> Result<Filter> {
        let algorithm = names.algorithm;
        function(algorithm, &args[0])?;
        let options = Options::read(algorithm, args, 2, names.known)?;
        let settings = Settings::read(&options, names, conditional, 2)?;
        Ok(Filter { algorithm, model: args[0].clone(), steps: steps(cx, algorithm, &args[1], 1)?, settings })
    }

    /// Runs all steps; with a history, the first particle is its trace at each of them. All randomness comes from the
    /// key.
    pub fn run(&self, cx: &mut Cx, key: Key, history: Option<&[Arc<Trace>]>) -> Result<Population> {
        cx.outside_model(Stream::new(key.fold(0)), |cx| {
            let mut population = self.start(cx, key.fold(1), history)?;
            for t in 1..self.steps.len() {
                cx.step()?;
                let key = key.fold(1 + t as u64);
                let few =
                    *population.ess.last().unwrap_or(&0.0) < self.settings.threshold * self.settings.particles as f64;
                if few {
                    population.resample(self.settings.scheme, history.is_some(), key.fold(0))?;
                } else {
                    population.ancestors.push(None);
                }
                self.rejuvenate(cx, &mut population, key.fold(1))?;
                self.advance(cx, &mut population, t, history)?;
            }
            self.rejuvenate(cx, &mut population, key.fold(0).fold(1))?;
            Ok(population)
        })
    }

    /// The particles of the first step: draws of the proposal or the prior, weighed by importance.
    fn start(&self, cx: &mut Cx, key: Key, history: Option<&[Arc<Trace>]>) -> Result<Population> {
        let Step { args, obs } = &self.steps[0];
        let init = self.settings.init.as_ref();
        let sampler = Sampler {
            model: self.model.clone(),
            args: args.clone(),
            observations: obs.clone(),
            proposal: match init {
                Some(q) => Some((q.clone(), vec![Value::vector(args.clone())?, obs.clone().into_value()])),
                None => None,
            },
        };
        let kept = history.map(|history| kept(history, 0, obs)).transpose()?.unwrap_or_default();
        let mut particles =
            sampler.run(cx, self.settings.particles, key, &lane_zero(&kept)?).map_err(|e| at_steps(e, START))?;
        if let (Some(history), Some(weight)) = (history, particles.log_weights.first_mut()) {
            *weight -= not_proposed(&kept, &particles.proposed, &history[0])?;
        }
        Population::new(particles.traces, particles.log_weights)
    }

    /// One step more for every particle (Lew et al. 2023, SMCP3, Algorithm 1).
    fn advance(
        &self,
        cx: &mut Cx,
        population: &mut Population,
        t: usize,
        history: Option<&[Arc<Trace>]>,
    ) -> Result<()> {
        let obs = &self.steps[t].obs;
        let old = &population.trace;
        let kept = history.map(|history| kept(history, t, obs)).transpose()?.unwrap_or_default();
        let kept_lane = lane_zero(&kept)?;
        let proposes = self.settings.forward.is_some() || self.settings.backward.is_some();
        let (mut outcome, proposed) = match proposes {
            false => {
                let goal = Goal::update(obs.or(&kept_lane)?);
                let changed = change(cx, self.algorithm, old, Some(&self.steps[t].args), goal);
                let outcome = changed.map_err(|e| at_steps(e, LATER))?;
                (outcome, ChoiceMap::default())
            }
            true => self.proposed(cx, old, t, &kept_lane)?,
        };
        if let (Some(history), Some(weight)) = (history, outcome.weights.first_mut()) {
            *weight -= not_proposed(&kept, &proposed, &history[t])?;
        }
        forgotten(old, &mut outcome, obs, !proposes)?;
        outcome.trace.observe(&|path| Ok(obs.value_at(path)?.is_some()))?;
        population.weigh(outcome.trace, &outcome.weights)
    }

    /// A move by the proposals; one that is not there draws nothing.
    fn proposed(
        &self,
        cx: &mut Cx,
        old: &crate::gfi::batch::BatchedTrace,
        t: usize,
        kept: &ChoiceMap,
    ) -> Result<(Outcome, ChoiceMap)> {
        let (now, before) = (&self.steps[t], &self.steps[t - 1]);
        let proposal = |function: &Option<Value>, args: &[Value]| -> Result<Proposal> {
            let function = function.clone().unwrap_or_else(|| Model::value(super::nothing::Nothing));
            Ok(Proposal { function, args: vec![Value::vector(args.to_vec())?, now.obs.clone().into_value()] })
        };
        let request = ProposalEdit {
            forward: proposal(&self.settings.forward, &now.args)?,
            backward: proposal(&self.settings.backward, &before.args)?,
            args: Some((now.args.clone(), Vec::new())),
            constraints: now.obs.clone(),
        };
        let edited = proposal_edit_lanes(cx, &request, old, kept).map_err(|e| at_steps(e, LATER))?;
        Ok((edited.outcome, edited.proposed))
    }

    fn rejuvenate(&self, cx: &mut Cx, population: &mut Population, key: Key) -> Result<()> {
        match &self.settings.rejuvenate {
            Some(kernel) => population.rejuvenate(cx, &**kernel, key),
            None => Ok(()),
        }
    }

    /// A trace of the last step at every step: it shrinks as the arguments go back.
    pub fn history(&self, cx: &mut Cx, trace: &Arc<Trace>) -> Result<Vec<Arc<Trace>>> {
        let last = self.steps.last().map(|step| step.args.clone()).unwrap_or_default();
        if trace.args != function(self.algorithm, &self.model)?.complete(cx, &last)? {
            let show = |args: &[Value]| brief(&Value::vector(args.to_vec()).unwrap_or_default());
            let message = format!(
                "the reference of `{}` was run with the arguments `{}`, the last step has `{}`",
                self.algorithm,
                show(&trace.args),
                show(&last)
            );
            return Err(Error::new("gen::value", message).help("the reference is a trace of the last step"));
        }
        let mut history = vec![trace.clone()];
        for step in self.steps.iter().rev().skip(1) {
            let now = history[history.len() - 1].clone();
            let change = Change { args: step.args.clone(), diffs: Vec::new() };
            let origin = Origin::new(Key(0));
            history.push(ops::update(cx, &now, change, &ChoiceMap::default(), origin)?.trace);
        }
        history.reverse();
        Ok(history)
    }
}

/// What the history's trace has at a step and had not, or had otherwise, at the step before. What is observed, now or
/// later, is no part of it: it is given, or drawn as for any particle.
fn kept(history: &[Arc<Trace>], t: usize, obs: &ChoiceMap) -> Result<ChoiceMap> {
    let observed = &history[history.len() - 1].observed;
    let before = t.checked_sub(1).map(|t| &history[t]);
    let mut kept = ChoiceMap::default();
    for (path, value, _) in history[t].all_choices() {
        let stays = before.and_then(|before| before.choice_at(&path)).is_some_and(|(old, _)| *old == value);
        let is_data = observed.at(&path).is_some_and(|at| !at.is_empty()) || obs.value_at(&path)?.is_some();
        if !stays && !is_data {
            kept.0.set(&path, crate::gfi::Trie::Leaf(value));
        }
    }
    Ok(kept)
}

/// Choices as those of the first lane.
fn lane_zero(choices: &ChoiceMap) -> Result<ChoiceMap> {
    let first = crate::eval::lanes::Group::whole(0, 1, crate::tensor::DType::Float64);
    let mut all = ChoiceMap::default();
    for (path, value) in choices.0.leaves() {
        all.0.set(&path, crate::gfi::Trie::Leaf(held_by(&first, value.clone())));
    }
    Ok(all)
}

/// Σ ℓ of what the reference kept without the proposal's doing: the prior would have drawn it.
fn not_proposed(kept: &ChoiceMap, proposed: &ChoiceMap, now: &Trace) -> Result<f64> {
    let mut sum = 0.0;
    for (path, _) in kept.0.leaves() {
        let by_proposal = match proposed.value_at(&path)? {
            Some(Value::Lanes(lanes)) => lanes.group.find(0).is_some(),
            other => other.is_some(),
        };
        if !by_proposal {
            sum += now.choice_at(&path).map_or(0.0, |(_, score)| score);
        }
    }
    Ok(sum)
}

const START: &str =
    "the proposal of the first step is called with its arguments and observations: `(gen [args obs] …)`";
const LATER: &str =
    "a proposal is called with the choices, the step's arguments and its observations: `(gen [choices args obs] …)`";

/// What is wrong with data or arguments stands in the steps.
fn at_steps(error: Box<Error>, called: &'static str) -> Box<Error> {
    match error.code {
        "gen::constraint-not-visited" => error.arg(1),
        "gen::arity" => error.arguments_at(1).help(called),
        _ => error,
    }
}

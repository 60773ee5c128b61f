//! The filter itself: each step resamples where weights have become uneven, moves all particles on, and weighs them.

use super::backward::BackwardKernel;
use super::forgotten::forgotten;
use super::lost::{lost, marks};
use super::population::Population;
use super::reference::{Reference, lane_zero};
use super::settings::{FilterSettings, FilterStep, Names, element_by_element, steps};
use super::steps::FilterSteps;
use crate::error::{Code, Result, Stop};
use crate::eval::key::{Key, Stream};
use crate::eval::options::Options;
use crate::eval::{Cx, Value};
use crate::gfi::{
    BatchOutcome, BatchRequest, BatchedTrace, ChoiceMap, Goal, Model, Proposal, ProposalEdit, RetainedChoices,
    RunLanes, change_batch, check_lanes, function, proposal_edit_lanes, run_sparing,
};
use crate::infer::finished::result_of_finished;
use crate::infer::importance::Sampler;
use crate::infer::measure::{check_alike, unlike};

/// A model, a sequence of targets, and how to follow them.
pub struct Filter {
    pub algorithm: &'static str,
    pub model: Value,
    pub steps: Vec<FilterStep>,
    pub settings: FilterSettings,
}

impl Filter {
    /// Reads `[gf steps & options]`.
    pub fn read(cx: &mut Cx, args: &[Value], names: &Names, conditional: bool) -> Result<Filter> {
        let algorithm = names.algorithm;
        function(algorithm, &args[0])?;
        let options = Options::read(algorithm, args, 2, names.rows)?;
        let settings = FilterSettings::read(&options, names, 2)?;
        let steps = steps(cx, algorithm, &args[1], 1)?;
        let steps = if conditional { element_by_element(steps)? } else { steps };
        Ok(Filter { algorithm, model: args[0].clone(), steps, settings })
    }

    /// Runs all steps; with a reference, the first particle is its trace at each of them. All randomness comes from the
    /// key.
    pub fn run(&self, cx: &mut Cx, key: Key, reference: Option<&Reference>) -> Result<FilterSteps> {
        self.ended(cx, key, reference, |steps, run| run.map(|()| steps))
    }

    /// What comes of it for a program.
    pub fn result(&self, cx: &mut Cx, key: Key, reference: Option<&Reference>) -> Result<Value> {
        self.ended(cx, key, reference, |steps, run| result_of_finished(run, || steps.result().map(Some)))
    }

    /// The same for who wants the steps that were finished, whether or not those were all.
    fn ended<R>(
        &self,
        cx: &mut Cx,
        key: Key,
        reference: Option<&Reference>,
        end: impl FnOnce(FilterSteps, Result<()>) -> Result<R>,
    ) -> Result<R> {
        cx.outside_model(Stream::new(key.fold(0)), |cx| {
            let mut steps = FilterSteps::from(self.start(cx, key.fold(1), reference)?);
            let run = self.follow(cx, &mut steps, reference, key);
            end(steps, run)
        })
    }

    /// The steps after the first.
    fn follow(&self, cx: &mut Cx, steps: &mut FilterSteps, reference: Option<&Reference>, key: Key) -> Result<()> {
        for t in 1..self.steps.len() {
            cx.step()?;
            let key = key.fold(1 + t as u64);
            let few = steps.population.step.ess < self.settings.threshold * self.settings.particles as f64;
            let mut next = steps.population.next();
            if few {
                next.resample(self.settings.scheme, reference.is_some(), key.fold(0))?;
            }
            self.rejuvenate(cx, &mut next, key.fold(1))?;
            self.advance(cx, &mut next, t, reference, key.fold(2))?;
            steps.push(next);
        }
        self.rejuvenate(cx, &mut steps.population, key.fold(0).fold(1))
    }

    /// The particles of the first step: draws of the proposal or the prior, weighed by importance.
    fn start(&self, cx: &mut Cx, key: Key, reference: Option<&Reference>) -> Result<Population> {
        let FilterStep { args, obs } = &self.steps[0];
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
        sampler.measured(cx)?;
        let kept = reference.map(|reference| reference.at(0)).transpose()?.unwrap_or_default();
        let mut particles =
            sampler.run(cx, self.settings.particles, key, &lane_zero(&kept)?).map_err(|e| at_steps(e, START))?;
        if let Some(reference) = reference {
            reference.weigh(cx, 0, &particles.proposed, &mut particles.log_weights)?;
        }
        let first = usize::from(reference.is_some() && !particles.excess.is_empty());
        check_alike(&particles.log_weights[first..], &particles.excess[first..])?;
        Population::new(particles.traces, particles.log_weights, particles.bad, reference.is_some())
    }

    /// One step more for every particle (Lew et al. 2023, SMCP3, Algorithm 1).
    fn advance(
        &self,
        cx: &mut Cx,
        population: &mut Population,
        t: usize,
        reference: Option<&Reference>,
        key: Key,
    ) -> Result<()> {
        let obs = &self.steps[t].obs;
        check_lanes(obs, self.settings.particles, 1)?;
        let Population { trace: old, bad, .. } = &mut *population;
        let mut sparing = |cx: &mut Cx, request: &BatchRequest<'_>| run_sparing(cx, request, bad);
        let (mut outcome, proposed) = match self.settings.proposes() {
            false => {
                let kept = reference.map(|reference| reference.new_at(t)).transpose()?.unwrap_or_default();
                let goal = Goal::update(obs.or(&lane_zero(&kept)?)?);
                let changed = change_batch(cx, self.algorithm, old, Some(&self.steps[t].args), goal, &mut sparing);
                (changed.map_err(|e| at_steps(e, LATER))?, ChoiceMap::default())
            }
            true => self.proposed(cx, old, t, reference, &mut sparing)?,
        };
        if outcome.excess.iter().any(|excess| *excess != 0) {
            return Err(unlike());
        }
        if let Some(reference) = reference {
            reference.weigh(cx, t, &proposed, &mut outcome.weights)?;
        }
        if outcome.discard.iter().any(|sites| !sites.list.is_empty()) {
            self.account(cx, population, t, &mut outcome, reference.is_some(), key)?;
        }
        outcome.trace.observe(&|path, _| obs.mask_at(path))?;
        population.weigh(outcome.trace, &outcome.weights, reference.is_some())
    }

    /// Weighs what the step discarded.
    fn account(
        &self,
        cx: &mut Cx,
        population: &Population,
        t: usize,
        outcome: &mut BatchOutcome,
        retains: bool,
        key: Key,
    ) -> Result<()> {
        let mut steps = self.steps[..t].iter();
        let data = steps.try_fold(ChoiceMap::default(), |data, step| data.merge(&step.obs))?;
        let observed = marks(&data)?;
        lost(cx, outcome, &observed)?;
        let proposes = self.settings.proposes();
        let mut lanes = forgotten(cx, &population.trace, outcome, (&self.steps[t].obs, &observed), !proposes)?;
        if proposes {
            // The way back may propose what the step before cannot have had.
            let visits = outcome.discard.iter().flat_map(|sites| &sites.list).flat_map(|(_, site)| &site.visits);
            lanes.extend(visits.flat_map(|visit| visit.group.iter()));
        }
        let weights = outcome.trace.group.iter().zip(&population.log_weights);
        weights.filter(|(_, weight)| **weight == f64::NEG_INFINITY).for_each(|(id, _)| {
            lanes.remove(&id);
        });
        BackwardKernel { filter: self, t, data: &data }.weigh(cx, outcome, &lanes, retains, key)
    }

    /// A move by the proposals; one that is not there draws nothing.
    fn proposed(
        &self,
        cx: &mut Cx,
        old: &BatchedTrace,
        t: usize,
        reference: Option<&Reference>,
        run: RunLanes<'_>,
    ) -> Result<(BatchOutcome, ChoiceMap)> {
        let now = &self.steps[t];
        let request = ProposalEdit {
            forward: self.proposal(&self.settings.forward, &now.args, t)?,
            backward: self.proposal(&self.settings.backward, &self.steps[t - 1].args, t)?,
            args: Some((now.args.clone(), Vec::new())),
            constraints: now.obs.clone(),
        };
        let kept = match reference {
            Some(reference) => {
                RetainedChoices { drawn: lane_zero(&reference.at(t)?)?, new: lane_zero(&reference.new_at(t)?)? }
            }
            None => RetainedChoices::default(),
        };
        let edited = proposal_edit_lanes(cx, &request, old, &kept, run).map_err(|e| at_steps(e, LATER))?;
        Ok((edited.outcome, edited.proposed))
    }

    /// A proposal of step t with its arguments.
    pub fn proposal(&self, function: &Option<Value>, args: &[Value], t: usize) -> Result<Proposal> {
        let function = function.clone().unwrap_or_else(|| Model::value(super::nothing::Nothing));
        let obs = self.steps[t].obs.clone();
        Ok(Proposal { function, args: vec![Value::vector(args.to_vec())?, obs.into_value()] })
    }

    fn rejuvenate(&self, cx: &mut Cx, population: &mut Population, key: Key) -> Result<()> {
        match &self.settings.rejuvenate {
            Some(kernel) => population.rejuvenate(cx, &**kernel, key),
            None => Ok(()),
        }
    }
}

const START: &str =
    "the proposal of the first step is called with its arguments and observations: `(gen [args obs] …)`";
const LATER: &str =
    "a proposal is called with the choices, the step's arguments and its observations: `(gen [choices args obs] …)`";

/// What is wrong with data or arguments stands in the steps.
fn at_steps(error: Stop, called: &'static str) -> Stop {
    match error.code() {
        Some(Code::ConstraintNotVisited) => error.arg(1),
        Some(Code::Arity) => error.arguments_at(1).help(called),
        _ => error,
    }
}

//! Weighted particles of one step, and what the step came to.

use super::resample::Scheme;
use crate::broken::broken;
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::{BadPoints, BatchedTrace, Dimension, LaneSource, Trace, resampled, show, take_lanes, trace_of_lane};
use crate::infer::kernel::{Kernel, Move};
use crate::infer::measure::{check_alike, excess};
use crate::tensor::lanes::weights;

#[derive(Clone)]
pub struct Population {
    /// A lane each.
    pub trace: BatchedTrace,
    /// Since the last resampling.
    pub log_weights: Vec<f64>,
    /// log of the mean weight.
    mean: f64,
    /// The number of the step.
    pub t: usize,
    pub step: StepRecord,
    /// Points at which the model raised an error.
    pub bad: BadPoints,
}

/// What a step came to.
#[derive(Clone, Default)]
pub struct StepRecord {
    /// What it added to the log evidence.
    pub increment: f64,
    pub ess: f64,
    /// The particles of the step before that its own come from, where they were drawn anew.
    pub ancestors: Option<Vec<u32>>,
}

impl Population {
    pub fn new(trace: BatchedTrace, log_weights: Vec<f64>, bad: BadPoints, retains: bool) -> Result<Population> {
        let count = log_weights.len();
        let mut population = Population {
            trace: trace.clone(),
            log_weights: vec![0.0; count],
            mean: 0.0,
            t: 0,
            step: StepRecord::default(),
            bad,
        };
        population.weigh(trace, &log_weights, retains)?;
        Ok(population)
    }

    /// The same particles on their way to the next step.
    pub fn next(&self) -> Population {
        Population { t: self.t + 1, step: StepRecord::default(), ..self.clone() }
    }

    /// The same particles one step on. What the step adds to the evidence is the ratio of mean weights after and before
    /// it, whether or not they were resampled in between.
    pub fn weigh(&mut self, trace: BatchedTrace, increments: &[f64], retains: bool) -> Result<()> {
        // What was impossible at a step before has no part in the target, though it may be possible now.
        let alive = self.log_weights.iter_mut().zip(increments).filter(|(weight, _)| **weight > f64::NEG_INFINITY);
        let times = if broken!("evidence-twice") { 2.0 } else { 1.0 };
        alive.for_each(|(weight, more)| *weight += times * more);
        let excess = excess(&trace.of_data(), &Dimension::One(0), self.log_weights.len());
        // More is given of a retained particle than the data.
        let first = usize::from(retains && !excess.is_empty());
        check_alike(&self.log_weights[first..], &excess[first..])?;
        if self.log_weights.iter().all(|w| *w == f64::NEG_INFINITY) {
            let (n, t) = (self.log_weights.len(), self.t);
            let message = format!("all {n} particles have weight 0 at step {t}");
            return Err(Error::raise(Code::AllImpossible, message)
                .help("check the observations against the supports of their distributions, or use more particles"));
        }
        let sums = weights(&self.log_weights);
        let mean = sums.log_mean_exp(self.log_weights.len());
        (self.step.increment, self.step.ess) = (mean - self.mean, sums.effective_size());
        (self.trace, self.mean) = (trace, mean);
        Ok(())
    }

    /// Draws the particles anew by their weights, which are equal from then on. With a reference the first particle
    /// stays.
    pub fn resample(&mut self, scheme: Scheme, reference: bool, key: Key) -> Result<()> {
        let picks = match reference {
            true => scheme.draw_kept(&self.log_weights, key),
            false => scheme.draw(&self.log_weights, self.log_weights.len(), key),
        };
        self.trace = resampled(&self.trace, &picks)?;
        self.log_weights.fill(0.0);
        self.mean = 0.0;
        self.step.ancestors = Some(picks);
        Ok(())
    }

    /// Moves every particle that has a weight by a kernel that leaves its target as it is.
    pub fn rejuvenate(&mut self, cx: &mut Cx, kernel: &dyn Kernel, key: Key) -> Result<()> {
        let mut batches = Vec::with_capacity(self.log_weights.len());
        for (id, weight) in self.log_weights.iter().enumerate() {
            cx.step()?;
            let trace = trace_of_lane(cx, &self.trace, id as u32)?;
            let moved = match *weight == f64::NEG_INFINITY {
                true => Move::rejected(&trace, 0.0),
                false => kernel.apply(cx, &trace, key.fold(id as u64))?,
            };
            keeps_observations(kernel, &trace, &moved.trace)?;
            self.bad.join(moved.errors());
            batches.push(BatchedTrace::of_one(&moved.trace));
        }
        let picks: Vec<LaneSource> = (0..batches.len() as u32).map(|source| (source, 0)).collect();
        self.trace = take_lanes(&batches.iter().collect::<Vec<_>>(), &picks)?;
        Ok(())
    }

    /// Of how many numbers the evidence is a density.
    pub fn dimension(&self) -> Result<u32> {
        let alive = self.log_weights.iter().position(|weight| *weight > f64::NEG_INFINITY);
        Ok(self.trace.flat()?.of_data().at(alive.unwrap_or(0)))
    }
}

/// What was observed stays: a kernel that selects an observation would take it for a latent choice from then on.
fn keeps_observations(kernel: &dyn Kernel, old: &Trace, new: &Trace) -> Result<()> {
    let stays = |path: &[Value]| new.observed.at(path).is_some_and(|at| !at.is_empty());
    match old.observed.leaves().into_iter().find(|(path, ())| !stays(path)) {
        None => Ok(()),
        Some((path, ())) => {
            let message = format!("`{}` moves `{}`, which is observed", kernel.name(), show(&path));
            Err(Error::raise(Code::Kernel, message).help("let `:rejuvenate` move the unobserved choices only"))
        }
    }
}

//! Automatic differentiation variational inference (Kucukelbir, Tran, Ranganath, Gelman and Blei 2017): a normal
//! distribution over unconstrained coordinates that climbs the evidence lower bound.

use super::super::learning::{Climb, Optimizer, Parameters, numbers};
use super::super::width::in_width;
use super::gaussian::Gaussian;
use super::laplace::factor;
use super::options::{Mode, mode};
use crate::error::{Error, Result};
use crate::eval::collections::Map;
use crate::eval::key::Key;
use crate::eval::options::Options;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::BadPoints;
use crate::infer::start::{Problem, with_missing};
use crate::infer::tally::result_of;
use std::sync::Arc;

pub const ADVI: Builtin = Builtin::new("advi", "[gf args observations & options]", "Fits a normal distribution over the unconstrained coordinates of the unobserved choices, which are continuous, to the posterior: `{:guide :elbo-history :elbo :traces :sample}`, itself as a generative function, the estimates of the bound on the way and at the end, draws, and a function that draws choices. Options: `:family` `:mean-field` (independent) or `:full-rank`, `:steps` (1000), `:learning-rate` (0.01), which falls to 0 along half a cosine, `:particles` (10), `:samples` (1000), `:optimizer` in place of the rate, `:dtype` as `vi` has it, `:estimator` `:reparam` to say that nothing jumps where the model decides by a choice, which is an error else.\n(def m (gen [] (trace :x (normal (trace :z (normal 0 1)) 1))))\n(< 1.45 (mean (samples (with-seed 1 (advi m [] {:x 3})) :z)) 1.55) ;=> true", |cx, a| in_width(cx, "advi", OPTIONS, a, 3, advi)).state().options(3, OPTIONS);

const OPTIONS: &str = "estimator family steps learning-rate optimizer particles samples dtype";

fn advi(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("advi", args, 3, OPTIONS)?;
    if options.get("optimizer").is_some() {
        options.idle("learning-rate", "beside `:optimizer`, which has a rate of its own")?;
    }
    let full = options.one_of("family", &[("mean-field", false), ("full-rank", true)])?.unwrap_or(false);
    let (steps, samples) = (options.count("steps", 1000, 1)?, options.count("samples", 1000, 1)?);
    let particles = options.count("particles", 10, 1)?;
    let rate = options.number("learning-rate", 0.01, "a positive number", |x| x > 0.0 && x.is_finite())?;
    let schedule = cx.call_core("cosine-decay", &mut [Value::float(rate), Value::Int(steps as i64)])?;
    let optimizer = Optimizer::of(&options, schedule)?;
    let asked = options.one_of("estimator", &[("reparam", ())])?.is_some();
    let problem = Problem::read(cx, "advi", args)?;
    let key = cx.next_key("advi")?;
    let Mode { mut space, mut peak, mut bad } = mode(cx, &problem, true, STARTS, CLIMB, key.fold(0))?;
    let n = space.dimension();
    let curvature = match peak.converged {
        true => BadPoints::default().good(factor(cx, &space, &peak.at))?,
        false => None,
    };
    if curvature.is_none() {
        // Without a peak the climb may have gone anywhere: it starts as the standard normal distribution where that began.
        Mode { space, peak, bad } = mode(cx, &problem, true, STARTS, 0, key.fold(0))?;
    }
    space.smooth = !asked;
    let start = curvature.unwrap_or_else(|| identity(n));
    let start = if full { start } else { diagonal(&start, n) };
    let mut fit = Fit { gaussian: Gaussian { space: Arc::new(space), mean: peak.at, factor: start }, full };
    let mut history = Vec::with_capacity(steps);
    let mut climb = optimizer.start();
    for step in 0..steps {
        let key = key.fold(1).fold(step as u64);
        history.push(Value::float(fit.step(cx, &mut climb, particles, key, &mut bad)?));
    }
    let entries = fit.gaussian.entries(cx, samples, key.fold(2), &mut bad)?;
    let history = [("elbo-history", Value::vector(history)?)];
    with_missing(result_of(history.into_iter().chain(entries), &bad)?, &problem.observations)
}

/// Prior draws that the climb to the mode starts from, and its steps.
const STARTS: usize = 4;
const CLIMB: usize = 1000;

fn identity(n: usize) -> Vec<f64> {
    (0..n * n).map(|at| if at / n == at % n { 1.0 } else { 0.0 }).collect()
}

/// The diagonal matrix with the standard deviations of the coordinates by themselves.
fn diagonal(factor: &[f64], n: usize) -> Vec<f64> {
    let deviation = |i: usize| factor[i * n..(i + 1) * n].iter().map(|x| x * x).sum::<f64>().sqrt();
    (0..n * n).map(|at| if at / n == at % n { deviation(at / n) } else { 0.0 }).collect()
}

/// A distribution on its way.
struct Fit {
    gaussian: Gaussian,
    full: bool,
}

impl Fit {
    /// One step: with u = m + L z and g the gradient of the log-density at u, the bound's is g by m and g zᵀ by L; the
    /// entropy adds 1 by the logarithm of each Lᵢᵢ, which is what is climbed in place of Lᵢᵢ.
    fn step(&mut self, cx: &mut Cx, climb: &mut Climb, particles: usize, key: Key, bad: &mut BadPoints) -> Result<f64> {
        let n = self.gaussian.mean.len();
        let (mut by_mean, mut by_factor, mut bound) = (vec![0.0; n], vec![0.0; n * n], 0.0);
        for i in 0..particles {
            let gaussian = &self.gaussian;
            let (z, height) = gaussian.draw_good(cx, key, i, bad, |cx, u| gaussian.space.height(cx, u, true))?;
            let u = self.gaussian.place(&z);
            if height.value == f64::NEG_INFINITY {
                return Err(impossible());
            }
            bound += (height.value - self.gaussian.log_density(&u)) / particles as f64;
            for (i, g) in height.gradient.iter().enumerate() {
                by_mean[i] += g / particles as f64;
                let columns = if self.full { 0..=i } else { i..=i };
                columns.for_each(|j| by_factor[i * n + j] += g * z[j] / particles as f64);
            }
        }
        let mut logs = self.gaussian.factor.clone();
        for i in (0..n).map(|i| i * n + i) {
            by_factor[i] = by_factor[i] * self.gaussian.factor[i] + 1.0;
            logs[i] = logs[i].ln();
        }
        let mut parameters = Parameters { store: named(&self.gaussian.mean, &logs)? };
        climb.step(cx, &mut parameters, &named(&by_mean, &by_factor)?)?;
        let read = |name: &str| parameters.store.get_keyword(name).map_or_else(|| Ok(Vec::new()), numbers);
        (self.gaussian.mean, self.gaussian.factor) = (read("mean")?, read("factor")?);
        for i in (0..n).map(|i| i * n + i) {
            self.gaussian.factor[i] = self.gaussian.factor[i].exp();
        }
        Ok(bound)
    }
}

/// Mean and factor as parameters of an optimizer.
fn named(mean: &[f64], factor: &[f64]) -> Result<Map> {
    let vector = |xs: &[f64]| Value::vector(xs.iter().map(|x| Value::float(*x)).collect());
    Map::from_pairs([(Value::keyword("mean"), vector(mean)?), (Value::keyword("factor"), vector(factor)?)])
}

#[cold]
fn impossible() -> Box<Error> {
    Error::new("gen::all-impossible", "the log-density of a draw of the approximation is −∞ or no number")
        .help("look for a parameter that leaves its range at large values, or take a smaller `:learning-rate`")
}

//! Automatic differentiation variational inference (Kucukelbir, Tran, Ranganath, Gelman and Blei 2017): a normal
//! distribution over unconstrained coordinates that climbs the evidence lower bound.

use super::super::draws::FittedDraws;
use super::super::finished::result_of_finished;
use super::super::learning::{Climb, Optimizer, Parameters, numbers};
use super::super::width::in_width;
use super::gaussian::NormalApproximation;
use super::laplace::factor;
use super::options::{Mode, ModeSearch};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::collections::Map;
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::BadPoints;
use crate::infer::log_density::{DensityPoint, LogDensity};
use crate::infer::options::{DRAWS, DTYPE, OPTIMIZER, STEPS};
use crate::infer::start::{Problem, with_missing};
use crate::infer::tally::result_of;
use std::sync::Arc;

pub const ADVI: Builtin =
    Builtin::new("advi", "[gf args observations & options]", |cx, a| in_width(cx, "advi", OPTIONS, a, 3, advi))
        .draws()
        .options(3, OPTIONS);

const OPTIONS: &[OptionRow] = &[
    OptionRow::word("family", &["mean-field", "full-rank"], "which covariances it may have").or_word("mean-field"),
    STEPS,
    OptionRow::positive(
        "learning-rate",
        "in standard deviations of the normal distribution at the posterior's peak, where the climb starts; it falls to 0 along half a cosine",
    )
    .or_number(0.1),
    OPTIMIZER.saying("an optimizer in place of the rate").or_told("by the rate"),
    OptionRow::count("particles", 1, "draws a step").or_count(10),
    DRAWS,
    DTYPE,
];

fn advi(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("advi", args, 3, OPTIONS)?;
    if options.get("optimizer").is_some() {
        options.idle("learning-rate", "beside `:optimizer`, which has a rate of its own")?;
    }
    let full = options.word("family") == "full-rank";
    let (steps, samples) = (options.count("steps"), options.count("samples"));
    let particles = options.count("particles");
    let rate = options.number("learning-rate");
    let schedule = cx.call_core("cosine-decay", &mut [Value::float(rate), Value::Int(steps as i64)])?;
    let optimizer = Optimizer::of(&options, schedule)?;
    let problem = Problem::read(cx, "advi", args)?;
    let key = cx.next_key("advi")?;
    let from = |cx: &mut Cx, steps| {
        let mut search = ModeSearch::default();
        search.run(cx, &problem, true, (STARTS, steps), key.fold(0))?;
        search.found()
    };
    let (Mode { mut space, mut peak, .. }, mut bad) = from(cx, CLIMB)?;
    let n = (&space).size();
    let curvature = match peak.converged {
        true => BadPoints::default().good(factor(cx, &space, &peak.point.u))?,
        false => None,
    };
    if curvature.is_none() {
        // Without a peak the climb may have gone anywhere: it starts as the standard normal distribution where that began.
        (Mode { space, peak, .. }, bad) = from(cx, 0)?;
    }
    space.smooth = true;
    let start = curvature.unwrap_or_else(|| identity(n));
    let start = if full { start } else { diagonal(&start, n) };
    let units = (0..n).map(|i| deviation(&start, n, i)).collect();
    let mut fit = Fit {
        gaussian: NormalApproximation { space: Arc::new(space), mean: peak.point.u, factor: start },
        full,
        units,
    };
    let mut history = Vec::with_capacity(steps);
    let mut draws = FittedDraws::new(cx, &problem.code());
    let climbed = fit.climb(cx, (optimizer.start(), steps), particles, key.fold(1), &mut bad, &mut history);
    let run = climbed.and_then(|()| fit.gaussian.draws(cx, samples, key.fold(2), &mut bad, &mut draws));
    result_of_finished(run, || {
        if history.is_empty() {
            return Ok(None);
        }
        let history = [("elbo-history", Value::vector(history)?)];
        let entries = history.into_iter().chain(fit.gaussian.entries(cx, draws)?);
        with_missing(result_of(entries, &bad)?, &problem.observations).map(Some)
    })
}

/// Prior draws that the climb to the mode starts from, and its steps.
const STARTS: usize = 4;
const CLIMB: usize = 1000;

fn identity(n: usize) -> Vec<f64> {
    (0..n * n).map(|at| if at / n == at % n { 1.0 } else { 0.0 }).collect()
}

/// The diagonal matrix with the standard deviations of the coordinates by themselves.
fn diagonal(factor: &[f64], n: usize) -> Vec<f64> {
    (0..n * n).map(|at| if at / n == at % n { deviation(factor, n, at / n) } else { 0.0 }).collect()
}

/// The standard deviation of a coordinate.
fn deviation(factor: &[f64], n: usize, i: usize) -> f64 {
    factor[i * n..(i + 1) * n].iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// A distribution on its way. Its mean and factor are climbed in units of the standard deviations that it started with,
/// so that a rate means the same whatever the coordinates measure.
struct Fit {
    gaussian: NormalApproximation,
    full: bool,
    units: Vec<f64>,
}

impl Fit {
    /// Climbs by so many steps, whose bounds join the history, and warns where the end is no optimum.
    fn climb(
        &mut self,
        cx: &mut Cx,
        (mut climb, steps): (Climb, usize),
        particles: usize,
        key: Key,
        bad: &mut BadPoints,
        history: &mut Vec<Value>,
    ) -> Result<()> {
        let n = self.gaussian.mean.len();
        let mut last = MeanSlopes { count: 0.0, sums: vec![0.0; n], squares: vec![0.0; n] };
        for step in 0..steps {
            let (bound, by_mean) = self.step(cx, &mut climb, particles, key.fold(step as u64), bad)?;
            history.push(Value::float(bound));
            if step + steps / 10 >= steps {
                last.add(&by_mean);
            }
        }
        if last.rise() {
            cx.warn(still_rising());
        }
        Ok(())
    }

    /// One step: with u = m + L z and g the gradient of the log-density at u, the bound's is g by m and g zᵀ by L; the
    /// entropy adds 1 by the logarithm of each Lᵢᵢ, which is what is climbed in place of Lᵢᵢ. Gives the bound, and its
    /// gradient by the mean.
    fn step(
        &mut self,
        cx: &mut Cx,
        climb: &mut Climb,
        particles: usize,
        key: Key,
        bad: &mut BadPoints,
    ) -> Result<(f64, Vec<f64>)> {
        let n = self.gaussian.mean.len();
        let (mut by_mean, mut by_factor, mut bound) = (vec![0.0; n], vec![0.0; n * n], 0.0);
        for i in 0..particles {
            let gaussian = &self.gaussian;
            let at = |cx: &mut Cx, u: &[f64]| DensityPoint::at(cx, &mut &*gaussian.space, u.to_vec());
            let (z, point) = gaussian.draw_good(cx, key, i, bad, at)?;
            let Some(point) = point.filter(|point| point.value > f64::NEG_INFINITY) else { return Err(impossible()) };
            bound += (point.value - self.gaussian.log_density(&point.u)) / particles as f64;
            for (i, g) in point.gradient.iter().enumerate() {
                let g = g * self.units[i] / particles as f64;
                by_mean[i] += g;
                let columns = if self.full { 0..=i } else { i..=i };
                columns.for_each(|j| by_factor[i * n + j] += g * z[j]);
            }
        }
        let (mean, mut factor) = self.in_units(|x, unit| x / unit);
        for i in (0..n).map(|i| i * n + i) {
            by_factor[i] = by_factor[i] * factor[i] + 1.0;
            factor[i] = factor[i].ln();
        }
        let mut parameters = Parameters { store: named(&mean, &factor)? };
        climb.step(cx, &mut parameters, &named(&by_mean, &by_factor)?)?;
        let read = |name: &str| parameters.store.get_keyword(name).map_or_else(|| Ok(Vec::new()), numbers);
        (self.gaussian.mean, self.gaussian.factor) = (read("mean")?, read("factor")?);
        for i in (0..n).map(|i| i * n + i) {
            self.gaussian.factor[i] = self.gaussian.factor[i].exp();
        }
        (self.gaussian.mean, self.gaussian.factor) = self.in_units(|x, unit| x * unit);
        Ok((bound, by_mean))
    }

    /// Mean and factor to units or from them.
    fn in_units(&self, to: impl Fn(f64, f64) -> f64) -> (Vec<f64>, Vec<f64>) {
        let n = self.units.len();
        let row = |(at, x): (usize, &f64)| to(*x, self.units[at / n]);
        let mean = self.gaussian.mean.iter().zip(&self.units).map(|(x, unit)| to(*x, *unit)).collect();
        (mean, self.gaussian.factor.iter().enumerate().map(row).collect())
    }
}

/// Gradients of the last steps, where the rate is small: about an optimum they have the mean 0.
struct MeanSlopes {
    count: f64,
    sums: Vec<f64>,
    squares: Vec<f64>,
}

impl MeanSlopes {
    fn add(&mut self, gradient: &[f64]) {
        self.count += 1.0;
        for (i, g) in gradient.iter().enumerate() {
            self.sums[i] += g;
            self.squares[i] += g * g;
        }
    }

    /// Does the bound rise along some coordinate, by more than noise and by more than nothing?
    fn rise(&self) -> bool {
        self.sums.iter().zip(&self.squares).any(|(sum, square)| {
            let mean = sum / self.count;
            let error = ((square / self.count - mean * mean).max(0.0) / self.count).sqrt();
            mean.abs() > 5.0 * error && mean.abs() > 0.3
        })
    }
}

/// Mean and factor as parameters of an optimizer.
fn named(mean: &[f64], factor: &[f64]) -> Result<Map> {
    let vector = |xs: &[f64]| Value::vector(xs.iter().map(|x| Value::float(*x)).collect());
    Map::from_pairs([(Value::keyword("mean"), vector(mean)?), (Value::keyword("factor"), vector(factor)?)])
}

#[cold]
fn impossible() -> Stop {
    Error::raise(Code::AllImpossible, "the log-density of a draw of the approximation is −∞ or no number")
        .help("look for a parameter that leaves its range at large values, or take a smaller `:learning-rate`")
}

#[cold]
fn still_rising() -> Box<Error> {
    Error::new(Code::StillRising, "the bound was still rising when `advi` ended: the fit is not the best one")
        .help("take more `:steps`, or a larger `:learning-rate`")
}

//! The mode of a posterior, and the normal distribution that has its curvature there (Tierney and Kadane 1986).

use super::gaussian::NormalApproximation;
use super::options::{Mode, ModeSearch};
use crate::distributions::{cholesky, solve_lower};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{Trace, trace_value};
use crate::infer::draws::FittedDraws;
use crate::infer::finished::result_of_finished;
use crate::infer::log_density::DensityPoint;
use crate::infer::model_density::ModelDensity;
use crate::infer::options::{self, DRAWS};
use crate::infer::start::{Problem, with_missing};
use crate::infer::tally::result_of;
use std::sync::Arc;

pub const MAP: Builtin =
    Builtin::new("map-estimate", "[gf args observations & options]", map_estimate).draws().options(3, OPTIONS);

pub const LAPLACE: Builtin =
    Builtin::new("laplace-approximation", "[gf args observations & options]", laplace).draws().options(3, SAMPLED);

const STARTS: OptionRow = OptionRow::count("starts", 1, "prior draws to climb from").or_count(4);
const CLIMB: OptionRow = options::STEPS.saying("steps of each climb");
const OPTIONS: &[OptionRow] = &[STARTS, CLIMB];
const SAMPLED: &[OptionRow] = &[STARTS, CLIMB, DRAWS];

fn map_estimate(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("map-estimate", args, 3, OPTIONS)?;
    let (starts, steps) = (options.count("starts"), options.count("steps"));
    let problem = Problem::read(cx, "map-estimate", args)?;
    let key = cx.next_key("map-estimate")?;
    let (mut search, mut trace) = (ModeSearch::default(), None);
    let searched = search.run(cx, &problem, false, (starts, steps), key);
    let run = searched.and_then(|()| {
        if let Some(Mode { space, peak, .. }) = &search.best {
            trace = Some(trace_value(space.trace(cx, &peak.point.u)?.0));
        }
        Ok(())
    });
    result_of_finished(run, || {
        let Some(mode) = search.best else { return Ok(None) };
        let (density, converged) = (mode.peak.point.value, mode.peak.converged);
        let trace = trace.unwrap_or_else(|| mode.trace_later(cx));
        let entries = [
            ("trace", trace.clone()),
            ("log-density", Value::float(density)),
            ("converged", Value::bool(converged)),
            ("traces", Value::vector(vec![trace])?),
        ];
        with_missing(result_of(entries, &search.bad)?, &problem.observations).map(Some)
    })
}

fn laplace(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("laplace-approximation", args, 3, SAMPLED)?;
    let (starts, steps) = (options.count("starts"), options.count("steps"));
    let samples = options.count("samples");
    let problem = Problem::read(cx, "laplace-approximation", args)?;
    let key = cx.next_key("laplace-approximation")?;
    let (mut search, mut fitted) = (ModeSearch::default(), None);
    let mut draws = FittedDraws::new(cx, &problem.code());
    let searched = search.run(cx, &problem, true, (starts, steps), key.fold(0));
    let run = searched.and_then(|()| {
        let Some(mode) = &search.best else { return Ok(()) };
        let LaplaceFit { gaussian, .. } = fitted.insert(at_peak(cx, mode)?);
        gaussian.draws(cx, samples, key.fold(1), &mut search.bad, &mut draws)
    });
    result_of_finished(run, || {
        let entries = match (fitted, search.best) {
            (Some(fitted), _) => fitted.entries(cx, draws)?,
            (None, Some(mode)) => vec![("trace", mode.trace_later(cx))],
            (None, None) => return Ok(None),
        };
        with_missing(result_of(entries, &search.bad)?, &problem.observations).map(Some)
    })
}

/// The normal distribution at a peak.
struct LaplaceFit {
    gaussian: NormalApproximation,
    log_ml: f64,
    trace: Arc<Trace>,
}

fn at_peak(cx: &mut Cx, Mode { space, peak, .. }: &Mode) -> Result<LaplaceFit> {
    if !peak.converged {
        return Err(flat());
    }
    let factor = factor(cx, space, &peak.point.u)?;
    let (trace, ..) = space.trace(cx, &peak.point.u)?;
    let gaussian = NormalApproximation { space: Arc::new(space.clone()), mean: peak.point.u.clone(), factor };
    // The density at the peak against that of the normal distribution there.
    let log_ml = peak.point.value - gaussian.log_density(&gaussian.mean);
    Ok(LaplaceFit { gaussian, log_ml, trace })
}

impl LaplaceFit {
    fn entries(self, cx: &Cx, draws: FittedDraws) -> Result<Vec<(&'static str, Value)>> {
        let own = [("log-ml", Value::float(self.log_ml)), ("trace", trace_value(self.trace))];
        Ok(own.into_iter().chain(self.gaussian.entries(cx, draws)?).collect())
    }
}

/// The Cholesky factor of the inverse of minus the Hessian.
pub fn factor(cx: &mut Cx, space: &ModelDensity, at: &[f64]) -> Result<Vec<f64>> {
    let n = at.len();
    let mut hessian = vec![0.0; n * n];
    for i in 0..n {
        for (j, bend) in bends(cx, space, at, i)?.into_iter().enumerate() {
            hessian[i * n + j] += 0.5 * bend;
            hessian[j * n + i] += 0.5 * bend;
        }
    }
    let curved = cholesky(&hessian, n);
    if (0..n).any(|i| curved[i * n + i].is_nan() || curved[i * n + i] <= 0.0) {
        return Err(flat());
    }
    // (L Lᵀ)⁻¹ from the columns of L⁻¹.
    let unit = |i: usize| (0..n).map(|j| f64::from(u8::from(i == j))).collect::<Vec<_>>();
    let columns: Vec<Vec<f64>> = (0..n).map(|i| solve_lower(&curved, n, &unit(i))).collect();
    let product = |at: usize| columns[at / n].iter().zip(&columns[at % n]).map(|(x, y)| x * y).sum();
    Ok(cholesky(&(0..n * n).map(product).collect::<Vec<f64>>(), n))
}

/// A row of minus the Hessian, by central differences of the gradient, extrapolated to step 0 (Richardson).
///
/// Steps become smaller until they are so beside the width of the peak, and two agree. Where the slope jumps, as at the
/// peak of a Laplace distribution, none do: the curvature doubles as steps are halved.
fn bends(cx: &mut Cx, space: &ModelDensity, at: &[f64], i: usize) -> Result<Vec<f64>> {
    let size = at[i].abs().max(1.0);
    let mut slope = |step: f64| -> Result<Vec<f64>> {
        let mut u = at.to_vec();
        u[i] += step;
        Ok(DensityPoint::at(cx, &mut &*space, u)?.map_or_else(Vec::new, |point| point.gradient))
    };
    let mut difference = |h: f64| -> Result<Vec<f64>> {
        Ok(slope(-h)?.iter().zip(slope(h)?).map(|(down, up)| (down - up) / (2.0 * h)).collect())
    };
    let mut wide: Vec<f64> = difference(WIDEST * size)?;
    for k in 1..STEPS {
        let step = WIDEST * size / 4f64.powi(k);
        let narrow = difference(step)?;
        let inside = step * step * narrow[i].abs() <= INSIDE;
        if inside && (narrow[i] - wide[i]).abs() <= AGREED * narrow[i].abs() {
            return Ok(narrow.iter().zip(&wide).map(|(narrow, wide)| narrow + (narrow - wide) / 15.0).collect());
        }
        wide = narrow;
    }
    Err(kink())
}

/// The widest step of a coordinate of size 1, and how many there are, each a quarter of the one before.
const WIDEST: f64 = 4e-4;
const STEPS: i32 = 20;
/// The square of the largest step in standard deviations.
const INSIDE: f64 = 1e-3;
/// How far apart, relatively, two curvatures may be that agree.
const AGREED: f64 = 1e-3;

#[cold]
fn kink() -> Stop {
    Error::raise(Code::Value, "the posterior has no curvature at its peak: its slope jumps there")
        .help("the evidence of a posterior with a kink is not that of a normal distribution: take `importance`, `smc`, `nuts` or `advi`")
}

#[cold]
fn flat() -> Stop {
    Error::raise(
        Code::Value,
        "the posterior has no peak where the climb ended: it rises further, or its curvature is not that of a maximum",
    )
    .help("take more `:steps` or `:starts`, or give flat directions a prior; `advi` needs no curvature")
}

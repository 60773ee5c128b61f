//! Which of several models predicts best: their expected log predictive densities side by side, and the weights of the
//! mixture that predicts best (stacking; Yao, Vehtari, Simpson and Gelman 2018, Bayesian Analysis 13).

use super::loo::{PredictiveFit, variance};
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::result;

pub const COMPARE: Builtin = Builtin::new("compare-models", "[results]", compare);

/// Rounds in which the weights are improved, at most, and how little they may still change.
const ROUNDS: usize = 100_000;
const ENOUGH: f64 = 1e-10;

fn compare(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let Value::Map(given) = &args[0] else {
        return Err(wrong_type("compare-models", "a map of results by name", &args[0], 0)
            .help("write `(compare-models {:linear r1 :quadratic r2})`"));
    };
    let mut models = Vec::new();
    for (name, draws) in given.iter() {
        models.push((name.clone(), PredictiveFit::of(cx, "compare-models", draws)?));
    }
    let counts: Vec<usize> = models.iter().map(|(_, model)| model.pointwise.len()).collect();
    if counts.iter().any(|count| *count != counts[0]) {
        return Err(Error::raise(Code::Value, "the models have not as many observations as each other")
            .arg(0)
            .help("compare models of the same data"));
    }
    let weights = stacked(&models.iter().map(|(_, model)| &model.pointwise[..]).collect::<Vec<_>>());
    let mut ranked: Vec<(&(Value, PredictiveFit), f64)> = models.iter().zip(weights).collect();
    ranked.sort_by(|((_, a), _), ((_, b), _)| b.elpd.total_cmp(&a.elpd));
    let best = ranked.first().map(|((_, best), _)| best.pointwise.clone()).unwrap_or_default();
    let row = |(rank, ((name, model), weight)): (usize, &(&(Value, PredictiveFit), f64))| {
        let behind: Vec<f64> = best.iter().zip(&model.pointwise).map(|(best, own)| best - own).collect();
        result([
            ("model", name.clone()),
            ("rank", Value::Int(rank as i64)),
            ("elpd", Value::float(model.elpd)),
            ("p", Value::float(model.p)),
            ("elpd-diff", Value::float(behind.iter().sum())),
            ("weight", Value::float(*weight)),
            ("se", Value::float(model.se())),
            ("dse", Value::float((behind.len() as f64 * variance(&behind)).sqrt())),
            ("warning", Value::bool(model.warning)),
        ])
    };
    Value::vector(ranked.iter().enumerate().map(row).collect::<Result<_>>()?)
}

/// Weights w that maximize Σᵢ log Σₖ wₖ exp(elpdₖᵢ), by expectation and maximization: the bound is concave.
pub fn stacked(models: &[&[f64]]) -> Vec<f64> {
    let n = models.first().map_or(0, |model| model.len());
    let largest = |i: usize| models.iter().map(|model| model[i]).fold(f64::NEG_INFINITY, f64::max);
    let shares: Vec<Vec<f64>> =
        (0..n).map(|i| models.iter().map(|model| (model[i] - largest(i)).exp()).collect()).collect();
    let mut weights = vec![1.0 / models.len() as f64; models.len()];
    for _ in 0..ROUNDS {
        let mut next = vec![0.0; models.len()];
        for own in &shares {
            let sum: f64 = own.iter().zip(&weights).map(|(share, weight)| share * weight).sum();
            next.iter_mut().zip(own).zip(&weights).for_each(|((next, share), weight)| *next += share * weight / sum);
        }
        next.iter_mut().for_each(|weight| *weight /= n as f64);
        let change = next.iter().zip(&weights).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        weights = next;
        if change < ENOUGH {
            break;
        }
    }
    weights
}

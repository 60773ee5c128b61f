//! How well a model predicts an observation that it has not seen: leave-one-out cross-validation by importance sampling
//! (Vehtari, Gelman and Gabry 2017, Statistics and Computing 27) and the widely applicable information criterion (Watanabe
//! 2010), with ArviZ's numbers.

use super::log_likelihood::PointwiseLikelihood;
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::result;
use crate::infer::diagnostics::{ess_mean, good_k, smoothed};
use crate::infer::learning::numbers;
use crate::infer::samples::ResultDraws;
use crate::infer::summary::ScalarSites;
use crate::tensor::lanes::log_sum_exp;

pub const LOO: Builtin = Builtin::new("loo", "[result]", |cx, args| criterion(cx, "loo", args));
pub const WAIC: Builtin = Builtin::new("waic", "[result]", |cx, args| criterion(cx, "waic", args));
pub const PSIS: Builtin = Builtin::new("psis", "[log-weights]", psis);

/// The variance of a log likelihood above which `waic` cannot be trusted.
const LARGE_VARIANCE: f64 = 0.4;

/// What is expected of a model's predictions.
pub struct PredictiveFit {
    pub elpd: f64,
    pub p: f64,
    /// Observation by observation.
    pub pointwise: Vec<f64>,
    /// The shape of each observation's weights, of `loo`.
    pub pareto_k: Option<Vec<f64>>,
    /// It cannot be trusted.
    pub warning: bool,
    addresses: Vec<Value>,
    /// The k above which weights of so many draws cannot be trusted.
    good_k: f64,
}

impl PredictiveFit {
    /// Of a result, by its log likelihoods.
    pub fn of(cx: &mut Cx, function: &'static str, result: &Value) -> Result<PredictiveFit> {
        let draws = ResultDraws::of_value(cx, function, result)?;
        draws.untracked(function)?;
        if draws.log_weights.is_some() {
            return Err(Error::raise(
                Code::Value,
                format!("`{function}` is of draws that count alike, and these have weights"),
            )
            .arg(0)
            .help("draw from them first: `(importance-resample …)`, or use `nuts`, `mh`"));
        }
        let likelihood = PointwiseLikelihood::of(cx, function, &draws)?;
        match function {
            "waic" => Ok(PredictiveFit::by_variance(&likelihood)),
            _ => {
                let efficiency = efficiency(cx, &draws)?;
                Ok(PredictiveFit::left_out(&likelihood, efficiency))
            }
        }
    }

    pub fn left_out(likelihood: &PointwiseLikelihood, efficiency: f64) -> PredictiveFit {
        let (mut pointwise, mut ks, mut p) = (Vec::new(), Vec::new(), 0.0);
        for number in 0..likelihood.count() {
            let own = likelihood.observation(number);
            let ratios: Vec<f64> = own.iter().map(|density| -density).collect();
            let weights = smoothed(&ratios, efficiency);
            let weighed: Vec<f64> =
                own.iter().zip(&weights.log_weights).map(|(density, weight)| density + weight).collect();
            let left_out = log_sum_exp(&weighed);
            p += log_mean_exp(&own) - left_out;
            pointwise.push(left_out);
            ks.push(weights.k);
        }
        let good_k = good_k(likelihood.draws.len());
        let warning = ks.iter().any(|k| *k > good_k);
        let (elpd, addresses) = (pointwise.iter().sum(), likelihood.addresses());
        PredictiveFit { elpd, p, pointwise, pareto_k: Some(ks), warning, addresses, good_k }
    }

    pub fn by_variance(likelihood: &PointwiseLikelihood) -> PredictiveFit {
        let (mut pointwise, mut p, mut warning) = (Vec::new(), 0.0, false);
        for number in 0..likelihood.count() {
            let own = likelihood.observation(number);
            let spread = variance(&own);
            p += spread;
            warning |= spread > LARGE_VARIANCE;
            pointwise.push(log_mean_exp(&own) - spread);
        }
        let (elpd, addresses) = (pointwise.iter().sum(), likelihood.addresses());
        PredictiveFit { elpd, p, pointwise, pareto_k: None, warning, addresses, good_k: f64::INFINITY }
    }

    pub fn se(&self) -> f64 {
        (self.pointwise.len() as f64 * variance(&self.pointwise)).sqrt()
    }

    fn into_value(self) -> Result<Value> {
        let floats = |all: &[f64]| Value::vector(all.iter().map(|x| Value::float(*x)).collect());
        let mut entries = vec![
            ("elpd", Value::float(self.elpd)),
            ("se", Value::float(self.se())),
            ("p", Value::float(self.p)),
            ("warning", Value::bool(self.warning)),
            ("pointwise", floats(&self.pointwise)?),
        ];
        if let Some(ks) = &self.pareto_k {
            entries.push(("pareto-k", floats(ks)?));
        }
        entries.push(("observations", Value::vector(self.addresses)?));
        result(entries)
    }
}

fn criterion(cx: &mut Cx, function: &'static str, args: &mut [Value]) -> Result<Value> {
    let expected = PredictiveFit::of(cx, function, &args[0])?;
    if expected.warning {
        cx.warn(untrusted(function, &expected));
    }
    expected.into_value()
}

/// How many independent draws one draw is worth, on average over all numbers; 1 where one chain cannot tell.
fn efficiency(cx: &mut Cx, draws: &ResultDraws) -> Result<f64> {
    if draws.chains == 1 {
        return Ok(1.0);
    }
    let sites = ScalarSites::of(cx, draws)?;
    let chained = |numbers: &[f64]| numbers.chunks(draws.per_chain()).map(<[f64]>::to_vec).collect::<Vec<_>>();
    let whole = sites.scalars.iter().filter(|site| site.numbers.len() == draws.len());
    let sizes: Vec<f64> = whole.map(|site| ess_mean(&chained(&site.numbers))).filter(|size| size.is_finite()).collect();
    match sizes.is_empty() {
        true => Ok(1.0),
        false => Ok(sizes.iter().sum::<f64>() / sizes.len() as f64 / draws.len() as f64),
    }
}

fn log_mean_exp(all: &[f64]) -> f64 {
    log_sum_exp(all) - (all.len() as f64).ln()
}

/// The mean squared deviation.
pub fn variance(all: &[f64]) -> f64 {
    let n = all.len() as f64;
    let mean = all.iter().sum::<f64>() / n;
    all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n
}

fn psis(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let wrong = || wrong_type("psis", "logarithms of weights, an array or a vector of numbers", &args[0], 0);
    let given = match &args[0] {
        Value::Array(_) | Value::Vector(_) => numbers(&args[0])?,
        _ => return Err(wrong()),
    };
    if given.iter().any(|weight| weight.is_nan() || *weight == f64::INFINITY) {
        return Err(Error::raise(Code::Value, "a logarithm of a weight is a finite number or `##-Inf`").arg(0));
    }
    if given.iter().all(|weight| *weight == f64::NEG_INFINITY) {
        return Err(Error::raise(Code::AllImpossible, "no weight is positive").arg(0));
    }
    let weights = smoothed(&given, 1.0);
    let all = Value::vector(weights.log_weights.into_iter().map(Value::float).collect())?;
    result([("log-weights", all), ("pareto-k", Value::float(weights.k))])
}

#[cold]
fn untrusted(function: &str, expected: &PredictiveFit) -> Box<Error> {
    match &expected.pareto_k {
        Some(ks) => {
            let bad: Vec<String> = ks
                .iter()
                .zip(&expected.addresses)
                .filter(|(k, _)| **k > expected.good_k)
                .map(|(_, address)| brief(address))
                .collect();
            let (of, some) = (bad.len(), bad.iter().take(3).cloned().collect::<Vec<_>>().join(", "));
            let message = format!(
                "`{function}`: Pareto k of {of} of {} observations is above {:.2}, that of {some}",
                ks.len(),
                expected.good_k
            );
            Error::new(Code::Untrusted, message)
                .help("such an observation moves the posterior too far: fit the model without it, or give it heavier tails; `(:pareto-k r)` has all")
        }
        None => Error::new(
            Code::Untrusted,
            "`waic`: the log likelihood of an observation varies by more than 0.4 over the draws".to_string(),
        )
        .help("take `loo`, which tells which observations move the posterior"),
    }
}

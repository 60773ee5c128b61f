//! One row of a summary: what is computed of the draws of one scalar.

use super::sites::ScalarSite;
use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::infer::diagnostics::{self, ChainStatistic, RelativeWeights};
use crate::infer::samples::ResultDraws;

/// Columns of chains, as ArviZ names them.
pub const CHAINS: &[&str] =
    &["mean", "sd", "eti89_lb", "eti89_ub", "ess_bulk", "ess_tail", "r_hat", "mcse_mean", "mcse_sd"];
/// Columns of weighted draws.
pub const WEIGHTED: &[&str] = &["mean", "sd", "eti89_lb", "eti89_ub"];

/// Probability inside the equal-tailed interval.
const INTERVAL: f64 = 0.89;

/// A row in the order of [`CHAINS`]. ChainStatistics need the choice in every draw.
pub fn of_chains(site: &ScalarSite, draws: &ResultDraws) -> Vec<f64> {
    let whole = site.numbers.len() == draws.len();
    let length = if whole { draws.per_chain() } else { site.numbers.len() };
    let chains: Vec<Vec<f64>> = site.numbers.chunks(length.max(1)).map(<[f64]>::to_vec).collect();
    let (lower, upper) = diagnostics::equal_tailed(&chains, INTERVAL);
    let mut row = vec![diagnostics::mean(&chains), diagnostics::sd(&chains), lower, upper];
    let diagnose: [ChainStatistic; 5] = [
        diagnostics::ess_bulk,
        diagnostics::ess_tail,
        diagnostics::r_hat,
        diagnostics::mcse_mean,
        diagnostics::mcse_sd,
    ];
    row.extend(diagnose.map(|f| if whole { f(&chains) } else { f64::NAN }));
    row
}

/// A row in the order of [`WEIGHTED`].
pub fn of_weighted(site: &ScalarSite, weights: &RelativeWeights) -> Vec<f64> {
    let edge = (1.0 - INTERVAL) / 2.0;
    match weights.only(&site.places) {
        Some(w) => {
            let xs = &site.numbers;
            vec![w.mean(xs), w.sd(xs), w.quantile(xs, edge), w.quantile(xs, 1.0 - edge)]
        }
        None => vec![f64::NAN; WEIGHTED.len()],
    }
}

/// The same of a distribution.
pub fn of_distribution(cx: &mut Cx, dist: &Value) -> Result<Vec<f64>> {
    let edge = (1.0 - INTERVAL) / 2.0;
    let mut row = Vec::with_capacity(WEIGHTED.len());
    for (name, at) in [("mean", None), ("std", None), ("quantile", Some(edge)), ("quantile", Some(1.0 - edge))] {
        let mut args: Vec<Value> = std::iter::once(dist.clone()).chain(at.map(Value::float)).collect();
        row.push(cx.call_core(name, &mut args)?.as_f64().unwrap_or(f64::NAN));
    }
    Ok(row)
}

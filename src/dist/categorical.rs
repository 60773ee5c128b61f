//! The categorical distribution over 0 … k−1 by weights, which it normalizes.

use super::family::{Distribution, Kind, Param, Support, param};
use super::real::Real;
use crate::eval::key::Draws;

pub struct Categorical;

impl Distribution for Categorical {
    const NAME: &'static str = "categorical";
    const PARAMS: &'static [Param] = &[param("probs", Support::Weights)];
    const SUPPORT: Support = Support::Indices;
    const KIND: Kind = Kind::Integer;
    const WEIGHTED: bool = true;
    const CASES: &'static [&'static [f64]] = &[&[1.0, 2.0, 0.0, 5.0]];
    const DOC: &'static str = "An index 0 … k−1 with probabilities proportional to the weights.\n(logpdf (categorical [1 3]) 0) ;=> -1.3862943611198906\n(logpdf (categorical [1 3]) 2) ;=> ##-Inf";

    /// The index chooses by comparison, so that the same formula serves one index and an array of them.
    fn logpdf<R: Real>(x: R, weights: &[R]) -> R {
        let total = weights.iter().cloned().reduce(|a, b| a + b).unwrap_or(R::constant(0.0));
        let mut chosen = R::constant(0.0);
        for (i, weight) in weights.iter().enumerate() {
            chosen = R::select(&x.equals(&R::constant(i as f64)), weight.clone(), chosen);
        }
        // ln 0 is −∞: a weight of 0 and an index out of range alike.
        chosen.ln() - total.ln()
    }

    fn sample(weights: &[f64], draws: &mut Draws) -> f64 {
        let total: f64 = weights.iter().sum();
        let mut left = draws.open01() * total;
        for (i, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 && *weight > 0.0 {
                return i as f64;
            }
        }
        // Rounding can leave a rest: the last index that has any weight.
        weights.iter().rposition(|w| *w > 0.0).unwrap_or(0) as f64
    }

    fn mean(weights: &[f64]) -> f64 {
        let total: f64 = weights.iter().sum();
        weights.iter().enumerate().map(|(i, w)| i as f64 * w / total).sum()
    }

    fn variance(weights: &[f64]) -> f64 {
        let (total, mean) = (weights.iter().sum::<f64>(), Categorical::mean(weights));
        weights.iter().enumerate().map(|(i, w)| (i as f64 - mean).powi(2) * w / total).sum()
    }

    fn invalid(weights: &[f64]) -> Option<&'static str> {
        let total: f64 = weights.iter().sum();
        (total <= 0.0 || !total.is_finite()).then_some("the weights must not all be 0")
    }
}

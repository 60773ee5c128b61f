//! Categorical distributions over 0 … k−1, by weights, which are normalized, or by their logarithms.

use super::linear::{log_share, log_share_of, scale_of, shares_of};
use super::{Block, Case, Point, Requirement, ShapedParam, Structured, shaped};
use crate::distributions::family::{Kind, Support};
use crate::distributions::real::Real;
use crate::distributions::support_of::SupportOf;
use crate::eval::key::SiteRng;

pub struct Categorical;
pub struct CategoricalLogits;

/// 0 … k−1.
pub fn indices(k: usize) -> SupportOf {
    SupportOf::Numbers { of: Support::Indices, lo: 0.0, hi: k as f64 - 1.0 }
}

/// An index with probability in proportion to its weight.
pub fn choose(weights: &[f64], draws: &mut SiteRng) -> usize {
    let scale = scale_of(weights);
    let mut left = draws.open01() * weights.iter().map(|w| w * scale).sum::<f64>();
    for (i, weight) in weights.iter().enumerate() {
        left -= weight * scale;
        if left < 0.0 && *weight > 0.0 {
            return i;
        }
    }
    // Rounding can leave a rest: the last index that has any weight.
    weights.iter().rposition(|w| *w > 0.0).unwrap_or(0)
}

/// Mean and variance of the index.
fn moments(weights: &[f64]) -> (f64, f64) {
    let shares = shares_of(weights, weights);
    let about = |f: &dyn Fn(f64) -> f64| shares.iter().enumerate().map(|(i, share)| f(i as f64) * share).sum::<f64>();
    let mean = about(&|i| i);
    (mean, about(&|i| (i - mean).powi(2)))
}

impl Structured for Categorical {
    const NAME: &'static str = "categorical";
    const PARAMS: &'static [ShapedParam] = &[shaped("probs", 1, Requirement::Weights)];
    const RANK: usize = 0;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [Case] = &[Case { args: "[1 2 0 5]", ends: &[(0.0, 3.0)], embed: |x| Some(x.to_vec()) }];

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        indices(p[0].rows)
    }

    /// ln 0 is −∞: a weight of 0.
    fn logpdf<R: Real>(_x: &Block<'_, R>, p: &[Block<'_, R>], at: &Point<'_>) -> R {
        log_share_of(p[0].items, at.p[0].items, at.index())
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        vec![choose(p[0].items, draws) as f64]
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(vec![moments(p[0].items).0])
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(vec![moments(p[0].items).1])
    }
}

/// Weights of log-weights, the greatest 1.
pub fn weights(logits: &[f64]) -> Vec<f64> {
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logits.iter().map(|l| (l - top).exp()).collect()
}

impl Structured for CategoricalLogits {
    const NAME: &'static str = "categorical-logits";
    const PARAMS: &'static [ShapedParam] = &[shaped("logits", 1, Requirement::Logits)];
    const RANK: usize = 0;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [Case] = &[Case { args: "[-1.5 0.3 2 0]", ends: &[(0.0, 3.0)], embed: |x| Some(x.to_vec()) }];

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        indices(p[0].rows)
    }

    fn logpdf<R: Real>(_x: &Block<'_, R>, p: &[Block<'_, R>], at: &Point<'_>) -> R {
        log_share(p[0].items, at.index())
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        vec![choose(&weights(p[0].items), draws) as f64]
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(vec![moments(&weights(p[0].items)).0])
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(vec![moments(&weights(p[0].items)).1])
    }
}

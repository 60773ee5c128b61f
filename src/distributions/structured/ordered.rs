//! The ordered logistic distribution: which of the bins between cutpoints a logistic variable about eta falls into.

use super::categorical::{choose, indices};
use super::{Block, Case, Point, Requirement, ShapedParam, Structured, shaped};
use crate::distributions::family::Kind;
use crate::distributions::real::Real;
use crate::distributions::support_of::SupportOf;
use crate::eval::key::SiteRng;

pub struct OrderedLogistic;

/// log of the logistic function.
fn log_sigmoid<R: Real>(x: R) -> R {
    -(-x).softplus()
}

/// The probabilities of all bins.
fn probabilities(p: &[Block<'_, f64>]) -> Vec<f64> {
    let probability = |k: f64| {
        let x = Block { items: &[k], rows: 1, cols: 1 };
        OrderedLogistic::logpdf(&x, p, &Point { x: x.items, p }).exp()
    };
    (0..=p[1].rows).map(|k| probability(k as f64)).collect()
}

impl Structured for OrderedLogistic {
    const NAME: &'static str = "ordered-logistic";
    const PARAMS: &'static [ShapedParam] =
        &[shaped("eta", 0, Requirement::Reals), shaped("cutpoints", 1, Requirement::Increasing)];
    const RANK: usize = 0;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [Case] = &[Case { args: "0.4 [-1 0.5 3]", ends: &[(0.0, 3.0)], embed: |x| Some(x.to_vec()) }];

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        indices(p[1].rows + 1)
    }

    /// Between the bounds a < b: σ(b) − σ(a) = σ(b) σ(−a) (1 − exp(a − b)), each factor exact in logarithms.
    fn logpdf<R: Real>(_x: &Block<'_, R>, p: &[Block<'_, R>], at: &Point<'_>) -> R {
        let k = at.index();
        let bound = |i: usize| p[1].at(i, 0) - p[0].one();
        let below = (k < p[1].rows).then(|| bound(k));
        let above = (k > 0).then(|| bound(k - 1));
        match (above, below) {
            (Some(a), Some(b)) => {
                let gap = (-(a.clone() - b.clone()).exp_m1()).ln();
                log_sigmoid(b) + log_sigmoid(-a) + gap
            }
            (None, Some(b)) => log_sigmoid(b),
            (Some(a), None) => log_sigmoid(-a),
            (None, None) => R::constant(0.0),
        }
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        vec![choose(&probabilities(p), draws) as f64]
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(vec![probabilities(p).iter().enumerate().map(|(k, q)| k as f64 * q).sum()])
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        let mean = OrderedLogistic::mean(p)?[0];
        Some(vec![probabilities(p).iter().enumerate().map(|(k, q)| (k as f64 - mean).powi(2) * q).sum()])
    }
}

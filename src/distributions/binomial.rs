//! Successes in n trials: by their probability, by its log-odds, and with a probability that follows a beta.

use super::beta::Beta;
use super::draw::log_concave;
use super::family::{Cdf, Distribution, Kind, Param, Support, param};
use super::negative_binomial::failures;
use super::real::Real;
use super::saddle_point::{binomial_kernel, is_count, safe};
use crate::eval::key::SiteRng;
use crate::tensor::special::{betainc_of, sigmoid};

pub struct Binomial;
pub struct BinomialLogits;
pub struct BetaBinomial;

/// The number of successes of probability p = 1 − q in n trials.
fn draw(n: f64, p: f64, q: f64, draws: &mut SiteRng) -> f64 {
    let mode = ((n + 1.0) * p).floor().clamp(0.0, n);
    let logpmf = |k: f64| if (0.0..=n).contains(&k) { binomial_kernel(k, n - k, p, q) } else { f64::NEG_INFINITY };
    log_concave(mode, logpmf, draws)
}

/// 0 … n.
fn up_to<R: Real>(k: &R, n: &R) -> R::Mask {
    R::and(is_count(k), k.le(n))
}

impl Distribution for Binomial {
    const NAME: &'static str = "binomial";
    const PARAMS: &'static [Param] = &[param("n", Support::Counts), param("p", Support::Probability)];
    const SUPPORT: Support = Support::UpTo(0);
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [&'static [f64]] = &[&[10.0, 0.3], &[500.0, 0.9], &[0.0, 0.5], &[3.0, 1.0], &[1e4, 1e-4]];
    const CDF: Option<Cdf> = Some(|k, p| betainc_of(p[0] - k, k + 1.0, 1.0 - p[1], p[1]));

    fn logpdf<R: Real>(k: R, p: &[R]) -> R {
        let inside = up_to(&k, &p[0]);
        let k = safe(&inside, k, 0.0);
        let q = R::constant(1.0) - p[1].clone();
        R::on(&inside, binomial_kernel(k.clone(), p[0].clone() - k, p[1].clone(), q))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        draw(p[0], p[1], 1.0 - p[1], draws)
    }

    fn mean(p: &[f64]) -> f64 {
        p[0] * p[1]
    }

    fn variance(p: &[f64]) -> f64 {
        p[0] * p[1] * (1.0 - p[1])
    }
}

impl Distribution for BinomialLogits {
    const NAME: &'static str = "binomial-logits";
    const PARAMS: &'static [Param] = &[param("n", Support::Counts), param("logit", Support::Reals)];
    const SUPPORT: Support = Support::UpTo(0);
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [&'static [f64]] = &[&[10.0, -0.4], &[50.0, 2.0]];
    const CDF: Option<Cdf> = Some(|k, p| betainc_of(p[0] - k, k + 1.0, sigmoid(-p[1]), sigmoid(p[1])));

    /// Where a probability would underflow, the logarithms themselves: there nothing cancels.
    fn logpdf<R: Real>(k: R, p: &[R]) -> R {
        let inside = up_to(&k, &p[0]);
        let k = safe(&inside, k, 0.0);
        let (rest, logit) = (p[0].clone() - k.clone(), p[1].clone());
        let usual = logit.clone().abs().lt(&R::constant(500.0));
        let (half, one) = (R::constant(0.5), R::constant(1.0));
        let ways = binomial_kernel(k.clone(), rest.clone(), half.clone(), half);
        let ways = ways + p[0].clone() * R::constant(std::f64::consts::LN_2);
        let far = ways - k.clone() * (-logit.clone()).softplus() - rest.clone() * logit.clone().softplus();
        let logit = R::select(&usual, logit, one);
        let kernel = binomial_kernel(k, rest, logit.clone().sigmoid(), (-logit).sigmoid());
        R::on(&inside, R::select(&usual, kernel, far))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        draw(p[0], sigmoid(p[1]), sigmoid(-p[1]), draws)
    }

    fn mean(p: &[f64]) -> f64 {
        p[0] * sigmoid(p[1])
    }

    fn variance(p: &[f64]) -> f64 {
        p[0] * sigmoid(p[1]) * sigmoid(-p[1])
    }
}

impl Distribution for BetaBinomial {
    const NAME: &'static str = "beta-binomial";
    const PARAMS: &'static [Param] =
        &[param("n", Support::Counts), param("a", Support::Positive), param("b", Support::Positive)];
    const SUPPORT: Support = Support::UpTo(0);
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [&'static [f64]] = &[&[10.0, 2.0, 3.0], &[40.0, 0.5, 0.7], &[0.0, 1.0, 1.0]];

    /// Given their sum, two negative binomials of shapes a and b and any one probability: the most likely one here.
    fn logpdf<R: Real>(k: R, p: &[R]) -> R {
        let inside = up_to(&k, &p[0]);
        let k = safe(&inside, k, 0.0);
        let (n, a, b) = (p[0].clone(), p[1].clone(), p[2].clone());
        let sum = a.clone() + b.clone();
        let shape = safe(&sum.lt(&R::constant(f64::MAX)), sum.clone(), f64::MAX);
        let (half_n, half_shape) = (R::constant(0.5) * n.clone(), R::constant(0.5) * shape.clone());
        let half = half_n.clone() + half_shape.clone();
        let (stop, go) = (half_shape / half.clone(), half_n / half);
        let stop = safe(&R::constant(0.0).lt(&stop), stop, f64::MIN_POSITIVE);
        let part = |k: R, shape: R| failures(k, shape, stop.clone(), go.clone());
        R::on(&inside, part(k.clone(), a) + part(n.clone() - k, b) - part(n, shape))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        let chance = Beta::sample(&p[1..], draws);
        draw(p[0], chance, 1.0 - chance, draws)
    }

    fn mean(p: &[f64]) -> f64 {
        p[0] * Beta::mean(&p[1..])
    }

    fn variance(p: &[f64]) -> f64 {
        p[0] * Beta::variance(&p[1..]) * (p[1] + p[2] + p[0])
    }
}

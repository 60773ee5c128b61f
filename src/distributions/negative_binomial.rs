//! Failures before successes: geometric, negative-binomial.

use super::draw::log_standard_gamma;
use super::family::{Cdf, Distribution, Kind, Param, Support, param};
use super::real::Real;
use super::saddle_point::{is_count, safe, shape_kernel};
use crate::eval::key::SiteRng;
use crate::tensor::special::betainc_of;

pub struct Geometric;
pub struct NegativeBinomial;

/// log-probability of k failures before the r-th success, of probability p = 1 − q: log of r/(r + k) · Γ(r + k + 1) /
/// (Γ(r + 1) k!) · pʳ qᵏ.
pub fn failures<R: Real>(k: R, r: R, p: R, q: R) -> R {
    -(k.clone().ln() - r.clone().ln()).softplus() + shape_kernel(r, k, p, q)
}

impl Distribution for Geometric {
    const NAME: &'static str = "geometric";
    const PARAMS: &'static [Param] = &[param("p", Support::PositiveProbability)];
    const SUPPORT: Support = Support::Counts;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [&'static [f64]] = &[&[0.3], &[1.0], &[0.02]];
    const CDF: Option<Cdf> = Some(|k, p| -((k + 1.0) * (-p[0]).ln_1p()).exp_m1());

    fn logpdf<R: Real>(k: R, p: &[R]) -> R {
        let (inside, some) = (is_count(&k), R::constant(0.0).lt(&k));
        let k = safe(&inside, k, 0.0);
        // 0 · log 0 is 0, with no failure there is nothing to multiply.
        let failed = k.clone() * safe(&some, -p[0].clone(), 0.0).ln_1p();
        R::on(&inside, failed + p[0].clone().ln())
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        (draws.open01().ln() / (-p[0]).ln_1p()).floor().min(f64::MAX)
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Some((u.ln() / (-p[0].clone()).ln_1p()).floor())
    }

    fn mean(p: &[f64]) -> f64 {
        (1.0 - p[0]) / p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        (1.0 - p[0]) / p[0] / p[0]
    }
}

impl Distribution for NegativeBinomial {
    const NAME: &'static str = "negative-binomial";
    const PARAMS: &'static [Param] = &[param("r", Support::Positive), param("p", Support::PositiveProbability)];
    const SUPPORT: Support = Support::Counts;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [&'static [f64]] = &[&[5.0, 0.3], &[0.6, 0.2], &[2.0, 1.0], &[1e4, 0.99]];
    const CDF: Option<Cdf> = Some(|k, p| betainc_of(p[0], k + 1.0, p[1], 1.0 - p[1]));

    fn logpdf<R: Real>(k: R, p: &[R]) -> R {
        let inside = is_count(&k);
        let q = R::constant(1.0) - p[1].clone();
        R::on(&inside, failures(safe(&inside, k, 0.0), p[0].clone(), p[1].clone(), q))
    }

    /// A Poisson count whose rate is a gamma of shape r and mean r (1 − p)/p.
    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        let rate = (log_standard_gamma(p[0], draws) + (-p[1]).ln_1p() - p[1].ln()).exp();
        super::poisson::draw(rate.min(f64::MAX), draws)
    }

    fn mean(p: &[f64]) -> f64 {
        p[0] * (1.0 - p[1]) / p[1]
    }

    fn variance(p: &[f64]) -> f64 {
        p[0] * (1.0 - p[1]) / p[1] / p[1]
    }
}

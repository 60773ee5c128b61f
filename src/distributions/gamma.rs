//! The gamma distribution by shape and rate, and those that are gammas: the exponential, χ², and the inverse.

use super::draw::log_standard_gamma;
use super::family::{Cdf, Distribution, Param, Support, param};
use super::pathwise::{MeasureValuedPair, MeasureValuedPairs};
use super::real::Real;
use super::saddle_point::{is_positive, poisson_kernel_of, safe};
use crate::eval::key::SiteRng;
use crate::tensor::special::{gammainc_lower, gammainc_upper, lgamma};

pub struct Gamma;
pub struct Exponential;
pub struct ChiSquared;
pub struct InverseGamma;

/// P(a, m) and Q(a, m) of m = exp(log_m), of which a double may hold only the logarithm: m^a / Γ(a + 1) is all of P then.
fn incomplete(a: f64, m: f64, log_m: f64) -> (f64, f64) {
    if m > 1e-290 {
        return (gammainc_lower(a, m), gammainc_upper(a, m));
    }
    let log_lower = (a * log_m - lgamma(a + 1.0)).min(0.0);
    (log_lower.exp(), -log_lower.exp_m1())
}

impl Distribution for Gamma {
    const NAME: &'static str = "gamma";
    const PARAMS: &'static [Param] = &[param("shape", Support::Positive), param("rate", Support::Positive)];
    const SUPPORT: Support = Support::Positive;
    const CASES: &'static [&'static [f64]] = &[&[3.0, 2.0], &[1.2, 0.5], &[0.3, 1.0], &[2e5, 1e3]];
    const CDF: Option<Cdf> = Some(|x, p| incomplete(p[0], p[1] * x, p[1].ln() + x.ln()).0);

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let inside = is_positive(&x);
        let x = safe(&inside, x, 1.0);
        let (shape, rate, log_x) = (p[0].clone(), p[1].clone(), x.clone().ln());
        let kernel = poisson_kernel_of(shape.clone(), rate.clone() * x, rate.ln() + log_x.clone());
        R::on(&inside, kernel + shape.ln() - log_x)
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        (log_standard_gamma(p[0], draws) - p[1].ln()).exp().clamp(f64::MIN_POSITIVE, f64::MAX)
    }

    fn mean(p: &[f64]) -> f64 {
        p[0] / p[1]
    }

    fn variance(p: &[f64]) -> f64 {
        p[0] / p[1] / p[1]
    }
}

impl Distribution for Exponential {
    const NAME: &'static str = "exponential";
    const PARAMS: &'static [Param] = &[param("rate", Support::Positive)];
    const SUPPORT: Support = Support::NonNegative;
    const CASES: &'static [&'static [f64]] = &[&[0.7], &[50.0]];
    const CDF: Option<Cdf> = Some(|x, p| -(-p[0] * x).exp_m1());
    const QUANTILE: Option<Cdf> = Some(|q, p| -(-q).ln_1p() / p[0]);
    /// The value itself against the sum of two of them.
    const PAIRS: Option<MeasureValuedPairs> = Some(|p, draws| {
        let [one, two, three] = std::array::from_fn(|_| Exponential::sample(p, draws));
        vec![MeasureValuedPair { param: 0, scale: 1.0 / p[0], plus: one, minus: two + three }]
    });

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let inside = R::constant(0.0).le(&x);
        let x = safe(&inside, x, 0.0);
        R::on(&inside, p[0].clone().ln() - p[0].clone() * x)
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        (-draws.open01().ln() / p[0]).min(f64::MAX)
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Some(-u.ln() / p[0].clone())
    }

    fn mean(p: &[f64]) -> f64 {
        1.0 / p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        1.0 / p[0] / p[0]
    }
}

impl Distribution for ChiSquared {
    const NAME: &'static str = "chi-squared";
    const PARAMS: &'static [Param] = &[param("df", Support::Positive)];
    const SUPPORT: Support = Support::Positive;
    const CASES: &'static [&'static [f64]] = &[&[4.0], &[1.5]];
    const CDF: Option<Cdf> = Some(|x, p| gammainc_lower(0.5 * p[0], 0.5 * x));

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let half = R::constant(0.5);
        Gamma::logpdf(x, &[half.clone() * p[0].clone(), half])
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        Gamma::sample(&[0.5 * p[0], 0.5], draws)
    }

    fn mean(p: &[f64]) -> f64 {
        p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        2.0 * p[0]
    }
}

impl Distribution for InverseGamma {
    const NAME: &'static str = "inverse-gamma";
    const PARAMS: &'static [Param] = &[param("shape", Support::Positive), param("scale", Support::Positive)];
    const SUPPORT: Support = Support::Positive;
    const CASES: &'static [&'static [f64]] = &[&[9.0, 2.0], &[40.0, 300.0]];
    const CDF: Option<Cdf> = Some(|x, p| incomplete(p[0], p[1] / x, p[1].ln() - x.ln()).1);

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let inside = is_positive(&x);
        let x = safe(&inside, x, 1.0);
        let (shape, scale, log_x) = (p[0].clone(), p[1].clone(), x.clone().ln());
        let kernel = poisson_kernel_of(shape.clone(), scale.clone() / x, scale.ln() - log_x.clone());
        R::on(&inside, kernel + shape.ln() - log_x)
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        (p[1].ln() - log_standard_gamma(p[0], draws)).exp().clamp(f64::MIN_POSITIVE, f64::MAX)
    }

    fn mean(p: &[f64]) -> f64 {
        if p[0] > 1.0 { p[1] / (p[0] - 1.0) } else { f64::INFINITY }
    }

    fn variance(p: &[f64]) -> f64 {
        if p[0] > 2.0 { InverseGamma::mean(p).powi(2) / (p[0] - 2.0) } else { f64::INFINITY }
    }
}

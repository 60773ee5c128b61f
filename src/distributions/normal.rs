//! The normal distribution by mean and standard deviation, and what its exponential and its absolute value follow.

use super::draw::{place, standard_normal};
use super::family::{Cdf, Distribution, Param, Support, param};
use super::pathwise::{MeasureValuedPair, MeasureValuedPairs};
use super::real::Real;
use super::saddle_point::{is_positive, safe};
use crate::eval::key::SiteRng;
use crate::tensor::special::{erf, erfinv, normal_cdf, normal_icdf};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI, SQRT_2, TAU};

pub struct Normal;
pub struct LogNormal;
pub struct HalfNormal;

impl Distribution for Normal {
    const NAME: &'static str = "normal";
    const ALIASES: &'static [&'static str] = &["gaussian"];
    const PARAMS: &'static [Param] = &[param("mu", Support::Reals), param("sigma", Support::Positive)];
    const SUPPORT: Support = Support::Reals;
    const COMMON: bool = true;
    const CASES: &'static [&'static [f64]] = &[&[0.0, 1.0], &[-3.0, 0.2]];
    const CDF: Option<Cdf> = Some(|x, p| normal_cdf((x - p[0]) / p[1]));
    const QUANTILE: Option<Cdf> = Some(|q, p| place(p, normal_icdf(q)));
    /// By mu a Rayleigh step to either side, by sigma a two-sided Maxwell against the normal itself.
    const PAIRS: Option<MeasureValuedPairs> = Some(|p, draws| {
        let [a, b, c] = std::array::from_fn(|_| standard_normal(draws));
        let (step, far) = (a.hypot(b), a.hypot(b).hypot(c).copysign(standard_normal(draws)));
        let at = |z: f64| place(p, z);
        vec![
            MeasureValuedPair { param: 0, scale: 1.0 / (p[1] * TAU.sqrt()), plus: at(step), minus: at(-step) },
            MeasureValuedPair { param: 1, scale: 1.0 / p[1], plus: at(far), minus: at(standard_normal(draws)) },
        ]
    });

    #[inline(always)]
    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let z = (x - p[0].clone()) / p[1].clone();
        R::constant(-0.5) * z.square() - (p[1].clone().ln() + R::constant(0.5 * TAU.ln()))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        place(p, standard_normal(draws))
    }

    #[inline(always)]
    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Some(p[0].clone() + p[1].clone() * u.normal_icdf())
    }

    fn mean(p: &[f64]) -> f64 {
        p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        p[1] * p[1]
    }
}

impl Distribution for LogNormal {
    const NAME: &'static str = "log-normal";
    const PARAMS: &'static [Param] = Normal::PARAMS;
    const SUPPORT: Support = Support::Positive;
    const CASES: &'static [&'static [f64]] = &[&[0.0, 0.5], &[2.0, 0.3]];
    const CDF: Option<Cdf> = Some(|x, p| normal_cdf((x.ln() - p[0]) / p[1]));
    const QUANTILE: Option<Cdf> = Some(|q, p| (p[0] + p[1] * normal_icdf(q)).exp());

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let inside = is_positive(&x);
        let log = safe(&inside, x, 1.0).ln();
        R::on(&inside, Normal::logpdf(log.clone(), p) - log)
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        Normal::sample(p, draws).exp().clamp(f64::MIN_POSITIVE, f64::MAX)
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Some(Normal::from_uniform(u, p)?.exp())
    }

    fn mean(p: &[f64]) -> f64 {
        (p[0] + 0.5 * p[1] * p[1]).exp()
    }

    fn variance(p: &[f64]) -> f64 {
        (p[1] * p[1]).exp_m1() * (2.0 * p[0] + p[1] * p[1]).exp()
    }
}

impl Distribution for HalfNormal {
    const NAME: &'static str = "half-normal";
    const PARAMS: &'static [Param] = &[param("scale", Support::Positive)];
    const SUPPORT: Support = Support::NonNegative;
    const CASES: &'static [&'static [f64]] = &[&[1.0], &[30.0]];
    const CDF: Option<Cdf> = Some(|x, p| erf(x / p[0] * FRAC_1_SQRT_2));
    const QUANTILE: Option<Cdf> = Some(|q, p| p[0] * SQRT_2 * erfinv(q));

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let zero = R::constant(0.0);
        let inside = zero.le(&x);
        R::on(&inside, Normal::logpdf(x, &[zero, p[0].clone()]) + R::constant(LN_2))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        (p[0] * standard_normal(draws).abs()).min(f64::MAX)
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Some(p[0].clone() * u.normal_icdf().abs())
    }

    fn mean(p: &[f64]) -> f64 {
        p[0] * (2.0 / PI).sqrt()
    }

    fn variance(p: &[f64]) -> f64 {
        p[0] * p[0] * (1.0 - 2.0 / PI)
    }
}

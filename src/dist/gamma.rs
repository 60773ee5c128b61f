//! The gamma distribution by shape and rate, and the exponential, which is gamma of shape 1.

use super::family::{Distribution, Param, Support, param};
use super::real::Real;
use crate::eval::key::Draws;
use rand_distr::{Distribution as _, Gamma as Sampler};

pub struct Gamma;
pub struct Exponential;

/// log of a gamma draw of rate 1. Shapes below 1 are boosted, G(a) = G(a+1) U^(1/a) (Marsaglia & Tsang 2000), in logs,
/// since U^(1/a) underflows for small shapes.
pub(super) fn log_standard_gamma(shape: f64, draws: &mut Draws) -> f64 {
    let (boosted, log_boost) = if shape < 1.0 { (shape + 1.0, draws.open01().ln() / shape) } else { (shape, 0.0) };
    match Sampler::new(boosted, 1.0) {
        Ok(sampler) => sampler.sample(draws).ln() + log_boost,
        // Only a shape that is not positive and finite fails, and parameters are checked before.
        Err(_) => f64::NAN,
    }
}

impl Distribution for Gamma {
    const NAME: &'static str = "gamma";
    const PARAMS: &'static [Param] = &[param("shape", Support::Positive), param("rate", Support::Positive)];
    const SUPPORT: Support = Support::Positive;
    const DOC: &'static str = "The gamma distribution by shape and rate: its mean is shape/rate.\n(logpdf (gamma 1 2) 0.5) ;=> -0.3068528194400547\n(mean (gamma 3 2)) ;=> 1.5";

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let one = R::constant(1.0);
        let inside = R::and(R::constant(0.0).lt(&x), x.lt(&R::constant(f64::INFINITY)));
        let x = R::select(&inside, x, one.clone());
        let (shape, rate) = (p[0].clone(), p[1].clone());
        let kernel = (shape.clone() - one) * x.clone().ln() - rate.clone() * x;
        R::on(&inside, shape.clone() * rate.ln() + kernel - shape.lgamma())
    }

    fn sample(p: &[f64], draws: &mut Draws) -> f64 {
        (log_standard_gamma(p[0], draws) - p[1].ln()).exp().max(f64::MIN_POSITIVE)
    }

    fn mean(p: &[f64]) -> f64 {
        p[0] / p[1]
    }

    fn variance(p: &[f64]) -> f64 {
        p[0] / (p[1] * p[1])
    }
}

impl Distribution for Exponential {
    const NAME: &'static str = "exponential";
    const PARAMS: &'static [Param] = &[param("rate", Support::Positive)];
    const SUPPORT: Support = Support::NonNegative;
    const DOC: &'static str = "The exponential distribution with the given rate: its mean is 1/rate.\n(logpdf (exponential 2) 0) ;=> 0.6931471805599453\n(mean (exponential 4)) ;=> 0.25";

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let zero = R::constant(0.0);
        let inside = zero.le(&x);
        let x = R::select(&inside, x, zero);
        R::on(&inside, p[0].clone().ln() - p[0].clone() * x)
    }

    fn sample(p: &[f64], draws: &mut Draws) -> f64 {
        -draws.open01().ln() / p[0]
    }

    fn mean(p: &[f64]) -> f64 {
        1.0 / p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        1.0 / (p[0] * p[0])
    }
}

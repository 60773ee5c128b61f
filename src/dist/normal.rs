//! The normal distribution by mean and standard deviation.

use super::family::{Distribution, Param, Support, param};
use super::real::Real;
use crate::eval::key::Draws;
use rand_distr::{Distribution as _, StandardNormal};
use std::f64::consts::TAU;

pub struct Normal;

impl Distribution for Normal {
    const NAME: &'static str = "normal";
    const ALIASES: &'static [&'static str] = &["gaussian"];
    const PARAMS: &'static [Param] = &[param("mu", Support::Reals), param("sigma", Support::Positive)];
    const SUPPORT: Support = Support::Reals;
    const DOC: &'static str = "The normal distribution with mean mu and standard deviation sigma.\n(logpdf (normal 0 1) 0) ;=> -0.9189385332046727\n(mean (normal 3 2)) ;=> 3.0";

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let z = (x - p[0].clone()) / p[1].clone();
        -(R::constant(0.5) * z.square()) - p[1].clone().ln() - R::constant(0.5 * TAU.ln())
    }

    fn sample(p: &[f64], draws: &mut Draws) -> f64 {
        let z: f64 = StandardNormal.sample(draws);
        p[0] + p[1] * z
    }

    fn mean(p: &[f64]) -> f64 {
        p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        p[1] * p[1]
    }
}

//! The continuous uniform distribution on an interval.

use super::family::{Distribution, Param, Support, param};
use super::real::Real;
use crate::eval::key::Draws;

pub struct Uniform;

impl Distribution for Uniform {
    const NAME: &'static str = "uniform";
    const PARAMS: &'static [Param] = &[param("lo", Support::Reals), param("hi", Support::Reals)];
    const SUPPORT: Support = Support::Between(0, 1);
    const DOC: &'static str = "The uniform distribution between lo and hi, ends included.\n(logpdf (uniform 0 4) 1) ;=> -1.3862943611198906\n(logpdf (uniform 0 4) 5) ;=> ##-Inf";

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let inside = R::and(p[0].le(&x), x.le(&p[1]));
        R::on(&inside, -(p[1].clone() - p[0].clone()).ln())
    }

    fn sample(p: &[f64], draws: &mut Draws) -> f64 {
        let x = p[0] + (p[1] - p[0]) * draws.open01();
        x.clamp(p[0], p[1])
    }

    fn mean(p: &[f64]) -> f64 {
        0.5 * p[0] + 0.5 * p[1]
    }

    fn variance(p: &[f64]) -> f64 {
        (p[1] - p[0]).powi(2) / 12.0
    }

    fn invalid(p: &[f64]) -> Option<&'static str> {
        (p[0] >= p[1]).then_some("lo must be less than hi")
    }
}

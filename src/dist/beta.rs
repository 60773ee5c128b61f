//! The beta distribution on the open unit interval.

use super::family::{Distribution, Param, Support, param};
use super::gamma::log_standard_gamma;
use super::real::Real;
use crate::eval::key::Draws;

pub struct Beta;

impl Distribution for Beta {
    const NAME: &'static str = "beta";
    const PARAMS: &'static [Param] = &[param("a", Support::Positive), param("b", Support::Positive)];
    const SUPPORT: Support = Support::UnitInterval;
    const DOC: &'static str = "The beta distribution with shapes a and b, between 0 and 1.\n(logpdf (beta 2 2) 0.5) ;=> 0.4054651081081644\n(mean (beta 2 6)) ;=> 0.25";

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let (one, half) = (R::constant(1.0), R::constant(0.5));
        let inside = R::and(R::constant(0.0).lt(&x), x.lt(&one));
        let x = R::select(&inside, x, half);
        let (a, b) = (p[0].clone(), p[1].clone());
        let kernel = (a.clone() - one.clone()) * x.clone().ln() + (b.clone() - one) * (-x).ln_1p();
        R::on(&inside, kernel - R::lbeta(a, b))
    }

    /// X / (X + Y) of two gammas, in logs, so that small shapes do not round to 0/0.
    fn sample(p: &[f64], draws: &mut Draws) -> f64 {
        let (x, y) = (log_standard_gamma(p[0], draws), log_standard_gamma(p[1], draws));
        let ratio = 1.0 / (1.0 + (y - x).exp());
        ratio.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)
    }

    fn mean(p: &[f64]) -> f64 {
        p[0] / (p[0] + p[1])
    }

    fn variance(p: &[f64]) -> f64 {
        let sum = p[0] + p[1];
        p[0] / sum * (p[1] / sum) / (sum + 1.0)
    }
}

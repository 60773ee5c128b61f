//! Uniform distributions: on an interval, and on the integers of one.

use super::family::{Cdf, Distribution, Joint, Kind, Param, Support, param};
use super::real::Real;
use super::saddle_point::{is_integer, safe};
use crate::eval::key::SiteRng;
use std::f64::consts::LN_2;

pub struct Uniform;
pub struct DiscreteUniform;

impl Distribution for Uniform {
    const NAME: &'static str = "uniform";
    const PARAMS: &'static [Param] = &[param("lo", Support::Reals), param("hi", Support::Reals)];
    const SUPPORT: Support = Support::Between(0, 1);
    const CASES: &'static [&'static [f64]] = &[&[-1.0, 3.0], &[-1e308, 1e308]];
    const INVALID: Option<Joint> = Some(|p| (p[0] >= p[1]).then_some("lo must be less than hi"));
    const CDF: Option<Cdf> = Some(|x, p| (0.5 * x - 0.5 * p[0]) / (0.5 * p[1] - 0.5 * p[0]));
    const QUANTILE: Option<Cdf> = Some(between);

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let inside = R::and(p[0].le(&x), x.le(&p[1]));
        // The width may be more than a double holds; its half is not.
        let (half, width) = (R::constant(0.5), p[1].clone() - p[0].clone());
        let held = width.lt(&R::constant(f64::INFINITY));
        let wide = (half.clone() * p[1].clone() - half * p[0].clone()).ln() + R::constant(LN_2);
        R::on(&inside, -R::select(&held, safe(&held, width, 1.0).ln(), wide))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        between(draws.open01(), p)
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        let (lo, hi, one) = (p[0].clone(), p[1].clone(), R::constant(1.0));
        let width = hi.clone() - lo.clone();
        let held = width.lt(&R::constant(f64::INFINITY));
        // The width may be more than a number holds.
        let wide = lo.clone() * (one - u.clone()) + hi.clone() * u.clone();
        let x = R::select(&held, lo.clone() + safe(&held, width, 1.0) * u, wide);
        let x = R::select(&x.lt(&hi), x, hi);
        Some(R::select(&lo.lt(&x), x, lo))
    }

    fn mean(p: &[f64]) -> f64 {
        0.5 * p[0] + 0.5 * p[1]
    }

    fn variance(p: &[f64]) -> f64 {
        (p[1] - p[0]).powi(2) / 12.0
    }
}

fn between(u: f64, p: &[f64]) -> f64 {
    let width = p[1] - p[0];
    let x = if width.is_finite() { p[0] + width * u } else { p[0] * (1.0 - u) + p[1] * u };
    x.clamp(p[0], p[1])
}

/// How many integers there are from lo to hi.
fn count(p: &[f64]) -> f64 {
    p[1] - p[0] + 1.0
}

impl Distribution for DiscreteUniform {
    const NAME: &'static str = "discrete-uniform";
    const PARAMS: &'static [Param] = &[param("lo", Support::Integers), param("hi", Support::Integers)];
    const SUPPORT: Support = Support::IntegersBetween(0, 1);
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [&'static [f64]] = &[&[-2.0, 5.0], &[7.0, 7.0], &[1.0, 6.0]];
    const INVALID: Option<Joint> = Some(|p| (p[0] > p[1]).then_some("lo must not be greater than hi"));
    const CDF: Option<Cdf> = Some(|k, p| (k - p[0] + 1.0) / count(p));

    fn logpdf<R: Real>(k: R, p: &[R]) -> R {
        let inside = R::and(is_integer(&k), R::and(p[0].le(&k), k.le(&p[1])));
        R::on(&inside, -(p[1].clone() - p[0].clone() + R::constant(1.0)).ln())
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        (p[0] + (count(p) * draws.open01()).floor()).clamp(p[0], p[1])
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        let count = p[1].clone() - p[0].clone() + R::constant(1.0);
        let k = p[0].clone() + (count * u).floor();
        Some(R::select(&k.lt(&p[1]), k, p[1].clone()))
    }

    fn mean(p: &[f64]) -> f64 {
        0.5 * p[0] + 0.5 * p[1]
    }

    fn variance(p: &[f64]) -> f64 {
        let n = count(p);
        (n - 1.0) * (n + 1.0) / 12.0
    }
}

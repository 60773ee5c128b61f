//! Location-scale families on the reals: laplace, logistic, gumbel.

use super::draw::place;
use super::family::{Cdf, Distribution, Param, Support, param};
use super::real::Real;
use super::saddle_point::safe;
use crate::eval::key::SiteRng;
use crate::tensor::special::{logit, sigmoid};
use std::f64::consts::{LN_2, PI};

pub struct Laplace;
pub struct Logistic;
pub struct Gumbel;

/// The parameters of all of them.
pub const LOC_SCALE: &[Param] = &[param("loc", Support::Reals), param("scale", Support::Positive)];

/// Test parameters of all of them.
const CASES: &[&[f64]] = &[&[0.0, 1.0], &[-3.0, 0.2]];

/// (x − loc) / scale.
pub fn standardize<R: Real>(x: R, p: &[R]) -> R {
    (x - p[0].clone()) / p[1].clone()
}

fn laplace_quantile(q: f64, p: &[f64]) -> f64 {
    place(p, if q < 0.5 { (2.0 * q).ln() } else { -(2.0 * (1.0 - q)).ln() })
}

impl Distribution for Laplace {
    const NAME: &'static str = "laplace";
    const PARAMS: &'static [Param] = LOC_SCALE;
    const SUPPORT: Support = Support::Reals;
    const CASES: &'static [&'static [f64]] = CASES;
    const CDF: Option<Cdf> = Some(|x, p| {
        let z = standardize(x, p);
        if z < 0.0 { 0.5 * z.exp() } else { 1.0 - 0.5 * (-z).exp() }
    });
    const QUANTILE: Option<Cdf> = Some(laplace_quantile);

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        -standardize(x, p).abs() - p[1].clone().ln() - R::constant(LN_2)
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        laplace_quantile(draws.open01(), p)
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        let (low, two) = (u.lt(&R::constant(0.5)), R::constant(2.0));
        let size = (two * R::select(&low, u.clone(), R::constant(1.0) - u)).ln();
        Some(p[0].clone() + p[1].clone() * R::select(&low, size.clone(), -size))
    }

    fn mean(p: &[f64]) -> f64 {
        p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        2.0 * p[1] * p[1]
    }
}

impl Distribution for Logistic {
    const NAME: &'static str = "logistic";
    const PARAMS: &'static [Param] = LOC_SCALE;
    const SUPPORT: Support = Support::Reals;
    const CASES: &'static [&'static [f64]] = CASES;
    const CDF: Option<Cdf> = Some(|x, p| sigmoid(standardize(x, p)));
    const QUANTILE: Option<Cdf> = Some(|q, p| place(p, logit(q)));

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let z = standardize(x, p);
        -z.clone().softplus() - (-z).softplus() - p[1].clone().ln()
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        place(p, logit(draws.open01()))
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Some(p[0].clone() + p[1].clone() * (u.clone().ln() - (-u).ln_1p()))
    }

    fn mean(p: &[f64]) -> f64 {
        p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        (PI * p[1]).powi(2) / 3.0
    }
}

impl Distribution for Gumbel {
    const NAME: &'static str = "gumbel";
    const PARAMS: &'static [Param] = LOC_SCALE;
    const SUPPORT: Support = Support::Reals;
    const CASES: &'static [&'static [f64]] = CASES;
    const CDF: Option<Cdf> = Some(|x, p| (-(-standardize(x, p)).exp()).exp());
    const QUANTILE: Option<Cdf> = Some(|q, p| place(p, -(-q.ln()).ln()));

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let z = standardize(x, p);
        // Further down the density is less than any double.
        let inside = R::and(R::constant(-800.0).lt(&z), z.lt(&R::constant(f64::INFINITY)));
        let z = safe(&inside, z, 0.0);
        R::on(&inside, -z.clone() - (-z).exp() - p[1].clone().ln())
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        place(p, -(-draws.open01().ln()).ln())
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Some(p[0].clone() - p[1].clone() * (-u.ln()).ln())
    }

    fn mean(p: &[f64]) -> f64 {
        const EULER: f64 = 0.577_215_664_901_532_9;
        p[0] + p[1] * EULER
    }

    fn variance(p: &[f64]) -> f64 {
        (PI * p[1]).powi(2) / 6.0
    }
}

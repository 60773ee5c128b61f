//! Heavy tails: student-t, cauchy (one degree of freedom), and its absolute value.

use super::draw::{log_standard_gamma, place, standard_normal};
use super::family::{Cdf, Distribution, Param, Support, param};
use super::location_scale::{LOC_SCALE, standardize};
use super::real::Real;
use crate::eval::key::SiteRng;
use crate::tensor::special::{betainc_of, lbeta};
use std::f64::consts::{FRAC_2_PI, LN_2, PI};

pub struct StudentT;
pub struct Cauchy;
pub struct HalfCauchy;

fn student_cdf(x: f64, p: &[f64]) -> f64 {
    let z = standardize(x, &p[1..]);
    // With w = |z|/√df, whose square may overflow: the first term of I(df/2, 1/2) at 1/w², for which the others are nothing.
    let log_w = (x - p[1]).abs().ln() - p[2].ln() - 0.5 * p[0].ln();
    if log_w > 200.0 {
        let tail = 0.5 * (-p[0] * log_w - (0.5 * p[0]).ln() - lbeta(0.5 * p[0], 0.5)).exp();
        return if z < 0.0 { tail } else { 1.0 - tail };
    }
    let square = z / p[0].sqrt() * (z / p[0].sqrt());
    // P(|T| > |z|) = I(df/2, 1/2) at df / (df + z²), DLMF 8.17 with the t density.
    let tail = 0.5 * betainc_of(0.5 * p[0], 0.5, 1.0 / (1.0 + square), 1.0 / (1.0 + 1.0 / square));
    if z < 0.0 { tail } else { 1.0 - tail }
}

/// log(1 + z²) for z = d / scale, which may overflow where its logarithm does not.
fn log1p_square<R: Real>(d: R, z: R, log_scale: R) -> R {
    let large = R::constant(1e9).lt(&z.clone().abs());
    let far = R::select(&large, d.abs(), R::constant(1.0)).ln() - log_scale;
    R::select(&large, far.clone() + far, R::select(&large, R::constant(0.0), z).log1p_square())
}

impl Distribution for StudentT {
    const NAME: &'static str = "student-t";
    const PARAMS: &'static [Param] =
        &[param("df", Support::Positive), param("loc", Support::Reals), param("scale", Support::Positive)];
    const SUPPORT: Support = Support::Reals;
    const CASES: &'static [&'static [f64]] = &[&[9.0, 0.0, 1.0], &[30.0, -3.0, 0.2], &[1e6, 1.0, 2.0]];
    const CDF: Option<Cdf> = Some(student_cdf);

    /// By log B(1/2, df/2), in which the difference of two log Γ does not cancel for large df.
    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let (half, df) = (R::constant(0.5), p[0].clone());
        let log_scale = p[2].clone().ln() + half.clone() * df.clone().ln();
        let z = standardize(x.clone(), &p[1..]) / df.clone().sqrt();
        let fall = log1p_square(x - p[1].clone(), z, log_scale);
        let norm = R::lbeta(half.clone(), half.clone() * df.clone()) + half.clone() * df.clone().ln();
        -(half.clone() + half * df) * fall - norm - p[2].clone().ln()
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        let z = standard_normal(draws);
        let log_chi = 0.5 * (log_standard_gamma(0.5 * p[0], draws) - (0.5 * p[0]).ln());
        place(&p[1..], z.signum() * (z.abs().ln() - log_chi).exp())
    }

    fn mean(p: &[f64]) -> f64 {
        if p[0] > 1.0 { p[1] } else { f64::NAN }
    }

    fn variance(p: &[f64]) -> f64 {
        match p[0] {
            df if df > 2.0 => p[2] * p[2] * (1.0 + 2.0 / (df - 2.0)),
            df if df > 1.0 => f64::INFINITY,
            _ => f64::NAN,
        }
    }
}

/// The cotangent of πq, from the nearer end and by its complement around the middle: exact at both.
fn cauchy_quantile(q: f64, p: &[f64]) -> f64 {
    let near = q.min(1.0 - q);
    let tail = if near < 0.25 { 1.0 / (PI * near).tan() } else { (PI * (0.5 - near)).tan() };
    place(p, if q < 0.5 { -tail } else { tail })
}

impl Distribution for Cauchy {
    const NAME: &'static str = "cauchy";
    const PARAMS: &'static [Param] = LOC_SCALE;
    const SUPPORT: Support = Support::Reals;
    const CASES: &'static [&'static [f64]] = &[&[0.0, 1.0], &[2.0, 0.5]];
    const CDF: Option<Cdf> = Some(|x, p| 1.0_f64.atan2(-standardize(x, p)) / PI);
    const QUANTILE: Option<Cdf> = Some(cauchy_quantile);

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let (z, log_scale) = (standardize(x.clone(), p), p[1].clone().ln());
        -log1p_square(x - p[0].clone(), z, log_scale.clone()) - log_scale - R::constant(PI.ln())
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        cauchy_quantile(draws.open01(), p)
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        // The cotangent of πu, from the nearer end.
        let low = u.lt(&R::constant(0.5));
        let angle = R::constant(PI) * R::select(&low, u.clone(), R::constant(1.0) - u);
        let tail = angle.clone().cos() / angle.sin();
        Some(p[0].clone() + p[1].clone() * R::select(&low, -tail.clone(), tail))
    }

    fn mean(_: &[f64]) -> f64 {
        f64::NAN
    }

    fn variance(_: &[f64]) -> f64 {
        f64::NAN
    }
}

fn half_quantile(q: f64, p: &[f64]) -> f64 {
    p[0] * if q < 0.5 { (0.5 * PI * q).tan() } else { 1.0 / (0.5 * PI * (1.0 - q)).tan() }
}

impl Distribution for HalfCauchy {
    const NAME: &'static str = "half-cauchy";
    const PARAMS: &'static [Param] = &[param("scale", Support::Positive)];
    const SUPPORT: Support = Support::NonNegative;
    const CASES: &'static [&'static [f64]] = &[&[1.0], &[25.0]];
    const CDF: Option<Cdf> = Some(|x, p| FRAC_2_PI * (x / p[0]).atan());
    const QUANTILE: Option<Cdf> = Some(half_quantile);

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let zero = R::constant(0.0);
        let inside = zero.le(&x);
        R::on(&inside, Cauchy::logpdf(x, &[zero, p[0].clone()]) + R::constant(LN_2))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        Cauchy::sample(&[0.0, p[0]], draws).abs()
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        let angle = R::constant(0.5 * PI) * u;
        Some(p[0].clone() * (angle.clone().cos() / angle.sin()))
    }

    fn mean(_: &[f64]) -> f64 {
        f64::INFINITY
    }

    fn variance(_: &[f64]) -> f64 {
        f64::INFINITY
    }
}

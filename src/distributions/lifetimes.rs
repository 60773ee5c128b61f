//! Lifetimes and sizes on the positive reals: weibull, pareto, inverse-gaussian.

use super::draw::standard_normal;
use super::family::{Cdf, Distribution, Param, Support, param};
use super::real::Real;
use super::saddle_point::{is_positive, safe};
use crate::eval::key::SiteRng;
use crate::tensor::special::{lgamma, mills_ratio, normal_cdf};
use std::f64::consts::TAU;

pub struct Weibull;
pub struct Pareto;
pub struct InverseGaussian;

const SHAPE_SCALE: &[Param] = &[param("shape", Support::Positive), param("scale", Support::Positive)];

fn weibull_quantile(q: f64, p: &[f64]) -> f64 {
    p[1] * (-(-q).ln_1p()).powf(1.0 / p[0])
}

impl Distribution for Weibull {
    const NAME: &'static str = "weibull";
    const PARAMS: &'static [Param] = SHAPE_SCALE;
    const SUPPORT: Support = Support::Positive;
    const CASES: &'static [&'static [f64]] = &[&[2.0, 1.5], &[0.9, 3.0], &[12.0, 0.1]];
    const CDF: Option<Cdf> = Some(|x, p| -(-(x / p[1]).powf(p[0])).exp_m1());
    const QUANTILE: Option<Cdf> = Some(weibull_quantile);

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let inside = is_positive(&x);
        let x = safe(&inside, x, 1.0);
        let (shape, scale) = (p[0].clone(), p[1].clone());
        let log_power = shape.clone() * (x.clone().ln() - scale.ln());
        // Further out the density is less than any double.
        let held = log_power.lt(&R::constant(800.0));
        let log_power = safe(&held, log_power, 0.0);
        R::on(&R::and(inside, held), shape.ln() - x.ln() + log_power.clone() - log_power.exp())
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        weibull_quantile(draws.open01(), p).clamp(f64::MIN_POSITIVE, f64::MAX)
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Some(p[1].clone() * ((-u.ln()).ln() / p[0].clone()).exp())
    }

    fn mean(p: &[f64]) -> f64 {
        p[1] * lgamma(1.0 + 1.0 / p[0]).exp()
    }

    /// Γ(1 + 2/k) − Γ(1 + 1/k)² as a product, of which one factor is small for large shapes.
    fn variance(p: &[f64]) -> f64 {
        let once = lgamma(1.0 + 1.0 / p[0]);
        p[1] * p[1] * (2.0 * once).exp() * (lgamma(1.0 + 2.0 / p[0]) - 2.0 * once).exp_m1()
    }
}

fn pareto_quantile(q: f64, p: &[f64]) -> f64 {
    p[1] * (-(-q).ln_1p() / p[0]).exp()
}

impl Distribution for Pareto {
    const NAME: &'static str = "pareto";
    const PARAMS: &'static [Param] = SHAPE_SCALE;
    const SUPPORT: Support = Support::AtLeast(1);
    const CASES: &'static [&'static [f64]] = &[&[9.0, 1.0], &[40.0, 300.0]];
    const CDF: Option<Cdf> = Some(|x, p| -(-p[0] * ((x - p[1]) / p[1]).ln_1p()).exp_m1());
    const QUANTILE: Option<Cdf> = Some(pareto_quantile);

    /// log(x/scale) by what x is above the scale, and by two logarithms where the quotient could overflow.
    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let (shape, scale) = (p[0].clone(), p[1].clone());
        let inside = R::and(scale.le(&x), x.lt(&R::constant(f64::INFINITY)));
        let x = R::select(&inside, x, scale.clone());
        let near = (R::constant(0.5) * x.clone()).le(&scale);
        let above = R::select(&near, x.clone() - scale.clone(), R::constant(0.0)) / scale.clone();
        let log_ratio = R::select(&near, above.ln_1p(), x.clone().ln() - scale.ln());
        R::on(&inside, shape.clone().ln() - x.ln() - shape * log_ratio)
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        pareto_quantile(draws.open01(), p).clamp(p[1], f64::MAX)
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Some(p[1].clone() * (-u.ln() / p[0].clone()).exp())
    }

    fn mean(p: &[f64]) -> f64 {
        if p[0] > 1.0 { p[1] * p[0] / (p[0] - 1.0) } else { f64::INFINITY }
    }

    fn variance(p: &[f64]) -> f64 {
        if p[0] > 2.0 { (p[1] / (p[0] - 1.0)).powi(2) * p[0] / (p[0] - 2.0) } else { f64::INFINITY }
    }
}

fn inverse_gaussian_cdf(x: f64, p: &[f64]) -> f64 {
    let (root, ratio) = ((p[1] / x).sqrt(), x / p[0]);
    if ratio == 1.0 && root.is_infinite() || ratio.is_infinite() && root == 0.0 {
        return 1.0; // 0 · ∞: sizes at which nothing is left above
    }
    let below = root * (ratio - 1.0);
    // exp(2λ/μ) Φ(−√(λ/x) (x/μ + 1)), whose exponentials are combined.
    normal_cdf(below) + (-0.5 * below * below).exp() * mills_ratio(root * (ratio + 1.0)) / TAU.sqrt()
}

impl Distribution for InverseGaussian {
    const NAME: &'static str = "inverse-gaussian";
    const PARAMS: &'static [Param] = &[param("mean", Support::Positive), param("shape", Support::Positive)];
    const SUPPORT: Support = Support::Positive;
    const CASES: &'static [&'static [f64]] = &[&[1.0, 2.0], &[3.0, 20.0], &[0.5, 0.4]];
    const CDF: Option<Cdf> = Some(inverse_gaussian_cdf);

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let inside = is_positive(&x);
        let x = safe(&inside, x, 1.0);
        let (mean, shape, half) = (p[0].clone(), p[1].clone(), R::constant(0.5));
        let difference = x.clone() - mean.clone();
        let some = R::constant(0.0).lt(&difference.clone().abs());
        // (shape/mean) (difference/mean) (difference/x), in an order that does not overflow and underflow at once.
        let below = x.lt(&mean);
        let (less, more) = (R::select(&below, x.clone(), mean.clone()), R::select(&below, mean.clone(), x.clone()));
        let scaled = safe(&some, shape.clone() / less, 0.0) * (difference.clone() / mean) * (difference / more);
        let spread = shape.ln() - R::constant(3.0) * x.ln() - R::constant(TAU.ln());
        R::on(&inside, half.clone() * (spread - scaled))
    }

    /// Michael, Schucany and Haas (1976); the smaller root as the reciprocal of the larger, which does not cancel.
    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        let w = standard_normal(draws).powi(2) * p[0] / (2.0 * p[1]);
        let large = 1.0 + w + (w * (2.0 + w)).sqrt();
        let ratio = if draws.open01() * (1.0 + 1.0 / large) <= 1.0 { 1.0 / large } else { large };
        (p[0] * ratio).clamp(f64::MIN_POSITIVE, f64::MAX)
    }

    fn mean(p: &[f64]) -> f64 {
        p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        p[0] * p[0] * p[0] / p[1]
    }
}

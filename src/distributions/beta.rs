//! The beta distribution on the open unit interval, and its mixture with the uniform.

use super::draw::log_standard_gamma;
use super::family::{Cdf, Distribution, Param, Support, param};
use super::real::Real;
use super::saddle_point::{safe, shape_kernel};
use crate::eval::key::SiteRng;
use crate::tensor::special::betainc;

pub struct Beta;
pub struct BetaUniform;

impl Distribution for Beta {
    const NAME: &'static str = "beta";
    const PARAMS: &'static [Param] = &[param("a", Support::Positive), param("b", Support::Positive)];
    const SUPPORT: Support = Support::UnitInterval;
    const CASES: &'static [&'static [f64]] = &[&[2.0, 5.0], &[1.5, 1.2], &[0.4, 0.7], &[3e4, 1e4]];
    const CDF: Option<Cdf> = Some(|x, p| betainc(p[0], p[1], x));

    /// log of ab/(a + b) · Γ(a + b + 1)/(Γ(a + 1) Γ(b + 1)) · xᵃ (1 − x)ᵇ / (x (1 − x)).
    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let one = R::constant(1.0);
        let inside = R::and(R::constant(0.0).lt(&x), x.lt(&one));
        let x = safe(&inside, x, 0.5);
        let (a, b, y) = (p[0].clone(), p[1].clone(), one - x.clone());
        let shapes = a.clone().ln() + (b.clone().ln() - (a.clone() + b.clone()).ln());
        let kernel = shape_kernel(a, b, x.clone(), y);
        R::on(&inside, kernel + shapes - x.clone().ln() - (-x).ln_1p())
    }

    /// X / (X + Y) of two gammas, in logs, so that small shapes do not round to 0/0.
    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        let (x, y) = (log_standard_gamma(p[0], draws), log_standard_gamma(p[1], draws));
        let ratio = if x == y && x.is_infinite() {
            // Shapes so small that both logarithms overflow: next to 0, or with probability a/(a + b) to 1.
            f64::from(u8::from(draws.open01() < Beta::mean(p)))
        } else {
            1.0 / (1.0 + (y - x).exp())
        };
        ratio.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)
    }

    fn mean(p: &[f64]) -> f64 {
        1.0 / (1.0 + p[1] / p[0])
    }

    fn variance(p: &[f64]) -> f64 {
        let sum = p[0] + p[1];
        p[0] / sum * (p[1] / sum) / (sum + 1.0)
    }
}

impl Distribution for BetaUniform {
    const NAME: &'static str = "beta-uniform";
    const PARAMS: &'static [Param] =
        &[param("theta", Support::Probability), param("a", Support::Positive), param("b", Support::Positive)];
    const SUPPORT: Support = Support::UnitInterval;
    const CASES: &'static [&'static [f64]] = &[&[0.4, 10.0, 2.0], &[0.0, 2.0, 2.0], &[1.0, 2.0, 3.0]];
    const CDF: Option<Cdf> = Some(|x, p| p[0] * betainc(p[1], p[2], x) + (1.0 - p[0]) * x);

    /// log(1 + θ (B − 1)), and where θ is 1, since B may underflow, log B + log(1 + (1 − θ)(1/B − 1)) with its slope in θ.
    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let one = R::constant(1.0);
        let inside = R::and(R::constant(0.0).lt(&x), x.lt(&one));
        let beta = Beta::logpdf(safe(&inside, x, 0.5), &p[1..]);
        let mixed = p[0].lt(&one);
        let held = beta.lt(&R::constant(700.0));
        let some = (safe(&mixed, p[0].clone(), 0.0) * safe(&held, beta.clone(), 700.0).exp_m1()).ln_1p();
        // As far as single precision holds the exponential.
        let inverse = -safe(&R::constant(-85.0).lt(&beta), safe(&held, beta.clone(), 700.0), -85.0);
        let whole = beta + ((one - p[0].clone()) * inverse.exp_m1()).ln_1p();
        R::on(&inside, R::select(&mixed, some, whole))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        if draws.open01() < p[0] { Beta::sample(&p[1..], draws) } else { draws.open01() }
    }

    fn mean(p: &[f64]) -> f64 {
        p[0] * Beta::mean(&p[1..]) + (1.0 - p[0]) * 0.5
    }

    fn variance(p: &[f64]) -> f64 {
        let difference = Beta::mean(&p[1..]) - 0.5;
        p[0] * Beta::variance(&p[1..]) + (1.0 - p[0]) / 12.0 + p[0] * (1.0 - p[0]) * difference * difference
    }
}

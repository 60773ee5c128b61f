//! Distributions of angles between −π and π. Their mean is the mean direction, their variance 1 less the length of the
//! mean resultant (Mardia & Jupp, "Directional Statistics", 2000).

use super::draw::{ROUNDS, standard_normal, wrap_angle};
use super::family::{Cdf, Distribution, Param, Support, param};
use super::real::Real;
use super::saddle_point::safe;
use crate::eval::key::SiteRng;
use crate::tensor::special::bessel_ratio;
use std::f64::consts::{PI, TAU};

pub struct VonMises;
pub struct WrappedCauchy;
pub struct WrappedNormal;

fn is_angle<R: Real>(x: &R) -> R::Mask {
    x.clone().abs().le(&R::constant(PI))
}

/// The deviation of an angle cos d = 1 − 2 sin²(d/2), less 1: exact for small d, where 1 would swallow it.
fn cosine_less_one<R: Real>(d: R) -> R {
    -(R::constant(2.0) * (R::constant(0.5) * d).sin().square())
}

impl Distribution for VonMises {
    const NAME: &'static str = "von-mises";
    const PARAMS: &'static [Param] = &[param("mu", Support::Reals), param("kappa", Support::NonNegative)];
    const SUPPORT: Support = Support::Angle;
    const CASES: &'static [&'static [f64]] = &[&[0.0, 1.0], &[2.0, 10.0], &[1.0, 0.0], &[-1.0, 1e4]];

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let inside = is_angle(&x);
        let d = safe(&inside, x, 0.0) - p[0].clone();
        let norm = p[1].clone().log_i0e() + R::constant(TAU.ln());
        R::on(&inside, p[1].clone() * cosine_less_one(d) - norm)
    }

    /// Best & Fisher (1979): a wrapped Cauchy envelope. Their r less 1 is written so that it cancels for no kappa, and
    /// the angle by its half, of which small ones keep their digits.
    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        let (mu, kappa) = (p[0], p[1]);
        if kappa < 1e-300 {
            return wrap_angle(mu + PI * (2.0 * draws.open01() - 1.0));
        }
        let excess = envelope(kappa);
        for _ in 0..ROUNDS {
            let (sin, cos) = (0.5 * PI * draws.open01()).sin_cos();
            // 1 − f for their f = (1 + r z)/(r + z), with z = cos: 1 − z = 2 sin², 1 + z = 2 cos² of half the angle.
            let fall = excess * 2.0 * sin * sin / (excess + 2.0 * cos * cos);
            let c = kappa * (excess + fall);
            if (c / draws.open01()).ln() + 1.0 - c >= 0.0 {
                let d = 2.0 * (0.5 * fall).sqrt().min(1.0).asin();
                return wrap_angle(mu + if draws.open01() < 0.5 { -d } else { d });
            }
        }
        wrap_angle(mu)
    }

    fn mean(p: &[f64]) -> f64 {
        wrap_angle(p[0])
    }

    fn variance(p: &[f64]) -> f64 {
        1.0 - bessel_ratio(p[1])
    }
}

/// r − 1 of Best & Fisher: with τ = 1 + √(1 + 4κ²) and ρ = (τ − √(2τ)) / 2κ, it is (1 − ρ)² / 2ρ.
fn envelope(kappa: f64) -> f64 {
    let twice = 2.0 * kappa;
    let root = 1.0_f64.hypot(twice);
    let tau = 1.0 + root;
    let rho = tau.sqrt() * twice / (tau * (tau.sqrt() + std::f64::consts::SQRT_2));
    let rest = if kappa < 1.0 { 1.0 - rho } else { ((2.0 * tau).sqrt() - 1.0 - 1.0 / (root + twice)) / twice };
    rest * rest / (2.0 * rho)
}

/// The distribution function of the unwrapped angle, which grows by 1 a turn.
fn wrapped_cauchy_turns(d: f64, rho: f64) -> f64 {
    let turns = (d / TAU).round();
    let half = 0.5 * (d - TAU * turns);
    turns + ((1.0 + rho) * half.sin()).atan2((1.0 - rho) * half.cos()) / PI
}

impl Distribution for WrappedCauchy {
    const NAME: &'static str = "wrapped-cauchy";
    const PARAMS: &'static [Param] = &[param("mu", Support::Reals), param("rho", Support::BelowOne)];
    const SUPPORT: Support = Support::Angle;
    const CASES: &'static [&'static [f64]] = &[&[0.0, 0.5], &[2.0, 0.9], &[1.0, 0.0]];
    const CDF: Option<Cdf> = Some(|x, p| wrapped_cauchy_turns(x - p[0], p[1]) - wrapped_cauchy_turns(-PI - p[0], p[1]));

    /// log of (1 − ρ²) / 2π((1 − ρ)² + 2ρ(1 − cos d)).
    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let inside = is_angle(&x);
        let (rho, one) = (p[1].clone(), R::constant(1.0));
        let fall = cosine_less_one(safe(&inside, x, 0.0) - p[0].clone());
        let rest = one - rho.clone();
        let distance = rest.clone().square() - R::constant(2.0) * rho.clone() * fall;
        R::on(&inside, rest.ln() + rho.ln_1p() - distance.ln() - R::constant(TAU.ln()))
    }

    /// By its half angle, whose tangent is that of a uniform one times (1 − ρ)/(1 + ρ).
    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        let (sin, cos) = (PI * (draws.open01() - 0.5)).sin_cos();
        wrap_angle(p[0] + 2.0 * ((1.0 - p[1]) * sin).atan2((1.0 + p[1]) * cos))
    }

    fn mean(p: &[f64]) -> f64 {
        wrap_angle(p[0])
    }

    fn variance(p: &[f64]) -> f64 {
        1.0 - p[1]
    }
}

impl Distribution for WrappedNormal {
    const NAME: &'static str = "wrapped-normal";
    const PARAMS: &'static [Param] = &[param("mu", Support::Reals), param("sigma", Support::Positive)];
    const SUPPORT: Support = Support::Angle;
    const CASES: &'static [&'static [f64]] = &[&[0.0, 1.0], &[3.0, 0.2], &[-1.0, 2.5], &[1.0, 30.0]];

    /// A sum over turns where sigma is small, the Fourier series where it is large; either has few terms at the change.
    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let inside = is_angle(&x);
        let turn = R::constant(TAU);
        let d = safe(&inside, x, 0.0) - p[0].clone();
        let d = d.clone() - turn.clone() * (d / turn + R::constant(0.5)).floor();
        let narrow = p[1].lt(&R::constant(2.0));
        let turns = sum_over_turns(d.clone(), safe(&narrow, p[1].clone(), 1.0));
        let wide = R::select(&narrow, R::constant(2.0), p[1].clone());
        R::on(&inside, R::select(&narrow, turns, fourier_series(d, wide)))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        wrap_angle(p[0] + p[1] * standard_normal(draws))
    }

    fn mean(p: &[f64]) -> f64 {
        wrap_angle(p[0])
    }

    fn variance(p: &[f64]) -> f64 {
        -(-0.5 * p[1] * p[1]).exp_m1()
    }
}

/// The normal density of d and of d + 2πk relative to it, |k| ≤ 3; d is within half a turn.
fn sum_over_turns<R: Real>(d: R, sigma: R) -> R {
    let half = R::constant(0.5);
    let mut others = R::constant(0.0);
    for k in [-3.0, -2.0, -1.0, 1.0, 2.0, 3.0] {
        let shift = R::constant(TAU * k) / sigma.clone();
        let twice = (d.clone() + d.clone() + R::constant(TAU * k)) / sigma.clone();
        others = others + (-(half.clone() * shift * twice)).exp();
    }
    let z = d / sigma.clone();
    others.ln_1p() - half * z.square() - sigma.ln() - R::constant(0.5 * TAU.ln())
}

/// log of (1 + 2 Σ exp(−n²σ²/2) cos nd) / 2π.
fn fourier_series<R: Real>(d: R, sigma: R) -> R {
    let variance = sigma.square();
    let mut sum = R::constant(0.0);
    for n in 1..=5 {
        let n = f64::from(n);
        sum = sum + (R::constant(-0.5 * n * n) * variance.clone()).exp() * (R::constant(n) * d.clone()).cos();
    }
    (sum.clone() + sum).ln_1p() - R::constant(TAU.ln())
}

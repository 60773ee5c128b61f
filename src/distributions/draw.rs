//! Ways of drawing that several distributions share.

use crate::eval::key::SiteRng;
use rand_distr::{Distribution as _, Gamma, StandardNormal};

/// More rounds than a rejection sampler ever takes: a bound, so that no draw can hang.
pub const ROUNDS: usize = 10_000;

/// loc + scale z, for p = [loc scale], but never infinite.
pub fn place(p: &[f64], z: f64) -> f64 {
    (p[0] + p[1] * z).clamp(f64::MIN, f64::MAX)
}

pub fn standard_normal(draws: &mut SiteRng) -> f64 {
    StandardNormal.sample(draws)
}

/// log of a gamma draw of rate 1. Shapes below 1 are boosted, G(a) = G(a+1) U^(1/a) (Marsaglia & Tsang 2000), in logs,
/// since U^(1/a) underflows for small shapes.
pub fn log_standard_gamma(shape: f64, draws: &mut SiteRng) -> f64 {
    let (boosted, log_boost) = if shape < 1.0 { (shape + 1.0, draws.open01().ln() / shape) } else { (shape, 0.0) };
    match Gamma::new(boosted, 1.0) {
        Ok(sampler) => sampler.sample(draws).ln() + log_boost,
        // Only a shape that is not positive and finite fails, and parameters are checked before.
        Err(_) => f64::NAN,
    }
}

/// A draw of a log-concave distribution over the integers from its mode and log-probabilities alone, in about five
/// rounds whatever the parameters (Devroye, "A simple generator for discrete log-concave distributions", 1987).
pub fn log_concave(mode: f64, logpmf: impl Fn(f64) -> f64, draws: &mut SiteRng) -> f64 {
    let top = logpmf(mode);
    let peak = top.exp();
    let w = 1.0 + 0.5 * peak;
    for _ in 0..ROUNDS {
        let flat = draws.open01() * (1.0 + w) <= w;
        let y = if flat { draws.open01() * w } else { w - draws.open01().ln() } / peak;
        let sign = if draws.open01() < 0.5 { -1.0 } else { 1.0 };
        let x = mode + sign * y.round();
        if draws.open01().ln() + (w - peak * y).min(0.0) <= logpmf(x) - top {
            return x;
        }
    }
    mode
}

/// An angle brought to the interval from −π to π.
pub fn wrap_angle(x: f64) -> f64 {
    use std::f64::consts::{PI, TAU};
    (x - TAU * (x / TAU).round()).clamp(-PI, PI)
}

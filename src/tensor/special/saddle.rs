//! The pieces of saddle-point densities, which do not cancel (Loader, "Fast and Accurate Computation of Binomial
//! Probabilities", 2000): a density near its mode is a small difference of huge logarithms, and these are its parts.
use super::beta::stirling_rest;
use super::gamma::lgamma;
use super::polynomial;
use std::f64::consts::TAU;

/// x log(x/m) + m - x, at least 0: half the deviance of a count x under mean m, for x, m ≥ 0.
pub fn deviance(x: f64, m: f64) -> f64 {
    if x == m {
        return 0.0; // infinite both, too
    }
    if x == 0.0 {
        return m;
    }
    if m == 0.0 {
        return f64::INFINITY;
    }
    if (x - m).abs() < 0.1 * (0.5 * x + 0.5 * m) {
        return series(x, m);
    }
    let ratio = x / m;
    // A quotient may leave the range of doubles where the difference of logarithms does not.
    let log = if ratio.is_normal() { ratio.ln() } else { x.ln() - m.ln() };
    if x.is_infinite() || m.is_infinite() { f64::INFINITY } else { x * (log - 1.0) + m }
}

/// With v = (x - m) / (x + m): (x - m) v + 2x Σ v^(2j+1) / (2j+1), Loader's equation for `bd0`.
fn series(x: f64, m: f64) -> f64 {
    let v = (0.5 * x - 0.5 * m) / (0.5 * x + 0.5 * m);
    let (mut sum, mut power) = ((x - m) * v, 2.0 * x * v);
    for j in 1..100 {
        power *= v * v;
        let next = sum + power / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// log x! - (x log x - x), for real x ≥ 0: 0 at 0, about ½ log(2πx) for large x.
pub fn stirling_excess(x: f64) -> f64 {
    if x == 0.0 {
        0.0
    } else if x < 1e-3 {
        // 1 + x would round; DLMF 5.7.3.
        x * (polynomial(&LGAMMA_1P, x) - (x.ln() - 1.0))
    } else if x < 10.0 {
        lgamma(1.0 + x) - x * (x.ln() - 1.0)
    } else {
        // The sum of two doubles may leave their range; the logarithm of the largest serves as well.
        0.5 * (TAU.ln() + x.min(f64::MAX).ln()) + stirling_rest(x)
    }
}

/// log Γ(1 + x) / x: -γ, ζ(2)/2, -ζ(3)/3, …
const LGAMMA_1P: [f64; 5] = [
    -0.577_215_664_901_532_9,
    0.822_467_033_424_113_2,
    -0.400_685_634_386_531_43,
    0.270_580_808_427_784_54,
    -0.207_385_551_028_673_98,
];

/// log(1 + x²), also where x² overflows.
pub fn log1p_square(x: f64) -> f64 {
    if x.abs() < 1e8 { (x * x).ln_1p() } else { 2.0 * x.abs().ln() }
}

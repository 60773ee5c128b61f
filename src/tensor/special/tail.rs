//! The normal distribution function in logarithms, and the mass of an interval of it, however far out.
use super::normal::{erf, normal_cdf, normal_icdf};
use std::f64::consts::{FRAC_1_SQRT_2, PI, TAU};

/// log Φ(x).
pub fn log_ndtr(x: f64) -> f64 {
    if x > 0.0 {
        (-normal_cdf(-x)).ln_1p()
    } else if x > -5.0 {
        normal_cdf(x).ln()
    } else {
        mills_ratio(-x).ln() - 0.5 * (x * x + TAU.ln())
    }
}

/// The x with log Φ(x) = y, for y < 0: the normal quantile of exp(y).
pub fn log_ndtr_inverse(y: f64) -> f64 {
    if y > -0.5 {
        return -normal_icdf(-y.exp_m1());
    }
    if y > -600.0 {
        return normal_icdf(y.exp());
    }
    // Newton on the logarithm, nearly quadratic in x: from the leading term three steps reach the last digit.
    let mut x = -(-2.0 * y - (-2.0 * y * TAU).ln()).sqrt();
    for _ in 0..4 {
        x -= (log_ndtr(x) - y) * mills_ratio(-x);
    }
    if x.is_nan() { f64::NEG_INFINITY } else { x }
}

/// log ∫ from a to b of exp((c² - t²) / 2) dt, c being the point of [a, b] next to 0, for a < b.
///
/// With the factor of c out of it the mass of an interval in the tail neither underflows nor cancels.
pub fn log_normal_mass(a: f64, b: f64) -> f64 {
    let mass = if b < 0.0 {
        tail_mass(-b, -a)
    } else if a > 0.0 {
        tail_mass(a, b)
    } else {
        (0.5 * PI).sqrt() * (erf(b * FRAC_1_SQRT_2) + erf(-a * FRAC_1_SQRT_2))
    };
    // An interval narrower than doubles can tell has some mass all the same.
    mass.max(f64::MIN_POSITIVE).ln()
}

/// ∫ from 0 to b - a of exp(-at - t²/2) dt, for 0 < a < b.
fn tail_mass(a: f64, b: f64) -> f64 {
    let width = b - a;
    let fall = width * (a + 0.5 * width);
    if fall < 1.0 {
        return legendre(width, |t| (-t * (a + 0.5 * t)).exp());
    }
    // Far ends, with masses that do not count: exp(-∞) · 0.
    if fall > 800.0 { mills_ratio(a) } else { mills_ratio(a) - (-fall).exp() * mills_ratio(b) }
}

/// Mills' ratio (1 - Φ(t)) / φ(t), for t ≥ 0.
pub fn mills_ratio(t: f64) -> f64 {
    if t < 4.0 {
        return normal_cdf(-t) * TAU.sqrt() * (0.5 * t * t).exp();
    }
    if t.is_infinite() {
        return 0.0;
    }
    // Laplace's continued fraction 1/(t + 1/(t + 2/(t + …))), DLMF 7.9.2.
    1.0 / (1..=80).rev().fold(t, |below, k| t + f64::from(k) / below)
}

/// Gauss-Legendre quadrature with 16 nodes of a smooth function over [0, width].
pub fn legendre(width: f64, f: impl Fn(f64) -> f64) -> f64 {
    let half = 0.5 * width;
    half * NODES.iter().map(|(x, w)| w * (f(half * (1.0 - x)) + f(half * (1.0 + x)))).sum::<f64>()
}

/// Positive nodes and weights.
#[rustfmt::skip]
const NODES: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5), (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
    (0.458_016_777_657_227_4, 0.169_156_519_395_002_54), (0.617_876_244_402_643_7, 0.149_595_988_816_576_74),
    (0.755_404_408_355_003, 0.124_628_971_255_533_88), (0.865_631_202_387_831_8, 0.095_158_511_682_492_79),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_89), (0.989_400_934_991_649_9, 0.027_152_459_411_754_096),
];

//! The logarithm of the gamma function and its first two derivatives.
use super::polynomial;
use std::f64::consts::PI;

/// log |Γ(x)|; infinite at 0, -1, -2, …
pub fn lgamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// The derivative of log Γ; NaN at the poles 0, -1, -2, …
pub fn digamma(x: f64) -> f64 {
    if x <= 0.0 {
        return reflected(x);
    }
    if (x - ROOT).abs() < 0.25 {
        // Sums of larger terms would cancel around the only positive root.
        let d = (x - ROOT) - ROOT_REST;
        return d * polynomial(&AT_ROOT, d);
    }
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift += 1.0 / x;
        x += 1.0;
    }
    asymptotic(x) - shift
}

/// ψ(x) = ψ(1 - x) - π / tan(πx), DLMF 5.5.4.
fn reflected(x: f64) -> f64 {
    if x == x.floor() {
        return f64::NAN;
    }
    // The tangent has period 1 in x, and x - round(x) is exact.
    digamma(1.0 - x) - PI / (PI * (x - x.round())).tan()
}

/// log x - 1/(2x) - Σ B₂ₖ / (2k x²ᵏ), DLMF 5.11.2, for x ≥ 10.
fn asymptotic(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 120.0,
        1.0 / 252.0,
        -1.0 / 240.0,
        1.0 / 132.0,
        -691.0 / 32760.0,
        1.0 / 12.0,
        -3617.0 / 8160.0,
    ];
    let inverse = 1.0 / (x * x);
    x.ln() - 0.5 / x - inverse * polynomial(&TERMS, inverse)
}

/// The second derivative of log Γ; ∞ at the poles 0, -1, -2, …
pub fn trigamma(x: f64) -> f64 {
    if x <= 0.0 {
        return match x == x.floor() {
            true => f64::INFINITY,
            // ψ′(x) = π² / sin²(πx) - ψ′(1 - x), DLMF 5.15.6; the sine's square has period 1 in x.
            false => (PI / (PI * (x - x.round())).sin()).powi(2) - trigamma(1.0 - x),
        };
    }
    let (mut x, mut shift) = (x, 0.0);
    while x < 15.0 {
        shift += 1.0 / (x * x);
        x += 1.0;
    }
    // 1/x + 1/(2x²) + Σ B₂ₖ / x²ᵏ⁺¹, DLMF 5.15.8.
    const TERMS: [f64; 7] = [1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0, 7.0 / 6.0];
    let inverse = 1.0 / (x * x);
    shift + 1.0 / x + inverse * (0.5 + polynomial(&TERMS, inverse) / x)
}

/// The root of ψ to double precision, and what is left of it.
const ROOT: f64 = 1.4616321449683622;
const ROOT_REST: f64 = 9.549995429965697e-17;

/// The Taylor series of ψ at its root, without the (zero) first term.
#[rustfmt::skip]
const AT_ROOT: [f64; 23] = [
    0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652,
    0.10782405069126237, -0.07219956125645471, 0.04880428816414311, -0.03316112647484736,
    0.022597648232218104, -0.01542476590494896, 0.010538791616612175, -0.007204534386356869,
    0.004926781395729853, -0.003369801655439328, 0.002305126326734928, -0.0015769367714301972,
    0.0010788252019162967, -0.0007380709389960052, 0.000504953265834602, -0.0003454680251063077,
    0.00023635601564027053, -0.00016170622091974803, 0.0001106337276874741,
];

//! The logarithm of the beta function.
use super::{gamma::lgamma, polynomial};

const HALF_LOG_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// log B(a, b) = log Γ(a) + log Γ(b) - log Γ(a + b), for positive a and b.
///
/// For large arguments the three terms cancel; there the leading parts of Stirling's series are
/// combined by hand (Didonato and Morris, Algorithm 708, `betaln`).
pub fn lbeta(a: f64, b: f64) -> f64 {
    let (p, q) = (a.min(b), a.max(b));
    if a.is_nan() || b.is_nan() || p < 0.0 {
        return f64::NAN;
    }
    if p == 0.0 {
        return f64::INFINITY;
    }
    if q.is_infinite() {
        return f64::NEG_INFINITY;
    }
    if q < 10.0 {
        return lgamma(p) + (lgamma(q) - lgamma(p + q));
    }
    let fraction = p / (p + q);
    let rest = stirling_rest(q) - stirling_rest(p + q);
    let log_other = (-fraction).ln_1p();
    if p < 10.0 {
        return lgamma(p) + rest + p - p * (p + q).ln() + (q - 0.5) * log_other;
    }
    let rest = rest + stirling_rest(p);
    -0.5 * q.ln() + HALF_LOG_TWO_PI + rest + (p - 0.5) * fraction.ln() + q * log_other
}

/// log Γ(x) less its Stirling approximation, DLMF 5.11.1, for x ≥ 10.
pub(super) fn stirling_rest(x: f64) -> f64 {
    const TERMS: [f64; 7] =
        [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0, 1.0 / 156.0];
    polynomial(&TERMS, 1.0 / (x * x)) / x
}

//! Logarithms and the logistic family, stable in both tails.

/// 1 / (1 + exp(-x)); never overflows.
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// log(p / (1 - p)), the inverse of [`sigmoid`].
pub fn logit(p: f64) -> f64 {
    if (0.25..=0.75).contains(&p) {
        // Near 1/2 the quotient is near 1; 2p - 1 is exact there.
        2.0 * (2.0 * p - 1.0).atanh()
    } else {
        (p / (1.0 - p)).ln()
    }
}

/// log(1 + exp(x)); never overflows.
pub fn softplus(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// x log(y), and 0 where x is 0 (whatever y is, but for NaN).
pub fn xlogy(x: f64, y: f64) -> f64 {
    if x == 0.0 && !y.is_nan() { 0.0 } else { x * y.ln() }
}

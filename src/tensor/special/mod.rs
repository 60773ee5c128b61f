//! Special functions of one double: the scalar path and the host's elementwise operations share them.
mod bessel;
mod beta;
mod gamma;
mod incomplete;
mod logistic;
mod normal;
mod saddle;
mod tail;
#[cfg(test)]
mod tests;

pub use bessel::{bessel_ratio, log_i0e};
pub use beta::lbeta;
pub use gamma::{digamma, lgamma, trigamma};
pub use incomplete::{betainc, betainc_of, gammainc_lower, gammainc_upper};
pub use logistic::{logit, sigmoid, softplus, xlogy};
pub use normal::{erf, erfc, erfinv, normal_cdf, normal_icdf};
pub use saddle::{deviance, log1p_square, stirling_excess};
pub use tail::{legendre, log_ndtr, log_ndtr_inverse, log_normal_mass, mills_ratio};

/// The polynomial with these coefficients, lowest power first, at `x`.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

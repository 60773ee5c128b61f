//! Special functions of one double: the scalar path and the host's elementwise operations share them.
mod beta;
mod gamma;
mod logistic;
mod normal;
#[cfg(test)]
mod tests;

pub use beta::lbeta;
pub use gamma::{digamma, lgamma, trigamma};
pub use logistic::{log1p, logit, sigmoid, softplus, xlogy};
pub use normal::{erf, erfc, erfinv, normal_cdf, normal_icdf};

/// The polynomial with these coefficients, lowest power first, at `x`.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

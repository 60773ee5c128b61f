//! How good a sample is: R-hat, effective sample sizes and Monte Carlo errors, as ArviZ computes them.
//!
//! Chains are `[chain][draw]`. What cannot be computed is NaN: a NaN among the draws, fewer than four draws a chain,
//! chains of different length, and R-hat of a single chain.
//!
//! Vehtari, Gelman, Simpson, Carpenter, Bürkner: Rank-normalization, folding, and localization: an improved R-hat for
//! assessing convergence of MCMC. Bayesian Analysis 16(2), 2021.

mod autocovariance;
mod ess;
mod order;
mod pareto;
mod weighted;

pub use ess::{bfmi, ess_bulk, ess_mean, ess_tail, mcse_mean, mcse_sd};
pub use order::{equal_tailed, narrowest};
pub use pareto::{good_k, smoothed};
pub use weighted::RelativeWeights;

use order::{median, z_scores};

/// A number about chains.
pub type ChainStatistic = fn(&[Vec<f64>]) -> f64;

/// The mean of all draws.
pub fn mean(chains: &[Vec<f64>]) -> f64 {
    mean_of(&flat(chains))
}

/// The standard deviation of all draws, with n − 1 in the denominator.
pub fn sd(chains: &[Vec<f64>]) -> f64 {
    variance_of(&flat(chains), 1).sqrt()
}

/// Rank-normalized split R-hat: the larger of that of the draws and that of their distances from the median.
pub fn r_hat(chains: &[Vec<f64>]) -> f64 {
    if !valid(chains, 2) {
        return f64::NAN;
    }
    let halves = split(chains);
    let middle = median(&flat(&halves));
    let folded = map(&halves, |x| (x - middle).abs());
    let (bulk, tail) = (plain_r_hat(&z_scores(&halves)), plain_r_hat(&z_scores(&folded)));
    if tail > bulk { tail } else { bulk }
}

/// √((B/W + n − 1) / n) of the variance B between chains and W within them.
fn plain_r_hat(chains: &[Vec<f64>]) -> f64 {
    let n = chains.first().map_or(0, Vec::len) as f64;
    let means: Vec<f64> = chains.iter().map(|c| mean_of(c)).collect();
    let variances: Vec<f64> = chains.iter().map(|c| variance_of(c, 1)).collect();
    let between = n * variance_of(&means, 1);
    ((between / mean_of(&variances) + n - 1.0) / n).sqrt()
}

/// Whether the paper's estimates are defined.
fn valid(chains: &[Vec<f64>], min_chains: usize) -> bool {
    let draws = chains.first().map_or(0, Vec::len);
    let same = chains.iter().all(|c| c.len() == draws);
    chains.len() >= min_chains && draws >= 4 && same && !chains.iter().flatten().any(|x| x.is_nan())
}

/// The halves of every chain as chains, without the middle draw of an odd number.
fn split(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let first = chains.iter().map(|c| c[..c.len() / 2].to_vec());
    let second = chains.iter().map(|c| c[c.len() - c.len() / 2..].to_vec());
    first.chain(second).collect()
}

fn map(chains: &[Vec<f64>], f: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
    chains.iter().map(|c| c.iter().map(|x| f(*x)).collect()).collect()
}

fn flat(chains: &[Vec<f64>]) -> Vec<f64> {
    chains.concat()
}

fn mean_of(xs: &[f64]) -> f64 {
    xs.iter().sum::<f64>() / xs.len() as f64
}

/// The variance with n − `ddof` in the denominator.
fn variance_of(xs: &[f64], ddof: usize) -> f64 {
    let mean = mean_of(xs);
    let squares: f64 = xs.iter().map(|x| (x - mean).powi(2)).sum();
    squares / (xs.len() as f64 - ddof as f64)
}

#[cfg(test)]
mod tests;

//! Effective sample sizes from autocorrelations (Geyer 1992), and the Monte Carlo errors that follow from them.

use super::autocovariance::autocovariance;
use super::order::{quantile, sorted, z_scores};
use super::{flat, map, mean, mean_of, sd, split, valid, variance_of};

/// For the location: of the rank-normalized draws.
pub fn ess_bulk(chains: &[Vec<f64>]) -> f64 {
    if valid(chains, 1) { ess(&z_scores(&split(chains))) } else { f64::NAN }
}

/// For the tails: the smaller of those of the 5 % and 95 % quantiles.
pub fn ess_tail(chains: &[Vec<f64>]) -> f64 {
    let (low, high) = (ess_quantile(chains, 0.05), ess_quantile(chains, 0.95));
    if high < low { high } else { low }
}

/// For a quantile: of the indicator that a draw is not above it.
pub fn ess_quantile(chains: &[Vec<f64>], p: f64) -> f64 {
    if !valid(chains, 1) {
        return f64::NAN;
    }
    let at = quantile(&sorted(flat(chains)), p);
    ess(&split(&map(chains, |x| f64::from(u8::from(x <= at)))))
}

/// For the mean: of the draws as they are.
pub fn ess_mean(chains: &[Vec<f64>]) -> f64 {
    if valid(chains, 1) { ess(&split(chains)) } else { f64::NAN }
}

/// The estimated Bayesian fraction of missing information of a chain, by its energies: how far one draw's momenta move the
/// energy beside how far it varies (Betancourt 2016, arXiv:1604.00695).
pub fn bfmi(energies: &[f64]) -> f64 {
    let steps: Vec<f64> = energies.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).collect();
    let middle = mean_of(energies);
    let spread: f64 = energies.iter().map(|energy| (energy - middle).powi(2)).sum();
    mean_of(&steps) / (spread / (energies.len() as f64 - 1.0))
}

/// The Monte Carlo standard error of the mean.
pub fn mcse_mean(chains: &[Vec<f64>]) -> f64 {
    sd(chains) / ess_mean(chains).sqrt()
}

/// The Monte Carlo standard error of the standard deviation, by the delta method on the squared deviations.
pub fn mcse_sd(chains: &[Vec<f64>]) -> f64 {
    let middle = mean(chains);
    let squares = map(chains, |x| (x - middle).powi(2));
    let ess = ess_mean(&squares);
    let all = flat(&squares);
    let variance = mean_of(&all);
    let fourth = mean_of(&all.iter().map(|x| x * x).collect::<Vec<_>>());
    ((fourth - variance * variance) / ess / variance / 4.0).sqrt()
}

/// Draws over their autocorrelation time (Vehtari et al. 2021, equations 10 to 13), Geyer's initial monotone sequence.
fn ess(chains: &[Vec<f64>]) -> f64 {
    let (m, n) = (chains.len(), chains.first().map_or(0, Vec::len));
    let size = (m * n) as f64;
    let all = flat(chains);
    let range =
        all.iter().copied().fold(f64::NEG_INFINITY, f64::max) - all.iter().copied().fold(f64::INFINITY, f64::min);
    if range < 1e-15 {
        return size;
    }
    let rho = autocorrelations(chains, n);
    let (rho, last) = initial_monotone(rho, n);
    if rho.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    let tau = -1.0 + 2.0 * rho[..last].iter().sum::<f64>() + rho[last];
    size / tau.max(1.0 / size.log10())
}

/// The autocorrelation at a lag, from variances within and between the chains.
fn autocorrelations(chains: &[Vec<f64>], n: usize) -> impl Fn(usize) -> f64 {
    let covariances: Vec<Vec<f64>> = chains.iter().map(|c| autocovariance(c)).collect();
    let at = move |lag: usize| covariances.iter().map(|c| c[lag]).sum::<f64>() / covariances.len() as f64;
    let n = n as f64;
    let within = at(0) * n / (n - 1.0);
    let means: Vec<f64> = chains.iter().map(|c| mean_of(c)).collect();
    let between = if chains.len() > 1 { variance_of(&means, 1) } else { 0.0 };
    let total = within * (n - 1.0) / n + between;
    move |lag| 1.0 - (within - at(lag)) / total
}

/// Autocorrelations while the sums of neighbouring pairs are positive, made decreasing; the second result is the lag
/// after the last whole pair, whose autocorrelation counts once.
fn initial_monotone(rho: impl Fn(usize) -> f64, n: usize) -> (Vec<f64>, usize) {
    let mut kept = vec![0.0; n + 2];
    let (mut even, mut odd) = (1.0, rho(1));
    (kept[0], kept[1]) = (even, odd);
    let mut t = 1;
    while t + 3 < n && even + odd > 0.0 {
        (even, odd) = (rho(t + 1), rho(t + 2));
        if even + odd >= 0.0 {
            (kept[t + 1], kept[t + 2]) = (even, odd);
        }
        t += 2;
    }
    let last = t - 1;
    if even > 0.0 {
        kept[last] = even;
    }
    for t in (1..).step_by(2).take_while(|t| t + 3 <= last) {
        let before = kept[t - 1] + kept[t];
        if kept[t + 1] + kept[t + 2] > before {
            kept[t + 1] = before / 2.0;
            kept[t + 2] = before / 2.0;
        }
    }
    (kept, last)
}

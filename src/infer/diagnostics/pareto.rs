//! Pareto smoothed importance sampling (Vehtari, Simpson, Gelman, Yao and Gabry 2024, Journal of Machine Learning Research
//! 25), as ArviZ computes it: the largest weights become quantiles of a generalized Pareto distribution fitted to them.

use crate::tensor::lanes::log_sum_exp;

/// Weights whose largest are smoothed, as logarithms that sum to 1, and the shape k of their tail.
pub struct SmoothedWeights {
    pub log_weights: Vec<f64>,
    /// ∞ where the tail has too few weights to fit one, −∞ where all are equal and there is none.
    pub k: f64,
}

/// The fewest weights of a tail.
const TAIL: usize = 5;

/// The k above which weights cannot be trusted, for so many draws.
pub fn good_k(draws: usize) -> f64 {
    (1.0 - 1.0 / (draws as f64).log10()).min(0.7)
}

/// Smooths weights, given as logarithms that are finite or −∞. `efficiency` is what one of the draws is worth beside an
/// independent one: the tail is that much longer.
pub fn smoothed(log_ratios: &[f64], efficiency: f64) -> SmoothedWeights {
    let n = log_ratios.len();
    let largest = log_ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut x: Vec<f64> = log_ratios.iter().map(|ratio| ratio - largest).collect();
    let k = match x.iter().all(|ratio| *ratio == 0.0) {
        true => f64::NEG_INFINITY,
        false => smooth(&mut x, (n as f64 / 5.0).min(3.0 * (n as f64 / efficiency).sqrt()).ceil() as usize),
    };
    let sum = log_sum_exp(&x);
    x.iter_mut().for_each(|ratio| *ratio -= sum);
    SmoothedWeights { log_weights: x, k }
}

/// Smooths about so many of the largest in place: the shape of the tail.
fn smooth(x: &mut [f64], tail: usize) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
    let last_below = order[x.len().saturating_sub(tail + 1)];
    let cutoff = x[last_below].max(f64::MIN_POSITIVE.ln());
    order.retain(|at| x[*at] > cutoff);
    if order.len() < TAIL {
        return f64::INFINITY;
    }
    let exceeding: Vec<f64> = order.iter().map(|at| x[*at].exp() - cutoff.exp()).collect();
    let (k, sigma) = fit(&exceeding);
    if k.is_finite() {
        for (rank, at) in order.iter().enumerate() {
            let p = (rank as f64 + 0.5) / order.len() as f64;
            x[*at] = (quantile(p, k, sigma) + cutoff.exp()).ln().min(0.0);
        }
    }
    k
}

/// Shape and scale of a generalized Pareto distribution, of numbers in rising order (Zhang and Stephens 2009,
/// Technometrics 51), the shape drawn towards ½ as by ten more of them (Vehtari et al., appendix G).
fn fit(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let places = 30 + n.sqrt() as usize;
    let (quartile, most) = (x[(n / 4.0 + 0.5) as usize - 1], x[x.len() - 1]);
    let shape = |b: f64| x.iter().map(|x| (-b * x).ln_1p()).sum::<f64>() / n;
    let place = |i: usize| (1.0 - (places as f64 / (i as f64 - 0.5)).sqrt()) / (3.0 * quartile) + 1.0 / most;
    let bs: Vec<f64> = (1..=places).map(place).collect();
    let profile = |b: &f64| {
        let k = shape(*b);
        n * ((-b / k).ln() - k - 1.0)
    };
    let profiles: Vec<f64> = bs.iter().map(profile).collect();
    let weight = |own: &f64| 1.0 / profiles.iter().map(|other| (other - own).exp()).sum::<f64>();
    let weighed: Vec<(f64, f64)> = bs.iter().copied().zip(profiles.iter().map(weight)).collect();
    let counts = |(_, weight): &&(f64, f64)| *weight >= 10.0 * f64::EPSILON;
    let sum: f64 = weighed.iter().filter(counts).map(|(_, weight)| weight).sum();
    let b = weighed.iter().filter(counts).map(|(b, weight)| b * weight / sum).sum::<f64>();
    let k = shape(b);
    ((n * k + 10.0 * 0.5) / (n + 10.0), -k / b)
}

/// The quantile of the distribution.
fn quantile(p: f64, k: f64, sigma: f64) -> f64 {
    match (sigma > 0.0, k.abs() < f64::EPSILON) {
        (false, _) => f64::NAN,
        (true, true) => -sigma * (-p).ln_1p(),
        (true, false) => sigma * (-k * (-p).ln_1p()).exp_m1() / k,
    }
}

//! Ranks and quantiles.

use crate::tensor::special::normal_icdf;

/// The quantile at `p` by linear interpolation between order statistics (Hyndman & Fan 1996, type 7).
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = (last as f64 * p).clamp(0.0, last as f64);
    let below = place.floor() as usize;
    let (a, b, t) = (sorted[below], sorted[(below + 1).min(last)], place.fract());
    if t == 0.0 {
        return a;
    }
    // From the nearer end, so that the result never leaves the interval and t = 1 would give b.
    if t < 0.5 { a + (b - a) * t } else { b - (b - a) * (1.0 - t) }
}

/// The ends of the interval that leaves `(1 − prob)/2` of the draws on either side.
pub fn equal_tailed(chains: &[Vec<f64>], prob: f64) -> (f64, f64) {
    let draws = chains.concat();
    if draws.iter().any(|x| x.is_nan()) {
        return (f64::NAN, f64::NAN);
    }
    let sorted = sorted(draws);
    let edge = (1.0 - prob) / 2.0;
    (quantile(&sorted, edge), quantile(&sorted, 1.0 - edge))
}

/// The ends of the narrowest interval that holds the probability: one of highest density, if that has a single peak.
pub fn narrowest(chains: &[Vec<f64>], prob: f64) -> (f64, f64) {
    let draws = chains.concat();
    if draws.iter().any(|x| x.is_nan()) || draws.is_empty() {
        return (f64::NAN, f64::NAN);
    }
    let sorted = sorted(draws);
    let inside = ((prob * sorted.len() as f64) as usize).min(sorted.len() - 1);
    let ends = (0..sorted.len() - inside).map(|i| (sorted[i], sorted[i + inside]));
    ends.min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0))).unwrap_or((f64::NAN, f64::NAN))
}

pub fn sorted(mut draws: Vec<f64>) -> Vec<f64> {
    draws.sort_by(f64::total_cmp);
    draws
}

pub fn median(draws: &[f64]) -> f64 {
    let sorted = sorted(draws.to_vec());
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => 0.5 * (sorted[n / 2 - 1] + sorted[n / 2]),
    }
}

/// Normal scores of the ranks among all draws, ties by their average rank: Φ⁻¹((r − 3/8) / (S + 1/4)) (Blom 1958;
/// Vehtari et al. 2021, equation 14).
pub fn z_scores(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut order: Vec<(usize, usize)> =
        chains.iter().enumerate().flat_map(|(c, draws)| (0..draws.len()).map(move |i| (c, i))).collect();
    order.sort_by(|a, b| chains[a.0][a.1].total_cmp(&chains[b.0][b.1]));
    let size = order.len() as f64;
    let mut scores: Vec<Vec<f64>> = chains.iter().map(|c| vec![0.0; c.len()]).collect();
    let mut before = 0;
    for ties in order.chunk_by(|a, b| chains[a.0][a.1] == chains[b.0][b.1]) {
        let rank = before as f64 + 0.5 * (ties.len() as f64 + 1.0);
        let score = normal_icdf((rank - 0.375) / (size + 0.25));
        for (c, i) in ties {
            scores[*c][*i] = score;
        }
        before += ties.len();
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_average_rank() {
        let z = z_scores(&[vec![1.0, 2.0], vec![2.0, 3.0]]);
        assert_eq!((z[0][1], z[1][0]), (0.0, 0.0));
        assert!((z[0][0] - normal_icdf(0.625 / 4.25)).abs() < 1e-15 && z[0][0] == -z[1][1]);
    }

    #[test]
    fn quantiles_interpolate() {
        let xs = [1.0, 2.0, 4.0];
        assert_eq!([0.0, 0.25, 0.5, 0.75, 1.0].map(|p| quantile(&xs, p)), [1.0, 1.5, 2.0, 3.0, 4.0]);
        assert_eq!((median(&[3.0, 1.0, 2.0, 5.0]), median(&[4.0, 1.0, 2.0])), (2.5, 2.0));
        assert!(quantile(&[], 0.5).is_nan());
    }
}

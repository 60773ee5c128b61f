//! Moments and quantiles of weighted draws.

use crate::tensor::lanes::WeightSums;

/// Weights relative to the largest, made of the logarithms of weights of any scale.
pub struct RelativeWeights {
    relative: Vec<f64>,
    total: f64,
}

impl RelativeWeights {
    /// `None` when no weight is positive and finite in sum: there is nothing to average.
    pub fn new(log_weights: &[f64]) -> Option<RelativeWeights> {
        let max = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        RelativeWeights::relative(log_weights.iter().map(|w| (w - max).exp()).collect())
    }

    fn relative(relative: Vec<f64>) -> Option<RelativeWeights> {
        let total: f64 = relative.iter().sum();
        (total > 0.0 && total.is_finite()).then_some(RelativeWeights { relative, total })
    }

    /// Weights of the draws at some places only.
    pub fn only(&self, places: &[usize]) -> Option<RelativeWeights> {
        RelativeWeights::relative(places.iter().map(|i| self.relative[*i]).collect())
    }

    /// A weight of zero silences its draw, whatever it is. Equal weights give the plain mean to the last digit.
    pub fn mean(&self, xs: &[f64]) -> f64 {
        let terms = self.relative.iter().zip(xs).filter(|(w, _)| **w > 0.0).map(|(w, x)| w * x);
        // Not `sum`, whose empty sum is -0.0.
        terms.fold(0.0, |a, b| a + b) / self.total
    }

    pub fn sd(&self, xs: &[f64]) -> f64 {
        let mean = self.mean(xs);
        self.mean(&xs.iter().map(|x| (x - mean).powi(2)).collect::<Vec<_>>()).sqrt()
    }

    /// The smallest draw at or below which lies a weight of at least `p`.
    pub fn quantile(&self, xs: &[f64], p: f64) -> f64 {
        let mut order: Vec<(f64, f64)> =
            xs.iter().copied().zip(self.relative.iter().copied()).filter(|(_, w)| *w > 0.0).collect();
        if order.iter().any(|(x, _)| x.is_nan()) {
            return f64::NAN;
        }
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut below = 0.0;
        for (x, weight) in &order {
            below += weight;
            if below >= p * self.total {
                return *x;
            }
        }
        // Rounding can leave the sum just below the total.
        order.last().map_or(f64::NAN, |(x, _)| *x)
    }

    /// The ends of the narrowest interval that holds a share of the weight.
    pub fn narrowest(&self, xs: &[f64], prob: f64) -> (f64, f64) {
        let mut order: Vec<(f64, f64)> =
            xs.iter().copied().zip(self.relative.iter().copied()).filter(|(_, w)| *w > 0.0).collect();
        if order.iter().any(|(x, _)| x.is_nan()) {
            return (f64::NAN, f64::NAN);
        }
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut best, mut end, mut inside): (Option<(f64, f64)>, usize, f64) = (None, 0, 0.0);
        for (x, weight) in &order {
            while end < order.len() && inside < prob * self.total {
                inside += order[end].1;
                end += 1;
            }
            if inside < prob * self.total {
                break;
            }
            let last = order[end - 1].0;
            if best.is_none_or(|(low, high)| last - x < high - low) {
                best = Some((*x, last));
            }
            inside -= weight;
        }
        best.unwrap_or((f64::NAN, f64::NAN))
    }

    /// How many draws of equal weight would be worth as much.
    pub fn effective_sample_size(&self) -> f64 {
        let squares = self.relative.iter().map(|w| w * w).sum();
        WeightSums { max: 0.0, sum: self.total, squares }.effective_size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(ws: &[f64]) -> RelativeWeights {
        RelativeWeights::new(&ws.iter().map(|w| w.ln()).collect::<Vec<_>>()).expect("positive")
    }

    #[test]
    fn by_hand() {
        let w = weights(&[1.0, 2.0, 3.0, 4.0]);
        assert!((w.effective_sample_size() - 10.0 / 3.0).abs() < 1e-12);
        let xs = [4.0, 3.0, 2.0, 1.0];
        assert!((w.mean(&xs) - 2.0).abs() < 1e-12 && (w.sd(&xs) - 1.0).abs() < 1e-12);
        assert_eq!([0.0, 0.35, 0.45, 0.75, 1.0].map(|p| w.quantile(&xs, p)), [1.0, 1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn impossible_draws_do_not_count() {
        let w = weights(&[1.0, 0.0]);
        assert_eq!(
            (w.mean(&[2.0, f64::NAN]), w.sd(&[2.0, f64::NAN]), w.quantile(&[2.0, f64::NAN], 0.9)),
            (2.0, 0.0, 2.0)
        );
        assert!(
            RelativeWeights::new(&[f64::NEG_INFINITY; 3]).is_none()
                && RelativeWeights::new(&[]).is_none()
                && RelativeWeights::new(&[f64::NAN]).is_none()
                && RelativeWeights::new(&[f64::INFINITY]).is_none()
        );
    }
}

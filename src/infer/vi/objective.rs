//! The weights of log-densities in the gradient of an objective: every estimator is a weighted sum of their gradients.

use super::super::learning::{elbo, iwelbo};
use super::settings::{Baseline, EstimatorSettings, Objective};

/// What the gradients of one particle count.
pub struct GradientWeights {
    /// Of log p.
    pub model: f64,
    /// Of log q.
    pub guide: f64,
    /// Of the log-densities of choices that are held constant: the reward.
    pub score: f64,
    /// Also of these, where it leaves out what they count in log q: that is 0 on average.
    pub spare: f64,
}

impl EstimatorSettings {
    /// The estimate of the objective.
    pub fn value(&self, log_weights: &[f64]) -> f64 {
        match self.objective {
            Objective::Elbo | Objective::Mean => elbo(log_weights),
            _ => iwelbo(log_weights),
        }
    }

    /// What each particle counts, by the log-weights of all.
    pub fn shares(&self, log_weights: &[f64]) -> Vec<GradientWeights> {
        let k = log_weights.len() as f64;
        let bound = self.value(log_weights);
        let relative = relative(log_weights);
        // The reward of a score function is the bound itself, of logarithms, less what it is without the particle.
        let reward = |i: usize| if k > 1.0 { bound - self.without(log_weights, i) } else { 0.0 };
        let share = |(i, w): (usize, f64)| match self.objective {
            Objective::Elbo => GradientWeights { model: 1.0 / k, guide: -1.0 / k, score: reward(i), spare: 1.0 / k },
            Objective::Iwelbo => GradientWeights { model: w, guide: -w, score: reward(i), spare: 0.0 },
            Objective::Wake => GradientWeights { model: 1.0 / k, guide: 0.0, score: 0.0, spare: 0.0 },
            Objective::Pwake => GradientWeights { model: w, guide: 0.0, score: 0.0, spare: 0.0 },
            Objective::Qwake => GradientWeights { model: 0.0, guide: w, score: 0.0, spare: 0.0 },
            Objective::Mean => GradientWeights { model: 1.0 / k, guide: 0.0, score: reward(i), spare: 0.0 },
        };
        relative.iter().copied().enumerate().map(share).collect()
    }

    /// Is the objective one of a sum of weights, where a weight may be 0?
    pub fn weighs(&self) -> bool {
        matches!(self.objective, Objective::Iwelbo | Objective::Pwake | Objective::Qwake)
    }

    /// The bound as it may be without a particle's own draw: the baseline of its reward.
    fn without(&self, log_weights: &[f64], i: usize) -> f64 {
        let others = || log_weights.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, w)| *w);
        match (self.objective, self.baseline) {
            (Objective::Iwelbo, Baseline::Others) => iwelbo(&others().collect::<Vec<_>>()),
            // The arithmetic mean of log-weights is the logarithm of the geometric mean of weights.
            _ => {
                let mean = elbo(&others().collect::<Vec<_>>());
                let replaced: Vec<f64> =
                    log_weights.iter().enumerate().map(|(j, w)| if i == j { mean } else { *w }).collect();
                self.value(&replaced)
            }
        }
    }
}

/// Weights that add up to 1; zeros when all are.
fn relative(log_weights: &[f64]) -> Vec<f64> {
    let sum = crate::tensor::lanes::log_sum_exp(log_weights);
    log_weights.iter().map(|w| if sum == f64::NEG_INFINITY { 0.0 } else { (w - sum).exp() }).collect()
}

//! Warm-up: the step size by dual averaging, the mass by the variance of draws in windows that double.

use super::leapfrog::{Hamiltonian, Phase};
use super::mass::Mass;
use crate::error::Result;
use crate::eval::Cx;
use crate::eval::key::Key;
use crate::infer::log_density::{DensityPoint, LogDensity};

/// Nesterov's dual averaging of the step size (Hoffman and Gelman 2014, § 3.2).
#[derive(Clone, Debug)]
pub struct DualAveraging {
    target: f64,
    mu: f64,
    count: f64,
    error: f64,
    log_size: f64,
    log_mean: f64,
}

impl DualAveraging {
    pub fn new(size: f64, target: f64) -> DualAveraging {
        DualAveraging { target, mu: (10.0 * size).ln(), count: 0.0, error: 0.0, log_size: size.ln(), log_mean: 0.0 }
    }

    pub fn size(&self) -> f64 {
        self.log_size.exp()
    }

    /// The size for the draws after warm-up.
    pub fn mean(&self) -> f64 {
        if self.count == 0.0 { self.size() } else { self.log_mean.exp() }
    }

    /// Takes in the probability of acceptance of a move.
    pub fn adapt(&mut self, accept: f64) {
        const GAMMA: f64 = 0.05;
        const DELAY: f64 = 10.0;
        const KAPPA: f64 = 0.75;
        self.count += 1.0;
        let rate = 1.0 / (self.count + DELAY);
        self.error = (1.0 - rate) * self.error + rate * (self.target - accept);
        self.log_size = self.mu - self.error * self.count.sqrt() / GAMMA;
        let weight = self.count.powf(-KAPPA);
        self.log_mean = weight * self.log_size + (1.0 - weight) * self.log_mean;
    }
}

/// A size at which one step changes the energy by about log 0.8: doubled or halved until it does.
pub fn reasonable(
    cx: &mut Cx,
    density: &mut dyn LogDensity,
    from: &DensityPoint,
    mass: &Mass,
    first: f64,
    key: Key,
) -> Result<f64> {
    let mut draws = key.site(0, 0);
    let mut way = Hamiltonian::new(density, mass);
    let mut size = first;
    let mut direction = 0;
    for _ in 0..60 {
        let mut phase = Phase { point: from.clone(), p: mass.momentum(from.u.len(), &mut draws) };
        let energy = way.energy(&phase);
        let gain = match way.step(cx, &mut phase, size)? {
            true => energy - way.energy(&phase),
            false => f64::NEG_INFINITY,
        };
        let wanted = if gain > 0.8f64.ln() { 1 } else { -1 };
        if direction != 0 && wanted != direction {
            break;
        }
        direction = wanted;
        size *= if wanted > 0 { 2.0 } else { 0.5 };
    }
    Ok(size)
}

/// Which mass is learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    Unit,
    Diagonal,
    Dense,
}

/// Mean and covariance of draws as they come (Welford 1962).
#[derive(Clone, Debug, Default)]
pub struct Moments {
    count: f64,
    mean: Vec<f64>,
    /// Sums of products of deviations: of the diagonal alone, or of all pairs.
    sums: Vec<f64>,
}

impl Moments {
    pub fn add(&mut self, u: &[f64], dense: bool) {
        let n = u.len();
        if self.mean.is_empty() {
            (self.mean, self.sums) = (vec![0.0; n], vec![0.0; if dense { n * n } else { n }]);
        }
        self.count += 1.0;
        let before: Vec<f64> = u.iter().zip(&self.mean).map(|(u, m)| u - m).collect();
        self.mean.iter_mut().zip(&before).for_each(|(m, d)| *m += d / self.count);
        for i in 0..n {
            if dense {
                (0..n).for_each(|j| self.sums[i * n + j] += before[i] * (u[j] - self.mean[j]));
            } else {
                self.sums[i] += before[i] * (u[i] - self.mean[i]);
            }
        }
    }

    /// The mass for these draws, drawn toward a small unit one as in Stan.
    pub fn mass(&self, metric: Metric) -> Option<Mass> {
        let n = self.mean.len();
        let (share, least) = (self.count / (self.count + 5.0), 1e-3 * 5.0 / (self.count + 5.0));
        let scale = share / (self.count - 1.0).max(1.0);
        match metric {
            Metric::Unit => None,
            Metric::Diagonal => Some(Mass::Diagonal(self.sums.iter().map(|s| s * scale + least).collect())),
            Metric::Dense => {
                let ridge = |(k, s): (usize, &f64)| s * scale + if k / n == k % n { least } else { 0.0 };
                Mass::of_covariance(self.sums.iter().enumerate().map(ridge).collect(), n)
            }
        }
    }
}

/// Where the mass is learned: from the end of a first phase to the start of a last one, in windows that double (Stan's
/// reference manual, "Warmup").
pub struct Windows {
    first: usize,
    last: usize,
    ends: Vec<usize>,
}

impl Windows {
    pub fn new(warmup: usize) -> Windows {
        if warmup < 20 {
            return Windows { first: warmup, last: warmup, ends: Vec::new() };
        }
        let (first, tail, mut width) = match warmup >= 150 {
            true => (75, 50, 25),
            false => {
                let (first, tail) = (warmup * 15 / 100, warmup / 10);
                (first, tail, warmup - first - tail)
            }
        };
        let (last, mut ends, mut at) = (warmup - tail, Vec::new(), first);
        while at < last {
            // A window that would leave less than the next one's length takes the rest.
            let end = if at + 3 * width > last { last } else { at + width };
            ends.push(end);
            (at, width) = (end, 2 * width);
        }
        Windows { first, last, ends }
    }

    /// Does the draw of a move count for the mass?
    pub fn learns(&self, i: usize) -> bool {
        (self.first..self.last).contains(&i)
    }

    /// Does a window end after a move?
    pub fn ends(&self, i: usize) -> bool {
        self.ends.contains(&(i + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_double() {
        assert_eq!(Windows::new(1000).ends, vec![100, 150, 250, 450, 950]);
        assert_eq!(Windows::new(100).ends, vec![90]);
        assert!(Windows::new(10).ends.is_empty());
    }

    #[test]
    fn moments_by_hand() {
        let mut moments = Moments::default();
        for u in [[1.0, 2.0], [3.0, 8.0], [5.0, 5.0]] {
            moments.add(&u, true);
        }
        assert_eq!(moments.mean, vec![3.0, 5.0]);
        assert_eq!(moments.sums, vec![8.0, 6.0, 6.0, 18.0]);
    }
}

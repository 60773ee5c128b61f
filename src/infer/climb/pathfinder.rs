//! A draw from the best of the normal approximations along a climb to the mode (Zhang, Carpenter, Gelman and Vehtari 2022,
//! "Pathfinder: parallel quasi-Newton variational inference", Journal of Machine Learning Research 23, algorithm 1).

use super::curvature::InverseCurvature;
use super::{Peak, climb, foot};
use crate::error::Result;
use crate::eval::Cx;
use crate::eval::key::Key;
use crate::gfi::BadPoints;
use crate::infer::log_density::LogDensity;

/// Steps of the climb, at most.
const STEPS: usize = 1000;
/// Draws by which the approximations are compared.
const DRAWS: u64 = 5;

/// A normal distribution around where a step of Newton's leads from a point of the climb.
struct Approximation {
    mean: Vec<f64>,
    covariance: InverseCurvature,
    elbo: f64,
}

/// Coordinates drawn from the approximation with the largest evidence bound; the end of the climb where none has any.
pub fn pathfinder(cx: &mut Cx, density: &mut dyn LogDensity, start: Vec<f64>, key: Key) -> Result<Vec<f64>> {
    let mut bad = BadPoints::default();
    let mut peak = Peak { point: foot(cx, density, start, &mut bad)?, converged: false };
    let mut path = vec![peak.point.clone()];
    climb(cx, density, &mut peak, STEPS, &mut bad, |point| path.push(point.clone()))?;
    let mut covariance = InverseCurvature::unit(peak.point.u.len());
    let mut best: Option<Approximation> = None;
    for (number, step) in path.windows(2).enumerate() {
        covariance.learn(&step[0], &step[1]);
        let mut next = Approximation { mean: covariance.newton(&step[1]), covariance: covariance.clone(), elbo: 0.0 };
        next.elbo = next.evidence_bound(cx, density, key.fold(number as u64), &mut bad)?;
        if next.elbo > best.as_ref().map_or(f64::NEG_INFINITY, |best| best.elbo) {
            best = Some(next);
        }
    }
    let mut draws = key.fold(u64::MAX).site(0, 0);
    Ok(best.map_or(peak.point.u, |best| best.covariance.draw(&best.mean, &mut draws)))
}

impl Approximation {
    fn evidence_bound(&self, cx: &mut Cx, density: &mut dyn LogDensity, key: Key, bad: &mut BadPoints) -> Result<f64> {
        let mut sum = 0.0;
        for number in 0..DRAWS {
            cx.step()?;
            let u = self.covariance.draw(&self.mean, &mut key.site(number, 0));
            let value = density.at(cx, &u, None);
            let value = bad.good(value)?.flatten().unwrap_or(f64::NEG_INFINITY);
            sum += value - self.covariance.log_density(&self.mean, &u);
        }
        Ok(sum / DRAWS as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::log_density::tests::{Normal, context};

    /// Of a normal distribution it draws nearly from that: a few steps tell the curvature roughly. The mean is right within
    /// five standard errors, the variance within a factor of two.
    #[test]
    fn draws_from_a_normal_distribution_are_nearly_its_own() {
        let (sizes, n) = ([1.0, 0.2, 5.0], 400);
        let mut sums = [[0.0; 2]; 3];
        for number in 0..n {
            let key = Key::from_seed(number);
            let u = pathfinder(&mut context(), &mut Normal(sizes.to_vec()), vec![1.5, -1.0, 2.0], key).expect("a draw");
            for (sum, (u, s)) in sums.iter_mut().zip(u.iter().zip(&sizes)) {
                sum[0] += u / s / n as f64;
                sum[1] += (u / s).powi(2) / n as f64;
            }
        }
        for [mean, square] in sums {
            assert!(mean.abs() < 5.0 * (square / n as f64).sqrt(), "{sums:?}");
            assert!((0.5..2.0).contains(&square), "{sums:?}");
        }
    }
}

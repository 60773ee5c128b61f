//! Hamilton's equations, step by step (Neal 2011, § 2.3).

use super::mass::Mass;
use super::target::{Point, Target};
use crate::error::Result;

/// A point with a momentum.
#[derive(Clone, Debug)]
pub struct Phase {
    pub point: Point,
    pub p: Vec<f64>,
}

impl Phase {
    /// H = −log density + ½ pᵀ M⁻¹ p; ∞ where it is no number.
    pub fn energy(&self, mass: &Mass) -> f64 {
        let energy = mass.kinetic(&self.p) - self.point.height;
        if energy.is_nan() { f64::INFINITY } else { energy }
    }

    /// One step of the leapfrog integrator, back in time for a negative size: it keeps volumes and can be turned back.
    /// `None` where the model makes other choices.
    pub fn step(&self, target: &mut dyn Target, mass: &Mass, size: f64) -> Result<Option<Phase>> {
        let kick = |p: &[f64], gradient: &[f64]| -> Vec<f64> {
            p.iter().zip(gradient).map(|(p, slope)| p + 0.5 * size * slope).collect()
        };
        let half = kick(&self.p, &self.point.gradient);
        let u = self.point.u.iter().zip(mass.velocity(&half)).map(|(u, v)| u + size * v).collect();
        let Some(point) = target.at(u)? else { return Ok(None) };
        let p = kick(&half, &point.gradient);
        Ok(Some(Phase { point, p }))
    }

    /// Some steps; as soon as one of them leads where the density is 0 there is no way on.
    pub fn steps(&self, target: &mut dyn Target, mass: &Mass, size: f64, count: usize) -> Result<Option<Phase>> {
        let mut phase = self.clone();
        for _ in 0..count {
            let Some(next) = phase.step(target, mass, size)? else { return Ok(None) };
            let over = !next.point.is_finite();
            phase = next;
            if over {
                break;
            }
        }
        Ok(Some(phase))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A normal distribution with these standard deviations.
    struct Normal(Vec<f64>);

    impl Target for Normal {
        fn at(&mut self, u: Vec<f64>) -> Result<Option<Point>> {
            let height = u.iter().zip(&self.0).map(|(u, s)| -0.5 * (u / s).powi(2)).sum();
            let gradient = u.iter().zip(&self.0).map(|(u, s)| -u / (s * s)).collect();
            Ok(Some(Point { u, height, gradient }))
        }
    }

    fn start(target: &mut Normal, p: Vec<f64>) -> Phase {
        let u = target.0.iter().map(|s| 0.7 * s).collect();
        Phase { point: target.at(u).ok().flatten().expect("a point"), p }
    }

    fn go(phase: &Phase, target: &mut Normal, mass: &Mass, size: f64, count: usize) -> Phase {
        phase.steps(target, mass, size, count).ok().flatten().expect("a way")
    }

    /// With momenta turned round the way leads back.
    #[test]
    fn reversible() {
        let mut target = Normal(vec![1.0, 0.3, 4.0]);
        let mass =
            Mass::of_covariance(vec![1.0, 0.1, 0.0, 0.1, 0.2, 0.0, 0.0, 0.0, 9.0], 3).expect("positive definite");
        let first = start(&mut target, vec![0.4, -1.0, 0.2]);
        let mut last = go(&first, &mut target, &mass, 0.1, 13);
        last.p.iter_mut().for_each(|p| *p = -*p);
        let back = go(&last, &mut target, &mass, 0.1, 13);
        assert!(back.point.u.iter().zip(&first.point.u).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    /// The error of the energy falls with the square of the size; only with M⁻¹ in the step of the position too.
    #[test]
    fn energy_error_is_of_second_order() {
        let mut target = Normal(vec![1.0, 0.5]);
        for mass in [
            Mass::Diagonal(vec![0.5, 3.0]),
            Mass::of_covariance(vec![1.0, 0.4, 0.4, 0.5], 2).expect("positive definite"),
        ] {
            let first = start(&mut target, vec![1.0, -0.8]);
            let mut error = |size: f64| {
                let count = (1.0 / size).round() as usize;
                (go(&first, &mut target, &mass, size, count).energy(&mass) - first.energy(&mass)).abs()
            };
            let ratio = error(0.02) / error(0.01);
            assert!((3.5..4.5).contains(&ratio), "{ratio}");
        }
    }
}

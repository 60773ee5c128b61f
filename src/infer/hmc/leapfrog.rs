//! Hamilton's equations, step by step, in place (Neal 2011, § 2.3).

use super::mass::Mass;
use crate::distributions::dot;
use crate::error::Result;
use crate::eval::Cx;
use crate::infer::log_density::{DensityPoint, LogDensity};

/// A point with a momentum.
#[derive(Clone, Debug, Default)]
pub struct Phase {
    pub point: DensityPoint,
    pub p: Vec<f64>,
}

impl Phase {
    /// Becomes another phase, in place.
    pub fn copy(&mut self, other: &Phase) {
        self.point.copy(&other.point);
        self.p.clone_from(&other.p);
    }
}

/// A density and a mass: what moves are made by.
pub struct Hamiltonian<'a> {
    density: &'a mut dyn LogDensity,
    pub mass: &'a Mass,
    velocity: Vec<f64>,
}

impl<'a> Hamiltonian<'a> {
    pub fn new(density: &'a mut dyn LogDensity, mass: &'a Mass) -> Hamiltonian<'a> {
        let velocity = vec![0.0; density.size()];
        Hamiltonian { density, mass, velocity }
    }

    /// H = −log density + ½ pᵀ M⁻¹ p; ∞ where it is no number.
    pub fn energy(&mut self, phase: &Phase) -> f64 {
        let energy = 0.5 * dot(&phase.p, self.velocity(&phase.p)) - phase.point.value;
        if energy.is_nan() { f64::INFINITY } else { energy }
    }

    /// M⁻¹ p: how the coordinates move.
    pub fn velocity(&mut self, p: &[f64]) -> &[f64] {
        self.mass.velocity(p, &mut self.velocity);
        &self.velocity
    }

    /// One step of the leapfrog integrator, back in time for a negative size: it keeps volumes and can be turned back.
    /// False where the model makes other choices.
    pub fn step(&mut self, cx: &mut Cx, phase: &mut Phase, size: f64) -> Result<bool> {
        let Phase { point, p } = phase;
        p.iter_mut().zip(&point.gradient).for_each(|(p, slope)| *p += 0.5 * size * slope);
        self.mass.velocity(p, &mut self.velocity);
        point.u.iter_mut().zip(&self.velocity).for_each(|(u, v)| *u += size * v);
        let Some(value) = self.density.at(cx, &point.u, Some(&mut point.gradient))? else { return Ok(false) };
        point.value = value;
        p.iter_mut().zip(&point.gradient).for_each(|(p, slope)| *p += 0.5 * size * slope);
        Ok(true)
    }

    /// Some steps; as soon as one of them leads where the density is 0 there is no way on.
    pub fn steps(&mut self, cx: &mut Cx, phase: &mut Phase, size: f64, count: usize) -> Result<bool> {
        for _ in 0..count {
            if !self.step(cx, phase, size)? {
                return Ok(false);
            }
            if !phase.point.is_finite() {
                break;
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::log_density::tests::{Normal, context};

    fn start(normal: &mut Normal, p: Vec<f64>) -> Phase {
        let u = normal.0.iter().map(|s| 0.7 * s).collect();
        Phase { point: DensityPoint::at(&mut context(), normal, u).ok().flatten().expect("a point"), p }
    }

    fn go(phase: &Phase, normal: &mut Normal, mass: &Mass, size: f64, count: usize) -> Phase {
        let mut end = phase.clone();
        assert!(Hamiltonian::new(normal, mass).steps(&mut context(), &mut end, size, count).is_ok_and(|there| there));
        end
    }

    /// With momenta turned round the way leads back.
    #[test]
    fn reversible() {
        let mut normal = Normal(vec![1.0, 0.3, 4.0]);
        let mass =
            Mass::of_covariance(vec![1.0, 0.1, 0.0, 0.1, 0.2, 0.0, 0.0, 0.0, 9.0], 3).expect("positive definite");
        let first = start(&mut normal, vec![0.4, -1.0, 0.2]);
        let mut last = go(&first, &mut normal, &mass, 0.1, 13);
        last.p.iter_mut().for_each(|p| *p = -*p);
        let back = go(&last, &mut normal, &mass, 0.1, 13);
        assert!(back.point.u.iter().zip(&first.point.u).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    /// The error of the energy falls with the square of the size; only with M⁻¹ in the step of the position too.
    #[test]
    fn energy_error_is_of_second_order() {
        let mut normal = Normal(vec![1.0, 0.5]);
        for mass in [
            Mass::Diagonal(vec![0.5, 3.0]),
            Mass::of_covariance(vec![1.0, 0.4, 0.4, 0.5], 2).expect("positive definite"),
        ] {
            let first = start(&mut normal, vec![1.0, -0.8]);
            let mut error = |size: f64| {
                let count = (1.0 / size).round() as usize;
                let last = go(&first, &mut normal, &mass, size, count);
                let mut way = Hamiltonian::new(&mut normal, &mass);
                (way.energy(&last) - way.energy(&first)).abs()
            };
            let ratio = error(0.02) / error(0.01);
            assert!((3.5..4.5).contains(&ratio), "{ratio}");
        }
    }
}

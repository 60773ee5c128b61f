//! The inverse curvature of a density that a climb tells: a diagonal, and on top of it the last few steps (Zhang et al. 2022,
//! "Pathfinder", § 3.1, after Gilbert and Lemaréchal 1989). As a covariance it has draws and a density, each in time
//! proportional to the number of coordinates.

use super::lbfgs::{Memory, plus, through};
use crate::distributions::{dot, standard_normal};
use crate::eval::key::SiteRng;
use crate::infer::log_density::DensityPoint;

/// Steps that are remembered.
const MEMORY: usize = 6;

#[derive(Clone)]
pub struct InverseCurvature {
    diagonal: Vec<f64>,
    memory: Memory,
    /// What the curvature before each remembered step makes of it: B s.
    bent: Vec<Vec<f64>>,
}

impl InverseCurvature {
    /// That of the standard normal distribution.
    pub fn unit(n: usize) -> InverseCurvature {
        InverseCurvature { diagonal: vec![1.0; n], memory: Memory::new(), bent: Vec::new() }
    }

    /// Takes in a step, if the density bends downwards along it.
    pub fn learn(&mut self, from: &DensityPoint, to: &DensityPoint) {
        let step = plus(&to.u, -1.0, &from.u);
        let bend = plus(&from.gradient, -1.0, &to.gradient);
        let along = dot(&step, &bend);
        let bends_down = along > 1e-12 * dot(&bend, &bend);
        if !bends_down {
            return;
        }
        let bends: f64 = bend.iter().zip(&self.diagonal).map(|(y, a)| y * y * a).sum();
        let steps: f64 = step.iter().zip(&self.diagonal).map(|(s, a)| s * s / a).sum();
        for ((a, s), y) in self.diagonal.iter_mut().zip(&step).zip(&bend) {
            *a = 1.0 / (bends / (along * *a) + y * y / along - bends * s * s / (along * steps * *a * *a));
        }
        self.memory.push_back((step, bend));
        if self.memory.len() > MEMORY {
            self.memory.pop_front();
        }
        self.bent.clear();
        for number in 0..self.memory.len() {
            self.bent.push(self.bend(&self.memory[number].0));
        }
    }

    /// A vector through the curvature of the steps whose products are known: B v (Nocedal and Wright 2006, equation 6.19).
    fn bend(&self, v: &[f64]) -> Vec<f64> {
        let mut bent: Vec<f64> = v.iter().zip(&self.diagonal).map(|(v, a)| v / a).collect();
        for ((step, bend), own) in self.memory.iter().zip(&self.bent) {
            bent = plus(&bent, dot(bend, v) / dot(step, bend), bend);
            bent = plus(&bent, -dot(own, v) / dot(step, own), own);
        }
        bent
    }

    /// The top of the parabola through a point: a step of Newton's.
    pub fn newton(&self, point: &DensityPoint) -> Vec<f64> {
        let scaled = |q: &mut [f64]| q.iter_mut().zip(&self.diagonal).for_each(|(x, a)| *x *= a);
        plus(&point.u, 1.0, &through(&point.gradient, &self.memory, scaled))
    }

    /// A draw from the normal distribution with this covariance. H′ = Vᵀ H V + s sᵀ / yᵀs with Vᵀ = I − s yᵀ / yᵀs, so that
    /// each step turns a draw with covariance H into one with H′.
    pub fn draw(&self, mean: &[f64], draws: &mut SiteRng) -> Vec<f64> {
        let mut x: Vec<f64> = self.diagonal.iter().map(|a| a.sqrt() * standard_normal(draws)).collect();
        for (step, bend) in &self.memory {
            let along = dot(step, bend);
            x = plus(&x, standard_normal(draws) / along.sqrt() - dot(bend, &x) / along, step);
        }
        plus(mean, 1.0, &x)
    }

    /// The log density of that distribution. The determinant grows by yᵀs / sᵀB s with each step.
    pub fn log_density(&self, mean: &[f64], u: &[f64]) -> f64 {
        let v = plus(u, -1.0, mean);
        let first: f64 = self.diagonal.iter().map(|a| a.ln()).sum();
        let steps = self.memory.iter().zip(&self.bent);
        let grown: f64 = steps.map(|((step, bend), own)| (dot(step, bend) / dot(step, own)).ln()).sum();
        -0.5 * (dot(&v, &self.bend(&v)) + first - grown + u.len() as f64 * std::f64::consts::TAU.ln())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distributions::cholesky;
    use crate::eval::key::Key;

    /// What two steps tell of a parabola with this curvature.
    fn learned(b: [[f64; 3]; 3], steps: &[[f64; 3]]) -> InverseCurvature {
        let at = |u: Vec<f64>| {
            let gradient = b.iter().map(|row| -dot(row, &u)).collect();
            DensityPoint { value: 0.0, gradient, u }
        };
        let mut curvature = InverseCurvature::unit(3);
        let mut point = at(vec![1.0, -2.0, 0.5]);
        for step in steps {
            let next = at(plus(&point.u, 1.0, step));
            curvature.learn(&point, &next);
            point = next;
        }
        curvature
    }

    const B: [[f64; 3]; 3] = [[4.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 0.3]];

    /// Draws have the covariance whose density it is: both are those of the matrix that `newton` multiplies by.
    #[test]
    fn draws_density_and_newton_steps_are_of_one_matrix() {
        let curvature = learned(B, &[[0.3, 0.1, -0.2], [-0.5, 0.7, 0.4]]);
        let column = |i: usize| {
            let gradient = (0..3).map(|j| f64::from(u8::from(i == j))).collect();
            curvature.newton(&DensityPoint { u: vec![0.0; 3], value: 0.0, gradient })
        };
        let h: Vec<Vec<f64>> = (0..3).map(column).collect();
        let factor = cholesky(&h.concat(), 3);
        let log_det: f64 = (0..3).map(|i| 2.0 * factor[i * 3 + i].ln()).sum();
        let w = [0.7, -1.1, 0.4];
        let v: Vec<f64> = h.iter().map(|row| dot(row, &w)).collect();
        // v = H w, so that vᵀ H⁻¹ v = w v.
        let density = -0.5 * (dot(&v, &w) + log_det + 3.0 * std::f64::consts::TAU.ln());
        assert!((curvature.log_density(&[0.0; 3], &v) - density).abs() < 1e-10);

        let (mut draws, n) = (Key::from_seed(5).site(0, 0), 40_000);
        let mut covariance = [0.0; 9];
        for _ in 0..n {
            let x = curvature.draw(&[0.0; 3], &mut draws);
            (0..9).for_each(|at| covariance[at] += x[at / 3] * x[at % 3] / f64::from(n));
        }
        for (at, own) in covariance.iter().enumerate() {
            let (i, j) = (at / 3, at % 3);
            let error = ((h[i][i] * h[j][j] + h[i][j] * h[i][j]) / f64::from(n)).sqrt();
            assert!((own - h[i][j]).abs() < 5.0 * error, "{i} {j}: {own} {}", h[i][j]);
        }
    }

    /// Steps in all directions tell the inverse of the curvature.
    #[test]
    fn the_curvature_of_a_parabola_is_learned() {
        let diagonal = [[4.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.3]];
        let curvature = learned(diagonal, &[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
        let top = curvature.newton(&DensityPoint { u: vec![1.0; 3], value: 0.0, gradient: vec![-4.0, -2.0, -0.3] });
        assert!(top.iter().all(|x| x.abs() < 1e-12), "{top:?}");
    }
}

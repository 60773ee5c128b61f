//! Jointly normal unknowns: each by what it is given those before it, so that nothing is subtracted from what a vague
//! prior makes large. What is seen is turned into that without square roots (Gentleman 1973), in twice the digits:
//! a vague prior beside a small noise costs none of those that are told.

use super::affine::Affine;
use super::double::Double;

/// Σ factor · unknown = constant + noise of this precision, of unknowns until the row's own, whose factor is 1.
/// Unknowns of other kinds have a row that says nothing of others.
#[derive(Default)]
pub struct Gaussian(Vec<LinearConditional>);

struct LinearConditional {
    /// Factors before this one are 0.
    from: usize,
    factors: Vec<Double>,
    constant: Double,
    precision: Double,
}

/// Standard deviations beyond these have no precision that a float holds.
pub const SCALES: (f64, f64) = (1e-100, 1e100);

impl Gaussian {
    /// A number that no normal choice is a part of.
    pub fn push_other(&mut self) {
        self.push_normal(None, 0.0, 1.0);
    }

    /// x = affine + noise of this standard deviation.
    pub fn push_normal(&mut self, affine: Option<&Affine>, constant: f64, sd: f64) {
        let mut row = LinearConditional::of(affine, -1.0, self.0.len(), sd);
        row.factors.push(Double::ONE);
        row.constant = Double::from(affine.map_or(0.0, |affine| affine.constant)) + Double::from(constant);
        self.0.push(row);
    }

    /// y = affine + noise was seen, after which the unknowns are what they are given y. How far off it was of what was
    /// expected, and the standard deviation of that.
    pub fn observe(&mut self, affine: &Affine, sd: f64, y: f64) -> (f64, f64) {
        let mut seen = LinearConditional::of(Some(affine), 1.0, self.0.len(), sd);
        seen.constant = Double::from(y) - Double::from(affine.constant);
        for row in self.0.iter_mut().rev() {
            if seen.from + seen.factors.len() == 0 {
                break;
            }
            match seen.factors.pop() {
                Some(factor) if !factor.is_zero() => row.learn(&mut seen, factor),
                _ => {}
            }
        }
        (seen.constant.rounded(), seen.precision.rounded().sqrt().recip())
    }

    /// The mean and the standard deviation of each unknown.
    pub fn marginals(&self) -> Vec<(f64, f64)> {
        let mut means: Vec<Double> = Vec::with_capacity(self.0.len());
        // Each as a sum of independent standard normal numbers.
        let mut noises: Vec<Vec<f64>> = Vec::with_capacity(self.0.len());
        for (own, row) in self.0.iter().enumerate() {
            let (mut mean, mut noise) = (row.constant, vec![0.0; own + 1]);
            noise[own] = row.precision.rounded().sqrt().recip();
            let before = row.factors.iter().zip(row.from..own).filter(|(factor, _)| !factor.is_zero());
            for (factor, earlier) in before {
                mean = mean - *factor * means[earlier];
                let factor = factor.rounded();
                noise.iter_mut().zip(&noises[earlier]).for_each(|(x, e)| *x -= factor * e);
            }
            means.push(mean);
            noises.push(noise);
        }
        let norm = |noise: &Vec<f64>| noise.iter().map(|x| x * x).sum::<f64>().sqrt();
        means.iter().zip(&noises).map(|(mean, noise)| (mean.rounded(), norm(noise))).collect()
    }
}

impl LinearConditional {
    /// Of the factors of a number, times `sign`, of so many unknowns.
    fn of(affine: Option<&Affine>, sign: f64, unknowns: usize, sd: f64) -> LinearConditional {
        let terms = affine.map_or(&[][..], |affine| &affine.terms);
        let from = terms.iter().map(|term| term.unknown).min().unwrap_or(unknowns);
        let mut factors = vec![Double::ZERO; unknowns - from];
        terms.iter().for_each(|term| factors[term.unknown - from] = Double::from(sign * term.factor));
        let sd = Double::from(sd);
        LinearConditional { from, factors, constant: Double::ZERO, precision: Double::ONE / (sd * sd) }
    }

    /// Takes in what another row, which has this factor of this one's own unknown, says of it; what is left of the
    /// other says nothing of it.
    fn learn(&mut self, other: &mut LinearConditional, factor: Double) {
        let before = self.from.min(other.from);
        self.widen(before);
        other.widen(before);
        let precision = self.precision + other.precision * factor * factor;
        let share = other.precision * factor / precision;
        other.precision = other.precision * self.precision / precision;
        self.precision = precision;
        let learn = |a: &mut Double, b: &mut Double| {
            if !(a.is_zero() && b.is_zero()) {
                *b = *b - factor * *a;
                *a = *a + share * *b;
            }
        };
        self.factors.iter_mut().zip(&mut other.factors).for_each(|(a, b)| learn(a, b));
        learn(&mut self.constant, &mut other.constant);
    }

    /// With the factors from an earlier one on, which were 0.
    fn widen(&mut self, from: usize) {
        if from < self.from {
            self.factors.splice(0..0, std::iter::repeat_n(Double::ZERO, self.from - from));
            self.from = from;
        }
    }
}

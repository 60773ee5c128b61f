//! Jointly normal unknowns: each known by its mean and its covariances, updated choice by choice (Kalman 1960).

use super::affine::Affine;

/// Means and covariances; unknowns of other kinds have none.
#[derive(Default)]
pub struct Gaussian {
    mean: Vec<f64>,
    covariance: Vec<Vec<f64>>,
}

impl Gaussian {
    pub fn mean(&self, unknown: usize) -> f64 {
        self.mean[unknown]
    }

    pub fn sd(&self, unknown: usize) -> f64 {
        self.covariance[unknown][unknown].max(0.0).sqrt()
    }

    /// A number that no normal choice is a part of.
    pub fn push_other(&mut self) {
        self.push(0.0, Vec::new(), 0.0);
    }

    /// x = affine + noise of this standard deviation.
    pub fn push_normal(&mut self, affine: Option<&Affine>, constant: f64, sd: f64) {
        match affine {
            None => self.push(constant, Vec::new(), sd * sd),
            Some(affine) => {
                let (mean, with) = self.of(affine);
                let variance = sd * sd + spread(affine, &with);
                self.push(mean, with, variance);
            }
        }
    }

    fn push(&mut self, mean: f64, mut with: Vec<f64>, variance: f64) {
        with.resize(self.mean.len(), 0.0);
        self.covariance.iter_mut().zip(&with).for_each(|(row, x)| row.push(*x));
        with.push(variance);
        self.covariance.push(with);
        self.mean.push(mean);
    }

    /// y = affine + noise was seen, after which the unknowns are what they are given y. What was expected of it: a mean
    /// and a standard deviation.
    pub fn observe(&mut self, affine: &Affine, sd: f64, y: f64) -> (f64, f64) {
        let (mean, with) = self.of(affine);
        let variance = sd * sd + spread(affine, &with);
        let residual = y - mean;
        for (i, gain) in with.iter().map(|x| x / variance).enumerate() {
            self.mean[i] += gain * residual;
            self.covariance[i].iter_mut().zip(&with).for_each(|(c, x)| *c -= gain * x);
        }
        (mean, variance.sqrt())
    }

    /// The mean of an affine number, and its covariances with all unknowns.
    fn of(&self, affine: &Affine) -> (f64, Vec<f64>) {
        let mean = affine.at(&self.mean);
        let with = |row: &Vec<f64>| affine.terms.iter().map(|term| term.factor * row[term.unknown]).sum();
        (mean, self.covariance.iter().map(with).collect())
    }
}

/// The variance of an affine number, from its covariances.
fn spread(affine: &Affine, with: &[f64]) -> f64 {
    affine.terms.iter().map(|term| term.factor * with[term.unknown]).sum()
}

//! What a support says of values: their shape, and which numbers lie in it.

use super::{Block, Requirement};
use crate::distributions::support_of::SupportOf;

/// How far sums and lengths may be from 1: single precision rounds at 1e-7.
const TOLERANCE: f64 = 1e-6;

impl SupportOf {
    /// Rows and columns of a value.
    pub(in crate::distributions) fn size(&self) -> (usize, usize) {
        match self {
            SupportOf::Vectors(n) | SupportOf::Simplex(n) | SupportOf::Counts { size: n, .. } => (*n, 1),
            SupportOf::Covariance(n) | SupportOf::CorrelationFactor(n) => (*n, *n),
            _ => (1, 1),
        }
    }

    /// The axes of a vector or matrix.
    pub(in crate::distributions) fn shape(&self) -> Vec<usize> {
        match self {
            SupportOf::Covariance(n) | SupportOf::CorrelationFactor(n) => vec![*n, *n],
            other => vec![other.size().0],
        }
    }

    /// True for values of the right shape that a density's formula is for.
    pub(in crate::distributions) fn admits(&self, x: &Block<'_, f64>) -> bool {
        let sum = || x.items.iter().sum::<f64>();
        let unit = |row: &[f64]| (row.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() <= TOLERANCE;
        match self {
            SupportOf::Numbers { lo, hi, .. } => {
                let x = x.one();
                *lo <= x && x <= *hi && (self.is_continuous() || x.fract() == 0.0)
            }
            SupportOf::Simplex(_) => x.items.iter().all(|x| *x > 0.0) && (sum() - 1.0).abs() <= TOLERANCE,
            SupportOf::Counts { total, .. } => x.items.iter().all(|x| *x >= 0.0 && x.fract() == 0.0) && sum() == *total,
            SupportOf::Covariance(_) => Requirement::PositiveDefinite.violation(x).is_none(),
            SupportOf::CorrelationFactor(_) => {
                Requirement::Cholesky.violation(x).is_none() && x.items.chunks(x.cols).all(unit)
            }
            _ => x.items.iter().all(|x| x.is_finite()),
        }
    }
}

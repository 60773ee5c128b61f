//! Triangular factors of a row-major matrix of doubles. Inner loops run along rows, so that the
//! compiler turns them into vector instructions.

use crate::error::{Error, Result};

/// Replaces a symmetric matrix by its lower Cholesky factor. Errors: not positive definite.
pub(super) fn cholesky(a: &mut [f64], n: usize) -> Result<()> {
    // Column by column of the lower triangle, kept transposed: the updates then run along rows.
    for i in 0..n {
        for j in 0..i {
            a[j * n + i] = a[i * n + j];
        }
    }
    for k in 0..n {
        let pivot = a[k * n + k];
        if pivot <= 0.0 || !pivot.is_finite() {
            let message = format!("the matrix is not positive definite (pivot {k} is {pivot})");
            return Err(Error::array(message).help("add a small multiple of the identity matrix"));
        }
        let scale = pivot.sqrt();
        a[k * n + k..(k + 1) * n].iter_mut().for_each(|x| *x /= scale);
        a[k * n + k] = scale;
        let (above, below) = a.split_at_mut((k + 1) * n);
        let row = &above[k * n..];
        for (i, target) in (k + 1..n).zip(below.chunks_exact_mut(n)) {
            subtract(&mut target[i..], row[i], &row[i..]);
        }
    }
    for i in 0..n {
        for j in 0..i {
            a[i * n + j] = std::mem::take(&mut a[j * n + i]);
        }
    }
    Ok(())
}

/// target -= factor · row
fn subtract(target: &mut [f64], factor: f64, row: &[f64]) {
    for (x, y) in target.iter_mut().zip(row) {
        *x -= factor * y;
    }
}

/// A matrix factored as P⁻¹ L U, by Gaussian elimination with row exchanges.
pub(super) struct Lu {
    n: usize,
    /// L (without its unit diagonal) below U.
    factors: Vec<f64>,
    /// The row of the matrix that each row of the factors came from.
    rows: Vec<usize>,
    /// -1 after an odd number of exchanges.
    sign: f64,
}

impl Lu {
    pub fn new(matrix: &[f64], n: usize) -> Lu {
        let mut lu = Lu { n, factors: matrix.to_vec(), rows: (0..n).collect(), sign: 1.0 };
        (0..n).for_each(|k| lu.eliminate(k));
        lu
    }

    fn eliminate(&mut self, k: usize) {
        let n = self.n;
        let size = |i: usize| self.factors[i * n + k].abs();
        let best = (k + 1..n).fold(k, |best, i| if size(i) > size(best) { i } else { best });
        if best != k {
            let (above, below) = self.factors.split_at_mut(best * n);
            above[k * n..(k + 1) * n].swap_with_slice(&mut below[..n]);
            self.rows.swap(k, best);
            self.sign = -self.sign;
        }
        let (above, below) = self.factors.split_at_mut((k + 1) * n);
        let row = &above[k * n..];
        if row[k] == 0.0 {
            return; // singular: nothing below to eliminate
        }
        for target in below.chunks_exact_mut(n) {
            target[k] /= row[k];
            let factor = target[k];
            subtract(&mut target[k + 1..], factor, &row[k + 1..]);
        }
    }

    fn pivots(&self) -> impl Iterator<Item = f64> + '_ {
        self.factors.iter().step_by(self.n + 1).copied()
    }

    pub fn det(&self) -> f64 {
        self.pivots().product::<f64>() * self.sign
    }

    pub fn logdet(&self) -> f64 {
        let sign = self.pivots().fold(self.sign, |sign, x| if x < 0.0 { -sign } else { sign });
        let size: f64 = self.pivots().map(|x| x.abs().ln()).sum();
        if sign < 0.0 && size != f64::NEG_INFINITY { f64::NAN } else { size }
    }

    /// Replaces `sides`, n rows of `columns`, by the solution. Errors: singular.
    pub fn solve(&self, sides: &mut [f64], columns: usize) -> Result<()> {
        let n = self.n;
        let before = sides.to_vec();
        for (target, &row) in sides.chunks_exact_mut(columns).zip(&self.rows) {
            target.copy_from_slice(&before[row * columns..][..columns]);
        }
        for i in 1..n {
            let (above, below) = sides.split_at_mut(i * columns);
            for (j, row) in above.chunks_exact(columns).enumerate() {
                subtract(&mut below[..columns], self.factors[i * n + j], row);
            }
        }
        triangular_solve(&self.factors, n, sides, columns, false)
    }
}

/// Replaces `sides`, n rows of `columns`, by the solution of the triangular system.
/// Errors: singular, that is a zero on the diagonal.
pub(super) fn triangular_solve(a: &[f64], n: usize, sides: &mut [f64], columns: usize, lower: bool) -> Result<()> {
    for step in 0..n {
        let i = if lower { step } else { n - 1 - step };
        let pivot = a[i * n + i];
        if pivot == 0.0 {
            return Err(Error::array(format!("the matrix is singular (pivot {i} is 0)")));
        }
        let (above, rest) = sides.split_at_mut(i * columns);
        let (target, below) = rest.split_at_mut(columns);
        let (known, first) = if lower { (&*above, 0) } else { (&*below, i + 1) };
        for (j, row) in known.chunks_exact(columns).enumerate() {
            subtract(target, a[i * n + first + j], row);
        }
        target.iter_mut().for_each(|x| *x /= pivot);
    }
    Ok(())
}

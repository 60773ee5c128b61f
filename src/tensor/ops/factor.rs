//! Triangular factors of a row-major matrix. Inner loops run along rows, so that the
//! compiler turns them into vector instructions.

use crate::error::{Error, Result};
use std::ops::{Div, Mul, Sub};

/// Replaces a symmetric matrix by its lower Cholesky factor; only its lower triangle is looked at. `root` gives the
/// square root of each pivot, or says what is wrong with it.
pub fn cholesky_in_place<T, E>(
    a: &mut [T],
    n: usize,
    zero: &T,
    mut root: impl FnMut(usize, T) -> std::result::Result<T, E>,
) -> std::result::Result<(), E>
where
    T: Clone + Sub<Output = T> + Mul<Output = T> + Div<Output = T>,
{
    // Column by column of the lower triangle, kept transposed: the updates then run along rows.
    for i in 0..n {
        for j in 0..i {
            a[j * n + i] = a[i * n + j].clone();
        }
    }
    for k in 0..n {
        let scale = root(k, a[k * n + k].clone())?;
        a[k * n + k + 1..(k + 1) * n].iter_mut().for_each(|x| *x = x.clone() / scale.clone());
        a[k * n + k] = scale;
        let (above, below) = a.split_at_mut((k + 1) * n);
        let row = &above[k * n..];
        for (i, target) in (k + 1..n).zip(below.chunks_exact_mut(n)) {
            subtract(&mut target[i..], &row[i], &row[i..]);
        }
    }
    for i in 0..n {
        for j in 0..i {
            a[i * n + j] = std::mem::replace(&mut a[j * n + i], zero.clone());
        }
    }
    Ok(())
}

/// The square root of a pivot of a matrix that is positive definite.
pub fn root_of_pivot(pivot: f64) -> Option<f64> {
    (pivot > 0.0 && pivot.is_finite()).then(|| pivot.sqrt())
}

/// Replaces a symmetric matrix of doubles by its lower Cholesky factor. Errors: not positive definite.
pub(super) fn cholesky(a: &mut [f64], n: usize) -> Result<()> {
    cholesky_in_place(a, n, &0.0, |k, pivot| {
        root_of_pivot(pivot).ok_or_else(|| {
            let message = format!("the matrix is not positive definite (pivot {k} is {pivot})");
            Error::array(message).help("add a small multiple of the identity matrix")
        })
    })
}

/// target -= factor · row
fn subtract<T: Clone + Sub<Output = T> + Mul<Output = T>>(target: &mut [T], factor: &T, row: &[T]) {
    for (x, y) in target.iter_mut().zip(row) {
        *x = x.clone() - factor.clone() * y.clone();
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
            subtract(&mut target[k + 1..], &factor, &row[k + 1..]);
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
                subtract(&mut below[..columns], &self.factors[i * n + j], row);
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
            subtract(target, &a[i * n + first + j], row);
        }
        target.iter_mut().for_each(|x| *x /= pivot);
    }
    Ok(())
}

//! Linear algebra of square matrices, over any leading axes.
//!
//! It is computed on the host: MLX's own aborts the process on a singular matrix and does not tell a
//! matrix that is not positive definite.
use super::factor::{self, Lu};
use crate::error::{Error, Result};
use crate::tensor::{
    Array,
    host::{self, CastElements},
};

/// The lower triangular L with L Lᵀ = `a`; only the lower triangle of `a` is looked at.
/// Errors: `gen::shape`; when computed, `gen::array` if `a` is not positive definite.
pub fn cholesky(a: &Array) -> Result<Array> {
    let n = order("cholesky", a)?;
    each(a, a.shape().to_vec(), 0.0, move |matrix| {
        let mut factor = matrix.to_vec();
        factor::cholesky(&mut factor, n).map(|()| factor)
    })
}

/// The inverse. Errors: `gen::shape`; when computed, `gen::array` if `a` is singular.
pub fn inv(a: &Array) -> Result<Array> {
    let n = order("inv", a)?;
    each(a, a.shape().to_vec(), 0.0, move |matrix| {
        let mut inverse: Vec<f64> = (0..n * n).map(|i| if i % (n + 1) == 0 { 1.0 } else { 0.0 }).collect();
        Lu::new(matrix, n).solve(&mut inverse, n).map(|()| inverse)
    })
}

/// The determinant; 0 for a singular matrix. Errors: `gen::shape`.
pub fn det(a: &Array) -> Result<Array> {
    let n = order("det", a)?;
    each(a, batch(a).to_vec(), 1.0, move |matrix| Ok(vec![Lu::new(matrix, n).det()]))
}

/// The logarithm of the determinant; -∞ if that is 0, NaN if it is negative. Errors: `gen::shape`.
pub fn logdet(a: &Array) -> Result<Array> {
    let n = order("logdet", a)?;
    each(a, batch(a).to_vec(), 0.0, move |matrix| Ok(vec![Lu::new(matrix, n).logdet()]))
}

/// The x with `a` x = `b`; `b` is a vector or a matrix behind the leading axes of `a`.
/// Errors: `gen::shape`; when computed, `gen::array` if `a` is singular.
pub fn solve(a: &Array, b: &Array) -> Result<Array> {
    let n = order("solve", a)?;
    let columns = columns("solve", a, b)?;
    each_pair(a, b, move |matrix, sides| Lu::new(matrix, n).solve(sides, columns))
}

/// As [`solve`] for a triangular `a`; only its lower (or upper) triangle is looked at.
/// Errors as for `solve`.
pub fn triangular_solve(a: &Array, b: &Array, lower: bool) -> Result<Array> {
    let n = order("triangular-solve", a)?;
    let columns = columns("triangular-solve", a, b)?;
    each_pair(a, b, move |matrix, sides| factor::triangular_solve(matrix, n, sides, columns, lower))
}

/// The number of rows of the square matrices in `a`.
fn order(name: &str, a: &Array) -> Result<usize> {
    match a.shape() {
        [.., n, m] if n == m => Ok(*n),
        other => Err(Error::shape(format!("{name}: a square matrix is wanted, not shape {other:?}"))),
    }
}

fn batch(a: &Array) -> &[usize] {
    &a.shape()[..a.ndim().saturating_sub(2)]
}

/// The number of right-hand sides.
fn columns(name: &str, a: &Array, b: &Array) -> Result<usize> {
    let rows = &a.shape()[..a.ndim() - 1];
    match b.shape().strip_prefix(rows) {
        Some([]) => Ok(1),
        Some([columns]) => Ok(*columns),
        _ => Err(Error::shape(format!("{name}: shapes {:?} and {:?}", a.shape(), b.shape()))
            .help(format!("the second must be {rows:?}, or that and one more axis"))),
    }
}

/// The array of what `f` makes of each matrix, or of `empty` for matrices without elements.
fn each(
    a: &Array,
    shape: Vec<usize>,
    empty: f64,
    f: impl Fn(&[f64]) -> Result<Vec<f64>> + Clone + Send + 'static,
) -> Result<Array> {
    let dtype = a.dtype().float();
    if a.is_empty() {
        return Array::full(&shape, empty, dtype);
    }
    let size = a.shape()[a.ndim() - 1].pow(2);
    Array::by_host(&[a], &shape, dtype, move |data| {
        let parts: Vec<Vec<f64>> = f64::all(data[0]).chunks_exact(size).map(f).collect::<Result<_>>()?;
        Ok(host::floats(parts.concat(), dtype))
    })
}

/// `b` after `f` has replaced each of its parts, given the matrix of `a` that belongs to it.
fn each_pair(
    a: &Array,
    b: &Array,
    f: impl Fn(&[f64], &mut [f64]) -> Result<()> + Clone + Send + 'static,
) -> Result<Array> {
    let dtype = a.dtype().promote(b.dtype()).float();
    let count = batch(a).iter().product::<usize>().max(1);
    let (size, part) = (a.len() / count, b.len() / count);
    Array::by_host(&[a, b], b.shape(), dtype, move |data| {
        let (matrices, mut sides) = (f64::all(data[0]), f64::all(data[1]).into_owned());
        let mut pairs = matrices.chunks_exact(size).zip(sides.chunks_exact_mut(part));
        pairs.try_for_each(|(matrix, sides)| f(matrix, sides))?;
        Ok(host::floats(sides, dtype))
    })
}

//! Checks and rules of shapes, on the calling side.

use crate::error::{Code, Error, Result};

/// The most elements an array may have.
pub const MAX_LEN: usize = 1 << 28;
/// The most axes an array may have.
const MAX_NDIM: usize = 32;

/// The number of elements of `shape`. Errors: `gen::too-large`.
pub(super) fn len(shape: &[usize]) -> Result<usize> {
    let len = match shape.iter().any(|&n| n > MAX_LEN) {
        true => None,
        false if shape.contains(&0) => Some(0),
        false => shape.iter().try_fold(1, |len: usize, &n| len.checked_mul(n)).filter(|&len| len <= MAX_LEN),
    };
    let too_large = |message| Error::raise(Code::TooLarge, message);
    if shape.len() > MAX_NDIM {
        return Err(too_large(format!("an array of {} axes; at most {MAX_NDIM}", shape.len())));
    }
    len.ok_or_else(|| too_large(format!("an array of shape {shape:?} has more than {MAX_LEN} elements")))
}

/// The shape as MLX wants it. Every dimension of a checked shape fits.
pub(super) fn dims(shape: &[usize]) -> Vec<i32> {
    shape.iter().map(|&n| dim(n)).collect()
}

/// A dimension, axis or index as MLX wants it.
pub(super) fn dim(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// The shape two arrays have in common by NumPy's rule. Errors: `gen::shape`.
pub(super) fn broadcast(name: &str, a: &[usize], b: &[usize]) -> Result<Vec<usize>> {
    let ndim = a.len().max(b.len());
    let at = |shape: &[usize], axis: usize| (axis + shape.len()).checked_sub(ndim).map_or(1, |i| shape[i]);
    let dims = (0..ndim).map(|axis| match (at(a, axis), at(b, axis)) {
        (m, n) if m == n || n == 1 => Ok(m),
        (1, n) => Ok(n),
        _ => Err(Error::shape(format!("{name}: shapes {a:?} and {b:?} do not broadcast"))
            .help("aligned from the right, dimensions must be equal or 1")),
    });
    let shape: Vec<usize> = dims.collect::<Result<_>>()?;
    len(&shape).map(|_| shape)
}

/// The axis as an index: negative ones count from the end. Errors: `gen::index`.
pub(super) fn axis(name: &str, axis: i64, ndim: usize) -> Result<usize> {
    let resolved = if axis < 0 { axis.saturating_add(ndim as i64) } else { axis };
    usize::try_from(resolved).ok().filter(|&axis| axis < ndim).ok_or_else(|| {
        let error = Error::index(format!("{name}: axis {axis} of an array of {ndim} axes"));
        match ndim {
            0 => error.help("the array is a scalar: leave the axis out"),
            _ => error.help(format!("axes are 0 to {}", ndim - 1)),
        }
    })
}

/// `shape` without `axis`.
pub(super) fn without(shape: &[usize], axis: usize) -> Vec<usize> {
    let mut shape = shape.to_vec();
    shape.remove(axis);
    shape
}

/// `shape` with `n` at `axis`.
pub(super) fn with(shape: &[usize], axis: usize, n: usize) -> Vec<usize> {
    let mut shape = shape.to_vec();
    shape[axis] = n;
    shape
}

/// The sizes before, at and after `axis`: a row-major array is `outer` blocks of `n` rows of `inner`.
pub(super) fn split(shape: &[usize], axis: usize) -> (usize, usize, usize) {
    let product = |dims: &[usize]| dims.iter().product();
    (product(&shape[..axis]), shape[axis], product(&shape[axis + 1..]))
}

//! Arithmetic of int64 arrays, checked, on the host: MLX wraps around and dies of a zero divisor.
use crate::tensor::{
    Error, Result,
    host::{Element, read},
};
use mlx_rs::Array as Mlx;

/// A checked operation of two integers.
pub(super) type Checked = fn(i64, i64) -> Option<i64>;

/// `f` of every element.
pub(super) fn map(name: &str, a: &Mlx, f: fn(i64) -> Option<i64>) -> Result<Mlx> {
    let one = |x| f(x).ok_or_else(|| Error::new("gen::overflow", format!("({name} {x}) does not fit into int64")));
    let data: Result<Vec<i64>> = read::<i64>(a)?.into_iter().map(one).collect();
    Ok(i64::array(&data?, a.shape()))
}

/// `f` of every pair of elements of two arrays of one shape.
pub(super) fn zip(name: &str, a: &Mlx, b: &Mlx, f: Checked) -> Result<Mlx> {
    let pairs = read::<i64>(a)?.into_iter().zip(read::<i64>(b)?);
    let data: Result<Vec<i64>> = pairs.map(|(x, y)| f(x, y).ok_or_else(|| failed(name, x, y))).collect();
    Ok(i64::array(&data?, a.shape()))
}

/// Folds the middle axis of `outer` × `n` × `inner` elements by `f`.
pub(super) fn fold(
    name: &str,
    a: &Mlx,
    (outer, n, inner): (usize, usize, usize),
    start: i64,
    f: Checked,
) -> Result<Vec<i64>> {
    let data = read::<i64>(a)?;
    let mut sums = vec![start; outer * inner];
    for (row, values) in data.chunks_exact(inner.max(1)).enumerate() {
        let sums = &mut sums[row / n * inner..][..inner];
        for (sum, &x) in sums.iter_mut().zip(values) {
            *sum = f(*sum, x).ok_or_else(|| failed(name, *sum, x))?;
        }
    }
    Ok(sums)
}

/// Replaces every element by the fold of those up to it along the middle axis.
pub(super) fn accumulate(name: &str, a: &Mlx, (_, n, inner): (usize, usize, usize), f: Checked) -> Result<Mlx> {
    let mut data = read::<i64>(a)?;
    for i in (0..data.len()).filter(|i| i / inner % n != 0) {
        let (before, x) = (data[i - inner], data[i]);
        data[i] = f(before, x).ok_or_else(|| failed(name, before, x))?;
    }
    Ok(i64::array(&data, a.shape()))
}

fn failed(name: &str, x: i64, y: i64) -> Box<Error> {
    if y == 0 {
        return Error::new("gen::division-by-zero", format!("({name} {x} 0): integers cannot be divided by zero"))
            .with_help("floats can: the result is infinite or NaN");
    }
    Error::new("gen::overflow", format!("({name} {x} {y}) does not fit into int64"))
        .with_help("float64 arrays go beyond it")
}

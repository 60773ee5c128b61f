//! Products of matrices, computed in doubles.
use super::{CastElements, each_type, elementwise::Shaped, view::StridedView};
use crate::tensor::lanes::{Buffer, Element};
use pulp::{Arch, NullaryFnOnce};

/// Rows by inner size by columns.
type Sizes = (usize, usize, usize);

/// The product of row-major matrices, added to `out`: row by row of `out`, so that the inner loop runs along rows.
struct MatrixProduct<'a> {
    sizes: Sizes,
    a: &'a [f64],
    b: &'a [f64],
    out: &'a mut [f64],
}

impl NullaryFnOnce for MatrixProduct<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (_, n, columns) = self.sizes;
        for (row, out) in self.a.chunks_exact(n).zip(self.out.chunks_exact_mut(columns)) {
            // Four rows of b at a time: a row of `out` is loaded and stored a quarter as often.
            let (fours, rest) = row.as_chunks::<4>();
            for ([p, q, r, s], b) in fours.iter().zip(self.b.chunks_exact(4 * columns)) {
                let (b0, b) = b.split_at(columns);
                let (b1, b) = b.split_at(columns);
                let (b2, b3) = b.split_at(columns);
                for ((((x, b0), b1), b2), b3) in out.iter_mut().zip(b0).zip(b1).zip(b2).zip(b3) {
                    *x += (p * b0 + q * b1) + (r * b2 + s * b3);
                }
            }
            for (p, b) in rest.iter().zip(self.b[fours.len() * 4 * columns..].chunks_exact(columns)) {
                out.iter_mut().zip(b).for_each(|(x, b)| *x += p * b);
            }
        }
    }
}

/// The products of the matrices on the last two axes; the others broadcast to `batches`. No size is 0.
pub(in crate::tensor) fn matmul(a: Shaped, b: Shaped, batches: &[usize]) -> Vec<f64> {
    let ((a, [rows, n]), (b, [_, columns])) = (spread(a, batches), spread(b, batches));
    let (a, b) = (f64::all(&a), f64::all(&b));
    let pairs = a.chunks_exact(rows * n).zip(b.chunks_exact(n * columns));
    pairs.flat_map(|(a, b)| product(a, b, (rows, n, columns))).collect()
}

/// The matrices of all batches, and the shape of each.
fn spread((data, shape): Shaped, batches: &[usize]) -> (Buffer, [usize; 2]) {
    let (leading, matrix) = shape.split_at(shape.len().saturating_sub(2));
    let sizes = [0, 1].map(|axis| matrix.get(axis).copied().unwrap_or(1));
    if leading == batches {
        return (data.clone(), sizes);
    }
    (StridedView::broadcast(shape, &[batches, matrix].concat()).of(data), sizes)
}

fn product(a: &[f64], b: &[f64], sizes: Sizes) -> Vec<f64> {
    let (rows, n, columns) = sizes;
    if columns == 1 {
        return a.chunks_exact(n).map(|row| dot(row, b)).collect();
    }
    let mut out = vec![0.0; rows * columns];
    Arch::new().dispatch(MatrixProduct { sizes, a, b, out: &mut out });
    out
}

/// Eight sums side by side, as in `reduce::sum`.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        sums.iter_mut().zip(a).zip(b).for_each(|((sum, x), y)| *sum += x * y);
    }
    a_rest.iter().zip(b_rest).fold(sums.iter().sum(), |sum, (x, y)| sum + x * y)
}

/// The matrix of `n` rows with these elements on its diagonal.
pub(in crate::tensor) fn diagonal(data: &Buffer, n: usize) -> Buffer {
    fn matrix<T: Element>(values: &[T], n: usize) -> Buffer {
        let mut out = vec![T::default(); n * n];
        out.iter_mut().step_by(n + 1).zip(values).for_each(|(place, x)| *place = *x);
        T::data(out)
    }
    each_type!(data, values => matrix(values, n))
}

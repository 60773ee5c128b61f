//! Products and diagonals of vectors and matrices.
use super::{
    binary::{BinaryOp, binary},
    layout,
};
use crate::error::{Error, Result};
use crate::tensor::mlx_rs::Array as Mlx;
use crate::tensor::{
    Array,
    host::{self, view::StridedView},
    lanes::Buffer,
    mlx, shape,
};

/// The matrix product by NumPy's rules: vectors count as a row (left) or column (right), leading axes
/// broadcast. Integers become float64. Errors: `gen::shape`.
pub fn matmul(a: &Array, b: &Array) -> Result<Array> {
    let wrong = || Error::shape(format!("matmul: shapes {:?} and {:?}", a.shape(), b.shape()));
    let inner = "the last axis of the first must have the size of the last but one (or only) axis of the second";
    let (Some(&n), Some(rows)) = (a.shape().last(), b.ndim().saturating_sub(2).into()) else {
        return Err(wrong().help("a scalar is multiplied by *"));
    };
    match b.shape().get::<usize>(rows) {
        None => return Err(wrong().help("a scalar is multiplied by *")),
        Some(&m) if m != n => return Err(wrong().help(inner)),
        Some(_) => {}
    }
    let batches = shape::broadcast("matmul", batch(a), batch(b))?;
    let mut shape = batches.clone();
    shape.extend(&a.shape()[batch(a).len()..a.ndim() - 1]);
    shape.extend(b.shape()[batch(b).len()..].iter().skip(1));
    let dtype = a.dtype().promote(b.dtype()).float();
    if n == 0 {
        return Array::zeros(&shape, dtype);
    }
    let on_mlx = move |inputs: &[&Mlx]| Ok(mlx::as_dtype(inputs[0], dtype)?.matmul(mlx::as_dtype(inputs[1], dtype)?)?);
    let row = if a.ndim() == 1 { [&[1], a.shape()].concat() } else { a.shape().to_vec() };
    let column = if b.ndim() == 1 { [b.shape(), &[1]].concat() } else { b.shape().to_vec() };
    let on_host =
        |data: &[&Buffer]| Ok(host::floats(host::matrix::matmul((data[0], &row), (data[1], &column), &batches), dtype));
    Array::operation(&[a, b], &shape, dtype, on_host, on_mlx)
}

fn batch(a: &Array) -> &[usize] {
    &a.shape()[..a.ndim().saturating_sub(2)]
}

/// The inner product of two vectors, else [`matmul`]. Errors: `gen::shape`.
pub fn dot(a: &Array, b: &Array) -> Result<Array> {
    matmul(a, b)
}

/// The products of every element of vector `a` with every one of vector `b`: shape [n, m].
/// Errors: `gen::shape`.
pub fn outer(a: &Array, b: &Array) -> Result<Array> {
    if a.ndim() != 1 || b.ndim() != 1 {
        return Err(Error::shape(format!("outer: vectors are wanted, not shapes {:?} and {:?}", a.shape(), b.shape())));
    }
    binary(BinaryOp::Mul, &layout::expand_dims(a, 1)?, &layout::expand_dims(b, 0)?)
}

/// The diagonal of a matrix as a vector, or the matrix with a vector on its diagonal.
/// Errors: `gen::shape`.
pub fn diag(a: &Array) -> Result<Array> {
    let on_mlx = |inputs: &[&Mlx]| Ok(inputs[0].diag(0)?);
    match *a.shape() {
        [n] => Array::operation(&[a], &[n, n], a.dtype(), |data| Ok(host::matrix::diagonal(data[0], n)), on_mlx),
        [n, m] => {
            let view = StridedView { shape: vec![n.min(m)], strides: vec![m as isize + 1], start: 0 };
            layout::view(a, view, |a| Ok(a.diag(0)?))
        }
        _ => Err(Error::shape(format!("diag: a vector or a matrix is wanted, not shape {:?}", a.shape()))),
    }
}

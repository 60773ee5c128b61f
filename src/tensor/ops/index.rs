//! Parts of an array: one element along an axis, a range, or those an index array names.
use super::layout;
use crate::error::{Error, Result, Stop};
use crate::tensor::mlx_rs::{Array as Mlx, Axes, ops::indexing};
use crate::tensor::{
    Array, DType,
    host::{CastElements, index as on_host, view::StridedView},
    shape,
};

/// Part of one axis: `begin`, `begin + step`, … before `end` (after it, if `step` is negative).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AxisRange {
    /// The first index.
    pub begin: i64,
    /// The first index left out; -1 with a negative step goes down to 0.
    pub end: i64,
    /// The distance between two indices, not 0.
    pub step: i64,
}

/// The part of `a` that the spans name, one for each axis (missing ones take all of it).
/// Errors: `gen::shape` for too many spans, `gen::index` for one that leaves its axis.
pub fn slice(a: &Array, spans: &[AxisRange]) -> Result<Array> {
    if spans.len() > a.ndim() {
        return Err(Error::shape(format!("slice: {} ranges for an array of shape {:?}", spans.len(), a.shape())));
    }
    let resolve = |(axis, &span)| CheckedRange::new(a.shape(), axis, span);
    let pieces: Vec<CheckedRange> = spans.iter().enumerate().map(resolve).collect::<Result<_>>()?;
    let part =
        pieces.iter().enumerate().fold(StridedView::whole(a.shape()), |part, (axis, piece)| piece.of(part, axis));
    let reversed: Vec<usize> = (0..pieces.len()).filter(|&axis| pieces[axis].reversed).collect();
    let forward = reversed.iter().fold(part.clone(), |part, &axis| part.flipped(axis));
    layout::view(a, part, move |a| strided(a, forward, &reversed))
}

/// A checked span, from its lowest index upwards.
struct CheckedRange {
    low: usize,
    stride: usize,
    count: usize,
    reversed: bool,
}

impl CheckedRange {
    fn new(shape: &[usize], axis: usize, span: AxisRange) -> Result<CheckedRange> {
        let AxisRange { begin, end, step } = span;
        let distance = (i128::from(end) - i128::from(begin)) * i128::from(step.signum());
        let stride = step.unsigned_abs();
        let count = (distance.max(0) as u128).div_ceil(u128::from(stride.max(1)));
        if step != 0 && count == 0 {
            return Ok(CheckedRange { low: 0, stride: 1, count: 0, reversed: false });
        }
        let last = i128::from(begin) + i128::from(step) * (count as i128 - 1).max(0);
        let inside = |i: i128| (0..shape[axis] as i128).contains(&i);
        if step == 0 || !inside(begin.into()) || !inside(last) {
            let error = Error::index(format!("slice: {begin} to {end} by {step} on axis {axis} of shape {shape:?}"));
            return Err(error.help(format!("indices are at least 0 and below {}", shape[axis])));
        }
        // All of these are below the axis' size now.
        let (low, count) = (last.min(begin.into()) as usize, count as usize);
        Ok(CheckedRange { low, stride: stride as usize, count, reversed: step < 0 })
    }

    fn of(&self, mut whole: StridedView, axis: usize) -> StridedView {
        whole.start += self.low * whole.strides[axis].unsigned_abs();
        whole.strides[axis] *= if self.count > 1 { self.stride as isize } else { 1 };
        whole.shape[axis] = self.count;
        if self.reversed { whole.flipped(axis) } else { whole }
    }
}

/// A forward walk through the row-major elements, then reversed along some axes: MLX's strides are not negative.
fn strided(a: &Mlx, forward: StridedView, reversed: &[usize]) -> Result<Mlx> {
    let strides: Vec<i64> = forward.strides.iter().map(|&stride| stride as i64).collect();
    let view = a.contiguous()?.as_strided(&shape::dims(&forward.shape)[..], &strides[..], forward.start)?;
    let mut axes = reversed.iter().map(|&axis| shape::dim(axis));
    axes.try_fold(view, |view, axis| Ok(view.flip(Axes::Axis(axis))?))
}

/// The part at `i` of axis 0, without that axis. Errors: `gen::index`, `gen::shape` for a scalar.
pub fn index(a: &Array, i: i64) -> Result<Array> {
    let Some(&n) = a.shape().first() else {
        return Err(Error::shape("a scalar array cannot be indexed"));
    };
    if !(0..n as i64).contains(&i) {
        return Err(out_of_range(i, 0, a.shape()));
    }
    if a.ndim() == 1 {
        return a.element(i as usize);
    }
    let part = slice(a, &[AxisRange { begin: i, end: i + 1, step: 1 }])?;
    part.reshaped(&a.shape()[1..])
}

/// The parts of axis 0 that `indices` name: shape `indices.shape + a.shape[1..]`.
///
/// Reads the indices to check them. Errors: `gen::dtype` if they are not integers, `gen::index`,
/// `gen::shape` for a scalar.
pub fn gather(a: &Array, indices: &Array) -> Result<Array> {
    if a.ndim() == 0 {
        return Err(Error::shape("gather: a scalar array cannot be indexed"));
    }
    check("gather", a, 0, indices)?;
    let shape = [indices.shape(), &a.shape()[1..]].concat();
    let row = a.shape()[1..].iter().product();
    let rows = |data: &[&_]| Ok(on_host::gather(data[0], row, &i64::all(data[1])));
    let on_mlx = |inputs: &[&Mlx]| Ok(indexing::take_axis(inputs[0], inputs[1], 0)?);
    Array::operation(&[a, indices], &shape, a.dtype(), rows, on_mlx)
}

/// For every element of `indices` the element of `a` at that index along `axis` and the same place
/// otherwise: the shape of `indices`, which must equal that of `a` but for `axis`.
///
/// Reads the indices to check them. Errors: `gen::dtype`, `gen::index`, `gen::shape`.
pub fn take_along_axis(a: &Array, indices: &Array, axis: i64) -> Result<Array> {
    let axis = shape::axis("take-along-axis", axis, a.ndim())?;
    let (of, by) = (a.shape(), indices.shape());
    if by.len() != of.len() || shape::with(of, axis, 0) != shape::with(by, axis, 0) {
        return Err(Error::shape(format!(
            "take-along-axis: shape {of:?} by indices of shape {by:?} along axis {axis}"
        )));
    }
    check("take-along-axis", a, axis, indices)?;
    let parts = shape::split(of, axis);
    let taken = |data: &[&_]| Ok(on_host::take_along(data[0], parts, &i64::all(data[1]), by[axis]));
    let on_mlx = move |inputs: &[&Mlx]| Ok(indexing::take_along_axis(inputs[0], inputs[1], shape::dim(axis))?);
    Array::operation(&[a, indices], by, a.dtype(), taken, on_mlx)
}

fn check(name: &str, a: &Array, axis: usize, indices: &Array) -> Result<()> {
    if indices.dtype() != DType::Int64 {
        let message = format!("{name}: indices are int64, not {} (shape {:?})", indices.dtype(), indices.shape());
        return Err(Error::dtype(message));
    }
    let n = a.shape()[axis] as i64;
    match indices.to_i64()?.into_iter().find(|i| !(0..n).contains(i)) {
        None => Ok(()),
        Some(i) => Err(out_of_range(i, axis, a.shape())),
    }
}

fn out_of_range(i: i64, axis: usize, shape: &[usize]) -> Stop {
    let error = Error::index(format!("index {i} on axis {axis} of an array of shape {shape:?}"));
    match shape[axis] {
        0 => error.help("the axis is empty"),
        n => error.help(format!("indices are 0 to {}", n - 1)),
    }
}

//! Shapes: the same elements arranged differently, or several arrays put together.
use crate::error::{Error, Result};
use crate::tensor::mlx_rs::{Array as Mlx, Axes, ops};
use crate::tensor::{
    Array, DType,
    host::{index::join, view::StridedView},
    mlx, shape,
};

/// The elements in row-major order in another shape; one size may be -1 and follows from the others.
/// Errors: `gen::shape`.
pub fn reshape(a: &Array, sizes: &[i64]) -> Result<Array> {
    let wrong = || Error::shape(format!("reshape: shape {:?} ({} elements) to {sizes:?}", a.shape(), a.len()));
    let known = sizes.iter().filter(|&&n| n != -1);
    let known: Vec<usize> = known.map(|&n| usize::try_from(n).map_err(|_| wrong())).collect::<Result<_>>()?;
    let product = shape::len(&known)?;
    let missing = match sizes.len() - known.len() {
        0 => 0,
        1 if product > 0 && a.len().is_multiple_of(product) => a.len() / product,
        _ => return Err(wrong().help("one size may be -1, and the others must divide the number of elements")),
    };
    let shape: Vec<usize> = sizes.iter().map(|&n| usize::try_from(n).unwrap_or(missing)).collect();
    if shape.iter().product::<usize>() != a.len() {
        return Err(wrong());
    }
    a.reshaped(&shape)
}

/// The axes in the order of `permutation`, or reversed. Errors: `gen::shape`.
pub fn transpose(a: &Array, permutation: Option<&[usize]>) -> Result<Array> {
    let order: Vec<usize> = permutation.map_or_else(|| (0..a.ndim()).rev().collect(), <[usize]>::to_vec);
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if !sorted.into_iter().eq(0..a.ndim()) {
        let message = format!("transpose: {order:?} is no order of the axes of shape {:?}", a.shape());
        return Err(Error::shape(message).help("name every axis once, counting from 0"));
    }
    let axes = shape::dims(&order);
    view(a, StridedView::whole(a.shape()).transposed(&order), move |a| Ok(a.transpose_axes(&axes)?))
}

/// A new axis of size 1 before `axis` (negative: from the end of the new shape). Errors: `gen::index`.
pub fn expand_dims(a: &Array, axis: i64) -> Result<Array> {
    let axis = shape::axis("expand-dims", axis, a.ndim() + 1)?;
    let mut shape = a.shape().to_vec();
    shape.insert(axis, 1);
    a.reshaped(&shape)
}

/// Without `axis`, which must have size 1, or without all such axes. Errors: `gen::index`, `gen::shape`.
pub fn squeeze(a: &Array, axis: Option<i64>) -> Result<Array> {
    let Some(axis) = axis else {
        let shape: Vec<usize> = a.shape().iter().copied().filter(|&n| n != 1).collect();
        return a.reshaped(&shape);
    };
    let axis = shape::axis("squeeze", axis, a.ndim())?;
    if a.shape()[axis] != 1 {
        let message = format!("squeeze: axis {axis} of shape {:?} has size {}, not 1", a.shape(), a.shape()[axis]);
        return Err(Error::shape(message));
    }
    a.reshaped(&shape::without(a.shape(), axis))
}

/// Repeated along axes of size 1 and new leading axes to have `shape`. Errors: `gen::shape`.
pub fn broadcast_to(a: &Array, shape: &[usize]) -> Result<Array> {
    if shape::broadcast("broadcast-to", a.shape(), shape)? != shape {
        let message = format!("broadcast-to: shape {:?} does not broadcast to {shape:?}", a.shape());
        return Err(Error::shape(message));
    }
    let dims = shape::dims(shape);
    view(a, StridedView::broadcast(a.shape(), shape), move |a| Ok(ops::broadcast_to(a, &dims)?))
}

/// In reverse order along `axis`. Errors: `gen::index`.
pub fn flip(a: &Array, axis: i64) -> Result<Array> {
    let axis = shape::axis("flip", axis, a.ndim())?;
    let on_mlx = shape::dim(axis);
    view(a, StridedView::whole(a.shape()).flipped(axis), move |a| Ok(a.flip(Axes::Axis(on_mlx))?))
}

/// The elements that a walk meets, or what MLX does for it.
pub(super) fn view(
    a: &Array,
    view: StridedView,
    on_mlx: impl FnOnce(&Mlx) -> Result<Mlx> + Send + 'static,
) -> Result<Array> {
    Array::operation(&[a], &view.shape, a.dtype(), |data| Ok(view.of(data[0])), move |inputs| on_mlx(inputs[0]))
}

/// One after the other along `axis`; the other sizes must agree, dtypes are promoted.
/// Errors: `gen::index`, `gen::shape`.
pub fn concat(arrays: &[&Array], axis: i64) -> Result<Array> {
    let first = first("concat", arrays)?;
    let axis = shape::axis("concat", axis, first.ndim())?;
    let fits =
        |a: &Array| a.ndim() == first.ndim() && shape::with(a.shape(), axis, 0) == shape::with(first.shape(), axis, 0);
    if let Some(other) = arrays.iter().find(|a| !fits(a)) {
        let message = format!("concat: shapes {:?} and {:?} along axis {axis}", first.shape(), other.shape());
        return Err(Error::shape(message).help("all other axes must have equal sizes"));
    }
    let total = arrays.iter().map(|a| a.shape()[axis]).sum();
    let shape = shape::with(first.shape(), axis, total);
    let parts: Vec<&Array> = arrays.iter().copied().filter(|a| !a.is_empty()).collect();
    joined(&parts, &shape, axis, promoted(arrays), move |arrays| Ok(ops::concatenate(arrays, shape::dim(axis))?))
}

/// Side by side along a new axis before `axis`; shapes must be equal, dtypes are promoted.
/// Errors: `gen::index`, `gen::shape`.
pub fn stack(arrays: &[&Array], axis: i64) -> Result<Array> {
    let first = first("stack", arrays)?;
    let axis = shape::axis("stack", axis, first.ndim() + 1)?;
    if let Some(other) = arrays.iter().find(|a| a.shape() != first.shape()) {
        let message = format!("stack: shapes {:?} and {:?} differ", first.shape(), other.shape());
        return Err(Error::shape(message));
    }
    let mut shape = first.shape().to_vec();
    shape.insert(axis, arrays.len());
    joined(arrays, &shape, axis, promoted(arrays), move |arrays| Ok(ops::stack(arrays, shape::dim(axis))?))
}

fn first<'a>(name: &str, arrays: &[&'a Array]) -> Result<&'a Array> {
    arrays.first().copied().ok_or_else(|| Error::shape(format!("{name} of no arrays")))
}

fn promoted(arrays: &[&Array]) -> DType {
    arrays.iter().fold(DType::Bool, |dtype, a| dtype.promote(a.dtype()))
}

fn joined(
    arrays: &[&Array],
    shape: &[usize],
    axis: usize,
    dtype: DType,
    on_mlx: impl FnOnce(&[Mlx]) -> Result<Mlx> + Send + 'static,
) -> Result<Array> {
    let (outer, _, _) = shape::split(shape, axis);
    Array::operation(
        arrays,
        shape,
        dtype,
        |data| Ok(join(data, outer, dtype)),
        move |inputs| {
            let inputs: Vec<Mlx> = inputs.iter().map(|a| mlx::as_dtype(a, dtype)).collect::<Result<_>>()?;
            on_mlx(&inputs)
        },
    )
}

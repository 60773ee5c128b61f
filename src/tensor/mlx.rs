//! Values of MLX arrays on the host, for what MLX lacks, gets wrong or would crash on.
//!
//! All of it runs on the MLX thread.
use super::{
    dtype::DType,
    host,
    lanes::{Buffer, Element},
};
use crate::error::Result;
use crate::tensor::mlx_rs::{Array as Mlx, ArrayElement, Dtype};

/// A new array. The data must fill the shape.
pub(super) fn array(data: &Buffer, dims: &[i32]) -> Mlx {
    match data {
        Buffer::Bool(values) => Mlx::from_slice(values, dims),
        Buffer::I64(values) => Mlx::from_slice(values, dims),
        Buffer::F32(values) => Mlx::from_slice(values, dims),
        Buffer::F64(values) => Mlx::from_slice_f64(values, dims),
    }
}

/// The values in row-major order.
pub(super) fn read(array: &Mlx) -> Result<Buffer> {
    fn values<T: Element + ArrayElement>(array: &Mlx) -> Result<Buffer> {
        Ok(T::data(array.contiguous()?.try_as_slice::<T>()?.to_vec()))
    }
    match array.dtype() {
        Dtype::Bool => values::<bool>(array),
        Dtype::Float32 => values::<f32>(array),
        Dtype::Float64 => values::<f64>(array),
        Dtype::Int64 => values::<i64>(array),
        _ => values::<i64>(&array.as_dtype(Dtype::Int64)?),
    }
}

/// The array of what `f` makes of the inputs' values.
pub(super) fn by_host(inputs: &[&Mlx], dims: &[i32], f: impl FnOnce(&[&Buffer]) -> Result<Buffer>) -> Result<Mlx> {
    let inputs: Vec<Buffer> = inputs.iter().map(|input| read(input)).collect::<Result<_>>()?;
    Ok(array(&f(&inputs.iter().collect::<Vec<_>>())?, dims))
}

/// A constant without axes, in the float type of `like`.
pub(super) fn constant_like(like: &Mlx, x: f64) -> Mlx {
    if like.dtype() == Dtype::Float32 { Mlx::from_f32(x as f32) } else { Mlx::from_f64(x) }
}

/// Converts with `as` semantics, but for what has no integer.
pub(super) fn cast(array: &Mlx, dtype: DType) -> Result<Mlx> {
    match dtype {
        DType::Bool if array.dtype() != Dtype::Bool => Ok(array.ne(Mlx::from_bool(false))?),
        DType::Int64 if array.dtype().is_float() => by_host(&[array], array.shape(), |a| host::cast(a[0], dtype)),
        _ => as_dtype(array, dtype),
    }
}

/// MLX's conversion; none if the dtype is right already.
pub(super) fn as_dtype(array: &Mlx, dtype: DType) -> Result<Mlx> {
    let dtype = dtype.mlx();
    Ok(if array.dtype() == dtype { array.clone() } else { array.as_dtype(dtype)? })
}

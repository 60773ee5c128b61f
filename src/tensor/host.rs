//! Values of MLX arrays on the host, for what MLX lacks, gets wrong or would crash on.
//!
//! All of it runs on the MLX thread.
use super::{
    dtype::DType,
    error::{Error, Result},
};
use mlx_rs::{Array as Mlx, ArrayElement};

/// An element type of arrays.
pub(super) trait Element: ArrayElement + Copy + Send + 'static {
    /// A new MLX array. The data must fill the shape.
    fn array(data: &[Self], dims: &[i32]) -> Mlx;
}

macro_rules! elements {
    ($($element:ty: $new:ident),*) => {$(
        impl Element for $element {
            fn array(data: &[Self], dims: &[i32]) -> Mlx {
                Mlx::$new(data, dims)
            }
        }
    )*};
}
elements!(bool: from_slice, i64: from_slice, f32: from_slice, f64: from_slice_f64);

/// The values in row-major order, converted by MLX if need be.
pub(super) fn read<T: Element>(array: &Mlx) -> Result<Vec<T>> {
    let array = if array.dtype() == T::DTYPE { array.clone() } else { array.as_dtype(T::DTYPE)? };
    Ok(array.contiguous()?.try_as_slice::<T>()?.to_vec())
}

/// The values as doubles, converted here: a device without doubles cannot.
pub(super) fn read_f64(array: &Mlx) -> Result<Vec<f64>> {
    match array.dtype() {
        mlx_rs::Dtype::Float32 => Ok(read::<f32>(array)?.into_iter().map(f64::from).collect()),
        mlx_rs::Dtype::Int64 => Ok(read::<i64>(array)?.into_iter().map(|x| x as f64).collect()),
        _ => read(array),
    }
}

/// A float array of these values, in the float type of `like`.
pub(super) fn float_like(like: &Mlx, data: Vec<f64>, dims: &[i32]) -> Mlx {
    if like.dtype() == mlx_rs::Dtype::Float32 {
        let data: Vec<f32> = data.into_iter().map(|x| x as f32).collect();
        return f32::array(&data, dims);
    }
    f64::array(&data, dims)
}

/// The integer a float stands for. Errors: `gen::dtype` if none.
pub(super) fn whole(x: f64) -> Result<i64> {
    // -2⁶³ and 2⁶³ are doubles; the latter is one too many.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if x == x.trunc() && (-LIMIT..LIMIT).contains(&x) {
        return Ok(x as i64);
    }
    Err(Error::dtype(format!("{x} is not an int64")))
}

/// Converts with `as` semantics, but for what has no integer.
pub(super) fn cast(array: &Mlx, dtype: DType) -> Result<Mlx> {
    let from = array.dtype();
    match dtype {
        DType::Bool if from != mlx_rs::Dtype::Bool => Ok(array.ne(Mlx::from_bool(false))?),
        DType::Int64 if from.is_float() => {
            let data: Result<Vec<i64>> = read_f64(array)?.into_iter().map(|x| whole(x.trunc())).collect();
            Ok(i64::array(&data?, array.shape()))
        }
        _ => as_dtype(array, dtype),
    }
}

/// MLX's conversion; none if the dtype is right already.
pub(super) fn as_dtype(array: &Mlx, dtype: DType) -> Result<Mlx> {
    let dtype = dtype.mlx();
    Ok(if array.dtype() == dtype { array.clone() } else { array.as_dtype(dtype)? })
}

/// `f` of every element of a float array, computed in doubles; the dtype stays.
pub(super) fn map(array: &Mlx, f: fn(f64) -> f64) -> Result<Mlx> {
    let data = read_f64(array)?.into_iter().map(f).collect();
    Ok(float_like(array, data, array.shape()))
}

/// `f` of every pair of elements of two arrays of one shape and float type, computed in doubles.
pub(super) fn zip(a: &Mlx, b: &Mlx, f: fn(f64, f64) -> f64) -> Result<Mlx> {
    let data = read_f64(a)?.into_iter().zip(read_f64(b)?).map(|(x, y)| f(x, y)).collect();
    Ok(float_like(a, data, a.shape()))
}

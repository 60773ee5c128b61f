//! What stands for MLX in a build without it: its names, and a type of array of which there is no value.
//!
//! The backend's code compiles against this as against the crates, and ends where it would start: `load` says why.
//! Every function beyond takes an array, or runs on the thread that does not start.
#![allow(dead_code, unused_variables, unreachable_code, missing_docs)]

/// The C interface.
pub mod mlx_sys {
    pub fn load() -> Result<(), String> {
        Err("this program was built without MLX: its feature `mlx` was off".into())
    }

    pub fn gpus() -> Option<usize> {
        None
    }
}

/// The array library.
pub mod mlx_rs {
    use error::Result;
    use std::convert::Infallible;
    pub use {NoArray as Array, NoDevice as Device, NoStream as Stream};

    pub struct NoArray(Infallible);
    pub struct NoStream(Infallible);
    pub struct NoDevice;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Dtype {
        Bool,
        Uint32,
        Int64,
        Float32,
        Float64,
    }

    pub enum Axes {
        Axis(i32),
    }

    /// What elements can be read as.
    pub trait ArrayElement {}
    impl<T> ArrayElement for T {}

    /// Only the thread that does not start comes here.
    fn absent() -> ! {
        unreachable!("a build without MLX has no arrays of it")
    }

    impl Clone for Array {
        fn clone(&self) -> Array {
            match self.0 {}
        }
    }

    impl AsRef<Array> for Array {
        fn as_ref(&self) -> &Array {
            self
        }
    }

    /// Methods of one array, and functions of any.
    macro_rules! none {
        ($($name:ident($($a:ident: $T:ty),*) -> $R:ty;)*) => {
            $(pub fn $name(&self, $($a: $T),*) -> $R { match self.0 {} })*
        };
        (fn $($name:ident($($a:ident: $T:ty),*) -> $R:ty;)*) => {
            $(pub fn $name($($a: $T),*) -> $R { crate::tensor::without_mlx::mlx_rs::absent() })*
        };
    }

    impl Array {
        none! {
            shape() -> &[i32]; dtype() -> Dtype; dim(axis: i32) -> i32;
            as_dtype(dtype: Dtype) -> Result<Array>; contiguous() -> Result<Array>;
            negative() -> Result<Array>; abs() -> Result<Array>; square() -> Result<Array>; floor() -> Result<Array>;
            exp() -> Result<Array>; log() -> Result<Array>; log1p() -> Result<Array>; log2() -> Result<Array>;
            log10() -> Result<Array>; sqrt() -> Result<Array>; sin() -> Result<Array>; cos() -> Result<Array>;
            is_nan() -> Result<Array>; is_inf() -> Result<Array>;
            logical_not() -> Result<Array>; round(decimals: i32) -> Result<Array>;
            add(b: impl AsRef<Array>) -> Result<Array>; subtract(b: impl AsRef<Array>) -> Result<Array>;
            multiply(b: impl AsRef<Array>) -> Result<Array>; divide(b: impl AsRef<Array>) -> Result<Array>;
            power(b: impl AsRef<Array>) -> Result<Array>; remainder(b: impl AsRef<Array>) -> Result<Array>;
            lt(b: impl AsRef<Array>) -> Result<Array>; le(b: impl AsRef<Array>) -> Result<Array>;
            gt(b: impl AsRef<Array>) -> Result<Array>; ge(b: impl AsRef<Array>) -> Result<Array>;
            eq(b: impl AsRef<Array>) -> Result<Array>; ne(b: impl AsRef<Array>) -> Result<Array>;
            logical_and(b: impl AsRef<Array>) -> Result<Array>; logical_or(b: impl AsRef<Array>) -> Result<Array>;
            matmul(b: impl AsRef<Array>) -> Result<Array>; diag(k: i32) -> Result<Array>;
            reshape(shape: &[i32]) -> Result<Array>; transpose_axes(axes: &[i32]) -> Result<Array>;
            flip(axes: Axes) -> Result<Array>; squeeze_axes(axes: &[i32]) -> Result<Array>;
            as_strided(shape: &[i32], strides: &[i64], offset: usize) -> Result<Array>;
            max_axis(axis: i32, keep: bool) -> Result<Array>; min_axis(axis: i32, keep: bool) -> Result<Array>;
            sum_axis(axis: i32, keep: bool) -> Result<Array>; prod_axis(axis: i32, keep: bool) -> Result<Array>;
            any_axis(axis: i32, keep: bool) -> Result<Array>; all_axis(axis: i32, keep: bool) -> Result<Array>;
        }

        pub fn as_type<T>(&self) -> Result<Array> {
            match self.0 {}
        }

        pub fn try_as_slice<T>(&self) -> std::result::Result<&[T], error::AsSliceError> {
            match self.0 {}
        }

        pub fn from_slice<T>(data: &[T], shape: &[i32]) -> Array {
            absent()
        }

        pub fn from_slice_f64(data: &[f64], shape: &[i32]) -> Array {
            absent()
        }

        pub fn from_bool(x: bool) -> Array {
            absent()
        }

        pub fn from_f32(x: f32) -> Array {
            absent()
        }

        pub fn from_f64(x: f64) -> Array {
            absent()
        }
    }

    impl Dtype {
        pub fn is_float(self) -> bool {
            matches!(self, Dtype::Float32 | Dtype::Float64)
        }
    }

    impl Device {
        pub fn cpu() -> Device {
            Device
        }

        pub fn gpu() -> Device {
            Device
        }

        pub fn try_default() -> Result<Device> {
            Ok(Device)
        }

        pub fn set_default(_: &Device) {}
    }

    impl Stream {
        pub fn cpu() -> Stream {
            absent()
        }
    }

    pub fn with_stream<T>(stream: &Stream, f: impl FnOnce() -> T) -> T {
        match stream.0 {}
    }

    pub mod error {
        use std::{convert::Infallible, fmt};

        pub type Result<T> = std::result::Result<T, Exception>;
        pub struct Exception(Infallible);
        pub struct AsSliceError(Infallible);

        impl Exception {
            pub fn what(&self) -> &str {
                match self.0 {}
            }
        }

        impl fmt::Display for AsSliceError {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {}
            }
        }
    }

    pub mod transforms {
        use crate::tensor::without_mlx::mlx_rs::{Array, error::Result};

        none! { fn eval(arrays: Vec<&Array>) -> Result<()>; }
    }

    pub mod ops {
        use crate::tensor::without_mlx::mlx_rs::{Array, error::Result};

        none! { fn
            ceil(a: &Array) -> Result<Array>; sign(a: &Array) -> Result<Array>; expm1(a: &Array) -> Result<Array>;
            tan(a: &Array) -> Result<Array>; asin(a: &Array) -> Result<Array>; acos(a: &Array) -> Result<Array>;
            atan(a: &Array) -> Result<Array>; sinh(a: &Array) -> Result<Array>; cosh(a: &Array) -> Result<Array>;
            tanh(a: &Array) -> Result<Array>; asinh(a: &Array) -> Result<Array>; acosh(a: &Array) -> Result<Array>;
            atanh(a: &Array) -> Result<Array>; sigmoid(a: &Array) -> Result<Array>;
            maximum(a: &Array, b: &Array) -> Result<Array>; minimum(a: &Array, b: &Array) -> Result<Array>;
            atan2(a: &Array, b: &Array) -> Result<Array>; logaddexp(a: &Array, b: Array) -> Result<Array>;
            select(c: impl AsRef<Array>, a: impl AsRef<Array>, b: impl AsRef<Array>) -> Result<Array>;
            broadcast_to(a: &Array, shape: &[i32]) -> Result<Array>;
            concatenate(arrays: &[Array], axis: i32) -> Result<Array>; stack(arrays: &[Array], axis: i32) -> Result<Array>;
            cumsum(a: &Array, axis: i32, reverse: Option<bool>, inclusive: Option<bool>) -> Result<Array>;
            cumprod(a: &Array, axis: i32, reverse: Option<bool>, inclusive: Option<bool>) -> Result<Array>;
            sort_axis(a: &Array, axis: i32) -> Result<Array>; argsort_axis(a: &Array, axis: i32) -> Result<Array>;
        }

        pub mod indexing {
            use crate::tensor::without_mlx::mlx_rs::{Array, absent, error::Result};

            pub fn argmax_axis(a: impl AsRef<Array>, axis: i32, keep: bool) -> Result<Array> {
                absent()
            }

            pub fn argmin_axis(a: impl AsRef<Array>, axis: i32, keep: bool) -> Result<Array> {
                absent()
            }

            pub fn take_axis(a: &Array, indices: impl AsRef<Array>, axis: i32) -> Result<Array> {
                absent()
            }

            pub fn take_along_axis(a: &Array, indices: &Array, axis: i32) -> Result<Array> {
                absent()
            }
        }
    }
}

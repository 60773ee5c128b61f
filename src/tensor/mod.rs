//! Arrays with a dtype and a shape, in buffers on the host or evaluated lazily by MLX on a thread of its own.
//!
//! Every check of shapes, dtypes and indices happens where an operation is called. On the host what an operation
//! computes can fail there too (a singular matrix, an integer that overflows); with MLX such a failure is kept with
//! the array and reported when a value that depends on it is read, for only reading waits for the computation.
mod array;
mod backend;
mod buffer;
mod create;
mod device;
mod dtype;
mod error;
mod host;
pub mod lanes;
mod loading;
mod mlx;
pub mod ops;
mod placed;
mod shape;
pub mod special;
#[cfg(test)]
mod tests;
mod thread;
#[cfg(not(feature = "mlx"))]
mod without_mlx;

#[cfg(not(feature = "mlx"))]
pub(crate) use without_mlx::{mlx_rs, mlx_sys};
#[cfg(feature = "mlx")]
pub(crate) use {::mlx_rs, ::mlx_sys};

pub use array::Array;
pub use backend::Backend;
pub use device::{Device, choose};
pub use dtype::DType;
pub use host::reduce::{beats, deviation, mean, variance};
pub use shape::MAX_LEN;
pub use thread::{evaluations, finish};

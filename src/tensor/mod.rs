//! Arrays with a dtype and a shape, evaluated lazily by MLX on a thread of its own.
//!
//! Every check of shapes, dtypes and indices happens where an operation is called, before MLX sees
//! anything; only reading a value waits for the computation. What can fail only there (a singular
//! matrix, an integer that overflows) is kept with the array and reported when a value that depends
//! on it is read.
mod array;
mod create;
mod dtype;
mod error;
mod host;
pub mod lanes;
pub mod ops;
mod shape;
pub mod special;
#[cfg(test)]
mod tests;
mod thread;

pub use array::Array;
pub use dtype::DType;
pub use error::{Error, Result};
pub use shape::MAX_LEN;
pub use thread::{finish, on_mlx_thread};

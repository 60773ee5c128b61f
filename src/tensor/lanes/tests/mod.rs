//! Kernels against the operations on single numbers.
mod columns;
#[cfg(feature = "mlx")]
mod device;
mod elementwise;
mod single;

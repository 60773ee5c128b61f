//! Kernels against the operations on single numbers.
mod columns;
mod elementwise;
mod single;

//! Kernels against the operations on single numbers.
mod columns;
mod device;
mod elementwise;
mod expression;
mod single;

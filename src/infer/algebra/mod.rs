//! Kernels made of kernels: each leaves the posterior as it is when its parts do.

mod conditional;
mod mixture;
mod reverse;
mod seed;
mod sequence;

pub use sequence::TABLE as SEQUENCES;

use crate::eval::Builtin;

pub const TABLE: &[Builtin] = &[mixture::ROW, conditional::ROW, seed::ROW, reverse::REVERSE, reverse::DECLARE];

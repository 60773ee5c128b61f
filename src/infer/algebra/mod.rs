//! Kernels made of kernels: each leaves the posterior as it is when its parts do.

mod reverse;

use crate::eval::Builtin;

pub const TABLE: &[Builtin] = &[reverse::REVERSE, reverse::DECLARE];

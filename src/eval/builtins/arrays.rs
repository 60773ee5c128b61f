//! Arrays: making, shaping, reducing, linear algebra.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

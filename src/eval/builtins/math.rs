//! Mathematics on numbers and arrays: one row a function.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

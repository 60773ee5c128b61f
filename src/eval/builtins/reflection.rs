//! Code as data: reading, evaluating, expanding, documentation.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

//! Functions as values: application, composition, memory.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

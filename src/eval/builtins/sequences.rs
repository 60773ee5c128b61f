//! Sequences: walking, making, choosing, ordering.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

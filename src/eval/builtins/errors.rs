//! Errors as values: making, throwing, looking into them.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

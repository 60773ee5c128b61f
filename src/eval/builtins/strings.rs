//! Strings: making, splitting, searching, formatting.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

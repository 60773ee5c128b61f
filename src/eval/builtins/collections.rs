//! Collections: making, looking up, changing vectors, maps and sets.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

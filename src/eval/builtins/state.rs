//! State: atoms, volatile references, delays.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

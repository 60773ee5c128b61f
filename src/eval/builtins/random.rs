//! Random numbers outside models, from the program's stream.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

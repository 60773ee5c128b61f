//! Input and output: printing and files.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

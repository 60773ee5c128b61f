//! Namespaces: `ns`, `require` and what they hold.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

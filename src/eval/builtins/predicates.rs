//! Predicates: what kind of value something is.

use crate::eval::function::Builtin;

pub const TABLE: &[Builtin] = &[];

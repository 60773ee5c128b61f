//! Inference: one file per algorithm, over the public interface of generative functions only.

mod importance;
mod mh;
mod options;

use crate::eval::Builtin;

/// The tables of all algorithms.
pub const TABLES: &[&[Builtin]] = &[importance::TABLE, mh::TABLE];

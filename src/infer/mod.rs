//! Inference: one file per algorithm, over the public interface of generative functions only.

pub mod diagnostics;
mod importance;
mod learning;
mod mh;
mod modes;
mod options;
mod resampling;
mod samples;
mod summary;
mod vi;

use crate::eval::Builtin;

/// The tables of all algorithms.
pub const TABLES: &[&[Builtin]] = &[
    importance::TABLE,
    mh::TABLE,
    resampling::TABLE,
    samples::TABLE,
    summary::TABLE,
    learning::BOUNDS,
    learning::OPTIMIZERS,
    learning::TABLE,
    vi::TABLE,
    vi::WAKE_SLEEP,
    modes::TABLE,
];

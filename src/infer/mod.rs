//! Inference: one file per algorithm, over the public interface of generative functions only.

mod algebra;
pub mod diagnostics;
mod importance;
mod kernel;
mod learning;
mod mh;
mod moves;
mod options;
mod resampling;
mod run_kernel;
mod samples;
mod smc;
mod start;
mod summary;
mod vi;

use crate::eval::Builtin;

/// The tables of all algorithms.
pub const TABLES: &[&[Builtin]] = &[
    algebra::SEQUENCES,
    algebra::TABLE,
    importance::TABLE,
    learning::BOUNDS,
    learning::OPTIMIZERS,
    learning::TABLE,
    mh::TABLE,
    resampling::TABLE,
    run_kernel::TABLE,
    samples::TABLE,
    smc::TABLE,
    summary::TABLE,
    vi::TABLE,
];

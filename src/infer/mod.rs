//! Inference: one file per algorithm, over the public interface of generative functions only.

mod algebra;
mod bijection;
mod conditional;
pub mod diagnostics;
mod enumerate;
mod enumeration;
mod exact;
mod gibbs;
mod importance;
mod involutive;
mod kernel;
mod mh;
mod moves;
mod options;
mod proposal_kernel;
mod resampling;
mod run_kernel;
mod samples;
mod start;
mod summary;
mod translate;

use crate::eval::Builtin;

/// The tables of all algorithms.
pub const TABLES: &[&[Builtin]] = &[
    algebra::SEQUENCES,
    algebra::TABLE,
    enumerate::TABLE,
    gibbs::TABLE,
    importance::TABLE,
    mh::TABLE,
    resampling::TABLE,
    run_kernel::TABLE,
    samples::TABLE,
    summary::TABLE,
    &[exact::ROW, involutive::ROW, proposal_kernel::ROW, translate::ROW],
];

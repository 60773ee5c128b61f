//! Inference: one file per algorithm, over the public interface of generative functions only.

mod algebra;
mod bijection;
mod calibration;
mod chains;
mod climb;
mod conditional;
mod criticism;
mod diagnose;
pub mod diagnostics;
mod draws;
mod empirical;
mod enumerate;
mod enumeration;
mod exact;
mod finished;
mod follow;
mod gibbs;
mod hmc;
mod importance;
mod involutive;
mod jumps;
mod kernel;
mod learning;
mod log_density;
mod measure;
mod mh;
mod model_density;
mod modes;
mod moves;
mod options;
mod proposal_kernel;
mod random_walk;
mod reals;
mod resampling;
mod run_kernel;
mod samples;
mod slice;
mod smc;
mod start;
mod summary;
mod tally;
mod translate;
mod vi;
mod weighed;
mod width;
mod workers;

use crate::eval::Builtin;

/// The tables of all algorithms.
pub const TABLES: &[&[Builtin]] = &[
    algebra::SEQUENCES,
    algebra::TABLE,
    calibration::TABLE,
    criticism::TABLE,
    diagnose::TABLE,
    empirical::TABLE,
    enumerate::TABLE,
    gibbs::TABLE,
    hmc::TABLE,
    importance::TABLE,
    learning::BOUNDS,
    learning::OPTIMIZERS,
    learning::TABLE,
    mh::TABLE,
    modes::TABLE,
    resampling::TABLE,
    run_kernel::TABLE,
    samples::TABLE,
    smc::TABLE,
    summary::TABLE,
    &[exact::ROW, involutive::ROW, proposal_kernel::ROW, random_walk::ROW, slice::ROW, translate::ROW],
    vi::TABLE,
    vi::WAKE_SLEEP,
];

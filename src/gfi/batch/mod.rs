//! Batched runs: a generative function runs once for many particles, its choices hold a value per lane.
//!
//! The lanes are run in chunks that stay in the cache; with MLX all lanes are one. In a chunk a choice is a
//! [`site::Site`]: under one address the lanes that made the choice, with their values and log-densities. What an
//! operation means is decided site by site and lane by lane ([`site`]); calls only prefix addresses, so a function needs
//! to say nothing but what it calls.

pub mod builtins;
pub mod call_density;
pub mod choice;
mod densities;
pub mod dimension;
pub mod elements;
mod enter;
mod fallback;
mod kinds;
pub mod lanes_of;
mod lineage;
mod marks;
mod mixture;
pub mod object;
pub mod ops;
mod refusal;
pub mod run;
pub mod runner;
mod scalar;
mod scores;
pub mod site;
mod slopes;
mod sparing;
pub mod sums;
pub mod take;
pub mod terms;
mod vanish;

pub use builtins::resampled;
pub use fallback::run as lane_by_lane;
pub use marks::{MaskOf, each_element, in_value};
pub use object::BatchedTrace;
pub use ops::all_visited_in_lanes;
pub use run::{BatchOutcome, BatchRequest, LaneMode, run_batch};
pub use runner::Batch;
pub use scalar::{trace_of_lane, traces_of_lanes};
pub use slopes::Slopes;
pub use sparing::{RunLanes, run_sparing};
pub use take::{LaneSource, take_lanes};

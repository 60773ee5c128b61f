//! The operations: one file each, a handler with its state and what runs it.

pub mod assess;
pub mod generate;
mod leaf;
pub mod regenerate;
mod run;
pub mod simulate;

pub use run::{Call, Operation, Run, Running, weight_difference};

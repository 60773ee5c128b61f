//! The operations: one file each, from what a caller gives to a run toward a goal; and what all runs share.

pub mod assess;
pub mod element_scores;
pub mod elements;
pub mod generate;
pub mod guide;
pub mod impossible;
pub mod inlined;
pub mod params;
pub mod project;
pub mod regenerate;
pub mod runner;
pub mod simulate;
pub mod site;
pub mod unvisited;
pub mod update;
pub mod vanish;
pub mod visits;
pub mod weight;

pub use super::change::Change;
pub use assess::assess;
pub use generate::generate;
pub use guide::run_guided;
pub use impossible::IMPOSSIBLE;
pub use regenerate::{regenerate, regenerate_loosely};
pub use simulate::simulate;
pub use update::{rerun, update};

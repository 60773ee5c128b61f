//! Learning: optimizers, parameters that are trained, and what they are trained for.

mod bounds;
mod optimizer;
mod parameters;
mod train;
mod training;

pub use bounds::{TABLE as BOUNDS, elbo, iwelbo};
pub use optimizer::{Climb, Optimizer, TABLE as OPTIMIZERS};
pub use parameters::{Evaluated, Parameters, evaluate, numbers};
pub use train::{Datum, TABLE};
pub use training::Training;

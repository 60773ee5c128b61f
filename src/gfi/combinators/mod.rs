//! Combinators: generative functions made of others. Three run a kernel again and again, the others wrap one function.

mod builtins;
mod column;
mod foreign;
pub mod intervene;
mod map;
mod mix;
mod progress;
mod rows;
mod scan;
mod series;
mod slices;
mod stored;
mod switch;
mod unfold;
mod vectorized;
mod wrapped;
mod wrappers;

pub use builtins::TABLE;
pub use rows::stacked_lanes;
pub use stored::with_store;
pub use vectorized::runs_of;

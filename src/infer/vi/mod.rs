//! Variational inference: a guide, a generative function with trainable parameters, is fitted to a posterior.

mod bounds;
mod cover;
mod fit;
mod fitted;
mod objective;
mod particle;
mod settings;
mod wake_sleep;

pub use fit::TABLE;
pub use wake_sleep::TABLE as WAKE_SLEEP;

//! Variational inference: a guide, a generative function with trainable parameters, is fitted to a posterior.

mod bounds;
mod cover;
mod fit;
mod fitted;
mod objective;
mod particle;
mod settings;

pub use fit::TABLE;

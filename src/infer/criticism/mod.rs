//! Criticism of a model by its draws: what it predicts, how well it predicts what was left out, and which of several does.

mod compare;
mod log_likelihood;
mod loo;
mod predict;
#[cfg(test)]
mod tests;

use crate::eval::Builtin;

pub const TABLE: &[Builtin] =
    &[predict::PREDICT, log_likelihood::LOG_LIKELIHOOD, loo::LOO, loo::WAIC, loo::PSIS, compare::COMPARE];

//! Posteriors over unconstrained coordinates: their modes, and normal approximations of them.

mod advi;
mod gaussian;
mod halted;
mod laplace;
mod options;

use crate::eval::Builtin;

pub const TABLE: &[Builtin] = &[laplace::MAP, laplace::LAPLACE, advi::ADVI];

//! Moves along gradients, in unconstrained coordinates: Langevin, Hamiltonian Monte Carlo, and the No-U-Turn sampler.

mod adaptation;
mod chain;
mod continuous;
mod kernels;
mod leapfrog;
mod marginal;
mod mass;
mod method;
mod nuts;
mod sampler;

use crate::eval::Builtin;
pub use continuous::smooth;

pub const TABLE: &[Builtin] =
    &[kernels::MALA, kernels::HMC, kernels::NUTS, kernels::LEAPFROG, sampler::MALA, sampler::HMC, sampler::NUTS];

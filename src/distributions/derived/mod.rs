//! Distributions built from others: the table of their constructors.

mod arguments;
mod censored;
mod declared_support;
mod defined;
mod defined_dist;
mod delta;
mod elementwise;
mod empirical;
mod gaussian_process;
mod iid;
mod inner;
mod interval;
mod made_draw;
mod mass;
mod mixture;
mod product;
mod sums;
mod transformed;
mod truncated;

pub use defined::make_distribution;
pub use empirical::points;
pub use mixture::{MIXTURE, log_mixture};

use super::object::Built;

/// Every constructor of a distribution from others.
pub static BUILT: &[Built] = &[
    delta::DELTA,
    mixture::MIXTURE,
    mixture::ZERO_INFLATED,
    iid::IID,
    product::PRODUCT,
    truncated::TRUNCATED,
    censored::CENSORED,
    transformed::TRANSFORMED,
    gaussian_process::GAUSSIAN_PROCESS,
];

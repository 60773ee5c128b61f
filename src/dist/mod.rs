//! Distributions: one file per distribution or close family, one visible list.

mod bernoulli;
mod beta;
mod builtins;
mod categorical;
mod density;
mod family;
mod gamma;
mod normal;
mod object;
mod params;
mod poisson;
mod real;
mod region;
mod scalar;
mod support;
#[cfg(test)]
mod tests;
mod uniform;

pub use builtins::TABLE;
pub use density::{Callee, Density, callee};
pub use family::{Distribution, Family, Kind, Param};
pub use object::{Constructor, Dist};
pub use params::Params;
pub use real::Real;
pub use region::SupportOf;
pub use scalar::ScalarDist;
pub use support::Support;

use crate::eval::Value;

/// Every distribution of the language.
pub static FAMILIES: &[Family] = &[
    Family::of::<normal::Normal>(),
    Family::of::<uniform::Uniform>(),
    Family::of::<bernoulli::Bernoulli>(),
    Family::of::<bernoulli::Flip>(),
    Family::of::<beta::Beta>(),
    Family::of::<gamma::Gamma>(),
    Family::of::<gamma::Exponential>(),
    Family::of::<categorical::Categorical>(),
    Family::of::<poisson::Poisson>(),
];

/// The constructors under their names, their aliases, and both again under `dist/`.
pub fn constants() -> Vec<(String, Value)> {
    let mut names = Vec::new();
    for family in FAMILIES {
        let constructor = Value::host(Constructor::Scalar(family));
        for name in std::iter::once(&family.name).chain(family.aliases) {
            names.push((name.to_string(), constructor.clone()));
            names.push((format!("dist/{name}"), constructor.clone()));
        }
    }
    names
}

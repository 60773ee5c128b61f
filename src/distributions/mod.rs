//! Distributions: one file per distribution or close family, one visible list.

mod atoms;
mod bernoulli;
mod beta;
mod bijector;
mod binomial;
mod bisection;
mod broadcast;
mod builtins;
mod circular;
mod density;
mod derivatives;
mod derived;
mod draw;
mod elements;
mod family;
mod finite;
mod gamma;
mod graded;
mod hypergeometric;
pub mod lanes;
mod lifetimes;
mod lifted;
mod location_scale;
mod negative_binomial;
mod normal;
mod number;
mod object;
mod params;
mod pathwise;
mod poisson;
mod real;
mod rounding;
mod saddle_point;
mod scalar;
mod structured;
mod student_t;
mod support;
mod support_of;
#[cfg(test)]
mod tests;
mod truncated_normal;
mod uniform;

pub use bijector::{Bijector, log_abs_det};
pub use broadcast::shape_of;
pub use density::{Density, callee};
pub use derived::{MIXTURE, log_mixture, points};
pub use draw::standard_normal;
pub use elements::elements;
pub use family::{Family, Kind};
pub use finite::finite_values;
pub use graded::{dimension, measured, numbers_in, numbers_of};
pub use object::{Constructor, Dist};
pub use pathwise::ValuePair;
pub use real::Real;
pub use scalar::ScalarDist;
pub use structured::linear::{cholesky, dot, solve_lower};
pub use structured::{ReadParams, StructuredDist, StructuredFamily, StructuredLanes, choose, column_of};
pub use support::Support;
pub use support_of::SupportOf;

use crate::eval::{Builtin, Value};

/// The builtins on distributions.
pub const TABLES: &[&[Builtin]] = &[builtins::TABLE, bijector::TABLE];

/// Every distribution of the language.
pub static FAMILIES: &[Family] = &[
    Family::of::<normal::Normal>(),
    Family::of::<normal::LogNormal>(),
    Family::of::<normal::HalfNormal>(),
    Family::of::<truncated_normal::TruncatedNormal>(),
    Family::of::<uniform::Uniform>(),
    Family::of::<uniform::DiscreteUniform>(),
    Family::of::<bernoulli::Bernoulli>(),
    Family::of::<bernoulli::Flip>(),
    Family::of::<bernoulli::BernoulliLogits>(),
    Family::of::<beta::Beta>(),
    Family::of::<beta::BetaUniform>(),
    Family::of::<gamma::Gamma>(),
    Family::of::<gamma::Exponential>(),
    Family::of::<gamma::ChiSquared>(),
    Family::of::<gamma::InverseGamma>(),
    Family::of::<poisson::Poisson>(),
    Family::of::<poisson::PoissonLog>(),
    Family::of::<location_scale::Laplace>(),
    Family::of::<location_scale::Logistic>(),
    Family::of::<location_scale::Gumbel>(),
    Family::of::<student_t::StudentT>(),
    Family::of::<student_t::Cauchy>(),
    Family::of::<student_t::HalfCauchy>(),
    Family::of::<binomial::Binomial>(),
    Family::of::<binomial::BinomialLogits>(),
    Family::of::<binomial::BetaBinomial>(),
    Family::of::<negative_binomial::Geometric>(),
    Family::of::<negative_binomial::NegativeBinomial>(),
    Family::of::<hypergeometric::Hypergeometric>(),
    Family::of::<lifetimes::Weibull>(),
    Family::of::<lifetimes::Pareto>(),
    Family::of::<lifetimes::InverseGaussian>(),
    Family::of::<circular::VonMises>(),
    Family::of::<circular::WrappedCauchy>(),
    Family::of::<circular::WrappedNormal>(),
];

/// The constructors under their names, their aliases, and both again under `dist/`.
pub fn constants() -> Vec<(String, Value)> {
    let scalar = FAMILIES.iter().map(|f| (Constructor::Scalar(f), f.aliases));
    let structured = structured::FAMILIES.iter().map(|f| (Constructor::Structured(f), f.aliases));
    let built = derived::BUILT.iter().map(|b| (Constructor::Built(b), b.aliases));
    let mut names = Vec::new();
    for (constructor, aliases) in scalar.chain(structured).chain(built) {
        let value = Value::host(constructor.clone());
        for name in std::iter::once(constructor.name()).chain(aliases.iter().copied()) {
            names.push((name.to_string(), value.clone()));
            names.push((format!("dist/{name}"), value.clone()));
        }
    }
    names
}

//! Bijectors: differentiable maps from unconstrained numbers onto the support of a distribution, with the log of their
//! Jacobian determinant, as inference by gradients needs them.

mod apply;
mod builtins;
mod coordinates;
mod correlation;
mod covariance;
mod elementwise;
mod event;
mod events;
mod interval;
mod jacobian;
mod simplex;
#[cfg(test)]
mod tests;
mod through;

pub use builtins::TABLE;
pub use elementwise::ElementwiseBijector;
pub use events::Events;
pub use jacobian::{log_abs_det, with_log_det, with_log_det_of};
pub use through::Through;

use super::support_of::SupportOf;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::Value;
use crate::eval::print::brief;

/// The map onto the support of a distribution with its parameters. Its coordinates are a number where the values are
/// numbers, else a vector of them; both ways it is differentiable, also by the parameters.
#[derive(Clone)]
pub enum Bijector {
    Numbers(ElementwiseBijector),
    /// Vectors or matrices, perhaps along axes of independent ones.
    Events(Events),
    /// A vector of n values, or an array where they are numbers.
    Rows {
        n: usize,
        each: Box<Bijector>,
    },
    /// A vector of values or, by keys, a map.
    Parts {
        parts: Vec<Bijector>,
        keys: Option<Vec<Value>>,
    },
    /// What a function makes of the values of another.
    Through(Box<Through>),
}

impl Bijector {
    /// The map onto a support of single values.
    pub fn onto(name: &str, support: &SupportOf, continuous: bool) -> Result<Bijector> {
        let found = match support {
            _ if !continuous => None,
            SupportOf::Numbers { lo, hi, .. } if lo < hi => {
                Some(Bijector::Numbers(ElementwiseBijector::between(Value::float(*lo), Value::float(*hi), None)?))
            }
            SupportOf::Vectors(n) => Some(Bijector::Numbers(ElementwiseBijector::free(vec![*n])?)),
            _ => Events::onto(support, Vec::new()).map(Bijector::Events),
        };
        found.ok_or_else(|| none(name, support, continuous))
    }

    /// The map onto n values in a row.
    pub fn repeated(self, n: usize) -> Bijector {
        match self {
            Bijector::Numbers(numbers) => Bijector::Numbers(numbers.repeated(n)),
            Bijector::Events(events) => Bijector::Events(events.repeated(n)),
            each => Bijector::Rows { n, each: Box::new(each) },
        }
    }

    /// How many coordinates there are.
    pub fn size(&self) -> usize {
        match self {
            Bijector::Numbers(numbers) => numbers.count(),
            Bijector::Events(events) => events.size(),
            Bijector::Rows { n, each } => n.saturating_mul(each.size()),
            Bijector::Parts { parts, .. } => parts.iter().fold(0, |sum, part| sum.saturating_add(part.size())),
            Bijector::Through(through) => through.inner.size(),
        }
    }

    /// True when the coordinates are one number, not a vector.
    pub fn is_number(&self) -> bool {
        match self {
            Bijector::Numbers(numbers) => numbers.shape.is_none(),
            Bijector::Through(through) => through.inner.is_number(),
            _ => false,
        }
    }

    /// The ends of single numbers.
    pub fn ends(&self) -> Option<(Value, Value)> {
        match self {
            Bijector::Numbers(numbers) => numbers.ends(),
            _ => None,
        }
    }

    /// True when both are the same map.
    pub fn agrees(&self, other: &Bijector) -> bool {
        match (self, other) {
            (Bijector::Numbers(a), Bijector::Numbers(b)) => a.agrees(b),
            (Bijector::Events(a), Bijector::Events(b)) => a.agrees(b),
            (Bijector::Rows { n, each }, Bijector::Rows { n: k, each: other }) => n == k && each.agrees(other),
            (Bijector::Parts { parts, keys }, Bijector::Parts { parts: others, keys: k }) => {
                keys == k && parts.len() == others.len() && parts.iter().zip(others).all(|(a, b)| a.agrees(b))
            }
            _ => false,
        }
    }
}

/// The error that a distribution has no map from unconstrained numbers.
#[cold]
pub fn none(name: &str, support: &SupportOf, continuous: bool) -> Stop {
    let (why, help) = match support {
        SupportOf::Only(value) => (
            format!("all its probability is on `{}`", brief(value)),
            "coordinates are for values with a density: leave this one as it is",
        ),
        _ if !continuous => (
            format!("not all of its values have a density; they are {}", support.describe()),
            "coordinates are for values with a density: leave this one as it is, or sum over its values",
        ),
        SupportOf::Either(_) => (
            format!("its components lie in different supports: {}", support.describe()),
            "give all components the same support, or name the component by a choice of its own",
        ),
        SupportOf::Unknown => (
            "its support is not known".to_string(),
            "tell it as `:reals`, `:positive`, `:non-negative`, `:unit-interval`, or as an interval `[lo hi]`",
        ),
        _ => (format!("its support is {}", support.describe()), "an interval `[lo hi]` needs lo less than hi"),
    };
    Error::raise(Code::NoTransform, format!("`{name}` has no unconstrained coordinates: {why}")).help(help)
}

//! Maps from unconstrained numbers onto the support of a distribution, as inference by gradients needs them.

mod apply;
mod builtins;
mod coordinates;
mod correlation;
mod covariance;
mod event;
mod events;
mod interval;
mod numbers;
mod simplex;
#[cfg(test)]
mod tests;
mod through;

pub use builtins::TABLE;
pub use events::Events;
pub use numbers::Numbers;
pub use through::Through;

use super::region::SupportOf;
use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::eval::print::brief;

/// The map onto the support of a distribution with its parameters. Its coordinates are a number where the values are
/// numbers, else a vector of them; both ways it is differentiable, also by the parameters.
#[derive(Clone)]
pub enum Transform {
    Numbers(Numbers),
    /// Vectors or matrices, perhaps along axes of independent ones.
    Events(Events),
    /// A vector of n values, or an array where they are numbers.
    Rows {
        n: usize,
        each: Box<Transform>,
    },
    /// A vector of values or, by keys, a map.
    Parts {
        parts: Vec<Transform>,
        keys: Option<Vec<Value>>,
    },
    /// What a function makes of the values of another.
    Through(Box<Through>),
}

impl Transform {
    /// The map onto a support of single values.
    pub fn onto(name: &str, support: &SupportOf, continuous: bool) -> Result<Transform> {
        let found = match support {
            _ if !continuous => None,
            SupportOf::Numbers { lo, hi, .. } if lo < hi => {
                Some(Transform::Numbers(Numbers::between(Value::float(*lo), Value::float(*hi), None)?))
            }
            SupportOf::Vectors(n) => Some(Transform::Numbers(Numbers::free(vec![*n])?)),
            _ => Events::onto(support, Vec::new()).map(Transform::Events),
        };
        found.ok_or_else(|| none(name, support, continuous))
    }

    /// The map onto n values in a row.
    pub fn repeated(self, n: usize) -> Transform {
        match self {
            Transform::Numbers(numbers) => Transform::Numbers(numbers.repeated(n)),
            Transform::Events(events) => Transform::Events(events.repeated(n)),
            each => Transform::Rows { n, each: Box::new(each) },
        }
    }

    /// How many coordinates there are.
    pub fn size(&self) -> usize {
        match self {
            Transform::Numbers(numbers) => numbers.count(),
            Transform::Events(events) => events.size(),
            Transform::Rows { n, each } => n.saturating_mul(each.size()),
            Transform::Parts { parts, .. } => parts.iter().fold(0, |sum, part| sum.saturating_add(part.size())),
            Transform::Through(through) => through.inner.size(),
        }
    }

    /// True when the coordinates are one number, not a vector.
    pub fn is_number(&self) -> bool {
        match self {
            Transform::Numbers(numbers) => numbers.shape.is_none(),
            Transform::Through(through) => through.inner.is_number(),
            _ => false,
        }
    }

    /// The ends of single numbers.
    pub fn ends(&self) -> Option<(Value, Value)> {
        match self {
            Transform::Numbers(numbers) => numbers.ends(),
            _ => None,
        }
    }

    /// True when both are the same map.
    pub fn agrees(&self, other: &Transform) -> bool {
        match (self, other) {
            (Transform::Numbers(a), Transform::Numbers(b)) => a.agrees(b),
            (Transform::Events(a), Transform::Events(b)) => a.agrees(b),
            (Transform::Rows { n, each }, Transform::Rows { n: k, each: other }) => n == k && each.agrees(other),
            (Transform::Parts { parts, keys }, Transform::Parts { parts: others, keys: k }) => {
                keys == k && parts.len() == others.len() && parts.iter().zip(others).all(|(a, b)| a.agrees(b))
            }
            _ => false,
        }
    }
}

/// The error that a distribution has no map from unconstrained numbers.
#[cold]
pub fn none(name: &str, support: &SupportOf, continuous: bool) -> Box<Error> {
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
    Error::new(Code::NoTransform, format!("`{name}` has no unconstrained coordinates: {why}")).help(help)
}

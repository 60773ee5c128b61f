//! Vectors and matrices whose elements depend on each other: what their files declare, and the table of them.

use super::correlation::CorrelationFactor;
use super::covariance::Covariance;
use super::simplex::Simplex;
use crate::distributions::lifted::Lifted;
use crate::distributions::real::Real;
use crate::distributions::support_of::SupportOf;

/// The coordinates of vectors of n numbers, or of matrices of n rows.
pub trait Event {
    /// How many coordinates there are.
    fn size(n: usize) -> usize;
    /// The elements in row order, and log |det| of the Jacobian of those that are free.
    fn constrain<R: Real>(n: usize, u: &[R]) -> (Vec<R>, R);
    fn unconstrain<R: Real>(n: usize, x: &[R]) -> Vec<R>;
}

/// Elements and the logarithm of a Jacobian.
type Elements<R> = (Vec<R>, R);

/// An [`Event`] as a row of the table.
pub struct EventMap {
    pub size: fn(usize) -> usize,
    pub constrain: fn(usize, &[f64]) -> Elements<f64>,
    pub constrain_lifted: fn(usize, &[Lifted]) -> Elements<Lifted>,
    pub unconstrain: fn(usize, &[f64]) -> Vec<f64>,
    pub unconstrain_lifted: fn(usize, &[Lifted]) -> Vec<Lifted>,
}

impl EventMap {
    const fn of<E: Event>() -> EventMap {
        EventMap {
            size: E::size,
            constrain: E::constrain::<f64>,
            constrain_lifted: E::constrain::<Lifted>,
            unconstrain: E::unconstrain::<f64>,
            unconstrain_lifted: E::unconstrain::<Lifted>,
        }
    }

    /// The row for a support, and its n.
    pub fn onto(support: &SupportOf) -> Option<(&'static EventMap, usize)> {
        static SIMPLEX: EventMap = EventMap::of::<Simplex>();
        static COVARIANCE: EventMap = EventMap::of::<Covariance>();
        static CORRELATION_FACTOR: EventMap = EventMap::of::<CorrelationFactor>();
        match support {
            SupportOf::Simplex(n) => Some((&SIMPLEX, *n)),
            SupportOf::Covariance(n) => Some((&COVARIANCE, *n)),
            SupportOf::CorrelationFactor(n) => Some((&CORRELATION_FACTOR, *n)),
            _ => None,
        }
    }
}

//! The weight of a run: differences of log-densities, choice by choice, where either may be −∞, or a density where the
//! other is a probability.

use super::site::ScoredChoice;
use crate::gfi::decision::Counting;
use crate::gfi::trace::{Chosen, beyond};

/// Σ ℓ(new) − Σ ℓ(old) over choices, never as a difference of two large sums. An impossible new value makes the
/// weight −∞; leaving an impossible old one behind makes it +∞.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weight {
    finite: f64,
    impossible_now: bool,
    impossible_before: bool,
    /// By how many numbers the new run's density is one of more than the old one's. Beside a probability a density is
    /// nothing, and so is one of more numbers beside one of fewer.
    pub excess: i32,
}

impl Weight {
    /// A choice of the new run, which counts as it was decided.
    #[inline]
    pub fn count(&mut self, counts: Counting, now: &ScoredChoice, old: Option<Chosen<'_>>) {
        match (counts, old) {
            (Counting::Come, _) => self.come(now.score),
            (Counting::Change, Some(old)) => self.change(now.score, old.score),
            (Counting::Keep, Some(old)) => self.keep(now, old),
            _ => {}
        }
    }

    /// A choice that both runs have.
    pub fn change(&mut self, new: f64, old: f64) {
        match new == f64::NEG_INFINITY || old == f64::NEG_INFINITY {
            true => {
                self.come(new);
                self.go(old);
            }
            false => self.finite += new - old,
        }
    }

    /// A choice that stays as it is. One that moves has been weighed by how it was proposed, of the same dimension.
    pub fn keep(&mut self, now: &ScoredChoice, old: Chosen<'_>) {
        self.change(now.score, old.score);
        self.excess += beyond(now.dimension, old.dimension);
    }

    /// A choice of the new run.
    pub fn come(&mut self, new: f64) {
        match new == f64::NEG_INFINITY {
            true => self.impossible_now = true,
            false => self.finite += new,
        }
    }

    /// A choice of the old run.
    pub fn go(&mut self, old: f64) {
        match old == f64::NEG_INFINITY {
            true => self.impossible_before = true,
            false => self.finite -= old,
        }
    }

    /// A weight that is given as a number.
    pub fn add(&mut self, weight: f64) {
        match weight {
            f64::NEG_INFINITY => self.impossible_now = true,
            f64::INFINITY => self.impossible_before = true,
            finite => self.finite += finite,
        }
    }

    /// The weight of a call.
    pub fn join(&mut self, call: Weight) {
        self.finite += call.finite;
        self.impossible_now |= call.impossible_now;
        self.impossible_before |= call.impossible_before;
        self.excess += call.excess;
    }

    /// The sum of log-densities, whatever they are densities of: the weight as the interface defines it.
    pub fn plain(self) -> f64 {
        if self.impossible_now {
            f64::NEG_INFINITY
        } else if self.impossible_before {
            f64::INFINITY
        } else {
            self.finite
        }
    }

    /// The weight as algorithms have it, which take a density for nothing beside a probability.
    pub fn total(self) -> f64 {
        match self.plain() {
            plain if plain.is_finite() && self.excess > 0 => f64::NEG_INFINITY,
            plain if plain.is_finite() && self.excess < 0 => f64::INFINITY,
            plain => plain,
        }
    }
}

impl From<f64> for Weight {
    fn from(number: f64) -> Weight {
        let mut weight = Weight::default();
        weight.add(number);
        weight
    }
}

//! The weight of a run: differences of log-densities, choice by choice, where either may be −∞.

use super::site::Visit;
use crate::gfi::trace::{Chosen, UNTOLD};
use std::cmp::Ordering;

/// Σ ℓ(new) − Σ ℓ(old) over choices, never as a difference of two large sums. An impossible new value makes the
/// weight −∞; leaving an impossible old one behind makes it +∞.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weight {
    finite: f64,
    impossible_now: bool,
    impossible_before: bool,
}

impl Weight {
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

    /// A choice that stays as it is. Beside a probability a density is nothing, and so it is beside one of fewer numbers:
    /// where the distribution gives it one and gave it the other, leaving it is as good as leaving what is impossible.
    pub fn keep(&mut self, now: &Visit, old: Chosen<'_>) {
        let told = old.dimension != UNTOLD && now.score > f64::NEG_INFINITY && old.score > f64::NEG_INFINITY;
        match now.dimension.cmp(&old.dimension) {
            Ordering::Greater if told => self.impossible_now = true,
            Ordering::Less if told => self.impossible_before = true,
            _ => self.change(now.score, old.score),
        }
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

    /// Adds the weight of a call.
    pub fn add(&mut self, weight: f64) {
        match weight {
            f64::NEG_INFINITY => self.impossible_now = true,
            f64::INFINITY => self.impossible_before = true,
            finite => self.finite += finite,
        }
    }

    pub fn total(self) -> f64 {
        if self.impossible_now {
            f64::NEG_INFINITY
        } else if self.impossible_before {
            f64::INFINITY
        } else {
            self.finite
        }
    }
}

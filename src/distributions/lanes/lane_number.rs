//! A number of one lane in a loop over lanes, or the same number in all of them: which of the two is known when the
//! loop is compiled, so that what is done to constants alone is done once, in double precision.
//!
//! It computes what [`super::wide::Wide`] does step by step, bit for bit.

use super::steps::{functions, operators};
use super::wide::LaneFloat;
use crate::distributions::Real;
use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy)]
pub enum LaneNumber<T> {
    One(f64),
    Lane(T),
}

/// A condition on all lanes, or on this one.
#[derive(Clone, Copy)]
pub enum LaneMask {
    One(bool),
    Lane(bool),
}

impl<T: LaneFloat> LaneNumber<T> {
    /// The number of the lane.
    #[inline(always)]
    pub fn lane(self) -> T {
        match self {
            LaneNumber::One(x) => T::constant(x),
            LaneNumber::Lane(x) => x,
        }
    }

    #[inline(always)]
    fn unary(self, constant: impl Fn(f64) -> f64, f: impl Fn(T) -> T) -> LaneNumber<T> {
        match self {
            LaneNumber::One(x) => LaneNumber::One(constant(x)),
            LaneNumber::Lane(x) => LaneNumber::Lane(f(x)),
        }
    }

    #[inline(always)]
    fn binary(self, other: LaneNumber<T>, constant: impl Fn(f64, f64) -> f64, f: impl Fn(T, T) -> T) -> LaneNumber<T> {
        match (self, other) {
            (LaneNumber::One(x), LaneNumber::One(y)) => LaneNumber::One(constant(x, y)),
            (x, y) => LaneNumber::Lane(f(x.lane(), y.lane())),
        }
    }

    #[inline(always)]
    fn compare(
        self,
        other: LaneNumber<T>,
        constant: impl Fn(&f64, &f64) -> bool,
        f: impl Fn(&T, &T) -> bool,
    ) -> LaneMask {
        match (self, other) {
            (LaneNumber::One(x), LaneNumber::One(y)) => LaneMask::One(constant(&x, &y)),
            (x, y) => LaneMask::Lane(f(&x.lane(), &y.lane())),
        }
    }
}

operators!(inline(always), LaneNumber, Lane);

impl<T: LaneFloat> Real for LaneNumber<T> {
    type Mask = LaneMask;

    functions!(inline(always));

    #[inline(always)]
    fn constant(x: f64) -> LaneNumber<T> {
        LaneNumber::One(x)
    }
    #[inline(always)]
    fn lt(&self, other: &LaneNumber<T>) -> LaneMask {
        self.compare(*other, <f64 as Real>::lt, <T as Real>::lt)
    }
    #[inline(always)]
    fn le(&self, other: &LaneNumber<T>) -> LaneMask {
        self.compare(*other, <f64 as Real>::le, <T as Real>::le)
    }
    #[inline(always)]
    fn equals(&self, other: &LaneNumber<T>) -> LaneMask {
        self.compare(*other, <f64 as Real>::equals, <T as Real>::equals)
    }
    #[inline(always)]
    fn and(a: LaneMask, b: LaneMask) -> LaneMask {
        match (a, b) {
            (LaneMask::One(a), LaneMask::One(b)) => LaneMask::One(a & b),
            (LaneMask::One(a) | LaneMask::Lane(a), LaneMask::One(b) | LaneMask::Lane(b)) => LaneMask::Lane(a & b),
        }
    }
    #[inline(always)]
    fn select(mask: &LaneMask, a: LaneNumber<T>, b: LaneNumber<T>) -> LaneNumber<T> {
        match *mask {
            LaneMask::One(true) => a,
            LaneMask::One(false) => b,
            LaneMask::Lane(mask) => LaneNumber::Lane(if mask { a.lane() } else { b.lane() }),
        }
    }
}

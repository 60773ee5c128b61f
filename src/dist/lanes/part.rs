//! A number of one lane in a loop over lanes, or the same number in all of them: which of the two is known when the
//! loop is compiled, so that what is done to constants alone is done once, in double precision.
//!
//! It computes what [`super::wide::Wide`] does step by step, bit for bit.

use super::wide::Number;
use crate::dist::Real;
use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy)]
pub enum Part<T> {
    One(f64),
    Lane(T),
}

/// A condition on all lanes, or on this one.
#[derive(Clone, Copy)]
pub enum Answer {
    One(bool),
    Lane(bool),
}

impl<T: Number> Part<T> {
    /// The number of the lane.
    #[inline(always)]
    pub fn lane(self) -> T {
        match self {
            Part::One(x) => T::constant(x),
            Part::Lane(x) => x,
        }
    }

    #[inline(always)]
    fn unary(self, constant: impl Fn(f64) -> f64, f: impl Fn(T) -> T) -> Part<T> {
        match self {
            Part::One(x) => Part::One(constant(x)),
            Part::Lane(x) => Part::Lane(f(x)),
        }
    }

    #[inline(always)]
    fn binary(self, other: Part<T>, constant: impl Fn(f64, f64) -> f64, f: impl Fn(T, T) -> T) -> Part<T> {
        match (self, other) {
            (Part::One(x), Part::One(y)) => Part::One(constant(x, y)),
            (x, y) => Part::Lane(f(x.lane(), y.lane())),
        }
    }

    #[inline(always)]
    fn compare(self, other: Part<T>, constant: impl Fn(&f64, &f64) -> bool, f: impl Fn(&T, &T) -> bool) -> Answer {
        match (self, other) {
            (Part::One(x), Part::One(y)) => Answer::One(constant(&x, &y)),
            (x, y) => Answer::Lane(f(&x.lane(), &y.lane())),
        }
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident),*) => {$(
        impl<T: Number> $trait for Part<T> {
            type Output = Part<T>;
            #[inline(always)]
            fn $method(self, other: Part<T>) -> Part<T> {
                self.binary(other, f64::$method, T::$method)
            }
        }
    )*};
}
operators!(Add add, Sub sub, Mul mul);

impl<T: Number> Div for Part<T> {
    type Output = Part<T>;
    #[inline(always)]
    fn div(self, other: Part<T>) -> Part<T> {
        match (self, other) {
            (Part::Lane(x), Part::One(y)) => match T::reciprocal(y) {
                Some(reciprocal) => Part::Lane(x * T::constant(reciprocal)),
                None => Part::Lane(x / T::constant(y)),
            },
            (x, y) => x.binary(y, f64::div, T::div),
        }
    }
}

impl<T: Number> Neg for Part<T> {
    type Output = Part<T>;
    #[inline(always)]
    fn neg(self) -> Part<T> {
        self.unary(f64::neg, T::neg)
    }
}

/// Functions of one number, and of two.
macro_rules! functions {
    ($($name:ident)*; $($name2:ident)*) => {
        $(#[inline(always)]
        fn $name(self) -> Part<T> {
            self.unary(<f64 as Real>::$name, <T as Real>::$name)
        })*
        $(#[inline(always)]
        fn $name2(x: Part<T>, y: Part<T>) -> Part<T> {
            x.binary(y, <f64 as Real>::$name2, <T as Real>::$name2)
        })*
    };
}

impl<T: Number> Real for Part<T> {
    type Mask = Answer;

    functions! {
        ln ln_1p exp exp_m1 sqrt abs sin cos tanh asinh floor sigmoid softplus square normal_icdf lgamma stirling_excess
        log1p_square log_i0e;
        lbeta deviance log_normal_mass
    }

    #[inline(always)]
    fn constant(x: f64) -> Part<T> {
        Part::One(x)
    }
    #[inline(always)]
    fn lt(&self, other: &Part<T>) -> Answer {
        self.compare(*other, <f64 as Real>::lt, <T as Real>::lt)
    }
    #[inline(always)]
    fn le(&self, other: &Part<T>) -> Answer {
        self.compare(*other, <f64 as Real>::le, <T as Real>::le)
    }
    #[inline(always)]
    fn equals(&self, other: &Part<T>) -> Answer {
        self.compare(*other, <f64 as Real>::equals, <T as Real>::equals)
    }
    #[inline(always)]
    fn and(a: Answer, b: Answer) -> Answer {
        match (a, b) {
            (Answer::One(a), Answer::One(b)) => Answer::One(a & b),
            (Answer::One(a) | Answer::Lane(a), Answer::One(b) | Answer::Lane(b)) => Answer::Lane(a & b),
        }
    }
    #[inline(always)]
    fn select(mask: &Answer, a: Part<T>, b: Part<T>) -> Part<T> {
        match *mask {
            Answer::One(true) => a,
            Answer::One(false) => b,
            Answer::Lane(mask) => Part::Lane(if mask { a.lane() } else { b.lane() }),
        }
    }
}

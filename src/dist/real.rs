//! The numbers that a density is written for: one formula serves f64 and arrays.

use crate::tensor::{self, Array, DType, ops, ops::BinaryOp, ops::UnaryOp, special};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Arithmetic without branches on values: a formula chooses with masks and [`Real::select`].
pub trait Real:
    Clone + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    type Mask: Clone;

    fn constant(x: f64) -> Self;
    fn ln(self) -> Self;
    fn ln_1p(self) -> Self;
    fn floor(self) -> Self;
    fn lgamma(self) -> Self;
    fn lt(&self, other: &Self) -> Self::Mask;
    fn le(&self, other: &Self) -> Self::Mask;
    fn equals(&self, other: &Self) -> Self::Mask;
    fn and(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    fn select(mask: &Self::Mask, a: Self, b: Self) -> Self;

    fn square(self) -> Self {
        self.clone() * self
    }

    /// log B(a, b).
    fn lbeta(a: Self, b: Self) -> Self {
        a.clone().lgamma() + b.clone().lgamma() - (a + b).lgamma()
    }

    /// x log y, and 0 where x is 0 whatever y.
    fn xlogy(x: Self, y: Self) -> Self {
        let zero = Self::constant(0.0);
        let none = x.equals(&zero);
        // The untaken branch gets a safe input, so that it never makes a NaN.
        let safe = Self::select(&none, Self::constant(1.0), y);
        Self::select(&none, zero, x * safe.ln())
    }

    /// `value` on the support, −∞ off it.
    fn on(support: &Self::Mask, value: Self) -> Self {
        Self::select(support, value, Self::constant(f64::NEG_INFINITY))
    }
}

impl Real for f64 {
    type Mask = bool;

    #[inline]
    fn constant(x: f64) -> f64 {
        x
    }
    #[inline]
    fn ln(self) -> f64 {
        f64::ln(self)
    }
    #[inline]
    fn ln_1p(self) -> f64 {
        f64::ln_1p(self)
    }
    #[inline]
    fn floor(self) -> f64 {
        f64::floor(self)
    }
    #[inline]
    fn lgamma(self) -> f64 {
        special::lgamma(self)
    }
    #[inline]
    fn lbeta(a: f64, b: f64) -> f64 {
        special::lbeta(a, b)
    }
    #[inline]
    fn lt(&self, other: &f64) -> bool {
        self < other
    }
    #[inline]
    fn le(&self, other: &f64) -> bool {
        self <= other
    }
    #[inline]
    fn equals(&self, other: &f64) -> bool {
        self == other
    }
    #[inline]
    fn and(a: bool, b: bool) -> bool {
        a && b
    }
    #[inline]
    fn select(mask: &bool, a: f64, b: f64) -> f64 {
        if *mask { a } else { b }
    }
}

/// An array in a formula; the first error of the formula is kept and told at its end.
#[derive(Clone)]
pub struct Lifted(pub Result<Array, Box<tensor::Error>>);

impl Lifted {
    fn unary(self, op: UnaryOp) -> Lifted {
        Lifted(self.0.and_then(|a| ops::unary(op, &a)))
    }

    fn binary(&self, op: BinaryOp, other: &Lifted) -> Lifted {
        Lifted(match (&self.0, &other.0) {
            (Ok(a), Ok(b)) => ops::binary(op, a, b),
            (Err(e), _) | (_, Err(e)) => Err(e.clone()),
        })
    }
}

macro_rules! lifted_operator {
    ($($trait:ident $method:ident $op:ident),*) => {$(
        impl $trait for Lifted {
            type Output = Lifted;
            fn $method(self, other: Lifted) -> Lifted {
                self.binary(BinaryOp::$op, &other)
            }
        }
    )*};
}
lifted_operator!(Add add Add, Sub sub Sub, Mul mul Mul, Div div Div);

impl Neg for Lifted {
    type Output = Lifted;
    fn neg(self) -> Lifted {
        self.unary(UnaryOp::Neg)
    }
}

impl Real for Lifted {
    type Mask = Lifted;

    fn constant(x: f64) -> Lifted {
        Lifted(Array::full(&[], x, DType::Float64))
    }
    fn ln(self) -> Lifted {
        self.unary(UnaryOp::Log)
    }
    fn ln_1p(self) -> Lifted {
        self.unary(UnaryOp::Log1p)
    }
    fn floor(self) -> Lifted {
        self.unary(UnaryOp::Floor)
    }
    fn lgamma(self) -> Lifted {
        self.unary(UnaryOp::Lgamma)
    }
    fn lt(&self, other: &Lifted) -> Lifted {
        self.binary(BinaryOp::Lt, other)
    }
    fn le(&self, other: &Lifted) -> Lifted {
        self.binary(BinaryOp::Le, other)
    }
    fn equals(&self, other: &Lifted) -> Lifted {
        self.binary(BinaryOp::Eq, other)
    }
    fn and(a: Lifted, b: Lifted) -> Lifted {
        a.binary(BinaryOp::And, &b)
    }
    fn select(mask: &Lifted, a: Lifted, b: Lifted) -> Lifted {
        Lifted(match (&mask.0, a.0, b.0) {
            (Ok(m), Ok(a), Ok(b)) => ops::select(m, &a, &b),
            (Err(e), _, _) => Err(e.clone()),
            (_, Err(e), _) | (_, _, Err(e)) => Err(e),
        })
    }
}

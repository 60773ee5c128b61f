//! The numbers that a density is written for: one formula serves f64 and arrays.

use crate::tensor::lanes::single;
use crate::tensor::special;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Arithmetic without branches on values: a formula chooses with masks and [`Real::select`].
pub trait Real:
    Clone + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    type Mask: Clone;

    fn constant(x: f64) -> Self;
    fn ln(self) -> Self;
    fn ln_1p(self) -> Self;
    fn exp(self) -> Self;
    fn exp_m1(self) -> Self;
    fn sqrt(self) -> Self;
    fn abs(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn tanh(self) -> Self;
    fn asinh(self) -> Self;
    fn floor(self) -> Self;
    fn sigmoid(self) -> Self;
    fn softplus(self) -> Self;
    /// The standard normal quantile.
    fn normal_icdf(self) -> Self;
    fn lgamma(self) -> Self;
    /// log x! − (x log x − x).
    fn stirling_excess(self) -> Self;
    /// log(1 + x²).
    fn log1p_square(self) -> Self;
    /// log(exp(−|x|) I₀(x)).
    fn log_i0e(self) -> Self;
    /// log B(a, b).
    fn lbeta(a: Self, b: Self) -> Self;
    /// x log(x/m) + m − x.
    fn deviance(x: Self, m: Self) -> Self;
    /// log ∫ from a to b of exp((c² − t²) / 2) dt, c being the point of [a, b] next to 0.
    fn log_normal_mass(a: Self, b: Self) -> Self;
    fn lt(&self, other: &Self) -> Self::Mask;
    fn le(&self, other: &Self) -> Self::Mask;
    fn equals(&self, other: &Self) -> Self::Mask;
    fn and(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    fn select(mask: &Self::Mask, a: Self, b: Self) -> Self;

    fn square(self) -> Self {
        self.clone() * self
    }

    /// `value` on the support, −∞ off it.
    fn on(support: &Self::Mask, value: Self) -> Self {
        Self::select(support, value, Self::constant(f64::NEG_INFINITY))
    }
}

/// Functions of one number, and of two.
macro_rules! functions {
    ($($name:ident $function:expr),*; $($name2:ident $function2:expr),*) => {
        $(#[inline(always)]
        fn $name(self) -> f64 {
            $function(self)
        })*
        $(#[inline(always)]
        fn $name2(x: f64, y: f64) -> f64 {
            $function2(x, y)
        })*
    };
}

impl Real for f64 {
    type Mask = bool;

    functions! {
        ln f64::ln, ln_1p f64::ln_1p, exp f64::exp, exp_m1 f64::exp_m1, sqrt f64::sqrt, abs f64::abs, sin f64::sin, cos f64::cos,
        tanh f64::tanh, asinh libm::asinh,
        floor f64::floor, sigmoid special::sigmoid, softplus special::softplus,
        normal_icdf special::normal_icdf, lgamma special::lgamma,
        stirling_excess special::stirling_excess, log1p_square special::log1p_square, log_i0e special::log_i0e;
        lbeta special::lbeta, deviance special::deviance, log_normal_mass special::log_normal_mass
    }

    #[inline(always)]
    fn constant(x: f64) -> f64 {
        x
    }
    #[inline(always)]
    fn lt(&self, other: &f64) -> bool {
        self < other
    }
    #[inline(always)]
    fn le(&self, other: &f64) -> bool {
        self <= other
    }
    #[inline(always)]
    fn equals(&self, other: &f64) -> bool {
        self == other
    }
    #[inline(always)]
    fn and(a: bool, b: bool) -> bool {
        a && b
    }
    #[inline(always)]
    fn select(mask: &bool, a: f64, b: f64) -> f64 {
        if *mask { a } else { b }
    }
}

/// Functions of one number that are their own in single precision, and those that are computed in double precision.
macro_rules! single_functions {
    ($($name:ident $function:expr),*; $($rare:ident $double:expr),*; $($name2:ident $function2:expr),*) => {
        $(#[inline(always)]
        fn $name(self) -> f32 {
            $function(self)
        })*
        $(fn $rare(self) -> f32 {
            $double(f64::from(self)) as f32
        })*
        $(fn $name2(x: f32, y: f32) -> f32 {
            $function2(f64::from(x), f64::from(y)) as f32
        })*
    };
}

/// What a loop over lanes is made of: without branches as far as it can be.
impl Real for f32 {
    type Mask = bool;

    single_functions! {
        ln single::ln, ln_1p single::ln_1p, exp single::exp, exp_m1 single::exp_m1, sqrt f32::sqrt, abs f32::abs,
        floor f32::floor, sigmoid single::sigmoid, softplus single::softplus, tanh single::tanh,
        log1p_square single::log1p_square, normal_icdf single::normal_quantile;
        sin f64::sin, cos f64::cos, asinh libm::asinh, lgamma special::lgamma, stirling_excess special::stirling_excess,
        log_i0e special::log_i0e;
        lbeta special::lbeta, deviance special::deviance, log_normal_mass special::log_normal_mass
    }

    #[inline(always)]
    fn constant(x: f64) -> f32 {
        x as f32
    }
    #[inline(always)]
    fn lt(&self, other: &f32) -> bool {
        self < other
    }
    #[inline(always)]
    fn le(&self, other: &f32) -> bool {
        self <= other
    }
    #[inline(always)]
    fn equals(&self, other: &f32) -> bool {
        self == other
    }
    #[inline(always)]
    fn and(a: bool, b: bool) -> bool {
        a & b
    }
    #[inline(always)]
    fn select(mask: &bool, a: f32, b: f32) -> f32 {
        if *mask { a } else { b }
    }
}

//! The numbers of formulas that vary: by lane, by element, with a variable of a gradient. Which operands do is known
//! before a formula is computed, so that what is done to constants alone is done once, in double precision.

use super::real::Real;
use crate::tensor::ops::{BinaryOp, UnaryOp};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A constant, or numbers that vary in what holds them.
#[derive(Clone, Copy)]
pub enum Number<X> {
    Constant(f64),
    Varying(X),
}

/// A condition on them.
#[derive(Clone, Copy)]
pub enum Condition<M> {
    Constant(bool),
    Varying(M),
}

/// The operands of a step of which one at least varies.
pub enum Sides<X> {
    Left(X, f64),
    Right(f64, X),
    Both(X, X),
}

/// What holds numbers that vary: one of them in a loop over lanes, all lanes' on the host or with MLX, or a value of the
/// language. A step is told as the operation that it is and as the function of one number.
pub trait Varying: Clone {
    /// One of the numbers.
    type Float: Real<Mask = bool>;
    /// A condition for each.
    type Mask: Clone;

    fn unary(self, op: UnaryOp, f: impl Fn(Self::Float) -> Self::Float) -> Number<Self>;

    fn binary(
        sides: Sides<Self>,
        op: BinaryOp,
        f: impl Fn(Self::Float, Self::Float) -> Self::Float + Copy,
    ) -> Number<Self>;

    fn compare(
        sides: Sides<&Self>,
        op: BinaryOp,
        f: impl Fn(&Self::Float, &Self::Float) -> bool,
    ) -> Condition<Self::Mask>;

    fn and(a: Self::Mask, b: Self::Mask) -> Condition<Self::Mask>;

    fn select(mask: &Self::Mask, a: Number<Self>, b: Number<Self>) -> Number<Self>;

    /// What to multiply with instead of dividing by a constant, if that is as good as the numbers' width is.
    #[inline(always)]
    fn reciprocal(_divisor: f64) -> Option<f64> {
        None
    }
}

impl<X> Number<X> {
    /// The same in another holder.
    pub fn map<Y>(self, f: impl FnOnce(X) -> Y) -> Number<Y> {
        match self {
            Number::Constant(x) => Number::Constant(x),
            Number::Varying(x) => Number::Varying(f(x)),
        }
    }
}

impl<X: Varying> Number<X> {
    #[inline(always)]
    fn unary(self, op: UnaryOp, constant: impl Fn(f64) -> f64, f: impl Fn(X::Float) -> X::Float) -> Number<X> {
        match self {
            Number::Constant(x) => Number::Constant(constant(x)),
            Number::Varying(x) => x.unary(op, f),
        }
    }

    #[inline(always)]
    fn binary(
        self,
        other: Number<X>,
        op: BinaryOp,
        constant: impl Fn(f64, f64) -> f64,
        f: impl Fn(X::Float, X::Float) -> X::Float + Copy,
    ) -> Number<X> {
        match (self, other) {
            (Number::Constant(x), Number::Constant(y)) => Number::Constant(constant(x, y)),
            (Number::Varying(x), Number::Constant(y)) => X::binary(Sides::Left(x, y), op, f),
            (Number::Constant(x), Number::Varying(y)) => X::binary(Sides::Right(x, y), op, f),
            (Number::Varying(x), Number::Varying(y)) => X::binary(Sides::Both(x, y), op, f),
        }
    }

    #[inline(always)]
    fn compare(
        &self,
        other: &Number<X>,
        op: BinaryOp,
        constant: impl Fn(&f64, &f64) -> bool,
        f: impl Fn(&X::Float, &X::Float) -> bool,
    ) -> Condition<X::Mask> {
        match (self, other) {
            (Number::Constant(x), Number::Constant(y)) => Condition::Constant(constant(x, y)),
            (Number::Varying(x), Number::Constant(y)) => X::compare(Sides::Left(x, *y), op, f),
            (Number::Constant(x), Number::Varying(y)) => X::compare(Sides::Right(*x, y), op, f),
            (Number::Varying(x), Number::Varying(y)) => X::compare(Sides::Both(x, y), op, f),
        }
    }
}

/// Arithmetic, and the operations that it is.
macro_rules! operators {
    ($($trait:ident $method:ident),*) => {$(
        impl<X: Varying> $trait for Number<X> {
            type Output = Number<X>;
            #[inline(always)]
            fn $method(self, other: Number<X>) -> Number<X> {
                self.binary(other, BinaryOp::$trait, f64::$method, X::Float::$method)
            }
        }
    )*};
}
operators!(Add add, Sub sub, Mul mul);

impl<X: Varying> Div for Number<X> {
    type Output = Number<X>;
    #[inline(always)]
    fn div(self, other: Number<X>) -> Number<X> {
        match (&self, &other) {
            (Number::Varying(_), Number::Constant(y)) if let Some(reciprocal) = X::reciprocal(*y) => {
                self.binary(Number::Constant(reciprocal), BinaryOp::Mul, f64::mul, X::Float::mul)
            }
            _ => self.binary(other, BinaryOp::Div, f64::div, X::Float::div),
        }
    }
}

impl<X: Varying> Neg for Number<X> {
    type Output = Number<X>;
    #[inline(always)]
    fn neg(self) -> Number<X> {
        self.unary(UnaryOp::Neg, f64::neg, X::Float::neg)
    }
}

/// Functions of one number, and of two, with the operations that they are.
macro_rules! functions {
    ($($name:ident $op:ident)*; $($name2:ident $op2:ident)*) => {
        $(#[inline(always)]
        fn $name(self) -> Self {
            self.unary(UnaryOp::$op, <f64 as Real>::$name, <X::Float as Real>::$name)
        })*
        $(#[inline(always)]
        fn $name2(x: Self, y: Self) -> Self {
            x.binary(y, BinaryOp::$op2, <f64 as Real>::$name2, <X::Float as Real>::$name2)
        })*
    };
}

macro_rules! comparisons {
    ($($name:ident $op:ident)*) => {
        $(#[inline(always)]
        fn $name(&self, other: &Self) -> Condition<X::Mask> {
            self.compare(other, BinaryOp::$op, <f64 as Real>::$name, <X::Float as Real>::$name)
        })*
    };
}

impl<X: Varying> Real for Number<X> {
    type Mask = Condition<X::Mask>;

    functions! {
        ln Log ln_1p Log1p exp Exp exp_m1 Expm1 sqrt Sqrt abs Abs sin Sin cos Cos tanh Tanh asinh Asinh floor Floor
        sigmoid Sigmoid softplus Softplus square Square normal_icdf NormalIcdf lgamma Lgamma
        stirling_excess StirlingExcess log1p_square Log1pSquare log_i0e LogI0e;
        lbeta Lbeta deviance Deviance log_normal_mass LogNormalMass
    }
    comparisons!(lt Lt le Le equals Eq);

    #[inline(always)]
    fn constant(x: f64) -> Number<X> {
        Number::Constant(x)
    }
    #[inline(always)]
    fn and(a: Condition<X::Mask>, b: Condition<X::Mask>) -> Condition<X::Mask> {
        match (a, b) {
            (Condition::Constant(true), other) | (other, Condition::Constant(true)) => other,
            (Condition::Constant(false), _) | (_, Condition::Constant(false)) => Condition::Constant(false),
            (Condition::Varying(a), Condition::Varying(b)) => X::and(a, b),
        }
    }
    #[inline(always)]
    fn select(mask: &Condition<X::Mask>, a: Number<X>, b: Number<X>) -> Number<X> {
        match mask {
            Condition::Constant(true) => a,
            Condition::Constant(false) => b,
            Condition::Varying(mask) => X::select(mask, a, b),
        }
    }
}

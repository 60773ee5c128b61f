//! The two widths in which lanes are computed.

use super::lane_array::LaneArray;
use super::{FromUniform, LogPdf, Loops};
use crate::distributions::Real;
use crate::distributions::family::Family;
use crate::distributions::number::{Condition, Number, Sides, Varying};
use crate::distributions::support::Width;
use crate::tensor::DType;
use crate::tensor::lanes::{Column, Element};
use crate::tensor::ops::{BinaryOp, UnaryOp};

/// The numbers of lanes: single or double precision. As what a formula holds they are one lane of a loop.
pub trait LaneFloat: Width + Real<Mask = bool> + Varying + Element + PartialOrd + Into<f64> {
    fn cast(column: &Column) -> Column;
    /// The log-density of a family and its draws from uniform numbers, at this width.
    fn formulas(family: &Family) -> (LogPdf<LaneArray<Self>>, FromUniform<LaneArray<Self>>);
    /// The loops of a family at this width.
    fn loops(family: &Family) -> Option<Loops<Self>>;
}

impl LaneFloat for f32 {
    fn formulas(family: &Family) -> (LogPdf<LaneArray<f32>>, FromUniform<LaneArray<f32>>) {
        (family.lanes.logpdf_f32, family.lanes.from_uniform_f32)
    }
    fn loops(family: &Family) -> Option<Loops<f32>> {
        family.lanes.fused_f32
    }
    fn cast(column: &Column) -> Column {
        column.cast(DType::Float32)
    }
}

impl LaneFloat for f64 {
    fn formulas(family: &Family) -> (LogPdf<LaneArray<f64>>, FromUniform<LaneArray<f64>>) {
        (family.lanes.logpdf_f64, family.lanes.from_uniform_f64)
    }
    fn loops(family: &Family) -> Option<Loops<f64>> {
        family.lanes.fused_f64
    }
    fn cast(column: &Column) -> Column {
        column.cast(DType::Float64)
    }
}

/// Single precision rounds a quotient no better than the product with a normal reciprocal.
pub fn reciprocal_in_singles(divisor: f64) -> Option<f64> {
    Some(1.0 / divisor).filter(|r| (r.abs() as f32).is_normal())
}

impl<T: Real<Mask = bool>> Number<T> {
    /// The number of the lane.
    #[inline(always)]
    pub fn lane(self) -> T {
        match self {
            Number::Constant(x) => T::constant(x),
            Number::Varying(x) => x,
        }
    }
}

/// One lane of a loop, whose steps stay in registers.
macro_rules! one_lane {
    ($float:ident, $reciprocal:expr) => {
        impl Varying for $float {
            type Float = $float;
            type Mask = bool;

            #[inline(always)]
            fn unary(self, _: UnaryOp, f: impl Fn($float) -> $float) -> Number<$float> {
                Number::Varying(f(self))
            }
            #[inline(always)]
            fn binary(sides: Sides<$float>, _: BinaryOp, f: impl Fn($float, $float) -> $float) -> Number<$float> {
                Number::Varying(match sides {
                    Sides::Left(x, y) => f(x, y as $float),
                    Sides::Right(x, y) => f(x as $float, y),
                    Sides::Both(x, y) => f(x, y),
                })
            }
            #[inline(always)]
            fn compare(sides: Sides<&$float>, _: BinaryOp, f: impl Fn(&$float, &$float) -> bool) -> Condition<bool> {
                Condition::Varying(match sides {
                    Sides::Left(x, y) => f(x, &(y as $float)),
                    Sides::Right(x, y) => f(&(x as $float), y),
                    Sides::Both(x, y) => f(x, y),
                })
            }
            #[inline(always)]
            fn and(a: bool, b: bool) -> Condition<bool> {
                Condition::Varying(a & b)
            }
            #[inline(always)]
            fn select(mask: &bool, a: Number<$float>, b: Number<$float>) -> Number<$float> {
                Number::Varying(if *mask { a.lane() } else { b.lane() })
            }
            #[inline(always)]
            fn reciprocal(divisor: f64) -> Option<f64> {
                $reciprocal(divisor)
            }
        }
    };
}
one_lane!(f32, reciprocal_in_singles);
one_lane!(f64, |_| None);

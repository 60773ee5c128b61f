//! The numbers of many lanes on the host: each step of a formula is one kernel, in place where nobody else needs the
//! operand.

use super::Flat;
use super::lane_float::LaneFloat;
use crate::distributions::number::{Condition, Number, Sides, Varying};
use crate::tensor::lanes::{Side, choose, fill, fill_with, map, zip};
use crate::tensor::ops::{BinaryOp, UnaryOp};
use std::sync::Arc;

/// A number for each lane.
#[derive(Clone)]
pub struct LaneArray<T>(pub Arc<Vec<T>>);

/// A condition on each.
pub type LaneMask = Arc<Vec<bool>>;

impl<T: LaneFloat> Number<LaneArray<T>> {
    pub(super) fn of(flat: &Flat) -> Self {
        match flat {
            Number::Constant(x) => Number::Constant(*x),
            Number::Varying(column) => match T::of(T::cast(column).data()) {
                Some(values) => Number::Varying(LaneArray(values.clone())),
                None => Number::Constant(f64::NAN),
            },
        }
    }

    /// A number in each of `n` lanes.
    pub fn into_lanes(self, n: usize) -> Vec<T> {
        match self {
            Number::Constant(x) => vec![T::constant(x); n],
            Number::Varying(LaneArray(values)) => Arc::unwrap_or_clone(values),
        }
    }

    /// The number of a lane.
    pub fn at(&self, lane: usize) -> f64 {
        match self {
            Number::Constant(x) => *x,
            Number::Varying(LaneArray(values)) => values.get(lane).map_or(f64::NAN, |x| (*x).into()),
        }
    }
}

impl<T: LaneFloat> Varying for LaneArray<T> {
    type Float = T;
    type Mask = LaneMask;

    fn unary(self, _: UnaryOp, f: impl Fn(T) -> T) -> Number<Self> {
        varying(each(self.0, f))
    }

    fn binary(sides: Sides<Self>, _: BinaryOp, f: impl Fn(T, T) -> T + Copy) -> Number<Self> {
        varying(match sides {
            Sides::Left(LaneArray(a), y) => {
                let y = T::constant(y);
                each(
                    a,
                    #[inline(always)]
                    |x| f(x, y),
                )
            }
            Sides::Right(x, LaneArray(b)) => {
                let x = T::constant(x);
                each(
                    b,
                    #[inline(always)]
                    |y| f(x, y),
                )
            }
            Sides::Both(LaneArray(a), LaneArray(b)) => both(a, b, f),
        })
    }

    fn compare(sides: Sides<&Self>, _: BinaryOp, f: impl Fn(&T, &T) -> bool) -> Condition<LaneMask> {
        let (n, a, b) = match sides {
            Sides::Left(LaneArray(a), y) => (a.len(), Side::Lanes(a.as_slice()), Side::One(T::constant(y))),
            Sides::Right(x, LaneArray(b)) => (b.len(), Side::One(T::constant(x)), Side::Lanes(b.as_slice())),
            Sides::Both(LaneArray(a), LaneArray(b)) => (a.len().max(b.len()), Side::Lanes(a), Side::Lanes(b)),
        };
        Condition::Varying(Arc::new(zip(
            n,
            a,
            b,
            #[inline(always)]
            |x, y| f(&x, &y),
        )))
    }

    fn and(mut a: LaneMask, b: LaneMask) -> Condition<LaneMask> {
        match Arc::get_mut(&mut a) {
            Some(values) => fill_with(values, &b, |x, y| x & y),
            None => a = Arc::new(zip(a.len(), Side::Lanes(&a), Side::Lanes(&b), |x, y| x & y)),
        }
        Condition::Varying(a)
    }

    fn select(mask: &LaneMask, a: Number<Self>, b: Number<Self>) -> Number<Self> {
        varying(match (a, b) {
            (Number::Constant(x), Number::Constant(y)) => {
                let (x, y) = (T::constant(x), T::constant(y));
                Arc::new(map(mask, |m| if m { x } else { y }))
            }
            (Number::Varying(LaneArray(mut a)), Number::Constant(y)) => {
                let y = T::constant(y);
                fill_with(Arc::make_mut(&mut a).as_mut_slice(), mask, |x, m| if m { x } else { y });
                a
            }
            (Number::Constant(x), Number::Varying(LaneArray(mut b))) => {
                let x = T::constant(x);
                fill_with(Arc::make_mut(&mut b).as_mut_slice(), mask, |y, m| if m { x } else { y });
                b
            }
            (Number::Varying(LaneArray(mut a)), Number::Varying(LaneArray(b))) => {
                choose(mask, Arc::make_mut(&mut a).as_mut_slice(), &b);
                a
            }
        })
    }

    #[inline(always)]
    fn reciprocal(divisor: f64) -> Option<f64> {
        T::reciprocal(divisor)
    }
}

fn varying<T>(values: Arc<Vec<T>>) -> Number<LaneArray<T>> {
    Number::Varying(LaneArray(values))
}

/// `f` of every element, in place if nobody else has them.
#[inline(always)]
fn each<T: LaneFloat>(mut values: Arc<Vec<T>>, f: impl Fn(T) -> T) -> Arc<Vec<T>> {
    match Arc::get_mut(&mut values) {
        Some(values) => {
            fill(values, f);
        }
        None => return Arc::new(map(&values, f)),
    }
    values
}

#[inline(always)]
fn both<T: LaneFloat>(mut a: Arc<Vec<T>>, mut b: Arc<Vec<T>>, f: impl Fn(T, T) -> T + Copy) -> Arc<Vec<T>> {
    if let Some(values) = Arc::get_mut(&mut a) {
        fill_with(values, &b, f);
        return a;
    }
    if let Some(values) = Arc::get_mut(&mut b) {
        fill_with(
            values,
            &a,
            #[inline(always)]
            |y, x| f(x, y),
        );
        return b;
    }
    Arc::new(zip(a.len(), Side::Lanes(&a), Side::Lanes(&b), f))
}

//! Formulas over many lanes at once: a constant, or a number per lane. Each step of a formula is one kernel, in place
//! where nobody else needs the operand; steps on constants alone happen once, in double precision.

use super::steps::{functions, operators};
use super::{Flat, FromUniform, LogPdf, Loops};
use crate::distributions::Real;
use crate::distributions::family::Family;
use crate::distributions::support::Width;
use crate::tensor::lanes::{Column, Element, Side, choose, fill, fill_with, map, zip};
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::sync::Arc;

/// The numbers of lanes: single or double precision.
pub trait LaneFloat: Width + Real<Mask = bool> + Element + PartialOrd + Into<f64> {
    fn cast(column: &Column) -> Column;
    /// The log-density of a family and its draws from uniform numbers, at this width.
    fn formulas(family: &Family) -> (LogPdf<Wide<Self>>, FromUniform<Wide<Self>>);
    /// The loops of a family at this width.
    fn loops(family: &Family) -> Option<Loops<Self>>;
    /// Numbers in single precision, if that is this width.
    fn of_singles(values: &[f32]) -> Option<&[Self]>;
    /// What to multiply with instead of dividing by a constant, if that is as good as the width is.
    fn reciprocal(divisor: f64) -> Option<f64>;
}

impl LaneFloat for f32 {
    fn formulas(family: &Family) -> (LogPdf<Wide<f32>>, FromUniform<Wide<f32>>) {
        (family.lanes.logpdf_f32, family.lanes.from_uniform_f32)
    }
    fn loops(family: &Family) -> Option<Loops<f32>> {
        family.lanes.fused_f32
    }
    fn cast(column: &Column) -> Column {
        column.cast(crate::tensor::DType::Float32)
    }
    fn of_singles(values: &[f32]) -> Option<&[f32]> {
        Some(values)
    }
    fn reciprocal(divisor: f64) -> Option<f64> {
        Some(1.0 / divisor).filter(|r| (r.abs() as f32).is_normal())
    }
}

impl LaneFloat for f64 {
    fn formulas(family: &Family) -> (LogPdf<Wide<f64>>, FromUniform<Wide<f64>>) {
        (family.lanes.logpdf_f64, family.lanes.from_uniform_f64)
    }
    fn loops(family: &Family) -> Option<Loops<f64>> {
        family.lanes.fused_f64
    }
    fn cast(column: &Column) -> Column {
        column.cast(crate::tensor::DType::Float64)
    }
    fn of_singles(_: &[f32]) -> Option<&[f64]> {
        None
    }
    fn reciprocal(_: f64) -> Option<f64> {
        None
    }
}

/// A number for all lanes, or one for each.
#[derive(Clone)]
pub enum Wide<T> {
    One(f64),
    Lanes(Arc<Vec<T>>),
}

/// A condition on all lanes at once, or on each.
#[derive(Clone)]
pub enum WideMask {
    One(bool),
    Lanes(Arc<Vec<bool>>),
}

impl<T: LaneFloat> Wide<T> {
    pub(super) fn of(flat: &Flat) -> Wide<T> {
        match flat {
            Flat::One(x) => Wide::One(*x),
            Flat::Column(column) => match T::of(T::cast(column).data()) {
                Some(values) => Wide::Lanes(values.clone()),
                None => Wide::One(f64::NAN),
            },
        }
    }

    /// A number in each of `n` lanes.
    pub fn into_lanes(self, n: usize) -> Vec<T> {
        match self {
            Wide::One(x) => vec![T::constant(x); n],
            Wide::Lanes(values) => Arc::unwrap_or_clone(values),
        }
    }

    /// The number of a lane.
    pub fn at(&self, lane: usize) -> f64 {
        match self {
            Wide::One(x) => *x,
            Wide::Lanes(values) => values.get(lane).map_or(f64::NAN, |x| x.item().as_f64()),
        }
    }

    #[inline(always)]
    fn unary(self, constant: impl Fn(f64) -> f64, f: impl Fn(T) -> T) -> Wide<T> {
        match self {
            Wide::One(x) => Wide::One(constant(x)),
            Wide::Lanes(values) => Wide::Lanes(each(values, f)),
        }
    }

    #[inline(always)]
    fn binary(self, other: Self, constant: impl Fn(f64, f64) -> f64, f: impl Fn(T, T) -> T + Copy) -> Wide<T> {
        match (self, other) {
            (Wide::One(x), Wide::One(y)) => Wide::One(constant(x, y)),
            (Wide::Lanes(a), Wide::One(y)) => {
                let y = T::constant(y);
                Wide::Lanes(each(
                    a,
                    #[inline(always)]
                    |x| f(x, y),
                ))
            }
            (Wide::One(x), Wide::Lanes(b)) => {
                let x = T::constant(x);
                Wide::Lanes(each(
                    b,
                    #[inline(always)]
                    |y| f(x, y),
                ))
            }
            (Wide::Lanes(a), Wide::Lanes(b)) => Wide::Lanes(both(a, b, f)),
        }
    }

    fn compare(&self, other: &Self, constant: fn(&f64, &f64) -> bool, f: impl Fn(T, T) -> bool) -> WideMask {
        match (self, other) {
            (Wide::One(x), Wide::One(y)) => WideMask::One(constant(x, y)),
            _ => {
                let n = self.lanes().max(other.lanes());
                WideMask::Lanes(Arc::new(zip(n, self.side(), other.side(), f)))
            }
        }
    }

    fn lanes(&self) -> usize {
        if let Wide::Lanes(values) = self { values.len() } else { 0 }
    }

    fn side(&self) -> Side<'_, T> {
        match self {
            Wide::One(x) => Side::One(T::constant(*x)),
            Wide::Lanes(values) => Side::Lanes(values),
        }
    }
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

operators!(inline, Wide, Lanes);

impl<T: LaneFloat> Real for Wide<T> {
    type Mask = WideMask;

    functions!(inline);

    fn constant(x: f64) -> Wide<T> {
        Wide::One(x)
    }
    fn lt(&self, other: &Wide<T>) -> WideMask {
        self.compare(other, <f64 as Real>::lt, |x, y| x < y)
    }
    fn le(&self, other: &Wide<T>) -> WideMask {
        self.compare(other, <f64 as Real>::le, |x, y| x <= y)
    }
    fn equals(&self, other: &Wide<T>) -> WideMask {
        self.compare(other, <f64 as Real>::equals, |x, y| x == y)
    }
    fn and(a: WideMask, b: WideMask) -> WideMask {
        match (a, b) {
            (WideMask::One(true), other) | (other, WideMask::One(true)) => other,
            (WideMask::One(false), _) | (_, WideMask::One(false)) => WideMask::One(false),
            (WideMask::Lanes(mut a), WideMask::Lanes(b)) => {
                match Arc::get_mut(&mut a) {
                    Some(values) => fill_with(values, &b, |x, y| x & y),
                    None => a = Arc::new(zip(a.len(), Side::Lanes(&a), Side::Lanes(&b), |x, y| x & y)),
                }
                WideMask::Lanes(a)
            }
        }
    }
    fn select(mask: &WideMask, a: Wide<T>, b: Wide<T>) -> Wide<T> {
        let mask = match mask {
            WideMask::One(true) => return a,
            WideMask::One(false) => return b,
            WideMask::Lanes(mask) => mask,
        };
        Wide::Lanes(match (a, b) {
            (Wide::One(x), Wide::One(y)) => {
                let (x, y) = (T::constant(x), T::constant(y));
                Arc::new(map(mask, |m| if m { x } else { y }))
            }
            (Wide::Lanes(mut a), Wide::One(y)) => {
                let y = T::constant(y);
                fill_with(Arc::make_mut(&mut a).as_mut_slice(), mask, |x, m| if m { x } else { y });
                a
            }
            (Wide::One(x), Wide::Lanes(mut b)) => {
                let x = T::constant(x);
                fill_with(Arc::make_mut(&mut b).as_mut_slice(), mask, |y, m| if m { x } else { y });
                b
            }
            (Wide::Lanes(mut a), Wide::Lanes(b)) => {
                choose(mask, Arc::make_mut(&mut a).as_mut_slice(), &b);
                a
            }
        })
    }
}

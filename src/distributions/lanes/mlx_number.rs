//! Formulas over columns with MLX: what the host knows it computes itself, at once; from the first operand on that is
//! with MLX a formula is sent there step by step, and computed when somebody asks for its result.

use super::Flat;
use super::wide::{Wide, WideMask};
use crate::distributions::Real;
use crate::tensor::lanes::{Buffer, Column, Element};
use crate::tensor::ops::{self, BinaryOp, Reduction, UnaryOp};
use crate::tensor::{Array, DType};
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::sync::Arc;

/// Numbers of single precision.
#[derive(Clone)]
pub enum MlxNumber {
    Host(Wide<f32>),
    /// One a lane.
    Mlx(Array),
}

/// A condition on them.
#[derive(Clone)]
pub enum MlxMask {
    Host(WideMask),
    Mlx(Array),
}

impl MlxNumber {
    pub(super) fn of(flat: &Flat) -> MlxNumber {
        let array = match flat {
            Flat::Column(column) => column.array().and_then(|array| array.cast(DType::Float32).ok()),
            Flat::One(_) => None,
        };
        array.map_or_else(|| MlxNumber::Host(Wide::of(flat)), MlxNumber::Mlx)
    }

    /// The same number in all lanes.
    pub fn number(x: f64) -> MlxNumber {
        MlxNumber::Host(Wide::One(x))
    }

    /// Numbers that the host knows.
    pub fn lanes(values: Vec<f32>) -> MlxNumber {
        MlxNumber::Host(Wide::Lanes(Arc::new(values)))
    }

    /// No less and no more than these.
    pub fn within(self, least: f32, most: f32) -> Option<MlxNumber> {
        let end = |x: f32| MlxNumber::number(f64::from(x));
        let above = both(BinaryOp::Max, &self, &end(least))?;
        both(BinaryOp::Min, &MlxNumber::Mlx(above), &end(most)).map(MlxNumber::Mlx)
    }

    pub fn is_not_zero(&self) -> Option<MlxMask> {
        both(BinaryOp::Ne, self, &MlxNumber::number(0.0)).map(MlxMask::Mlx)
    }

    /// A number in each of so many lanes.
    pub fn into_column(self, lanes: usize) -> Option<Column> {
        match self {
            MlxNumber::Host(wide) => Some(Column::new(wide.into_lanes(lanes))),
            MlxNumber::Mlx(array) => in_lanes(array, lanes),
        }
    }

    fn array(&self) -> Option<Array> {
        match self {
            MlxNumber::Mlx(array) => Some(array.clone()),
            MlxNumber::Host(Wide::One(x)) => sent(f32::data(vec![*x as f32]), &[]),
            MlxNumber::Host(Wide::Lanes(values)) => sent(Buffer::F32(values.clone()), &[values.len()]),
        }
    }

    fn unary(self, op: UnaryOp, on_host: fn(Wide<f32>) -> Wide<f32>) -> MlxNumber {
        match self {
            MlxNumber::Host(x) => MlxNumber::Host(on_host(x)),
            MlxNumber::Mlx(array) => made(ops::unary(op, &array).ok()),
        }
    }

    fn binary(self, other: MlxNumber, op: BinaryOp, on_host: fn(Wide<f32>, Wide<f32>) -> Wide<f32>) -> MlxNumber {
        match (self, other) {
            (MlxNumber::Host(x), MlxNumber::Host(y)) => MlxNumber::Host(on_host(x, y)),
            (x, y) => made(both(op, &x, &y)),
        }
    }

    fn compare(&self, other: &MlxNumber, op: BinaryOp, on_host: fn(&Wide<f32>, &Wide<f32>) -> WideMask) -> MlxMask {
        match (self, other) {
            (MlxNumber::Host(x), MlxNumber::Host(y)) => MlxMask::Host(on_host(x, y)),
            // A comparison that failed holds nowhere, as those of NaN.
            (x, y) => both(op, x, y).map_or(MlxMask::Host(WideMask::One(false)), MlxMask::Mlx),
        }
    }
}

impl MlxMask {
    fn array(&self) -> Option<Array> {
        match self {
            MlxMask::Mlx(array) => Some(array.clone()),
            MlxMask::Host(WideMask::One(x)) => sent(bool::data(vec![*x]), &[]),
            MlxMask::Host(WideMask::Lanes(values)) => sent(Buffer::Bool(values.clone()), &[values.len()]),
        }
    }

    /// A boolean in each of so many lanes.
    pub fn into_column(self, lanes: usize) -> Option<Column> {
        in_lanes(self.array()?, lanes)
    }

    /// Does it hold in every lane? A boolean without axes.
    pub fn all(&self) -> Option<Array> {
        ops::reduce(Reduction::All, &self.array()?, None).ok()
    }
}

/// A formula may have come to one number for all lanes.
fn in_lanes(array: Array, lanes: usize) -> Option<Column> {
    Column::of_array(if array.shape() == [lanes] { array } else { ops::broadcast_to(&array, &[lanes]).ok()? })
}

fn sent(data: Buffer, shape: &[usize]) -> Option<Array> {
    Array::placed(data, shape).ok()
}

fn both(op: BinaryOp, x: &MlxNumber, y: &MlxNumber) -> Option<Array> {
    ops::binary(op, &x.array()?, &y.array()?).ok()
}

/// Shapes always fit here; without the thread that runs MLX nothing is a number.
fn made(array: Option<Array>) -> MlxNumber {
    array.map_or(MlxNumber::Host(Wide::One(f64::NAN)), MlxNumber::Mlx)
}

macro_rules! mlx_operator {
    ($($trait:ident $method:ident),*) => {$(
        impl $trait for MlxNumber {
            type Output = MlxNumber;
            fn $method(self, other: MlxNumber) -> MlxNumber {
                self.binary(other, BinaryOp::$trait, Wide::$method)
            }
        }
    )*};
}
mlx_operator!(Add add, Sub sub, Mul mul, Div div);

impl Neg for MlxNumber {
    type Output = MlxNumber;
    fn neg(self) -> MlxNumber {
        self.unary(UnaryOp::Neg, Wide::neg)
    }
}

/// Functions of one number, and of two, with the operations that they are.
macro_rules! functions {
    ($($name:ident $op:ident)*; $($name2:ident $op2:ident)*) => {
        $(fn $name(self) -> MlxNumber {
            self.unary(UnaryOp::$op, <Wide<f32> as Real>::$name)
        })*
        $(fn $name2(x: MlxNumber, y: MlxNumber) -> MlxNumber {
            x.binary(y, BinaryOp::$op2, <Wide<f32> as Real>::$name2)
        })*
    };
}

impl Real for MlxNumber {
    type Mask = MlxMask;

    functions! {
        ln Log ln_1p Log1p exp Exp exp_m1 Expm1 sqrt Sqrt abs Abs sin Sin cos Cos tanh Tanh asinh Asinh floor Floor
        sigmoid Sigmoid softplus Softplus square Square normal_icdf NormalIcdf lgamma Lgamma
        stirling_excess StirlingExcess log1p_square Log1pSquare log_i0e LogI0e;
        lbeta Lbeta deviance Deviance log_normal_mass LogNormalMass
    }

    fn constant(x: f64) -> MlxNumber {
        MlxNumber::Host(Wide::One(x))
    }
    fn lt(&self, other: &MlxNumber) -> MlxMask {
        self.compare(other, BinaryOp::Lt, Wide::lt)
    }
    fn le(&self, other: &MlxNumber) -> MlxMask {
        self.compare(other, BinaryOp::Le, Wide::le)
    }
    fn equals(&self, other: &MlxNumber) -> MlxMask {
        self.compare(other, BinaryOp::Eq, Wide::equals)
    }
    fn and(a: MlxMask, b: MlxMask) -> MlxMask {
        match (a, b) {
            (MlxMask::Host(a), MlxMask::Host(b)) => MlxMask::Host(Wide::<f32>::and(a, b)),
            (MlxMask::Host(WideMask::One(true)), other) | (other, MlxMask::Host(WideMask::One(true))) => other,
            (a, b) => {
                let both = a.array().zip(b.array()).and_then(|(a, b)| ops::binary(BinaryOp::And, &a, &b).ok());
                both.map_or(MlxMask::Host(WideMask::One(false)), MlxMask::Mlx)
            }
        }
    }
    fn select(mask: &MlxMask, a: MlxNumber, b: MlxNumber) -> MlxNumber {
        match (mask, a, b) {
            (MlxMask::Host(mask), MlxNumber::Host(a), MlxNumber::Host(b)) => MlxNumber::Host(Wide::select(mask, a, b)),
            (MlxMask::Host(WideMask::One(true)), a, _) => a,
            (MlxMask::Host(WideMask::One(false)), _, b) => b,
            (mask, a, b) => {
                let parts = mask.array().zip(a.array()).zip(b.array());
                made(parts.and_then(|((mask, a), b)| ops::select(&mask, &a, &b).ok()))
            }
        }
    }
}

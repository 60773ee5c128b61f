//! The numbers of lanes of a run with MLX: what the host knows it computes itself, at once; from the first operand on
//! that is with MLX a formula is sent there step by step, and computed when somebody asks for its result.

use super::Flat;
use super::lane_array::{LaneArray, LaneMask};
use super::lane_float::reciprocal_in_singles;
use crate::distributions::number::{Condition, Number, Sides, Varying};
use crate::tensor::lanes::{Buffer, Column, Element};
use crate::tensor::ops::{self, BinaryOp, Reduction, UnaryOp};
use crate::tensor::{Array, DType};
use std::sync::Arc;

/// Numbers of single precision.
#[derive(Clone)]
pub enum DeviceArray {
    Host(LaneArray<f32>),
    /// One a lane.
    Mlx(Array),
}

/// A condition on each.
#[derive(Clone)]
pub enum DeviceMask {
    Host(LaneMask),
    Mlx(Array),
}

impl Number<DeviceArray> {
    pub(super) fn of(flat: &Flat) -> Self {
        let array = match flat {
            Number::Varying(column) => column.array().and_then(|array| array.cast(DType::Float32).ok()),
            Number::Constant(_) => None,
        };
        array.map_or_else(|| on_host(Number::<LaneArray<f32>>::of(flat)), mlx)
    }

    /// Numbers that the host knows.
    pub fn lanes(values: Vec<f32>) -> Self {
        on_host(Number::Varying(LaneArray(Arc::new(values))))
    }

    /// No less and no more than these.
    pub fn within(self, least: f32, most: f32) -> Option<Self> {
        let above = ops::binary(BinaryOp::Max, &self.array()?, &constant(least)?).ok()?;
        ops::binary(BinaryOp::Min, &above, &constant(most)?).ok().map(mlx)
    }

    pub fn is_not_zero(&self) -> Option<Condition<DeviceMask>> {
        let mask = ops::binary(BinaryOp::Ne, &self.array()?, &constant(0.0)?).ok()?;
        Some(Condition::Varying(DeviceMask::Mlx(mask)))
    }

    /// A number in each of so many lanes.
    pub fn into_column(self, lanes: usize) -> Option<Column> {
        match self {
            Number::Constant(x) => Some(Column::new(vec![x as f32; lanes])),
            Number::Varying(DeviceArray::Host(LaneArray(values))) => Some(Column::new(Arc::unwrap_or_clone(values))),
            Number::Varying(DeviceArray::Mlx(array)) => in_lanes(array, lanes),
        }
    }

    fn array(&self) -> Option<Array> {
        match self {
            Number::Constant(x) => constant(*x as f32),
            Number::Varying(varying) => varying.array(),
        }
    }
}

impl DeviceArray {
    fn array(&self) -> Option<Array> {
        match self {
            DeviceArray::Mlx(array) => Some(array.clone()),
            DeviceArray::Host(LaneArray(values)) => sent(Buffer::F32(values.clone()), &[values.len()]),
        }
    }
}

impl Condition<DeviceMask> {
    fn array(&self) -> Option<Array> {
        match self {
            Condition::Constant(x) => sent(bool::data(vec![*x]), &[]),
            Condition::Varying(mask) => mask.array(),
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

impl DeviceMask {
    fn array(&self) -> Option<Array> {
        match self {
            DeviceMask::Mlx(array) => Some(array.clone()),
            DeviceMask::Host(values) => sent(Buffer::Bool(values.clone()), &[values.len()]),
        }
    }
}

impl Varying for DeviceArray {
    type Float = f32;
    type Mask = DeviceMask;

    fn unary(self, op: UnaryOp, f: impl Fn(f32) -> f32) -> Number<Self> {
        match self {
            DeviceArray::Host(values) => on_host(values.unary(op, f)),
            DeviceArray::Mlx(array) => made(ops::unary(op, &array).ok()),
        }
    }

    fn binary(sides: Sides<Self>, op: BinaryOp, f: impl Fn(f32, f32) -> f32 + Copy) -> Number<Self> {
        match sides {
            Sides::Left(DeviceArray::Host(x), y) => on_host(LaneArray::binary(Sides::Left(x, y), op, f)),
            Sides::Right(x, DeviceArray::Host(y)) => on_host(LaneArray::binary(Sides::Right(x, y), op, f)),
            Sides::Both(DeviceArray::Host(x), DeviceArray::Host(y)) => {
                on_host(LaneArray::binary(Sides::Both(x, y), op, f))
            }
            Sides::Left(x, y) => made(step(op, x.array(), constant(y as f32))),
            Sides::Right(x, y) => made(step(op, constant(x as f32), y.array())),
            Sides::Both(x, y) => made(step(op, x.array(), y.array())),
        }
    }

    fn compare(sides: Sides<&Self>, op: BinaryOp, f: impl Fn(&f32, &f32) -> bool) -> Condition<DeviceMask> {
        let both = match sides {
            Sides::Left(DeviceArray::Host(x), y) => return tested(LaneArray::compare(Sides::Left(x, y), op, f)),
            Sides::Right(x, DeviceArray::Host(y)) => return tested(LaneArray::compare(Sides::Right(x, y), op, f)),
            Sides::Both(DeviceArray::Host(x), DeviceArray::Host(y)) => {
                return tested(LaneArray::compare(Sides::Both(x, y), op, f));
            }
            Sides::Left(x, y) => step(op, x.array(), constant(y as f32)),
            Sides::Right(x, y) => step(op, constant(x as f32), y.array()),
            Sides::Both(x, y) => step(op, x.array(), y.array()),
        };
        holds(both)
    }

    fn and(a: DeviceMask, b: DeviceMask) -> Condition<DeviceMask> {
        match (a, b) {
            (DeviceMask::Host(a), DeviceMask::Host(b)) => tested(LaneArray::<f32>::and(a, b)),
            (a, b) => holds(step(BinaryOp::And, a.array(), b.array())),
        }
    }

    fn select(mask: &DeviceMask, a: Number<Self>, b: Number<Self>) -> Number<Self> {
        match (mask, host(a), host(b)) {
            (DeviceMask::Host(mask), Ok(a), Ok(b)) => on_host(LaneArray::select(mask, a, b)),
            (mask, a, b) => {
                let array =
                    |side: Result<_, Number<DeviceArray>>| side.map_or_else(|x| x.array(), |x| on_host(x).array());
                let parts = mask.array().zip(array(a)).zip(array(b));
                made(parts.and_then(|((mask, a), b)| ops::select(&mask, &a, &b).ok()))
            }
        }
    }

    fn reciprocal(divisor: f64) -> Option<f64> {
        reciprocal_in_singles(divisor)
    }
}

fn mlx(array: Array) -> Number<DeviceArray> {
    Number::Varying(DeviceArray::Mlx(array))
}

fn on_host(number: Number<LaneArray<f32>>) -> Number<DeviceArray> {
    number.map(DeviceArray::Host)
}

/// The number as the host holds it, if it does.
fn host(number: Number<DeviceArray>) -> Result<Number<LaneArray<f32>>, Number<DeviceArray>> {
    match number {
        Number::Constant(x) => Ok(Number::Constant(x)),
        Number::Varying(DeviceArray::Host(values)) => Ok(Number::Varying(values)),
        number => Err(number),
    }
}

fn tested(condition: Condition<LaneMask>) -> Condition<DeviceMask> {
    match condition {
        Condition::Constant(holds) => Condition::Constant(holds),
        Condition::Varying(mask) => Condition::Varying(DeviceMask::Host(mask)),
    }
}

/// A formula may have come to one number for all lanes.
fn in_lanes(array: Array, lanes: usize) -> Option<Column> {
    Column::of_array(if array.shape() == [lanes] { array } else { ops::broadcast_to(&array, &[lanes]).ok()? })
}

fn sent(data: Buffer, shape: &[usize]) -> Option<Array> {
    Array::placed(data, shape).ok()
}

fn constant(x: f32) -> Option<Array> {
    sent(f32::data(vec![x]), &[])
}

fn step(op: BinaryOp, a: Option<Array>, b: Option<Array>) -> Option<Array> {
    ops::binary(op, &a?, &b?).ok()
}

/// Shapes always fit here; without the thread that runs MLX nothing is a number.
fn made(array: Option<Array>) -> Number<DeviceArray> {
    array.map_or(Number::Constant(f64::NAN), mlx)
}

/// A comparison that failed holds nowhere, as those of NaN.
fn holds(mask: Option<Array>) -> Condition<DeviceMask> {
    mask.map_or(Condition::Constant(false), |mask| Condition::Varying(DeviceMask::Mlx(mask)))
}

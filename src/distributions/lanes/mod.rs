//! Distributions over the lanes of a batched run: parameters checked, values drawn and scored by columns.
mod check;
mod device;
mod device_array;
mod draw;
mod fused;
mod lane_array;
mod lane_float;
mod score;
#[cfg(test)]
mod tests;

pub use check::check;
pub use device::{admitted, draws_lazily, logpdf, sample};

use super::family::{Distribution, Family, Kind, Support};
use super::number::Number;
use crate::tensor::DType;
use crate::tensor::lanes::{Column, Operand, common_shape, same_shape};
use device_array::DeviceArray;
use fused::Fused;
use lane_array::LaneArray;
use lane_float::LaneFloat;

type LogPdf<X> = fn(Number<X>, &[Number<X>]) -> Number<X>;
type FromUniform<X> = fn(Number<X>, &[Number<X>]) -> Option<Number<X>>;

/// A family's formulas over columns of either width, and over those with MLX.
pub struct Formulas {
    logpdf_f32: LogPdf<LaneArray<f32>>,
    logpdf_f64: LogPdf<LaneArray<f64>>,
    logpdf_mlx: LogPdf<DeviceArray>,
    from_uniform_f32: FromUniform<LaneArray<f32>>,
    from_uniform_f64: FromUniform<LaneArray<f64>>,
    from_uniform_mlx: FromUniform<DeviceArray>,
    /// Loops of their own, for families that are used most.
    fused_f32: Option<Loops<f32>>,
    fused_f64: Option<Loops<f64>>,
}

/// A family's log-density and its draws from uniform numbers, each in one loop.
#[derive(Clone, Copy)]
pub struct Loops<T> {
    logpdf: Fused<T>,
    from_uniform: Fused<T>,
}

impl<T: LaneFloat> Loops<T> {
    const fn of<D: Distribution>() -> Option<Loops<T>> {
        const {
            if D::COMMON {
                Some(Loops { logpdf: fused::logpdf::<D, T>, from_uniform: fused::from_uniform::<D, T> })
            } else {
                None
            }
        }
    }
}

impl Formulas {
    pub const fn of<D: Distribution>() -> Formulas {
        Formulas {
            logpdf_f32: D::logpdf::<Number<LaneArray<f32>>>,
            logpdf_f64: D::logpdf::<Number<LaneArray<f64>>>,
            logpdf_mlx: D::logpdf::<Number<DeviceArray>>,
            from_uniform_f32: D::from_uniform::<Number<LaneArray<f32>>>,
            from_uniform_f64: D::from_uniform::<Number<LaneArray<f64>>>,
            from_uniform_mlx: D::from_uniform::<Number<DeviceArray>>,
            fused_f32: Loops::<f32>::of::<D>(),
            fused_f64: Loops::<f64>::of::<D>(),
        }
    }
}

/// The width in which a family computes. Counts go beyond what single precision holds.
fn width(family: &Family, float: DType) -> DType {
    match (family.kind, family.support) {
        (Kind::Integer, support) if support != Support::Binary => DType::Float64,
        _ => float,
    }
}

/// The shape to which the values of all operands broadcast.
fn event_of(operands: &[Operand]) -> Option<Vec<usize>> {
    operands.iter().try_fold(Vec::new(), |event, x| common_shape(&event, x.event()))
}

/// The operands as they are if all are numbers; else all elements of all lanes one after the other.
fn flattened(operands: &[Operand], lanes: usize, event: &[usize], float: DType) -> Option<Vec<Flat>> {
    let one = |x: &Operand| match x {
        Operand::Column(column) if same_shape(column.event(), event) => Some(Number::Varying((*column).clone())),
        Operand::Float(x) => Some(Number::Constant(*x)),
        Operand::Int(n) => Some(Number::Constant(*n as f64)),
        Operand::Bool(b) => Some(Number::Constant(f64::from(u8::from(*b)))),
        other => crate::tensor::lanes::expand(*other, lanes, event, float).map(Number::Varying),
    };
    let lanes_match = |x: &Operand| x.lanes().is_none_or(|n| n == lanes);
    if !operands.iter().all(lanes_match) {
        return None;
    }
    operands.iter().map(one).collect()
}

/// One number for all lanes, or a column whose shape is known.
type Flat = Number<Column>;

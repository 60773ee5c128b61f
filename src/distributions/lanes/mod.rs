//! Distributions over the lanes of a batched run: parameters checked, values drawn and scored by columns.
mod check;
mod device;
mod draw;
mod fused;
mod lane_number;
mod mlx_number;
mod score;
mod steps;
mod summands;
#[cfg(test)]
mod tests;
mod wide;

pub use check::check;
pub use device::{admitted, draws_lazily, logpdf, sample};
pub use summands::{Summand, add_up};

use super::family::{Distribution, Family, Kind, Support};
use crate::tensor::DType;
use crate::tensor::lanes::{Column, Operand, common_shape, same_shape};
use fused::Fused;
use mlx_number::MlxNumber;
use wide::{LaneFloat, Wide};

type LogPdf<R> = fn(R, &[R]) -> R;
type FromUniform<R> = fn(R, &[R]) -> Option<R>;

/// A family's formulas over columns of either width, and over those with MLX.
pub struct Formulas {
    logpdf_f32: LogPdf<Wide<f32>>,
    logpdf_f64: LogPdf<Wide<f64>>,
    logpdf_mlx: LogPdf<MlxNumber>,
    from_uniform_f32: FromUniform<Wide<f32>>,
    from_uniform_f64: FromUniform<Wide<f64>>,
    from_uniform_mlx: FromUniform<MlxNumber>,
    /// Loops of their own, for families that are used most.
    fused_f32: Option<Loops<f32>>,
    fused_f64: Option<Loops<f64>>,
}

/// A family's log-density and its draws from uniform numbers, each in one loop.
#[derive(Clone, Copy)]
struct Loops<T> {
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
            logpdf_f32: D::logpdf::<Wide<f32>>,
            logpdf_f64: D::logpdf::<Wide<f64>>,
            logpdf_mlx: D::logpdf::<MlxNumber>,
            from_uniform_f32: D::from_uniform::<Wide<f32>>,
            from_uniform_f64: D::from_uniform::<Wide<f64>>,
            from_uniform_mlx: D::from_uniform::<MlxNumber>,
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
        Operand::Column(column) if same_shape(column.event(), event) => Some(Flat::Column((*column).clone())),
        Operand::Float(x) => Some(Flat::One(*x)),
        Operand::Int(n) => Some(Flat::One(*n as f64)),
        Operand::Bool(b) => Some(Flat::One(f64::from(u8::from(*b)))),
        other => crate::tensor::lanes::expand(*other, lanes, event, float).map(Flat::Column),
    };
    let lanes_match = |x: &Operand| x.lanes().is_none_or(|n| n == lanes);
    if !operands.iter().all(lanes_match) {
        return None;
    }
    operands.iter().map(one).collect()
}

/// One number for all lanes, or a column whose shape is known.
enum Flat {
    One(f64),
    Column(Column),
}

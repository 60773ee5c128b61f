//! Log-densities of columns of values.

use super::fused::{Fused, in_blocks, inputs};
use super::lane_array::LaneArray;
use super::lane_float::LaneFloat;
use super::{Flat, event_of, flattened, width};
use crate::distributions::family::{Family, Kind};
use crate::distributions::number::Number;
use crate::tensor::DType;
use crate::tensor::lanes::{Column, Operand, reduce_event, same_shape};
use crate::tensor::ops::Reduction;

/// The log-density of each lane's value; of an array, of all its elements together. Parameters were checked.
///
/// −∞ where a value is of another type or shape than the family draws. The width of the result is `float`.
pub fn logpdf(family: &Family, x: Operand, params: &[Operand], lanes: usize, float: DType) -> Column {
    scored(family, x, params, lanes, float).unwrap_or_else(|| {
        let impossible = Operand::Float(f64::NEG_INFINITY);
        Column::repeat(impossible, lanes, float)
    })
}

fn scored(family: &Family, x: Operand, params: &[Operand], lanes: usize, float: DType) -> Option<Column> {
    let is_bool = x.dtype(float) == DType::Bool;
    let event = event_of(params)?;
    if is_bool != (family.kind == Kind::Boolean) || !same_shape(x.event(), &event) {
        return None;
    }
    let all: Vec<Operand> = std::iter::once(x).chain(params.iter().copied()).collect();
    Some(
        match dtype(family, &all, float) {
            DType::Float32 => run::<f32>(family, &all, lanes, &event, DType::Float32)?,
            _ => run::<f64>(family, &all, lanes, &event, DType::Float64)?,
        }
        .cast(float),
    )
}

/// The width in which a formula of these operands computes.
pub(super) fn dtype(family: &Family, operands: &[Operand], float: DType) -> DType {
    let floats = operands.iter().filter_map(|x| x.lanes().map(|_| x.dtype(float))).filter(|t| t.is_float());
    width(family, floats.max().unwrap_or(float).max(float))
}

fn run<T: LaneFloat>(family: &Family, all: &[Operand], lanes: usize, event: &[usize], dtype: DType) -> Option<Column> {
    let flat = flattened(all, lanes, event, dtype)?;
    if let (Some(loops), []) = (T::loops(family), event)
        && let Some(column) = fused(loops.logpdf, &flat, lanes)
    {
        return Some(column);
    }
    let wide: Vec<Number<LaneArray<T>>> = flat.iter().map(Number::<LaneArray<_>>::of).collect();
    // Columns that nobody else has are written to in place.
    drop(flat);
    let mut wide = wide.into_iter();
    let (x, params) = (wide.next()?, wide.collect::<Vec<_>>());
    let elements = lanes * event.iter().product::<usize>();
    let column = Column::of_shape(T::formulas(family).0(x, &params).into_lanes(elements), lanes, event)?;
    if event.is_empty() {
        return Some(column);
    }
    reduce_event(Reduction::Sum, &column, dtype)?.ok()
}

/// The whole formula in one loop.
fn fused<T: LaneFloat>(logpdf: Fused<T>, flat: &[Flat], lanes: usize) -> Option<Column> {
    let scores = in_blocks(lanes, &inputs(flat)?, |_, here, out| {
        let (x, params) = here.split_first()?;
        logpdf(*x, params, out)
    });
    scores.map(Column::new)
}

//! Parameters of all lanes against their supports.

use super::lane_array::LaneArray;
use super::{event_of, flattened};
use crate::distributions::family::{Family, Support};
use crate::distributions::number::Number;
use crate::tensor::DType;
use crate::tensor::lanes::{Buffer, Column, Operand, ScalarItem, all};

/// What is wrong with the parameters of the first lane that has wrong ones.
#[derive(Clone, Debug, PartialEq)]
pub enum Invalid {
    /// This parameter is not in its support.
    One { lane: usize, index: usize, value: ScalarItem },
    /// All parameters of the lane, and what they should be together.
    Together { lane: usize, values: Vec<f64>, condition: &'static str },
    /// This parameter is a boolean.
    NotANumber { index: usize },
    /// The shapes do not broadcast, or the lanes do not match.
    Shapes,
}

/// Checks each parameter, and those that constrain each other.
pub fn check(family: &Family, params: &[Operand], lanes: usize) -> Result<(), Invalid> {
    let mut first: Option<Invalid> = None;
    for (index, param) in params.iter().enumerate() {
        let support = family.params.get(index).map_or(Support::Reals, |p| p.support);
        if param.dtype(DType::Float64) == DType::Bool {
            return Err(Invalid::NotANumber { index });
        }
        if let Some((lane, value)) = outside(support, *param)
            && first.as_ref().is_none_or(|found| lane < found.lane())
        {
            first = Some(Invalid::One { lane, index, value });
        }
    }
    match first {
        Some(invalid) => Err(invalid),
        None => together(family, params, lanes),
    }
}

impl Invalid {
    /// The position of the lane.
    pub fn lane(&self) -> usize {
        match self {
            Invalid::One { lane, .. } | Invalid::Together { lane, .. } => *lane,
            _ => 0,
        }
    }
}

/// The first lane with a number that the support does not admit.
pub(super) fn outside(support: Support, param: Operand) -> Option<(usize, ScalarItem)> {
    match param {
        Operand::Float(x) => (!support.admits(x)).then_some((0, ScalarItem::Float(x))),
        Operand::Int(n) => (!support.admits(n as f64)).then_some((0, ScalarItem::Int(n))),
        Operand::Bool(b) => Some((0, ScalarItem::Bool(b))),
        Operand::Array { values, .. } => {
            values.iter().find(|x| !support.admits(**x)).map(|x| (0, ScalarItem::Float(*x)))
        }
        Operand::Column(column) if all_admitted(support, column) => None,
        Operand::Column(column) => {
            let width = column.width();
            let element = column.to_f64().iter().position(|x| !support.admits(*x))?;
            let (lane, i) = (element / width, element % width);
            Some((lane, column.element(lane, i)?))
        }
    }
}

fn all_admitted(support: Support, column: &Column) -> bool {
    match column.data() {
        Buffer::F32(xs) => every(support, xs),
        Buffer::F64(xs) => every(support, xs),
        Buffer::I64(xs) => xs.iter().all(|x| support.admits(*x as f64)),
        Buffer::Bool(_) => false,
    }
}

/// Common supports have loops of their own.
pub(super) fn every<T: Copy + Into<f64>>(support: Support, xs: &[T]) -> bool {
    match support {
        Support::Reals => all(xs, |x| Support::Reals.admits(x.into())),
        Support::Positive => all(xs, |x| Support::Positive.admits(x.into())),
        Support::NonNegative => all(xs, |x| Support::NonNegative.admits(x.into())),
        Support::Probability => all(xs, |x| Support::Probability.admits(x.into())),
        _ => all(xs, |x| support.admits(x.into())),
    }
}

fn together(family: &Family, params: &[Operand], lanes: usize) -> Result<(), Invalid> {
    let event = event_of(params).ok_or(Invalid::Shapes)?;
    if params.iter().any(|x| x.lanes().is_some_and(|n| n != lanes)) {
        return Err(Invalid::Shapes);
    }
    let Some(condition) = family.joint else { return Ok(()) };
    let flat = flattened(params, lanes, &event, DType::Float64).ok_or(Invalid::Shapes)?;
    let columns: Vec<Number<LaneArray<f64>>> = flat.iter().map(Number::<LaneArray<_>>::of).collect();
    let width: usize = event.iter().product();
    let elements = if params.iter().all(|x| x.lanes().is_none()) { width } else { lanes * width };
    let mut row = vec![0.0; columns.len()];
    for i in 0..elements {
        for (x, column) in row.iter_mut().zip(&columns) {
            *x = column.at(i);
        }
        if let Some(condition) = condition(&row) {
            return Err(Invalid::Together { lane: i / width, values: row, condition });
        }
    }
    Ok(())
}

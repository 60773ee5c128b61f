//! Elementwise operations of one column.
use super::column::Column;
use super::{Fault, FaultKind, device, integers, map, single};
use crate::error::Result;
use crate::tensor::DType;
use crate::tensor::buffer::{Buffer, ScalarItem};
use crate::tensor::ops::UnaryOp;

/// Applies `op` to every element.
///
/// Integers stay integers for `neg abs sign square floor ceil round`, else they become floats of the width `float`;
/// questions give booleans.
pub fn unary(op: UnaryOp, a: &Column, float: DType) -> Result<Column, Fault> {
    if let Some(column) = device::unary(op, a) {
        return Ok(column);
    }
    if op == UnaryOp::Not {
        let Buffer::Bool(values) = a.data() else { return Err(Fault::at(0, FaultKind::NotABoolean(0))) };
        return Ok(a.like(map(values, |x| !x)));
    }
    match a.data() {
        Buffer::Bool(_) => Err(Fault::at(0, FaultKind::NotANumber(0))),
        _ if op.is_question() => Ok(question(op, a)),
        Buffer::F32(values) => Ok(a.like(singles(op, values))),
        Buffer::F64(values) => Ok(a.like(doubles(op, values))),
        Buffer::I64(values) => match integers::unary(op, values) {
            Some(result) => result.map(|values| a.like(values)).map_err(|at| at.in_lanes(a.width())),
            None => unary(op, &a.cast(float), float),
        },
    }
}

/// A rounding whose results become integers if 64 bits hold all of them.
pub fn rounded(op: UnaryOp, a: &Column, float: DType) -> Result<Column, Fault> {
    let whole = unary(op, a, float)?;
    let fits = |x: f64| x.fract() == 0.0 && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x);
    Ok(match whole.data() {
        Buffer::F32(values) if values.iter().all(|x| fits(f64::from(*x))) => whole.like(map(values, |x| x as i64)),
        Buffer::F64(values) if values.iter().all(|x| fits(*x)) => whole.like(map(values, |x| x as i64)),
        _ => whole,
    })
}

fn question(op: UnaryOp, a: &Column) -> Column {
    match a.data() {
        Buffer::F32(values) => a.like(map(values, |x| op.of(f64::from(x)) != 0.0)),
        _ => a.like(map(&a.to_f64(), |x| op.of(x) != 0.0)),
    }
}

/// Most operations are fast in single precision; the rest are computed in double precision.
fn singles(op: UnaryOp, values: &[f32]) -> Vec<f32> {
    match op {
        UnaryOp::Neg => map(values, <f32 as std::ops::Neg>::neg),
        UnaryOp::Square => map(values, single::square),
        UnaryOp::Abs => map(values, f32::abs),
        UnaryOp::Sqrt => map(values, f32::sqrt),
        UnaryOp::Floor => map(values, f32::floor),
        UnaryOp::Ceil => map(values, f32::ceil),
        UnaryOp::Round => map(values, f32::round_ties_even),
        UnaryOp::Exp => map(values, single::exp),
        UnaryOp::Expm1 => map(values, single::exp_m1),
        UnaryOp::Log => map(values, single::ln),
        UnaryOp::Log1p => map(values, single::ln_1p),
        UnaryOp::Sigmoid => map(values, single::sigmoid),
        UnaryOp::Softplus => map(values, single::softplus),
        UnaryOp::Tanh => map(values, single::tanh),
        UnaryOp::Log1pSquare => map(values, single::log1p_square),
        _ => values.iter().map(|x| op.of(f64::from(*x)) as f32).collect(),
    }
}

fn doubles(op: UnaryOp, values: &[f64]) -> Vec<f64> {
    match op {
        UnaryOp::Neg => map(values, |x| -x),
        UnaryOp::Abs => map(values, f64::abs),
        UnaryOp::Square => map(values, |x| x * x),
        UnaryOp::Sqrt => map(values, f64::sqrt),
        UnaryOp::Floor => map(values, f64::floor),
        _ => values.iter().map(|x| op.of(*x)).collect(),
    }
}

/// An integer operation that failed, at an element.
pub(super) struct FailedAt {
    pub element: usize,
    pub kind: FaultKind,
}

impl FailedAt {
    /// As a fault of the lane that the element belongs to.
    pub fn in_lanes(self, width: usize) -> Fault {
        Fault::at(self.element / width.max(1), self.kind)
    }

    pub fn by_zero(element: usize, dividend: ScalarItem) -> FailedAt {
        FailedAt { element, kind: FaultKind::DivisionByZero(dividend) }
    }
}

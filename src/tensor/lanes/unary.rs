//! Elementwise operations of one column.
use super::column::Column;
use super::{Fault, FaultKind, device, expression, integers, map, single};
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
    if let Some(column) = expression::unary(op, a) {
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

/// `$body` with the function of each operation that is fast in single precision; `$other` for the rest.
macro_rules! single_function {
    ($op:expr, $f:ident => $body:expr, else $other:expr) => {{
        macro_rules! with {
            ($function:expr) => {{
                let $f = $function;
                $body
            }};
        }
        use crate::tensor::ops::UnaryOp;
        match $op {
            UnaryOp::Neg => with!(<f32 as std::ops::Neg>::neg),
            UnaryOp::Square => with!(single::square),
            UnaryOp::Abs => with!(f32::abs),
            UnaryOp::Sqrt => with!(f32::sqrt),
            UnaryOp::Floor => with!(f32::floor),
            UnaryOp::Ceil => with!(f32::ceil),
            UnaryOp::Round => with!(f32::round_ties_even),
            UnaryOp::Exp => with!(single::exp),
            UnaryOp::Expm1 => with!(single::exp_m1),
            UnaryOp::Log => with!(single::ln),
            UnaryOp::Log1p => with!(single::ln_1p),
            UnaryOp::Sigmoid => with!(single::sigmoid),
            UnaryOp::Softplus => with!(single::softplus),
            UnaryOp::Tanh => with!(single::tanh),
            UnaryOp::Log1pSquare => with!(single::log1p_square),
            _ => $other,
        }
    }};
}
pub(super) use single_function;

fn singles(op: UnaryOp, values: &[f32]) -> Vec<f32> {
    single_function!(op, f => map(values, f), else values.iter().map(|x| op.of(f64::from(*x)) as f32).collect())
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

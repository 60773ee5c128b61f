//! What a tape knows of each value: a number, or an array of some shape and dtype.

use super::primal_of;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::not_a_number;
use crate::eval::arrays::wrap;
use crate::eval::lanes::{Group, Lanes};
use crate::eval::value::Value;
use crate::tensor::lanes::{Column, Operand};
use crate::tensor::{Array, DType};
use std::sync::Arc;

/// A number or an array, without its elements.
#[derive(Clone)]
pub enum VarKind {
    Number,
    Array(Arc<[usize]>, DType),
    /// A number in each of these lanes.
    Lanes(Arc<Group>),
}

impl VarKind {
    /// The kind of a number, an array, or a variable of either.
    pub fn of(value: &Value) -> Result<VarKind> {
        match primal_of(value) {
            Value::Int(_) | Value::Float(_) => Ok(VarKind::Number),
            Value::Array(a) => Ok(VarKind::Array(a.shape().into(), a.dtype())),
            Value::Lanes(l) => kind(l),
            other => Err(not_a_number("a gradient", other)),
        }
    }

    pub fn shape(&self) -> &[usize] {
        match self {
            VarKind::Number | VarKind::Lanes(_) => &[],
            VarKind::Array(shape, _) => shape,
        }
    }

    pub fn zero(&self) -> Result<Value> {
        match self {
            VarKind::Number => Ok(Value::float(0.0)),
            VarKind::Array(shape, dtype) => wrap(Array::zeros(shape, *dtype)),
            VarKind::Lanes(group) => Ok(constant(group, 0.0)),
        }
    }

    /// A cotangent in the dtype of what it belongs to.
    pub fn fit_dtype(&self, cotangent: &Value) -> Result<Value> {
        match (self, cotangent) {
            (VarKind::Array(_, dtype), Value::Array(a)) if a.dtype() != *dtype => wrap(a.cast(*dtype)),
            (VarKind::Number, Value::Int(n)) => Ok(Value::float(*n as f64)),
            _ => Ok(cotangent.clone()),
        }
    }
}

/// Integers and booleans of arrays as floats; what is a float or a variable stays.
pub fn as_float(value: Value) -> Result<Value> {
    match value {
        Value::Int(n) => Ok(Value::float(n as f64)),
        Value::Float(_) | Value::Var(_) => Ok(value),
        Value::Array(ref a) if a.dtype().is_float() => Ok(value),
        Value::Lanes(ref l) => match l.column() {
            Some(column) if column.dtype() == DType::Int64 => Ok(Value::lanes(&l.group, column.cast(l.group.width))),
            _ => Ok(value),
        },
        Value::Array(a) => Ok(Value::array(a.cast(DType::Float64)?)),
        other => Err(Error::raise(Code::Type, format!("{} has no gradient", other.kind()))),
    }
}

/// The kind of lanes of numbers.
pub fn kind(lanes: &Lanes) -> Result<VarKind> {
    match lanes.column() {
        Some(column) if column.event().is_empty() && !lanes.is_bool() => Ok(VarKind::Lanes(lanes.group.clone())),
        _ => Err(no_gradient("an array in each lane")),
    }
}

/// A number in each lane of a group.
pub fn constant(group: &Arc<Group>, x: f64) -> Value {
    Value::lanes(group, Column::repeat(Operand::Float(x), group.len(), group.width))
}

/// The error of a gradient through something that has none.
#[cold]
pub fn no_gradient(name: &str) -> Stop {
    Error::raise(Code::NoGradient, format!("`{name}` has no gradient"))
        .help("if its derivative is not wanted, give it `(stop-gradient x)`")
}

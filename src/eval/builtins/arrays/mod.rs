//! Arrays: making them, and turning them into data.

pub mod linear;
pub mod options;
pub mod parts;
pub mod shapes;

use crate::error::Result;
use crate::eval::args::{count, integer, not_a_number, number, wrong_type};
use crate::eval::arrays::{from_value, nested_vectors, operand, wrap};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::{self, rules};
use crate::eval::value::Value;
use crate::tensor::{Array, DType, Device, ops};
use options::DTYPE;
use options::{ArrayOptions, dtype};
use std::sync::Arc;

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::new("array", "[data] [data & {:keys [dtype]}]", array).smooth(),
    Builtin::new("zeros", "[shape & {:keys [dtype]}]", |cx, a| constant(cx, "zeros", 0.0, a)),
    Builtin::new("ones", "[shape & {:keys [dtype]}]", |cx, a| constant(cx, "ones", 1.0, a)),
    Builtin::new("full", "[shape value & {:keys [dtype]}]", full).gradient(|_, a| rules::full(a)),
    Builtin::new("arange", "[end] [start end] [start end step]", arange),
    Builtin::new("linspace", "[start end n]", linspace),
    Builtin::new("eye", "[n]", |_, a| wrap(Array::eye(count("eye", a, 0)?))),
    Builtin::new("shape", "[a]", shape).primal(),
    Builtin::new("dtype", "[a]", |_, a| Ok(Value::keyword(of("dtype", a, 0)?.dtype().name()))).primal(),
    Builtin::new("astype", "[a dtype]", |_, a| wrap(of("astype", a, 0)?.cast(dtype("astype", &a[1]).map_err(|e| e.arg(1))?))).gradient(|_, a| rules::astype(a)),
    Builtin::new("->vector", "[a]", to_vector).gradient(|_, a| rules::to_vectors(&a[0])),
];

/// An argument that is an array or a number.
pub fn of(function: &str, args: &[Value], index: usize) -> Result<Array> {
    operand(function, &args[index], index)
}

/// An argument that is an array.
pub fn array_of<'a>(function: &str, args: &'a [Value], index: usize) -> Result<&'a Arc<Array>> {
    match &args[index] {
        Value::Array(a) => Ok(a),
        other @ (Value::Vector(_) | Value::List(_)) => Err(not_a_number(function, other).arg(index)),
        other => Err(wrong_type(function, "an array", other, index)),
    }
}

/// A shape: a size, or a vector of sizes.
pub fn shape_of(function: &str, args: &[Value], index: usize) -> Result<Vec<usize>> {
    sizes(function, args, index)?
        .into_iter()
        .map(|n| {
            usize::try_from(n).map_err(|_| wrong_type(function, "sizes that are not negative", &args[index], index))
        })
        .collect()
}

/// Integers: one, or a vector of them.
pub fn sizes(function: &str, args: &[Value], index: usize) -> Result<Vec<i64>> {
    let wrong = || wrong_type(function, "an integer or a vector of integers", &args[index], index);
    let items = match &args[index] {
        Value::Vector(v) => v.to_vec(),
        Value::List(l) => l.to_vec(),
        Value::Int(_) | Value::Float(_) => return Ok(vec![integer(function, args, index)?]),
        _ => return Err(wrong()),
    };
    items.iter().map(|n| n.as_int().ok_or_else(wrong)).collect()
}

fn array(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let wanted = ArrayOptions::read("array", args, DTYPE)?.dtype;
    if let (Value::Array(_), None) = (&args[0], wanted) {
        return Ok(std::mem::take(&mut args[0]));
    }
    if gradient::holds_var(&args[0]) {
        return match wanted {
            Some(dtype) => rules::cast("array", &rules::from_nested(&args[0])?, dtype),
            None => rules::from_nested(&args[0]),
        };
    }
    let array = from_value(&args[0]).map_err(|e| e.arg(0))?;
    let own = if array.dtype() == DType::Float64 { Device::current().float() } else { array.dtype() };
    wrap(array.cast(wanted.unwrap_or(own)))
}

fn constant(cx: &mut Cx, function: &str, x: f64, args: &[Value]) -> Result<Value> {
    let dtype = ArrayOptions::read(function, args, DTYPE)?.dtype.unwrap_or_else(|| Device::current().float());
    let shape = shape_of(function, args, 0)?;
    charged(cx, wrap(Array::full(&shape, x, dtype))?, &shape)
}

/// An array that is not too large, charged by its size.
fn charged(cx: &mut Cx, array: Value, shape: &[usize]) -> Result<Value> {
    cx.charge(shape.iter().product())?;
    Ok(array)
}

fn full(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let value = of("full", args, 1)?;
    let value = match ArrayOptions::read_from("full", args, 2, DTYPE)?.dtype {
        Some(dtype) => value.cast(dtype)?,
        None => value,
    };
    let shape = shape_of("full", args, 0)?;
    charged(cx, wrap(ops::broadcast_to(&value, &shape))?, &shape)
}

fn arange(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let (zero, one) = (Value::Int(0), Value::Int(1));
    let (start, end, step) = match &*args {
        [end] => (&zero, end, &one),
        [start, end] => (start, end, &one),
        [start, end, step, ..] => (start, end, step),
        [] => (&zero, &zero, &one),
    };
    if let (Value::Int(start), Value::Int(end), Value::Int(step)) = (start, end, step) {
        return wrap(Array::arange_i64(*start, *end, *step));
    }
    for i in 0..args.len() {
        number("arange", args, i)?;
    }
    let float = |v: &Value| v.as_f64().unwrap_or(0.0);
    wrap(Array::arange(float(start), float(end), float(step)))
}

fn linspace(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    wrap(Array::linspace(number("linspace", args, 0)?, number("linspace", args, 1)?, count("linspace", args, 2)?))
}

fn shape(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let shape = match &args[0] {
        Value::Array(a) => a.shape().to_vec(),
        Value::Int(_) | Value::Float(_) | Value::True | Value::False => Vec::new(),
        _ => array_of("shape", args, 0)?.shape().to_vec(),
    };
    Value::vector(shape.into_iter().map(|n| Value::Int(n as i64)).collect())
}

fn to_vector(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    match &args[0] {
        Value::Array(a) => nested_vectors(a),
        Value::Int(_) | Value::Float(_) | Value::True | Value::False | Value::Vector(_) => {
            Ok(std::mem::take(&mut args[0]))
        }
        other => Err(wrong_type("->vector", "an array", other, 0)),
    }
}

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
    Builtin::new("array", "[data] [data & {:keys [dtype]}]", "An array of numbers or booleans given as nested vectors of one shape. Integers make int64, anything with a float float64.\n(array [[1 2] [3 4]]) ;=> (array [[1 2] [3 4]])\n(+ (array [1 2]) 0.5) ;=> (array [1.5 2.5])", array).smooth(),
    Builtin::new("zeros", "[shape & {:keys [dtype]}]", "An array of zeros, float64 unless `:dtype` says otherwise.\n(zeros [2 2]) ;=> (array [[0.0 0.0] [0.0 0.0]])\n(zeros 2 :dtype :int64) ;=> (array [0 0])", |_, a| constant("zeros", 0.0, a)),
    Builtin::new("ones", "[shape & {:keys [dtype]}]", "An array of ones, float64 unless `:dtype` says otherwise.\n(ones 3) ;=> (array [1.0 1.0 1.0])", |_, a| constant("ones", 1.0, a)),
    Builtin::new("full", "[shape value & {:keys [dtype]}]", "An array of one value.\n(full [2] 7) ;=> (array [7 7])", full).gradient(|_, a| rules::full(a)),
    Builtin::new("arange", "[end] [start end] [start end step]", "The numbers from `start` (0 when left out) to before `end`.\n(arange 4) ;=> (array [0 1 2 3])\n(arange 0 1 0.25) ;=> (array [0.0 0.25 0.5 0.75])", arange),
    Builtin::new("linspace", "[start end n]", "n numbers at equal distances, both ends included.\n(linspace 0 1 5) ;=> (array [0.0 0.25 0.5 0.75 1.0])", linspace),
    Builtin::new("eye", "[n]", "The identity matrix of n rows.\n(eye 2) ;=> (array [[1.0 0.0] [0.0 1.0]])", |_, a| wrap(Array::eye(count("eye", a, 0)?))),
    Builtin::new("shape", "[a]", "The sizes of the axes; a number has none.\n(shape (zeros [2 3])) ;=> [2 3]\n(shape 5) ;=> []", shape).primal(),
    Builtin::new("dtype", "[a]", "The type of the elements.\n(dtype (array [1 2])) ;=> :int64\n(dtype 1.5) ;=> :float64", |_, a| Ok(Value::keyword(of("dtype", a, 0)?.dtype().name()))).primal(),
    Builtin::new("astype", "[a dtype]", "The array with elements of another type: `:bool` `:int64` `:float32` `:float64`.\n(astype (array [1 2]) :float64) ;=> (array [1.0 2.0])", |_, a| wrap(of("astype", a, 0)?.cast(dtype("astype", &a[1]).map_err(|e| e.arg(1))?))).gradient(|_, a| rules::astype(a)),
    Builtin::new("->vector", "[a]", "The elements as nested vectors; a number stays.\n(->vector (array [[1 2] [3 4]])) ;=> [[1 2] [3 4]]", to_vector).gradient(|_, a| rules::to_vectors(&a[0])),
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

fn constant(function: &str, x: f64, args: &[Value]) -> Result<Value> {
    let dtype = ArrayOptions::read(function, args, DTYPE)?.dtype.unwrap_or_else(|| Device::current().float());
    wrap(Array::full(&shape_of(function, args, 0)?, x, dtype))
}

fn full(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let value = of("full", args, 1)?;
    let value = match ArrayOptions::read_from("full", args, 2, DTYPE)?.dtype {
        Some(dtype) => value.cast(dtype)?,
        None => value,
    };
    wrap(ops::broadcast_to(&value, &shape_of("full", args, 0)?))
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

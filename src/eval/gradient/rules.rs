//! What rows of arrays and statistics do when they are given variables.

use super::arrays::{as_number, broadcast_to, reshape};
use super::kind::VarKind;
use super::kind::no_gradient;
use super::pick::{array_in, joined, picked, positions, rows};
use super::reduce;
use super::ruled::linear;
use super::{data, primal_of};
use crate::error::Result;
use crate::eval::args::wrong_type;
use crate::eval::arrays::{from_value, wrap};
use crate::eval::builtins::arrays::options::{AXIS, AXIS_DDOF, DTYPE};
use crate::eval::builtins::arrays::options::{ArrayOptions, dtype};
use crate::eval::builtins::arrays::shape_of;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::value::Value;
use crate::tensor::ops::{self, Reduction, Scan};
use crate::tensor::{Array, DType};

/// A row that only moves the elements of its first argument, run on their positions.
pub fn moved(row: &Builtin, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    only_first(row.name, args)?;
    let numbered = match primal_of(&args[0]) {
        Value::Array(a) => Value::array(positions(0, a.shape())?),
        number => {
            // What is wrong with a number there is reported with the number.
            let mut plain = args.to_vec();
            plain[0] = number.clone();
            (row.call)(cx, &mut plain)?;
            Value::Int(1)
        }
    };
    let x = std::mem::replace(&mut args[0], numbered);
    let places = (row.call)(cx, args)?;
    picked(&x, &places)
}

/// Variables as options, indices or shapes have no gradient.
fn only_first(name: &str, args: &[Value]) -> Result<()> {
    match args.iter().skip(1).position(|arg| matches!(arg, Value::Var(_))) {
        Some(i) => Err(no_gradient(name).arg(i + 1)),
        None => Ok(()),
    }
}

/// The first argument, which must hold an array.
fn of_array<'a>(name: &str, args: &'a [Value]) -> Result<&'a Value> {
    only_first(name, args)?;
    match primal_of(&args[0]) {
        Value::Array(_) => Ok(&args[0]),
        other => Err(wrong_type(name, "a collection of numbers or an array", other, 0)),
    }
}

pub fn reduction(op: Reduction, args: &[Value]) -> Result<Value> {
    let x = of_array(op.name(), args)?;
    let known = if matches!(op, Reduction::Var | Reduction::Std) { AXIS_DDOF } else { AXIS };
    let options = ArrayOptions::read(op.name(), args, known)?;
    reduce::reduce(op, x, options.axis, options.ddof)
}

/// An operation along an axis, over all elements or along `default` when none is given.
pub fn scan(op: Scan, default: Option<i64>, args: &[Value]) -> Result<Value> {
    let x = of_array(op.name(), args)?;
    reduce::scan(op, x, ArrayOptions::read(op.name(), args, AXIS)?.axis.or(default))
}

/// Linear algebra of one array.
pub fn one(f: fn(&Value) -> Result<Value>, name: &str, args: &[Value]) -> Result<Value> {
    array_in_argument(name, args, 0)?;
    as_number(&f(&args[0])?)
}

/// Linear algebra of two arrays.
pub fn two(f: fn(&Value, &Value) -> Result<Value>, name: &str, args: &[Value]) -> Result<Value> {
    array_in_argument(name, args, 0)?;
    array_in_argument(name, args, 1)?;
    as_number(&f(&args[0], &args[1])?)
}

fn array_in_argument(name: &str, args: &[Value], index: usize) -> Result<()> {
    match primal_of(&args[index]) {
        Value::Array(_) => Ok(()),
        other => Err(wrong_type(name, "an array", other, index)),
    }
}

/// `(full shape value)`.
pub fn full(args: &[Value]) -> Result<Value> {
    if let Value::Var(_) = args[0] {
        return Err(no_gradient("full").arg(0));
    }
    let value = match ArrayOptions::read_from("full", args, 2, DTYPE)?.dtype {
        Some(dtype) => cast("full", &args[1], dtype)?,
        None => args[1].clone(),
    };
    broadcast_to(&value, &shape_of("full", args, 0)?)
}

/// `(astype a dtype)`: between floats only.
pub fn astype(args: &[Value]) -> Result<Value> {
    only_first("astype", args)?;
    cast("astype", &args[0], dtype("astype", &args[1]).map_err(|e| e.arg(1))?)
}

/// Elements of another float type.
pub fn cast(name: &str, x: &Value, dtype: DType) -> Result<Value> {
    if !dtype.is_float() {
        return Err(no_gradient(name).arg(0));
    }
    match x {
        Value::Var(_) => linear(x, |x| cast(name, x, dtype), |cotangent| Ok(cotangent.clone())),
        plain => wrap(array_in(name, plain)?.cast(dtype)),
    }
}

/// `(double x)`: numbers are floats already.
pub fn double(args: &[Value]) -> Result<Value> {
    match VarKind::of(&args[0])? {
        VarKind::Number | VarKind::Lanes(_) | VarKind::Array(_, DType::Float64) => Ok(args[0].clone()),
        VarKind::Array(..) => cast("double", &args[0], DType::Float64),
    }
}

/// `(->vector a)`: nested vectors of variables.
pub fn to_vectors(x: &Value) -> Result<Value> {
    match VarKind::of(x)? {
        VarKind::Number | VarKind::Lanes(_) => Ok(x.clone()),
        VarKind::Array(shape, _) if shape.is_empty() => as_number(x),
        VarKind::Array(..) => Value::vector(rows(x)?.iter().map(to_vectors).collect::<Result<_>>()?),
    }
}

/// Nested vectors that hold variables as one array.
pub fn from_nested(value: &Value) -> Result<Value> {
    // Ragged data is reported as for plain numbers.
    let plain = from_value(&data::plain(value)?)?;
    let mut leaves = Vec::new();
    collect(value, &mut leaves);
    reshape(&flattened(&leaves)?, plain.shape())
}

/// Numbers and arrays one after the other, each one's elements in row order.
pub fn flattened(parts: &[Value]) -> Result<Value> {
    if parts.is_empty() {
        return wrap(Array::zeros(&[0], DType::Float64));
    }
    let join = |parts: &[Array]| {
        let flat: Vec<Array> = parts.iter().map(|part| ops::reshape(part, &[-1])).collect::<Result<_, _>>()?;
        ops::concat(&flat.iter().collect::<Vec<_>>(), 0)
    };
    joined(parts, &join)
}

/// The leaves of nested vectors.
pub fn collect(value: &Value, leaves: &mut Vec<Value>) {
    match value {
        Value::Vector(v) => v.iter().for_each(|item| collect(item, leaves)),
        Value::List(l) => l.iter().for_each(|item| collect(item, leaves)),
        leaf => leaves.push(leaf.clone()),
    }
}

/// Arrays and variables along an axis, old or new.
pub fn join(parts: &[Value], axis: i64, f: fn(&[&Array], i64) -> crate::error::Result<Array>) -> Result<Value> {
    joined(parts, &|arrays: &[Array]| f(&arrays.iter().collect::<Vec<_>>(), axis))
}

//! Between values and arrays: operators with broadcasting, indexing, conversion of nested vectors.

use super::collections::Vector;
use super::lanes::holds_lanes;
use super::node::Op;
use super::print::brief;
use super::value::{Value, with_stack};
use crate::error::{Code, Error, Result, Stop};
use crate::tensor::{Array, DType, ops};

/// The result of an array operation as a value.
pub fn wrap(result: crate::error::Result<Array>) -> Result<Value> {
    result.map(Value::array)
}

/// An operator of which at least one operand is an array.
pub fn binary(op: Op, a: &Value, b: &Value) -> Result<Value> {
    let (x, y) = operands(op.symbol(), a, b)?;
    wrap(ops::binary(op.of_arrays(), &x, &y))
}

/// Two operands of one operation. A number is of the device's float type, but of a double's beside doubles.
pub fn operands(what: &str, a: &Value, b: &Value) -> Result<(Array, Array)> {
    let (x, y) = (operand(what, a, 0)?, operand(what, b, 1)?);
    let beside = |value: &Value, made: Array, other: DType| match value {
        Value::Float(x) if other == DType::Float64 && made.dtype() != other => Array::scalar(x.get()),
        _ => Ok(made),
    };
    let (left, right) = (x.dtype(), y.dtype());
    Ok((beside(a, x, right)?, beside(b, y, left)?))
}

/// A number or an array as an array; vectors are data and need `array`.
pub fn operand(what: &str, value: &Value, index: usize) -> Result<Array> {
    match value {
        Value::Array(a) => Ok((**a).clone()),
        Value::Int(i) => Array::scalar_i64(*i),
        Value::Float(x) => Array::floats(vec![x.get()], &[]),
        Value::True | Value::False => Array::from_bool(vec![value.truthy()], &[]),
        other => Err(super::args::not_a_number(what, other).arg(index)),
    }
}

/// `(array …)`: numbers, booleans, and vectors of them nested to one shape.
pub fn from_value(value: &Value) -> Result<Array> {
    if let Value::Array(a) = value {
        return Ok((**a).clone());
    }
    let mut shape = Vec::new();
    let mut leaves = Vec::new();
    // What each lane has may be of one shape with the rest.
    flatten(value, 0, &mut shape, &mut leaves).map_err(|e| e.of_lanes(holds_lanes(value)))?;
    if leaves.iter().all(|v| matches!(v, Value::True | Value::False)) && !leaves.is_empty() {
        return Array::from_bool(leaves.iter().map(Value::truthy).collect(), &shape);
    }
    if leaves.iter().all(|v| matches!(v, Value::Int(_))) && !leaves.is_empty() {
        return Array::from_i64(leaves.iter().filter_map(Value::as_int).collect(), &shape);
    }
    match leaves.iter().map(Value::as_f64).collect::<Option<_>>() {
        Some(numbers) => Array::from_f64(numbers, &shape),
        None => {
            let odd = |v: &&Value| v.as_f64().is_none() && !v.is_bool();
            let is_bool = |v: &&Value| v.is_bool();
            match leaves.iter().find(odd) {
                Some(odd) => Err(super::args::not_a_number("array", odd)),
                None => Err(mixed(leaves.iter().find(is_bool), leaves.iter().find(|v| !v.is_bool()))),
            }
        }
    }
}

#[cold]
fn mixed(boolean: Option<&Value>, number: Option<&Value>) -> Stop {
    let show = |value: Option<&Value>| value.map(brief).unwrap_or_default();
    let message = format!("an array has numbers or booleans, not both: `{}` beside `{}`", show(boolean), show(number));
    Error::raise(Code::Type, message).help("make numbers of the booleans: `(if x 1 0)`")
}

/// The first leaf of nested vectors of which something is true.
pub fn leaf_where(value: &Value, is_it: impl Fn(&Value) -> bool + Copy) -> Option<Value> {
    let within = |item: &Value| with_stack(item.depth(), || leaf_where(item, is_it));
    match value {
        Value::Vector(items) => items.iter().find_map(within),
        Value::List(items) => items.iter().find_map(within),
        Value::Array(_) => None,
        leaf => is_it(leaf).then(|| leaf.clone()),
    }
}

/// Most dimensions of an array.
const MAX_NDIM: usize = 16;

fn flatten(value: &Value, level: usize, shape: &mut Vec<usize>, leaves: &mut Vec<Value>) -> Result<()> {
    let items = match value {
        Value::Vector(v) => v.clone(),
        Value::List(l) => Vector::from_vec(l.to_vec())?,
        Value::Array(a) => match nested_vectors(a)? {
            Value::Vector(v) => v,
            scalar => return flatten(&scalar, level, shape, leaves),
        },
        leaf => {
            if level != shape.len() {
                return Err(ragged(value, shape));
            }
            leaves.push(leaf.clone());
            return Ok(());
        }
    };
    if level == shape.len() && leaves.is_empty() && level < MAX_NDIM {
        shape.push(items.len());
    } else if shape.get(level) != Some(&items.len()) {
        return Err(ragged(value, shape));
    }
    items.iter().try_for_each(|item| flatten(item, level + 1, shape, leaves))
}

#[cold]
fn ragged(value: &Value, shape: &[usize]) -> Stop {
    Error::raise(
        Code::Shape,
        format!("an array needs rows of equal length: `{}` does not fit shape {shape:?}", brief(value)),
    )
}

/// The elements as nested vectors; a scalar array gives its number.
pub fn nested_vectors(array: &Array) -> Result<Value> {
    let mut leaves = leaves(array)?.into_iter();
    build(&mut leaves, array.shape())
}

/// The elements in row-major order, as values of the dtype.
pub fn leaves(array: &Array) -> Result<Vec<Value>> {
    Ok(match array.dtype() {
        DType::Bool => array.to_bool()?.into_iter().map(Value::bool).collect(),
        DType::Int64 => array.to_i64()?.into_iter().map(Value::Int).collect(),
        _ => array.to_f64()?.into_iter().map(Value::float).collect(),
    })
}

fn build(leaves: &mut std::vec::IntoIter<Value>, shape: &[usize]) -> Result<Value> {
    match shape {
        [] => Ok(leaves.next().unwrap_or(Value::Nil)),
        [n] => Value::vector(leaves.take(*n).collect()),
        [n, inner @ ..] => Value::vector((0..*n).map(|_| build(leaves, inner)).collect::<Result<_>>()?),
    }
}

/// A scalar array as the number or boolean it holds.
pub fn scalar_value(array: Array) -> Result<Value> {
    if array.ndim() > 0 {
        return Ok(Value::array(array));
    }
    Ok(leaves(&array)?.pop().unwrap_or(Value::Nil))
}

/// The elements along axis 0: numbers of a vector, rows of a matrix.
pub fn rows(array: &Array) -> Result<Vec<Value>> {
    match array.shape() {
        [] => Err(Error::raise(Code::Shape, "an array without dimensions has no elements to walk")),
        [_] => leaves(array),
        [n, ..] => (0..*n).map(|i| wrap(ops::index(array, i as i64))).collect(),
    }
}

/// `(nth a i)`, `(get a i)`: along axis 0; an index array gathers.
pub fn index(array: &Array, key: &Value) -> Result<Value> {
    match key {
        Value::Int(i) => scalar_value(ops::index(array, *i)?),
        Value::Array(indices) => wrap(ops::gather(array, indices)),
        other => Err(Error::raise(
            Code::Type,
            format!("an array is indexed by an integer, not {} `{}`", other.kind(), brief(other)),
        )),
    }
}

/// Same shape and equal elements, booleans beside booleans; arrays whose computation failed equal nothing.
pub fn equal(a: &Array, b: &Array) -> bool {
    let of = |dtype: DType| (a.dtype() == dtype, b.dtype() == dtype);
    a.shape() == b.shape()
        && match (of(DType::Bool), of(DType::Int64)) {
            ((true, false) | (false, true), _) => a.is_empty(),
            // Doubles cannot tell all integers apart.
            (_, (true, true)) => matches!((a.to_i64(), b.to_i64()), (Ok(x), Ok(y)) if x == y),
            _ => matches!((a.to_f64(), b.to_f64()), (Ok(x), Ok(y)) if x == y),
        }
}

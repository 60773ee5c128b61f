//! Elementwise mathematics on lanes of numbers.

use super::merge::{as_floats, is_whole};
use super::{Group, Lanes, adopt, item_value, merge, project};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::not_a_number;
use crate::eval::arithmetic;
use crate::eval::builtins::math::elementwise::exact_integer;
use crate::eval::node::Op;
use crate::eval::value::Value;
use crate::tensor::lanes::{self, Column, Fault, FaultKind, Operand};
use crate::tensor::ops::{BinaryOp, UnaryOp};
use crate::tensor::{Array, DType};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::Arc;

/// Applies `op` in every lane.
pub fn unary(op: UnaryOp, x: &Lanes) -> Result<Value> {
    let column = column_of(op.name(), x)?;
    let result = lanes::unary(op, column, x.group.width)
        .map_err(|fault| raised(op.name(), &x.group, fault, [&Value::Nil; 2]))?;
    Ok(Value::lanes(&x.group, result))
}

/// A rounding in every lane: integers where 64 bits hold them.
pub fn rounded(op: UnaryOp, x: &Lanes) -> Result<Value> {
    let column = column_of(op.name(), x)?;
    if !column.event().is_empty() {
        // An array keeps its type.
        return unary(op, x);
    }
    let result = lanes::rounded(op, column, x.group.width);
    let result = result.map_err(|fault| raised(op.name(), &x.group, fault, [&Value::Nil; 2]))?;
    if result.dtype().is_float() {
        // Where they hold only some.
        let whole: Vec<bool> = result.to_f64().into_iter().map(|x| exact_integer(x).is_some()).collect();
        if whole.contains(&true) {
            return where_whole(&x.group, &whole, |part| match x.project(part)? {
                Value::Lanes(x) => rounded(op, &x),
                one => Ok(one),
            });
        }
    }
    Ok(Value::lanes(&x.group, result))
}

/// Applies `op` lane by lane; what is no lanes is the same for all.
pub fn binary(op: BinaryOp, a: &Value, b: &Value) -> Result<Value> {
    named(op, op.name(), a, b)
}

fn named(op: BinaryOp, name: &str, a: &Value, b: &Value) -> Result<Value> {
    let group = common_of(name, &[a, b])?;
    let (mut a, mut b) = (counted(of_integers(a, &group)?), counted(of_integers(b, &group)?));
    if op == BinaryOp::Div && [&a, &b].into_iter().any(is_arrays) {
        (a, b) = (fractions(a), fractions(b));
    }
    if !matches!((&a, &b), (Value::Lanes(_), _) | (_, Value::Lanes(_))) {
        return crate::eval::numeric::binary(op, &a, &b);
    }
    if matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge | BinaryOp::Max | BinaryOp::Min)
        && let Some(index) = [&a, &b].into_iter().position(is_boolean)
    {
        return Err(not_a_number(name, if index == 0 { &a } else { &b }).arg(index));
    }
    let (mut x, mut y) = (Held::default(), Held::default());
    let (left, right) = (x.operand(name, &a, 0)?, y.operand(name, &b, 1)?);
    let result = lanes::binary(op, left, right, group.width).map_err(|fault| raised(name, &group, fault, [&a, &b]))?;
    if result.dtype().is_float()
        && let Some(whole) = whole_results(op, left, right, group.len())
    {
        return where_whole(&group, &whole, |part| named(op, name, &project(&a, part)?, &project(&b, part)?));
    }
    Ok(Value::lanes(&group, result))
}

/// In which lanes two integers make an integer, by an operation that gives floats in others; `None` if in no lane.
fn whole_results(op: BinaryOp, x: Operand, y: Operand, lanes: usize) -> Option<Vec<bool>> {
    if !matches!(op, BinaryOp::Div | BinaryOp::Pow) {
        return None;
    }
    let each = |operand: Operand| match operand {
        Operand::Int(n) => Some(Column::new(vec![n; lanes])),
        Operand::Column(column) if column.dtype() == DType::Int64 => Some(column.clone()),
        _ => None,
    };
    let (x, y) = (each(x)?, each(y)?);
    let (divisors, width) = (y.values::<i64>()?, y.width().max(1));
    let mask: Vec<bool> = match op {
        BinaryOp::Pow => divisors.chunks(width).map(|all| all.iter().all(|y| *y >= 0)).collect(),
        // Arrays divide as fractions.
        _ if !x.event().is_empty() || !y.event().is_empty() => return None,
        _ => x.values::<i64>()?.iter().zip(divisors).map(|(x, y)| *y == 0 || x.wrapping_rem(*y) == 0).collect(),
    };
    (mask.len() == lanes && mask.contains(&true)).then_some(mask)
}

/// Integers where they are whole, as a lane alone has them, and floats in the other lanes.
fn where_whole(group: &Arc<Group>, whole: &[bool], f: impl Fn(&Arc<Group>) -> Result<Value>) -> Result<Value> {
    let (ints, floats) = lanes::partition(whole);
    let mut parts = Vec::with_capacity(2);
    for lanes in [ints, floats].into_iter().filter(|lanes| !lanes.is_empty()) {
        let part = group.part(lanes);
        parts.push((part.clone(), f(&part)?));
    }
    merge(parts, group)
}

/// A value as the lanes of a group have it; an array of integers that all share keeps its type as that of each lane.
fn of_integers(value: &Value, group: &Arc<Group>) -> Result<Value> {
    match value {
        Value::Array(array) if array.dtype() == DType::Int64 && array.ndim() > 0 => {
            Ok(array_column(array, group.len()).map_or(value.clone(), |column| Value::lanes(group, column)))
        }
        other => adopt(other, group),
    }
}

/// Booleans in arrays count as 0 and 1, as they do in arrays that are the same for all lanes.
fn counted(value: Value) -> Value {
    match &value {
        Value::Lanes(lanes) if lanes.is_bool() => match lanes.column() {
            Some(column) if !column.event().is_empty() => Value::lanes(&lanes.group, column.cast(DType::Int64)),
            _ => value,
        },
        _ => value,
    }
}

/// A boolean, or one in each lane? It has no order.
fn is_boolean(value: &Value) -> bool {
    match value {
        Value::Lanes(lanes) => lanes.is_bool() && lanes.column().is_some_and(|column| column.event().is_empty()),
        other => other.is_bool(),
    }
}

/// An array, or one in each lane?
fn is_arrays(value: &Value) -> bool {
    match value {
        Value::Lanes(lanes) => lanes.column().is_some_and(|column| !column.event().is_empty()),
        other => matches!(other, Value::Array(_)),
    }
}

/// Arrays divide as fractions, whole numbers among them.
fn fractions(value: Value) -> Value {
    match &value {
        Value::Lanes(lanes) => match lanes.column() {
            Some(column) if column.dtype() == DType::Int64 => {
                let floats = Column::of_shape(column.to_f64(), column.len(), column.event());
                floats.map_or(value.clone(), |floats| Value::lanes(&lanes.group, floats.cast(lanes.group.width)))
            }
            _ => value,
        },
        Value::Int(n) => Value::float(*n as f64),
        _ => value,
    }
}

/// The evaluator's operators.
pub fn operator(op: Op, a: &Value, b: &Value) -> Result<Value> {
    named(op.of_arrays(), op.symbol(), a, b)
}

/// `a` in the lanes where the mask holds, else `b`.
pub fn select(mask: &Value, a: &Value, b: &Value) -> Result<Value> {
    let group = common_of("where", &[mask, a, b])?;
    let (mask, a, b) = (adopt(mask, &group)?, of_integers(a, &group)?, of_integers(b, &group)?);
    let (mut m, mut x, mut y) = (Held::default(), Held::default(), Held::default());
    if let Some(merged) = of_two_kinds(&mask, &a, &b, &group)? {
        return Ok(merged);
    }
    let (yes, no) = (x.operand("where", &a, 1)?, y.operand("where", &b, 2)?);
    let whole = Column::repeat(m.operand("where", &mask, 0)?, group.len(), group.width);
    match lanes::select(&whole, yes, no, group.width) {
        Some(column) => Ok(Value::lanes(&group, column)),
        None => Err(not_a_number("where", &mask).arg(0)),
    }
}

/// Two numbers, one of which is an integer and one a float, or one a number and one a boolean?
pub fn kinds_differ(a: &Value, b: &Value) -> bool {
    let one = |value: &Value| match value {
        Value::Lanes(lanes) => lanes.column().is_some_and(|column| column.event().is_empty()),
        other => other.as_f64().is_some() || other.is_bool(),
    };
    one(a) && one(b) && is_whole(a) != is_whole(b)
}

/// One of two numbers of different kinds keeps its own.
fn of_two_kinds(mask: &Value, a: &Value, b: &Value, group: &Arc<Group>) -> Result<Option<Value>> {
    if !kinds_differ(a, b) || !is_boolean(mask) {
        return Ok(None);
    }
    let (with, without) = super::branch::truth(mask, group)?;
    let mut parts = Vec::with_capacity(2);
    for (value, lanes) in [(a, with), (b, without)].into_iter().filter(|(_, lanes)| !lanes.is_empty()) {
        let part = group.part(lanes);
        parts.push((part.clone(), project(value, &part)?));
    }
    merge(parts, group).map(Some)
}

/// Integers of some lanes and floats of others as floats, where only the number matters; any other value as it is.
pub fn floats(value: &Value) -> Result<Cow<'_, Value>> {
    match value {
        Value::Lanes(lanes) if lanes.column().is_none() => {
            Ok(as_floats(lanes)?.map_or(Cow::Borrowed(value), Cow::Owned))
        }
        other => Ok(Cow::Borrowed(other)),
    }
}

/// The same array for each of `n` lanes.
pub fn array_column(array: &Array, n: usize) -> Option<Column> {
    let shape = array.shape();
    match array.dtype() {
        DType::Bool => Column::of_shape(array.to_bool().ok()?.repeat(n), n, shape),
        DType::Int64 => Column::of_shape(array.to_i64().ok()?.repeat(n), n, shape),
        float => Some(Column::repeat(Operand::Array { values: &array.to_f64().ok()?, shape }, n, float)),
    }
}

/// The smallest of the groups of values, which the others contain. Of the same lanes those that compute with more
/// precision, and those of fractions, for whole numbers have no say in it.
fn common_of(name: &str, values: &[&Value]) -> Result<Arc<Group>> {
    let lanes = values.iter().filter_map(|value| if let Value::Lanes(lanes) = value { Some(lanes) } else { None });
    let has_fractions = |lanes: &Lanes| lanes.column().is_some_and(|column| column.dtype().is_float());
    let rank = |lanes: &&Arc<Lanes>| (lanes.group.len(), !has_fractions(lanes), Reverse(lanes.group.width));
    match lanes.clone().min_by_key(rank) {
        Some(least) => {
            for other in lanes {
                if !other.group.meets(&least.group).map_err(|e| of_operation(name, e))? {
                    return Err(of_operation(name, super::foreign(&other.group, &least.group)));
                }
            }
            Ok(least.group.clone())
        }
        None => Err(Error::raise(Code::Internal, "an operation on lanes without lanes")),
    }
}

/// An error of lanes that names the operation.
#[cold]
pub fn of_operation(name: &str, stop: Stop) -> Stop {
    stop.within(format!("`{name}`"))
}

fn column_of<'a>(name: &str, lanes: &'a Lanes) -> Result<&'a Column> {
    match &lanes.of {
        super::LaneValues::Numbers(column) => Ok(column),
        super::LaneValues::Parts(parts) => {
            Err(not_a_number(name, parts.first().map_or(&Value::Nil, |(_, value)| value)))
        }
    }
}

/// Keeps the numbers of an array while an operand refers to them.
#[derive(Default)]
pub struct Held(Vec<f64>, Vec<usize>, Option<Value>);

impl Held {
    /// A value as an operand of a kernel.
    pub fn operand<'a>(&'a mut self, name: &str, value: &'a Value, index: usize) -> Result<Operand<'a>> {
        Ok(match value {
            Value::Float(x) => Operand::Float(x.get()),
            Value::Int(n) => Operand::Int(*n),
            Value::True | Value::False => Operand::Bool(value.truthy()),
            Value::Lanes(lanes) => {
                self.2 = as_floats(lanes)?;
                let lanes = if let Some(Value::Lanes(floats)) = &self.2 { floats } else { lanes };
                Operand::Column(column_of(name, lanes).map_err(|e| e.arg(index))?)
            }
            Value::Array(array) => {
                self.0 = array.to_f64()?;
                self.1 = array.shape().to_vec();
                Operand::Array { values: &self.0, shape: &self.1 }
            }
            other => return Err(not_a_number(name, other).arg(index)),
        })
    }
}

/// What a kernel found in a lane, as the error that the scalar operation gives.
#[cold]
fn raised(name: &str, group: &Group, fault: Fault, operands: [&Value; 2]) -> Stop {
    let error = match fault.kind {
        FaultKind::Overflow(x, y) => arithmetic::overflow(name, x, y),
        FaultKind::DivisionByZero(x) => arithmetic::division_by_zero(&item_value(x)),
        FaultKind::NotANumber(i) | FaultKind::NotABoolean(i) => not_a_number(name, operands[i.min(1)]).arg(i),
        FaultKind::Shapes => Error::raise(Code::Shape, format!("`{name}`: the shapes of the lanes' arrays do not fit")),
    };
    match fault.kind {
        FaultKind::Overflow(..) | FaultKind::DivisionByZero(_) => in_lane(error, group.id(fault.lane)),
        _ => error,
    }
}

/// Says which lane is the first that raised an error of all lanes of a group; `some` are not all that are running.
#[cold]
pub fn raised_in(error: Stop, group: &Group, some: bool) -> Stop {
    if !some || error.is_of_lanes() || error.is(super::call::IMPURE) {
        return error;
    }
    in_lane(error, group.id(0))
}

/// Says which lane an error is about.
#[cold]
pub fn in_lane(stop: Stop, id: u32) -> Stop {
    stop.map(|mut error| {
        error.message = format!("{} (lane {id})", error.message);
        error.lane = error.lane.or(Some(id));
        error.of_lanes(true)
    })
}

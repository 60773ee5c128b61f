//! Parts of arrays, and choices between them.

use super::options::AXIS;
use super::options::ArrayOptions;
use super::shapes::logical;
use super::{array_of, of};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arrays::{from_value, wrap};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::lanes::per_value;
use crate::eval::numeric;
use crate::eval::print::brief;
use crate::eval::value::Value;
use crate::tensor::Array;
use crate::tensor::ops::{self, AxisRange, Reduction};

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::new("slice", "[a start end] [a & ranges]", slice).elements(),
    Builtin::new("gather", "[a indices]", |_, a| wrap(ops::gather(array_of("gather", a, 0)?, &indices("gather", a)?))).elements(),
    Builtin::new("take-along-axis", "[a indices axis]", take_along).elements(),
    Builtin::new("where", "[condition a b]", select).lanes().gradient(|_, a| numeric::select(&a[0], &a[1], &a[2])),
    Builtin::new("any", "[a] [a axis] [a & {:keys [axis]}]", |_, a| logical(Reduction::Any, a)).primal(),
    Builtin::new("all", "[a] [a axis] [a & {:keys [axis]}]", |_, a| logical(Reduction::All, a)).primal(),
];

fn indices(function: &str, args: &[Value]) -> Result<Array> {
    match &args[1] {
        Value::Vector(_) | Value::List(_) => from_value(&args[1]).map_err(|e| e.arg(1)),
        _ => of(function, args, 1),
    }
}

fn take_along(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let axis = ArrayOptions::read_from("take-along-axis", args, 2, AXIS)?.axis.unwrap_or(0);
    wrap(ops::take_along_axis(array_of("take-along-axis", args, 0)?, &indices("take-along-axis", args)?, axis))
}

fn slice(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let array = array_of("slice", args, 0)?;
    let n = |axis: usize| array.shape().get(axis).map_or(0, |n| *n as i64);
    if let [_, start, end] = &*args
        && matches!((start, end), (Value::Int(_), Value::Int(_) | Value::Nil) | (Value::Nil, Value::Int(_)))
    {
        return wrap(ops::slice(array, &[span(n(0), &[start.clone(), end.clone()]).ok_or_else(|| no_range(args, 1))?]));
    }
    let spans: Vec<AxisRange> = (1..args.len())
        .map(|i| {
            let parts = match &args[i] {
                Value::Nil => Some(Vec::new()),
                Value::Vector(v) => Some(v.to_vec()),
                _ => None,
            };
            parts.and_then(|parts| span(n(i - 1), &parts)).ok_or_else(|| no_range(args, i))
        })
        .collect::<Result<_>>()?;
    wrap(ops::slice(array, &spans))
}

/// A range of an axis of size `n`: `[]`, `[start end]` or `[start end step]`, nil for what follows from the rest.
fn span(n: i64, parts: &[Value]) -> Option<AxisRange> {
    let (start, end, step) = match parts {
        [] => (&Value::Nil, &Value::Nil, 1),
        [start, end] => (start, end, 1),
        [start, end, step] => (start, end, step.as_int()?),
        _ => return None,
    };
    let place = |value: &Value, open: i64| match value {
        Value::Nil => Some(open),
        Value::Int(i) if *i < 0 => Some(i.saturating_add(n)),
        Value::Int(i) => Some(*i),
        _ => None,
    };
    let (first, last) = if step < 0 { (n - 1, -1) } else { (0, n) };
    Some(AxisRange { begin: place(start, first)?, end: place(end, last)?, step })
}

#[cold]
fn no_range(args: &[Value], index: usize) -> Stop {
    Error::raise(Code::Type, format!("`slice` wants a range, not {} `{}`", args[index].kind(), brief(&args[index])))
        .help("write `(slice a 0 2)`, or a vector for each axis: `(slice a [0 2] [1 3])`")
        .arg(index)
}

fn select(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let number = |v: &Value| v.as_f64().is_some() || v.is_bool();
    if args[0].is_bool() && number(&args[1]) && number(&args[2]) {
        let chosen = if args[0].truthy() { 1 } else { 2 };
        return Ok(std::mem::take(&mut args[chosen]));
    }
    if args.iter().any(|arg| matches!(arg, Value::Lanes(_))) {
        if !of_one_shape(args) {
            // Elements broadcast in every lane, and may come from either side.
            return per_value(cx, args, false, &mut |cx, args| select(cx, args));
        }
        return numeric::select(&args[0], &args[1], &args[2]);
    }
    wrap(ops::select(&of("where", args, 0)?, &of("where", args, 1)?, &of("where", args, 2)?))
}

/// Are there only numbers, or arrays of one shape behind a condition that each lane has one of?
fn of_one_shape(args: &[Value]) -> bool {
    let shape = |value: &Value| match value {
        Value::Lanes(lanes) => lanes.column().map(|column| column.event().to_vec()),
        Value::Array(array) => Some(array.shape().to_vec()),
        _ => Some(Vec::new()),
    };
    let [condition, a, b] = [0, 1, 2].map(|i| shape(&args[i]));
    let plain = matches!(args[0], Value::True | Value::False);
    condition.is_some_and(|shape| shape.is_empty()) && a == b && a.is_some_and(|shape| shape.is_empty() || !plain)
}

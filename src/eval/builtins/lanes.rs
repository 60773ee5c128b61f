//! Lanes of a program's own: from arrays and back.

use super::arrays::options::ArrayOptions;
use super::arrays::options::DTYPE;
use super::sequences::lazily;
use super::strings::printing::settled;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::arrays::from_value;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::lanes::by_value::holds_lazy;
use crate::eval::lanes::merge::values_of;
use crate::eval::lanes::numbers::floats;
use crate::eval::lanes::{Group, LaneValues, Lanes, array, holds_lanes, lane_of};
use crate::eval::print::brief;
use crate::eval::sequence::Iter;
use crate::eval::value::Value;
use crate::tensor::lanes::Column;
use crate::tensor::{Array, Backend, DType};

pub const TABLE: &[Builtin] = &[
    Builtin::new("as-lanes", "[a] [a & {:keys [dtype]}]", as_lanes).lanes(),
    Builtin::new("lanes->array", "[x]", |_, a| to_array(&a[0])).takes_lanes(),
    Builtin::new("lanes->vector", "[x]", |cx, a| match &a[0] {
        x @ Value::Lanes(lanes) => Value::vector(values(cx, x, lanes)?),
        other => Err(no_lanes("lanes->vector", other)),
    })
    .takes_lanes(),
    Builtin::new("lanes?", "[x]", |_, a| Ok(Value::bool(matches!(a[0], Value::Lanes(_))))).takes_lanes(),
];

fn as_lanes(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Value::Lanes(_) = &args[0] {
        return Ok(args[0].clone());
    }
    let width = ArrayOptions::read("as-lanes", args, DTYPE)?.dtype.unwrap_or_else(|| cx.width());
    if !width.is_float() {
        return Err(Error::raise(Code::Dtype, "lanes compute with floats of one width")
            .arg(2)
            .help("the dtype is `:float32` or `:float64`"));
    }
    let array = from_value(&args[0]).map_err(|e| e.or_arg(0))?;
    let [lanes, event @ ..] = array.shape() else {
        return Err(wrong_type("as-lanes", "an array whose axis 0 counts the lanes", &args[0], 0));
    };
    let column = column_of(&array, width, event)?;
    let Ok(count) = u32::try_from(*lanes) else {
        return Err(Error::raise(Code::TooLarge, format!("{lanes} lanes are too many")).arg(0));
    };
    let group = match &cx.group {
        Some(group) if group.len() == *lanes => group.clone(),
        Some(group) => {
            let message = format!("{lanes} lanes inside a batched run, where {} lanes are run here", group.len());
            return Err(Error::raise(Code::Lanes, message).arg(0).help("pass them to the model as an argument"));
        }
        None => Group::whole(0, count, width),
    };
    Ok(Value::lanes(&group, column))
}

fn column_of(array: &Array, width: DType, event: &[usize]) -> Result<Column> {
    let lanes = array.shape().first().copied().unwrap_or(0);
    if width == DType::Float32 && array.backend() == Backend::Mlx {
        let single = if array.dtype() == DType::Float64 { array.cast(width)? } else { array.clone() };
        if let Some(column) = Column::of_array(single) {
            return Ok(column);
        }
    }
    let made = match (array.dtype(), width) {
        (DType::Bool, _) => Column::of_shape(array.to_bool()?, lanes, event),
        (DType::Int64, _) => Column::of_shape(array.to_i64()?, lanes, event),
        (_, DType::Float32) => {
            let values: Vec<f32> = array.to_f64()?.into_iter().map(|x| x as f32).collect();
            Column::of_shape(values, lanes, event)
        }
        _ => Column::of_shape(array.to_f64()?, lanes, event),
    };
    made.ok_or_else(|| Error::raise(Code::Internal, "an array that does not fill its shape"))
}

fn to_array(value: &Value) -> Result<Value> {
    match &*floats(value)? {
        Value::Lanes(lanes) => match lanes.column() {
            Some(column) => array(column, &[column.len()]),
            None => Err(wrong_type("lanes->array", "numbers in every lane", value, 0)
                .help("for other values: `(lanes->vector x)`")),
        },
        other => Err(no_lanes("lanes->array", other)),
    }
}

/// The values of all lanes in order.
fn values(cx: &mut Cx, value: &Value, lanes: &Lanes) -> Result<Vec<Value>> {
    match &lanes.of {
        LaneValues::Parts(parts) if parts.iter().any(|(_, value)| holds_lazy(value)) => {
            let one = |id| match parts.iter().find(|(part, _)| part.find(id).is_some()) {
                Some((_, value)) => in_lane(cx, value, id),
                None => Ok(Value::Nil),
            };
            lanes.group.iter().map(one).collect()
        }
        _ => values_of(value, &lanes.group),
    }
}

/// What a lane has of a value that several share. Of a lazy sequence, whose elements hold those of all its lanes, it has
/// its own of each.
fn in_lane(cx: &mut Cx, value: &Value, id: u32) -> Result<Value> {
    match value {
        Value::Lazy(_) => {
            let mut rest = Iter::new(cx, value)?;
            lazily(cx, value.depth(), move |cx| match rest.next(cx)? {
                Some(item) => in_lane(cx, &item, id).map(Some),
                None => Ok(None),
            })
        }
        other if holds_lazy(other) => lane_of(&settled(cx, other.clone())?, id),
        other => lane_of(other, id),
    }
}

#[cold]
fn no_lanes(name: &str, value: &Value) -> Stop {
    let error = wrong_type(name, "lanes", value, 0);
    match value {
        Value::Map(map) if holds_lanes(value) => {
            let key = map.iter().find(|(_, value)| holds_lanes(value)).map(|(key, _)| brief(key)).unwrap_or_default();
            error.help(format!(
                "lanes are inside: take a part, `({name} (get x {key}))`; of a trace: `(map retval (lanes t))`"
            ))
        }
        Value::Vector(_) | Value::List(_) if holds_lanes(value) => error
            .help(format!("lanes are inside: take a part, `({name} (nth x 0))`; of a trace: `(map retval (lanes t))`")),
        Value::Host(_) | Value::Fn(_) | Value::Native(_) => error,
        _ => error.help("a value that all lanes share is no lanes: use it as it is"),
    }
}

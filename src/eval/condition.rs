//! What a value counts as where a condition is taken: nil and false are false, an array of one element counts as that
//! element, and what can only be meant otherwise, an array of several or a distribution, is an error.

use super::call::native_error;
use super::cx::Cx;
use super::gradient::primal_of;
use super::node::{IfNode, Place};
use super::print::brief;
use super::run::Test;
use super::value::Value;
use crate::error::{Code, Error, Result, Stop};
use crate::tensor::lanes::Column;
use crate::tensor::{Array, DType};

/// Is a value true? Lanes are asked lane by lane, by [`super::lanes::branch::truth`].
#[inline]
pub fn holds(value: &Value) -> Result<bool> {
    match value {
        Value::Array(_) | Value::Var(_) | Value::Host(_) => looked_at(value),
        other => Ok(other.truthy()),
    }
}

/// Errors: `gen::condition` if what draws a value, which is none itself, is compared with one.
pub fn comparable(a: &Value, b: &Value) -> Result<()> {
    let (maker, value) = match (a, b) {
        (Value::Host(_), Value::Host(_)) => return Ok(()),
        (Value::Host(_), value) => (a, value),
        (value, Value::Host(_)) => (b, value),
        _ => return Ok(()),
    };
    let plain = value.is_bool() || value.as_f64().is_some() || matches!(value, Value::Keyword(_) | Value::Str(_));
    let Value::Host(host) = maker else { return Ok(()) };
    match host.object().no_condition(maker) {
        Some(help) if plain => {
            let message = format!("`{}` is {}, which `{}` cannot equal", brief(maker), maker.kind(), brief(value));
            Err(Error::raise(Code::Condition, message).help(help))
        }
        _ => Ok(()),
    }
}

#[cold]
fn looked_at(value: &Value) -> Result<bool> {
    match primal_of(value) {
        Value::Array(array) => element(array),
        Value::Host(host) => match host.object().no_condition(value) {
            Some(help) => {
                let message = format!("`{}` is {}: as a condition it says nothing", brief(value), value.kind());
                Err(Error::raise(Code::Condition, message).help(help))
            }
            None => Ok(true),
        },
        other => Ok(other.truthy()),
    }
}

/// The one element of an array.
fn element(array: &Array) -> Result<bool> {
    match (array.shape().iter().product(), array.dtype()) {
        (1, DType::Bool) => Ok(array.to_bool()?[0]),
        (1, _) => Ok(true),
        _ => Err(several(&brief(&Value::array(array.clone())), array.shape())),
    }
}

/// What the arrays of lanes count as: those of one element as that.
pub fn one_each(column: &Column) -> Result<()> {
    match column.event().iter().product() {
        1 => Ok(()),
        _ => Err(several(&brief(&super::lanes::number(column, 0)), column.event())),
    }
}

/// The error of an array that is no single yes or no.
#[cold]
fn several(array: &str, shape: &[usize]) -> Stop {
    let count: usize = shape.iter().product();
    let message = format!("an array of {count} elements as a condition: `{array}`");
    Error::raise(Code::Condition, message)
        .help("ask `(all a)` or `(any a)`; two arrays are the same when `(equal? a b)`")
}

/// What a test came to that is neither nil nor a boolean.
#[cold]
#[inline(never)]
pub(super) fn test(value: Value, parts: &IfNode, cx: &mut Cx) -> Result<Test> {
    if parts.of_choice {
        warn_of_number(&value, parts.place, cx);
    }
    match value {
        Value::Lanes(lanes) => {
            cx.condition = Value::Lanes(lanes);
            Ok(Test::Lanes)
        }
        other => match holds(&other) {
            Ok(yes) => Ok(if yes { Test::Yes } else { Test::No }),
            Err(e) => Err(native_error(e, parts.place, cx)),
        },
    }
}

/// A choice as a condition: a number there is always true, which is hardly meant.
fn warn_of_number(value: &Value, place: Place, cx: &mut Cx) {
    let message = match value {
        Value::Int(_) | Value::Float(_) => format!("the condition is the number `{}`", brief(value)),
        Value::Lanes(lanes) if lanes.column().is_some_and(|c| c.dtype() != DType::Bool && c.event().is_empty()) => {
            format!("the condition is a number in each lane, `{}`", brief(value))
        }
        _ => return,
    };
    let warning = Error::new(Code::NumberAsCondition, format!("{message}, and every number is true"))
        .help("draw a boolean with `(flip p)`, or compare: `(= 1 …)`")
        .at(cx.span(place));
    cx.warn(warning);
}

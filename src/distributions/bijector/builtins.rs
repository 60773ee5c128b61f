//! The coordinates of values, and values at coordinates, in the language.

use crate::distributions::builtins::of;
use crate::error::{Result, Stop};
use crate::eval::collections::Map;
use crate::eval::numeric::{self, Binary};
use crate::eval::{Builtin, Cx, Value};

pub const TABLE: &[Builtin] =
    &[Builtin::generic("unconstrain", "[dist x]", unconstrain), Builtin::generic("constrain", "[dist u]", constrain)];

fn unconstrain(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let dist = of("unconstrain", args)?;
    let transform = dist.transform(cx).map_err(|e: Stop| e.arg(0))?;
    let x = dist.check_value(&args[1]).map_err(|e| e.arg(1))?;
    transform.unconstrain(cx, &x).map_err(|e| e.arg(1))
}

fn constrain(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let transform = of("constrain", args)?.transform(cx).map_err(|e: Stop| e.arg(0))?;
    let (value, slope) = transform.constrain(cx, &args[0], &args[1])?;
    // Adding 0 turns −0, which only puzzles people, into 0.
    let slope = numeric::binary(Binary::Add, &slope, &Value::float(0.0))?;
    let entries = [(Value::keyword("value"), value), (Value::keyword("log-jacobian"), slope)];
    Ok(Value::Map(Map::from_pairs(entries)?))
}

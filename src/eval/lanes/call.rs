//! Builtins called with lanes.

use super::{by_value, holds_lanes, in_parts, nested_lanes, number, numbers, per_value, project};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::builtins::strings::printing::settled;
use crate::eval::cx::Cx;
use crate::eval::function::{Builtin, Effect, LaneRule};
use crate::eval::node::Op;
use crate::eval::value::Value;
use crate::tensor::DType;

/// Runs a row in a batched run, or of which an argument is lanes.
#[cold]
#[inline(never)]
pub fn run_row(row: &Builtin, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Some(group) = &cx.group {
        for arg in args.iter_mut() {
            if let Value::Lanes(_) = arg {
                *arg = project(arg, group)?;
            }
        }
    }
    if cx.chunked && row.effect != Effect::Pure {
        return Err(impure());
    }
    if let LaneRule::Kind = row.lanes {
        for arg in args.iter_mut() {
            if let Value::Lanes(lanes) = arg
                && let Some(column) = lanes.column().filter(|column| column.dtype() != DType::Bool)
            {
                *arg = number(column, 0);
            }
        }
    }
    let at = |bits: u32, i: usize| bits & (1 << i.min(30 + i % 2)) != 0;
    if cx.group.is_some() {
        // What a lazy sequence holds is seen once it is made.
        let sees = |i: usize| match row.lanes {
            LaneRule::PerValue | LaneRule::PerValueInRuns => true,
            LaneRule::Carries(bits) | LaneRule::Puts(bits, _) => at(bits, i),
            LaneRule::Numbers | LaneRule::Kind | LaneRule::Whole => false,
        };
        for (_, arg) in args.iter_mut().enumerate().filter(|(i, arg)| sees(*i) && by_value::holds_lazy(arg)) {
            *arg = settled(cx, std::mem::take(arg))?;
        }
    }
    // Lanes that differ in kind, then values at which the row looks, also inside them.
    let opened = |i: usize, arg: &Value| match row.lanes {
        LaneRule::Whole | LaneRule::PerValue | LaneRule::PerValueInRuns => false,
        LaneRule::Numbers | LaneRule::Carries(_) => in_parts(arg),
        LaneRule::Kind => matches!(arg, Value::Lanes(_)),
        LaneRule::Puts(_, kept) => in_parts(arg) && !at(kept, i),
    };
    let looked_at = |i: usize, arg: &Value| match row.lanes {
        // What runs models for lanes of its own does so once for each value that those in force have.
        LaneRule::Whole => cx.group.is_some() && row.effect == Effect::State && nested_lanes::any(arg),
        LaneRule::Numbers | LaneRule::Kind => false,
        LaneRule::Carries(bits) | LaneRule::Puts(bits, _) => at(bits, i) && holds_lanes(arg),
        LaneRule::PerValue => nested_lanes::any(arg),
        LaneRule::PerValueInRuns => cx.group.is_some() && nested_lanes::any(arg),
    };
    let opened: Vec<usize> = (0..args.len()).filter(|i| opened(*i, &args[*i])).collect();
    if !opened.is_empty() {
        return by_value(row, cx, args, &opened, false);
    }
    let looked: Vec<usize> = (0..args.len()).filter(|i| looked_at(*i, &args[*i])).collect();
    if looked.is_empty() {
        return (row.call)(cx, args);
    }
    by_value(row, cx, args, &looked, true)
}

/// Outside batched runs nobody looks for lanes inside collections before a row has found that it cannot take them.
#[cold]
pub fn within(row: &Builtin, cx: &mut Cx, args: &mut [Value], error: Stop) -> Result<Value> {
    let by_value = matches!(row.lanes, LaneRule::PerValue) && row.effect == Effect::Pure;
    let of_lanes = error.is_of_lanes() || error.is(Code::Lanes);
    if !by_value || !of_lanes || !args.iter().any(nested_lanes::any) {
        return Err(error);
    }
    run_row(row, cx, args)
}

/// The code of the error of an effect in one of several chunks: the run starts again with all lanes as one.
pub const IMPURE: Code = Code::EffectInChunk;

#[cold]
fn impure() -> Stop {
    Error::raise(IMPURE, "an effect in one chunk of a batched run")
}

/// Calls a row once for each combination of values of the arguments that it looks at.
fn by_value(row: &Builtin, cx: &mut Cx, args: &mut [Value], looked: &[usize], deep: bool) -> Result<Value> {
    let chosen: Vec<Value> = looked.iter().map(|i| args[*i].clone()).collect();
    let outside = cx.group.is_none();
    let result = per_value(cx, &chosen, deep, &mut |cx, values| {
        let mut all = args.to_vec();
        for (i, value) in looked.iter().zip(values.iter()) {
            all[*i] = value.clone();
        }
        // Of which one may be a gradient's variable.
        crate::eval::call::run_row(row, cx, &mut all)
    });
    result.map_err(|e| if outside { of_all_lanes(row, args, e) } else { e })
}

/// What takes many numbers is often meant to take those of all lanes.
#[cold]
fn of_all_lanes(row: &Builtin, args: &[Value], error: Stop) -> Stop {
    let numbers = |arg: &Value| match arg {
        Value::Lanes(lanes) => lanes.column().is_some_and(|column| column.event().is_empty()),
        _ => false,
    };
    if !error.is(Code::Type) || !args.iter().any(numbers) {
        return error;
    }
    error.map(|error| {
        let all = match &error.message {
            text if text.contains("a collection of numbers") => "array",
            text if text.contains("not a sequence") => "vector",
            _ => return error,
        };
        error.help(format!("for all lanes together: `({} (lanes->{all} x))`", row.name))
    })
}

/// An operator of which an operand is lanes.
#[cold]
#[inline(never)]
pub fn operator(cx: &mut Cx, op: Op, a: &Value, b: &Value) -> Result<Value> {
    let group = by_value::group_of(cx, &[a.clone(), b.clone()]).map_err(|e| numbers::of_operation(op.symbol(), e))?;
    let (a, b) = (project(a, &group)?, project(b, &group)?);
    let plain = |v: &Value| match v {
        // Booleans are no numbers, but in arrays.
        Value::Lanes(lanes) => {
            lanes.column().is_some_and(|column| op == Op::Eq || !lanes.is_bool() || !column.event().is_empty())
        }
        Value::Var(_) => true,
        other => other.as_f64().is_some() || other.is_bool() && op == Op::Eq || matches!(other, Value::Array(_)),
    };
    if !holds_lanes(&a) && !holds_lanes(&b) {
        // What the lanes in force have may be the same for all of them.
        return crate::eval::arithmetic::apply(op, &a, &b);
    }
    if op == Op::Eq && plain(&a) && plain(&b) && unlike(&a, &b) {
        return Ok(Value::False);
    }
    if plain(&a) && plain(&b) {
        if matches!((&a, &b), (Value::Var(_), _) | (_, Value::Var(_))) {
            return crate::eval::gradient::operator(op, &a, &b);
        }
        return numbers::operator(op, &a, &b);
    }
    // Integers beside floats, each as a column.
    let several = |v: &Value| matches!(v, Value::Lanes(lanes) if lanes.column().is_none());
    if op == Op::Eq && !several(&a) && !several(&b) {
        return per_value(cx, &[a, b], true, &mut |cx, args| {
            crate::eval::arithmetic::apply_in(cx, op, &args[0], &args[1])
        });
    }
    let each = &mut |cx: &mut Cx, args: &[Value]| crate::eval::arithmetic::apply_in(cx, op, &args[0], &args[1]);
    match by_value::per_value_where(cx, &[a.clone(), b.clone()], |_, v| several(v), each)? {
        Some(value) => Ok(value),
        None => per_value(cx, &[a, b], false, &mut |cx, args| each(cx, args)),
    }
}

/// A number and a boolean are never equal, whichever lanes they are of.
fn unlike(a: &Value, b: &Value) -> bool {
    let boolean = |value: &Value| match value {
        Value::Lanes(lanes) => lanes.column().filter(|column| column.event().is_empty()).map(|_| lanes.is_bool()),
        Value::Array(_) => None,
        other => Some(other.is_bool()),
    };
    matches!((boolean(a), boolean(b)), (Some(x), Some(y)) if x != y)
}

/// Calls each of the functions that lanes have.
#[cold]
pub fn callee(cx: &mut Cx, callee: &Value, args: &[Value]) -> Result<Value> {
    per_value(cx, std::slice::from_ref(callee), false, &mut |cx, callee| cx.call(&callee[0], &mut args.to_vec()))
}

/// Looks something up in lanes, or by a key that is or `deep` down holds lanes.
#[cold]
pub fn lookup(cx: &mut Cx, callee: &Value, args: &[Value], deep: bool) -> Result<Value> {
    per_value(cx, &args[..1], deep, &mut |cx, first| {
        let mut args = args.to_vec();
        args[0] = first[0].clone();
        cx.call(callee, &mut args)
    })
}

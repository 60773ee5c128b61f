//! `max` and `min`: of several numbers, element by element of several arrays, or over one array.

use super::super::arrays::options::AXIS;
use super::super::arrays::options::ArrayOptions;
use super::elementwise::on_arrays;
use crate::error::Result;
use crate::eval::args::not_a_number;
use crate::eval::arrays::scalar_value;
use crate::eval::cx::Cx;
use crate::eval::gradient::{primal_of, rules};
use crate::eval::lanes::merge::is_whole;
use crate::eval::lanes::numbers::kinds_differ;
use crate::eval::lanes::{in_force, in_parts, per_value};
use crate::eval::numeric;
use crate::eval::print::brief;
use crate::eval::value::Value;
use crate::tensor::ops::{self, BinaryOp, Reduction};

pub fn larger(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if of_array_per_lane(args) {
        return per_value(cx, args, false, &mut |cx, args| larger(cx, args));
    }
    extreme(cx, BinaryOp::Max, Reduction::Max, |x, y| x > y, args)
}

pub fn smaller(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if of_array_per_lane(args) {
        return per_value(cx, args, false, &mut |cx, args| smaller(cx, args));
    }
    extreme(cx, BinaryOp::Min, Reduction::Min, |x, y| x < y, args)
}

/// Is it the reduction of one array, of which each lane has its own?
fn of_array_per_lane(args: &[Value]) -> bool {
    let [Value::Lanes(lanes), options @ ..] = args else { return false };
    lanes.column().is_some_and(|column| !column.event().is_empty())
        && (options.is_empty() || options[0].as_keyword().is_some())
}

fn extreme(cx: &mut Cx, op: BinaryOp, over: Reduction, beats: fn(f64, f64) -> bool, args: &[Value]) -> Result<Value> {
    let name = op.name();
    match args {
        [Value::Array(a), options @ ..] if options.is_empty() || options[0].as_keyword().is_some() => {
            let axis = ArrayOptions::read(name, args, AXIS)?.axis;
            scalar_value(ops::reduce(over, a, axis)?)
        }
        [Value::Var(v), options @ ..]
            if matches!(primal_of(v.primal()), Value::Array(_))
                && (options.is_empty() || options[0].as_keyword().is_some()) =>
        {
            rules::reduction(over, args)
        }
        [only @ (Value::Vector(_) | Value::List(_) | Value::Lazy(_) | Value::Set(_))] => {
            Err(not_a_number(name, only).arg(0).help(format!("for a collection: `(apply {name} {})`", brief(only))))
        }
        [Value::Lanes(only)] if only.is_bool() => Err(not_a_number(name, &args[0]).arg(0)),
        [first, rest @ ..] => {
            let first =
                if first.as_f64().is_some() || matches!(first, Value::Array(_) | Value::Var(_) | Value::Lanes(_)) {
                    first.clone()
                } else {
                    return Err(not_a_number(name, first).arg(0));
                };
            rest.iter().enumerate().try_fold(first, |best, (i, x)| {
                better(cx, op, beats, best, x)
                    .map_err(|e| if matches!(e.place(), crate::error::At::Arg(1)) { e.arg(i + 1) } else { e })
            })
        }
        [] => Ok(Value::Nil),
    }
}

fn better(cx: &mut Cx, op: BinaryOp, beats: fn(f64, f64) -> bool, best: Value, x: &Value) -> Result<Value> {
    if in_parts(&best) {
        // Some lanes have an integer by now and others a float.
        return per_value(cx, &[best], false, &mut |cx, best| {
            let x = in_force(cx, x)?;
            better(cx, op, beats, std::mem::take(&mut best[0]), &x)
        });
    }
    match (&best, x) {
        // Exact for integers that floats cannot tell apart.
        (Value::Int(a), Value::Int(b)) => Ok(Value::Int(if op == BinaryOp::Max { *a.max(b) } else { *a.min(b) })),
        _ => match (best.as_f64(), x.as_f64()) {
            (Some(a), Some(b)) => Ok(if beats(b, a) || b.is_nan() { x.clone() } else { best }),
            _ if kinds_differ(&best, x) && !best.is_bool() && !x.is_bool() => {
                // An integer or a float, whichever is better.
                let beats = if op == BinaryOp::Max { BinaryOp::Gt } else { BinaryOp::Lt };
                let mut over = numeric::binary(beats, x, &best)?;
                if is_whole(x) == Some(false) {
                    let nan = numeric::binary(BinaryOp::Ne, x, x)?;
                    over = numeric::binary(BinaryOp::Or, &over, &nan)?;
                }
                numeric::select(&over, x, &best)
            }
            _ => on_arrays(op, op.name(), &best, x),
        },
    }
}

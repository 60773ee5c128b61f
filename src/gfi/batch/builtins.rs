//! Batched operations as functions of the language.

use super::lineage::pick;
use super::object::{BatchedTrace, no_lane, of_value};
use super::scalar::{trace_of_lane, traces_of_lanes};
use super::take::{LaneSource, take_lanes};
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value, sequence};
use crate::gfi::interface::same_function;
use crate::gfi::trace::Trace;
use crate::gfi::trace_object::{of_value as scalar, trace_value};
use crate::tensor::lanes::{self, Column};
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("resample", "[trace indices]", resample).takes_lanes(),
    Builtin::new("stack-traces", "[traces]", stack).draws(),
    Builtin::new("merge-lanes", "[mask a b]", merge_lanes).takes_lanes(),
    Builtin::new("lane", "[trace i]", lane).draws().takes_lanes(),
    Builtin::new("lanes", "[trace]", lanes).draws().takes_lanes(),
];

/// Numbers of lanes, as a vector, an array or lanes.
fn lane_numbers(name: &str, value: &Value, most: usize, index: usize) -> Result<Vec<u32>> {
    let numbers: Option<Vec<u32>> = match value {
        Value::Lanes(held) => held
            .column()
            .and_then(Column::values::<i64>)
            .filter(|all| {
                lanes::all(
                    all,
                    #[inline(always)]
                    |n| (0..=i64::from(u32::MAX)).contains(&n),
                )
            })
            .map(|all| {
                lanes::map(
                    all,
                    #[inline(always)]
                    |n| n as u32,
                )
            }),
        Value::Array(array) => match array.to_i64() {
            Ok(all) => all.into_iter().map(|n| u32::try_from(n).ok()).collect(),
            Err(_) => None,
        },
        Value::Vector(items) => items.iter().map(|n| u32::try_from(n.as_int()?).ok()).collect(),
        Value::List(items) => items.iter().map(|n| u32::try_from(n.as_int()?).ok()).collect(),
        _ => None,
    };
    let numbers =
        numbers.ok_or_else(|| wrong_type(name, "lane numbers in a vector, an array or lanes", value, index))?;
    if !lanes::all(
        &numbers,
        #[inline(always)]
        move |n| (n as usize) < most,
    ) {
        let odd = numbers.iter().max().copied().unwrap_or_default();
        return Err(no_lane(name, &Value::Int(i64::from(odd)), most).arg(index));
    }
    match numbers.is_empty() {
        true => Err(wrong_type(name, "at least one lane", value, index)),
        false => Ok(numbers),
    }
}

fn resample(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let batched = of_value("resample", &args[0], 0)?;
    let picks = lane_numbers("resample", &args[1], batched.group.len(), 1)?;
    Ok(resampled(batched, &picks)?.into_value())
}

/// Lanes of a batched trace, by their numbers.
pub fn resampled(batched: &BatchedTrace, picks: &[u32]) -> Result<BatchedTrace> {
    if let Some(picked) = pick(batched, picks)? {
        return Ok(picked);
    }
    let picks: Vec<LaneSource> = picks.iter().map(|lane| (0, *lane)).collect();
    take_lanes(&[batched], &picks)
}

fn merge_lanes(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let (a, b) = (of_value("merge-lanes", &args[1], 1)?, of_value("merge-lanes", &args[2], 2)?);
    if a.group.len() != b.group.len() {
        let message = format!("`merge-lanes`: one trace has {} lanes, the other {}", a.group.len(), b.group.len());
        return Err(Error::raise(Code::Shape, message).arg(2));
    }
    let mask: Option<Vec<bool>> = match &args[0] {
        Value::True | Value::False => Some(vec![args[0].truthy(); a.group.len()]),
        Value::Lanes(lanes) => lanes.column().and_then(|column| column.values::<bool>().map(<[bool]>::to_vec)),
        Value::Array(array) => array.to_bool().ok(),
        _ => None,
    };
    let mask = mask.filter(|mask| mask.len() == a.group.len());
    let mask = mask.ok_or_else(|| wrong_type("merge-lanes", "true or false in each lane", &args[0], 0))?;
    let picks: Vec<LaneSource> = mask.iter().enumerate().map(|(at, yes)| (u32::from(!yes), at as u32)).collect();
    Ok(take_lanes(&[a, b], &picks)?.into_value())
}

/// Each trace as a batch of one, joined.
fn stack(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let traces = sequence::to_vec(cx, &args[0]).map_err(|e| e.or_arg(0))?;
    let traces = traces.iter().map(|trace| scalar("stack", trace, 0)).collect::<Result<Vec<Arc<Trace>>>>()?;
    let Some(first) = traces.first() else {
        return Err(Error::raise(Code::Shape, "`stack` needs at least one trace").arg(0));
    };
    if let Some(odd) = traces.iter().find(|trace| !same_function(&trace.function, &first.function)) {
        let message = format!(
            "`stack` puts traces of one function together, not of `{}` and `{}`",
            brief(&first.function),
            brief(&odd.function)
        );
        return Err(Error::raise(Code::Type, message).arg(0));
    }
    let mut batches = Vec::with_capacity(traces.len());
    for trace in &traces {
        cx.step()?;
        batches.push(BatchedTrace::of_one(trace));
    }
    let sources: Vec<&BatchedTrace> = batches.iter().collect();
    let picks: Vec<LaneSource> = (0..traces.len() as u32).map(|source| (source, 0)).collect();
    Ok(take_lanes(&sources, &picks)?.into_value())
}

fn lane(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let batched = of_value("lane", &args[0], 0)?;
    let lane = args[1].as_int().and_then(|i| u32::try_from(i).ok()).filter(|i| batched.group.find(*i).is_some());
    match lane {
        Some(id) => trace_of_lane(cx, batched, id).map(trace_value),
        None => Err(no_lane("lane", &args[1], batched.group.len())),
    }
}

fn lanes(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let batched = of_value("lanes", &args[0], 0)?;
    traces_of_lanes(cx, batched)
}

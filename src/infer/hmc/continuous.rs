//! Which choices have coordinates: continuous ones that were not observed.

use super::mass::no_coordinates;
use crate::distributions::numbers_of;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::{Selection, Trace, show, to_value};
use crate::infer::moves::movable;
use std::sync::Arc;

/// What a kernel moves, and the trace that it moves; a choice among them that is discrete is an error.
pub fn continuous(
    cx: &mut Cx,
    algorithm: &str,
    selection: Option<&Selection>,
    trace: &Arc<Trace>,
) -> Result<(Selection, Arc<Trace>)> {
    let (moves, trace) = movable(cx, selection, trace)?;
    all_smooth(algorithm, &moves, &trace)?;
    match trace.all_choices().iter().any(|(path, _, _)| moves.contains(path)) {
        true => Ok((moves, trace)),
        false => Err(no_coordinates()),
    }
}

/// A selected choice that is discrete is an error.
pub fn all_smooth(algorithm: &str, moves: &Selection, trace: &Trace) -> Result<()> {
    let odd = |(path, value, _): &(Vec<Value>, Value, f64)| moves.contains(path) && !is_smooth(value);
    let Some((path, value, _)) = trace.all_choices().into_iter().find(odd) else { return Ok(()) };
    let at = show(&path);
    let is_collection = !matches!(value, Value::Int(_) | Value::True | Value::False);
    if is_collection && numbers_of(&value).iter().any(|x| x.fract() != 0.0) {
        return Err(no_array(algorithm, &at, &value));
    }
    let message = format!("`{algorithm}` moves continuous choices, `{at}` is discrete: `{}`", brief(&value));
    let error = Error::raise(Code::NoGradient, message);
    Err(match algorithm {
        "nuts" | "hmc" | "mala" => error.help(
            "`:discrete :gibbs` draws it from its distribution given the others, `:discrete :enumerate` sums over its values",
        ),
        _ => error.help("select the continuous ones, and draw the others by a `gibbs-kernel` in a `chain`"),
    })
}

#[cold]
fn no_array(algorithm: &str, at: &str, value: &Value) -> Stop {
    let (kind, shown) = (value.kind(), brief(value));
    let message = format!("`{algorithm}` moves numbers and arrays, `{at}` is {kind} of them: `{shown}`");
    Error::raise(Code::NoGradient, message)
        .help("draw an array, `(iid (normal 0 1) 2)` or `(normal (array [0 1]) 1)`, or make a choice of each part")
}

/// The discrete choices that were not observed.
pub fn discrete(trace: &Trace) -> Vec<(Vec<Value>, Value)> {
    let latent = trace.latent();
    let choices = trace.all_choices().into_iter().filter(|(path, value, _)| latent.contains(path) && !is_smooth(value));
    choices.map(|(path, value, _)| (path, value)).collect()
}

/// The continuous choices of a run, and nothing else.
pub fn smooth(trace: &Trace) -> Result<Selection> {
    let choices = trace.all_choices().into_iter().filter(|(_, value, _)| is_smooth(value));
    let addresses: Vec<Value> = choices.map(|(path, ..)| to_value(&path)).collect();
    Selection::of(&addresses)
}

fn is_smooth(value: &Value) -> bool {
    match value {
        Value::Float(_) => true,
        Value::Array(array) => array.dtype().is_float(),
        _ => false,
    }
}

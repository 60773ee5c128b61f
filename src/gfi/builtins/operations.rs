//! The operations on functions: simulate, generate, assess, propose, and their batched forms.

use crate::error::{Code, Error, Result};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::arguments::result;
use crate::gfi::batch;
use crate::gfi::call::{CHOICES, Start, Takes};
use crate::gfi::goal::Goal;
use crate::gfi::ops;
use crate::gfi::ops::unvisited::all_visited;
use crate::gfi::request::Origin;
use crate::gfi::trace_object::trace_value;

pub const TABLE: &[Builtin] = &[
    Builtin::new("simulate", "[gf args]", simulate).draws(),
    Builtin::new("generate", "[gf args constraints]", generate).draws(),
    Builtin::new("assess", "[gf args choices]", assess),
    Builtin::new("propose", "[gf args]", propose).draws(),
    Builtin::new("vsimulate", "[gf args n] [gf args n & {:keys [dtype]}]", simulate_batch).draws().takes_lanes(),
    Builtin::new("vgenerate", "[gf args constraints n] [gf args constraints n & {:keys [dtype]}]", generate_batch)
        .draws()
        .takes_lanes(),
];

fn simulate(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let start = Start::one(cx, "simulate", args, Takes::Arguments)?;
    let origin = Origin::new(cx.next_key("simulate")?);
    Ok(trace_value(ops::simulate(cx, start.this, &start.args, origin).map_err(|e| e.arguments_at(1))?))
}

fn generate(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let start = Start::one(cx, "generate", args, Takes::Choices)?;
    let origin = Origin::new(cx.next_key("generate")?);
    let outcome = ops::generate(cx, start.this, &start.args, &start.choices, origin).map_err(|e| e.arguments_at(1))?;
    all_visited(&start.choices, &outcome.trace).map_err(|e| e.arg(CHOICES))?;
    result([("trace", trace_value(outcome.trace)), ("weight", Value::float(outcome.weight.plain()))])
}

fn assess(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let start = Start::one(cx, "assess", args, Takes::Choices)?;
    if let Some(group) = batch::ops::lanes_among(&start.args, &start.choices)? {
        let found = batch::ops::assess(cx, start.this, &start.args, &start.choices, &group);
        let (weight, retval) = found.map_err(|e| e.or_arg(CHOICES))?;
        return result([("weight", weight), ("retval", retval)]);
    }
    let outcome = ops::assess(cx, start.this, &start.args, &start.choices).map_err(|e| e.arguments_at(1))?;
    all_visited(&start.choices, &outcome.trace).map_err(|e| e.arg(CHOICES))?;
    result([("weight", outcome.total), ("retval", outcome.trace.retval.clone())])
}

fn propose(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let start = Start::one(cx, "propose", args, Takes::Arguments)?;
    let origin = Origin::new(cx.next_key("propose")?);
    let trace = ops::simulate(cx, start.this, &start.args, origin).map_err(|e| e.arguments_at(1))?;
    result([
        ("choices", trace.choices().into_value()),
        ("weight", Value::float(trace.score)),
        ("retval", trace.retval.clone()),
    ])
}

fn simulate_batch(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let start = Start::batch(cx, "vsimulate", args, Takes::Arguments)?;
    let (key, goal) = (cx.next_key("vsimulate")?, Goal::default());
    Ok(batch::run_batch(cx, &start.request(&goal, key)).map_err(|e| e.arguments_at(1))?.trace.into_value())
}

fn generate_batch(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let start = Start::batch(cx, "vgenerate", args, Takes::Choices)?;
    let (key, goal) = (cx.next_key("vgenerate")?, Goal::observe(start.choices.clone()));
    let outcome = batch::run_batch(cx, &start.request(&goal, key)).map_err(|e| e.arguments_at(1))?;
    batch::all_visited_in_lanes(&start.choices, &outcome.trace).map_err(|e| e.arg(CHOICES))?;
    if outcome.trace.of_data().differs(&outcome.weights) {
        cx.warn_once(unlike_lanes());
    }
    let weight = outcome.trace.numbers(outcome.weights);
    result([("trace", outcome.trace.into_value()), ("weight", weight)])
}

/// The warning of weights that are probabilities in some lanes and densities in others.
#[cold]
fn unlike_lanes() -> Box<Error> {
    let message =
        "the `:weight` compares unlike things: what is given has a probability in some lanes and a density in others";
    Error::new(Code::Measure, message).help(
        "beside the probability the density is nothing: count such lanes as impossible, as `importance` does by itself",
    )
}

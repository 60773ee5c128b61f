//! Batched operations as functions of the language.

use super::object::{BatchedTrace, no_lane, of_value};
use super::run::{Request, count, run};
use crate::error::Result;
use crate::eval::builtins::arrays::options::dtype;
use crate::eval::lanes::lane_of;
use crate::eval::lanes::numbers::WIDTH;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::builtins::{argument_vector, constraints_of, result};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{Origin, function};
use crate::gfi::ops;
use crate::gfi::trace_object::trace_value;
use crate::gfi::trie::Trie;
use crate::tensor::DType;
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new(
        "vsimulate",
        "[gf args n] [gf args n & {:keys [dtype]}]",
        "A batched trace: n runs of a generative function at once, one per lane.\n(lanes? (get (vsimulate (gen [] (trace :x (normal 0 1))) [] 100) :x)) ;=> true",
        simulate,
    )
    .state()
    .takes_lanes(),
    Builtin::new(
        "vgenerate",
        "[gf args constraints n] [gf args constraints n & {:keys [dtype]}]",
        "n runs at once in which constrained choices take the given values, `{:trace t :weight w}`: the weight has one number per lane. Constraints and arguments are the same for all, or lanes.\n(lanes->array (:weight (vgenerate (gen [] (trace :x (flip 0.25))) [] {:x true} 2 :dtype :float64))) ;~> (array [-1.3862943611198906 -1.3862943611198906])",
        generate,
    )
    .state()
    .takes_lanes(),
    Builtin::new(
        "lane",
        "[trace i]",
        "The trace of one lane of a batched trace.\n(let [m (gen [] (trace :x (normal 0 1)))] (:x (choices (lane (:trace (vgenerate m [] {:x 1.5} 3)) 2)))) ;=> 1.5",
        lane,
    )
    .state()
    .takes_lanes(),
    Builtin::new(
        "lanes",
        "[trace]",
        "The traces of all lanes of a batched trace, as a vector.\n(count (lanes (vsimulate (gen [] (trace :x (normal 0 1))) [] 3))) ;=> 3",
        lanes,
    )
    .state()
    .takes_lanes(),
];

fn width(name: &str, args: &[Value], from: usize) -> Result<DType> {
    let options = crate::eval::builtins::arrays::options::Options::read_from(name, args, from, &["dtype"])?;
    match options.dtype {
        Some(width) if !width.is_float() => {
            dtype(name, args, from + 1)?;
            Err(crate::error::Error::new("gen::dtype", format!("`{name}` computes with floats"))
                .arg(from + 1)
                .help("the dtype is `:float32` or `:float64`"))
        }
        width => Ok(width.unwrap_or(WIDTH)),
    }
}

fn simulate(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    function("vsimulate", &args[0]).map_err(|e| e.arg(0))?;
    let given = argument_vector(cx, "vsimulate", &args[1])?;
    let lanes = count("vsimulate", &args[2], 2)?;
    let width = width("vsimulate", args, 3)?;
    let (key, goal) = (cx.next_key("vsimulate")?, Goal::default());
    let request = Request { this: &args[0], args: &given, goal: &goal, key, lanes, width, past: None };
    Ok(run(cx, &request).map_err(|e| e.arguments_at(1))?.trace.into_value())
}

fn generate(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    function("vgenerate", &args[0]).map_err(|e| e.arg(0))?;
    let given = argument_vector(cx, "vgenerate", &args[1])?;
    let choices = constraints_of(&args[2], 2)?;
    let lanes = count("vgenerate", &args[3], 3)?;
    let width = width("vgenerate", args, 4)?;
    let (key, goal) = (cx.next_key("vgenerate")?, Goal::Constrain { choices, observe: true });
    let request = Request { this: &args[0], args: &given, goal: &goal, key, lanes, width, past: None };
    let outcome = run(cx, &request).map_err(|e| e.arguments_at(1))?;
    if let Some(choices) = goal.given() {
        super::ops::all_visited(choices, &outcome.trace).map_err(|e| e.arg(2))?;
    }
    let weight = outcome.trace.numbers(outcome.weights);
    result([("trace", outcome.trace.into_value()), ("weight", weight)])
}

/// The run of one lane.
pub fn trace_of(cx: &mut Cx, batched: &BatchedTrace, id: u32) -> Result<Value> {
    let args = batched.args.iter().map(|arg| lane_of(arg, id)).collect::<Result<Vec<Value>>>()?;
    let (mut choices, mut observed) = (Trie::Empty, Trie::Empty);
    let chunk = batched.chunks.iter().find(|chunk| chunk.group.find(id).is_some());
    for (path, site) in chunk.iter().flat_map(|chunk| &chunk.sites.list) {
        if let Some(visit) = site.visits.iter().find(|visit| visit.group.find(id).is_some()) {
            choices.set(path, Trie::Leaf(lane_of(&visit.value, id)?));
            if site.observed {
                observed.set(path, Trie::Leaf(()));
            }
        }
    }
    let origin = Origin::default();
    let mut trace = ops::generate(cx, &batched.function, &args, &ChoiceMap(choices), origin)?.trace;
    Arc::make_mut(&mut trace).observed = observed;
    Ok(trace_value(trace))
}

fn lane(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let batched = of_value("lane", &args[0], 0)?;
    let lane = args[1].as_int().and_then(|i| u32::try_from(i).ok()).filter(|i| batched.group.find(*i).is_some());
    match lane {
        Some(id) => trace_of(cx, batched, id),
        None => Err(no_lane("lane", &args[1], batched.group.len())),
    }
}

fn lanes(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let batched = of_value("lanes", &args[0], 0)?;
    let mut all = Vec::with_capacity(batched.group.len());
    for id in batched.group.iter() {
        cx.step()?;
        all.push(trace_of(cx, batched, id)?);
    }
    Value::vector(all)
}

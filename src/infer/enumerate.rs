//! `enumerate`: the exact posterior of a discrete model, by running every combination of its choices.

use super::diagnostics::Weights;
use super::enumeration::{All, Grid, Runs, Space, Walked, all};
use super::options::{Options, in_width};
use super::samples::{Draws, Pick};
use super::start::{Problem, with_missing};
use crate::error::{Error, Result};
use crate::eval::arrays::wrap;
use crate::eval::collections::Map;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::ops::{unvisited, unvisited_error};
use crate::gfi::{ChoiceMap, Trace, Trie, batch, result, show, trace_value};
use crate::tensor::Array;
use crate::tensor::lanes::weights;
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new(
        "enumerate",
        "[gf args observations] [gf args observations options]",
        "The exact posterior of a model whose unobserved choices have finitely many values: `{:traces :log-weights :log-ml :joint}`, a trace for each combination; in `:joint` the posterior probability of each, a map from the unobserved choices. Option `:grid`, values by address for choices that have more: each value of a continuous choice stands for the cell around it; `:dtype` as `importance` has it.\n(let [m (gen [] (trace :y (flip (if (trace :x (flip 0.5)) 0.75 0.25))))] (get (:joint (enumerate m [] {:y true})) {:x true})) ;~> 0.75",
        |cx, a| in_width(cx, "enumerate", a, 3, enumerate),
    ),
    Builtin::new(
        "marginal",
        "[result address-or-function]",
        "The probability of each value of a choice, or of a function of the trace, in a result: a map. Draws without the choice count under nil. Of a choice that `exact` has solved it is the distribution.\n(let [m (gen [] (trace :x (flip 0.25)) (trace :y (flip 0.5)))] (marginal (enumerate m [] {}) :x)) ;~> {false 0.75, true 0.25}",
        marginal,
    ),
];

fn enumerate(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("enumerate", args, 3, &["grid", "dtype"])?;
    let grid = Grid::read(cx, options.get("grid")).map_err(|e| e.arg(3))?;
    let problem = Problem::read(cx, "enumerate", args)?;
    let (model, args, fixed) = (problem.model, problem.args, problem.observations);
    let space = Arc::new(Space { model, args, fixed, walked: Walked::All, grid, solver: None, width: cx.width() });
    let mut found = all(cx, &space)?;
    let traces = traces(&space, &mut found)?;
    if let Some(path) = space.grid.paths().find(|path| found.choices.iter().all(|c| c.0.at(path).is_none())) {
        let message = format!("no run makes an unobserved choice at `{}`, which `:grid` gives values for", show(path));
        return Err(Error::new("gen::option", message).arg(3));
    }
    if found.log_weights.iter().all(|w| *w == f64::NEG_INFINITY) {
        let message = "every combination of values is impossible: the observations are";
        return Err(Error::new("gen::all-impossible", message)
            .arg(2)
            .help("check the observations against the supports of their distributions"));
    }
    let n = found.log_weights.len();
    let log_ml = weights(&found.log_weights).log_mean_exp(n) + (n as f64).ln();
    let joint = found.choices.iter().zip(&found.log_weights).filter(|(_, w)| **w > f64::NEG_INFINITY);
    let joint = joint.map(|(choices, w)| Ok((choices.to_map()?, Value::float((w - log_ml).exp()))));
    let joint = Map::from_pairs(joint.collect::<Result<Vec<_>>>()?)?;
    let found = result([
        ("traces", traces),
        ("log-weights", wrap(Array::from_f64(found.log_weights, &[n]))?),
        ("log-ml", Value::float(log_ml)),
        ("joint", Value::Map(joint)),
    ])?;
    with_missing(found, &space.fixed)
}

/// The runs as results hold them. One that does not visit an observation weighs nothing; an observation that none
/// visits is a mistake.
fn traces(space: &Space, found: &mut All) -> Result<Value> {
    let runs = match std::mem::replace(&mut found.runs, Runs::Each(Vec::new())) {
        Runs::Lanes(trace) => {
            batch::all_visited(&space.fixed, &trace).map_err(|e| e.arg(2))?;
            return Ok(trace.into_value());
        }
        Runs::Each(runs) => runs,
    };
    let (mut traces, mut missed) = (Vec::with_capacity(runs.len()), None);
    for (run, weight) in runs.into_iter().flatten().zip(&mut found.log_weights) {
        if let Some(path) = unvisited(&space.fixed, &run)? {
            *weight = f64::NEG_INFINITY;
            missed = Some((path, run.clone()));
        }
        traces.push(trace_value(Arc::new(observing(&space.fixed, &run)?)));
    }
    match missed {
        Some((path, run)) if found.log_weights.iter().all(|w| *w == f64::NEG_INFINITY) => {
            Err(unvisited_error(&path, &run).arg(2))
        }
        _ => Value::vector(traces),
    }
}

/// The run with the data as its observations.
fn observing(data: &ChoiceMap, run: &Trace) -> Result<Trace> {
    let mut observed = run.clone();
    for (path, _, _) in run.all_choices() {
        match data.mask_at(&path)? {
            Trie::Empty => {}
            mask => observed.observed.set(&path, mask),
        }
    }
    Ok(observed)
}

fn marginal(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Value::Map(result) = &args[0]
        && let Some(Value::Map(posterior)) = result.get_keyword("posterior")
        && let Some(solved) = posterior.get(&args[1])
    {
        return Ok(solved.clone());
    }
    let draws = Draws::of_value(cx, "marginal", &args[0])?;
    let equal = vec![0.0; draws.len()];
    let Some(weights) = Weights::new(draws.log_weights.as_ref().unwrap_or(&equal)) else {
        return Err(Error::new("gen::all-impossible", "no draw of this result has a positive weight").arg(0));
    };
    let values = Pick::of("marginal", &args[1])?.all(cx, &draws)?;
    let mut places: Vec<Vec<usize>> = Vec::new();
    let (mut index, mut kinds) = (Map::empty(), Vec::new());
    for (i, value) in values.into_iter().enumerate() {
        let value = value.unwrap_or_default();
        match index.get(&value).and_then(Value::as_int) {
            Some(at) => places[at as usize].push(i),
            None => {
                index = index.insert(value.clone(), Value::Int(places.len() as i64))?;
                kinds.push(value);
                places.push(vec![i]);
            }
        }
    }
    let shares = kinds.into_iter().zip(places).map(|(value, at)| (value, Value::float(weights.share_of(&at))));
    Ok(Value::Map(Map::from_pairs(shares)?))
}

//! `enumerate`: the exact posterior of a discrete model, by running every combination of its choices.

use super::enumeration::{All, Enough, Grid, Likely, Runs, Space, Walked, all};
use super::finished::result_of_finished;
use super::samples::{Pick, ResultDraws};
use super::start::{Problem, with_missing};
use super::tally::result_of;
use super::width::in_width;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arithmetic::apply;
use crate::eval::collections::Map;
use crate::eval::node::Op;
use crate::eval::options::{OptionRow, Options};
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{ChoiceMap, Trace, Trie, all_visited_in_lanes, trace_value, unvisited, unvisited_error};
use crate::infer::options::DTYPE;
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("enumerate", "[gf args observations & options]", |cx, a| {
        in_width(cx, "enumerate", OPTIONS, a, 3, enumerate)
    })
    .options(3, OPTIONS),
    Builtin::new("marginal", "[result address-or-function]", marginal),
];

const OPTIONS: &[OptionRow] = &[
    OptionRow::any("grid|values", "values by address, for choices that have more, each for the cell around it"),
    OptionRow::between("max-executions", 1, usize::MAX, "at most so many combinations, the likely ones first"),
    OptionRow::number(
        "mass",
        "a probability above 0 and at most 1",
        |x| x > 0.0 && x <= 1.0,
        "the likely combinations until they have this much of the prior probability",
    ),
    DTYPE,
];

fn enumerate(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("enumerate", args, 3, OPTIONS)?;
    let enough = enough(&options);
    let grid = Grid::read(cx, &options, "grid")?;
    let problem = Problem::read(cx, "enumerate", args)?;
    let (model, args, fixed) = (problem.model, problem.args, problem.observations);
    let space = Arc::new(Space { model, args, fixed, walked: Walked::All, grid, solver: None, width: cx.width() });
    match enough {
        Some(enough) => {
            let mut likely = Likely::default();
            let run = likely.search(cx, &space, enough);
            // What a gradient is taken of is summed by functions of the language, which run no more after a halt.
            let telling = run.is_ok() || !likely.is_tracked();
            result_of_finished(run, || match telling {
                true => told(cx, &options, &space, likely.all()?).map(Some),
                false => Ok(None),
            })
        }
        None => {
            // Some of a sum are no result: nothing says how much of it they are.
            let found = all(cx, &space)?;
            told(cx, &options, &space, found)
        }
    }
}

/// The result of these runs.
fn told(cx: &mut Cx, options: &Options, space: &Space, mut found: All) -> Result<Value> {
    if found.choices.is_empty()
        && let Some(error) = found.bad.first.take()
    {
        return Err(error.into());
    }
    let traces = traces(space, &mut found)?;
    space.grid.used(options, "grid", |path| found.choices.iter().any(|c| c.as_trie().at(path).is_some()))?;
    if found.log_weights.all_impossible() {
        let message = "every combination of values is impossible: the observations are";
        return Err(Error::raise(Code::AllImpossible, message)
            .arg(2)
            .help("check the observations against the supports of their distributions"));
    }
    let (log_ml, shares) = (found.log_weights.log_sum(cx)?, found.log_weights.shares(cx)?);
    let possible = found.log_weights.plain.iter().map(|w| *w > f64::NEG_INFINITY);
    let joint = found.choices.iter().zip(shares).zip(possible).filter(|(_, possible)| *possible);
    let joint = joint.map(|((choices, share), _)| Ok((choices.to_map()?, share)));
    let joint = Map::from_pairs(joint.collect::<Result<Vec<_>>>()?)?;
    let entries = [
        ("traces", traces),
        ("log-weights", found.log_weights.into_value(cx)?),
        ("log-ml", log_ml),
        ("joint", Value::Map(joint)),
    ];
    let missed = found.missed.map(|missed| ("missed", Value::float(missed)));
    with_missing(result_of(entries.into_iter().chain(missed), &found.bad)?, &space.fixed)
}

/// When a search is to end; nothing where all combinations are wanted.
fn enough(options: &Options) -> Option<Enough> {
    options.get("mass").or(options.get("max-executions"))?;
    let executions = options.count_given("max-executions").unwrap_or(usize::MAX);
    let mass = options.get("mass").and_then(Value::as_f64).unwrap_or(1.0);
    Some(Enough { executions, mass })
}

/// The runs as results hold them. One that does not visit an observation weighs nothing; an observation that none
/// visits is a mistake.
fn traces(space: &Space, found: &mut All) -> Result<Value> {
    let runs = match std::mem::replace(&mut found.runs, Runs::Each(Vec::new())) {
        Runs::Lanes(trace) => {
            all_visited_in_lanes(&space.fixed, &trace).map_err(|e| e.arg(2))?;
            return Ok(trace.into_value());
        }
        Runs::Each(runs) => runs,
    };
    let (mut traces, mut missed) = (Vec::with_capacity(runs.len()), None);
    for (at, run) in runs.into_iter().flatten().enumerate() {
        if let Some(path) = unvisited(&space.fixed, &run)? {
            found.log_weights.forbid(at);
            missed = Some((path, run.clone()));
        }
        traces.push(trace_value(Arc::new(observing(&space.fixed, &run)?)));
    }
    match missed {
        Some((path, run)) if found.log_weights.all_impossible() => Err(unvisited_error(&path, &run).arg(2)),
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
    let draws = ResultDraws::of_value(cx, "marginal", &args[0])?;
    let pick = Pick::of("marginal", &args[1])?;
    if let Some(solved) = pick.solved(&draws) {
        return Ok(solved);
    }
    let found = weighed_values(cx, &draws, &pick)?;
    let sampled = draws.result.get_keyword("joint").is_none();
    let floats = found.iter().all(|(value, _)| matches!(value, Value::Float(_) | Value::Array(_)));
    if sampled && floats && found.len() > FEW && 5 * found.len() > draws.len() {
        return Err(many_numbers(&args[1], found.len()));
    }
    Ok(Value::Map(Map::from_pairs(found)?))
}

/// Each value that draws have, with the sum of their shares; nil for draws without it.
pub fn weighed_values(cx: &mut Cx, draws: &ResultDraws, pick: &Pick<'_>) -> Result<Vec<(Value, Value)>> {
    let (values, shares) = (pick.all(cx, draws)?, draws.weighed()?.shares(cx)?);
    let (mut index, mut found) = (Map::empty(), Vec::<(Value, Value)>::new());
    for (value, share) in values.into_iter().zip(shares) {
        let value = value.unwrap_or_default();
        match index.get(&value).and_then(Value::as_int) {
            Some(at) => found[at as usize].1 = apply(Op::Add, &found[at as usize].1, &share)?,
            None => {
                index = index.insert(value.clone(), Value::Int(found.len() as i64))?;
                found.push((value, share));
            }
        }
    }
    Ok(found)
}

/// More different floats than this, of which hardly any comes again, are draws of something continuous.
const FEW: usize = 50;

#[cold]
fn many_numbers(address: &Value, values: usize) -> Stop {
    let at = brief(address);
    let message = format!(
        "`{at}` has {values} different values, all of them floats: what is continuous has no probability of each"
    );
    Error::raise(Code::Value, message).arg(1).help(format!(
        "look at the draws, `(samples r {at})`, or say which are alike: `(marginal r (fn [t] (floor (t {at}))))`"
    ))
}

//! Fitting parameters to data that observe every choice, and climbing any function.

use super::optimizer::Optimizer;
use super::parameters::{Evaluated, Parameters, evaluate};
use super::training::Training;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::gradient::primal_of;
use crate::eval::options::{OptionRow, Options};
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value, keys, sequence};
use crate::gfi::{ChoiceMap, all_visited, argument_vector, assess, constraints_of, function};
use crate::infer::finished::result_of_finished;
use crate::infer::options::OPTIMIZER;

pub const TABLE: &[Builtin] = &[
    Builtin::new("train", "[gf data & options]", train).draws().options(2, OPTIONS),
    Builtin::new("maximize", "[f params & options]", maximize).draws().options(2, OPTIONS),
];

const OPTIONS: &[OptionRow] = &[OPTIMIZER, crate::infer::options::STEPS];

/// One run that is observed.
pub struct Datum {
    pub args: Vec<Value>,
    pub observations: ChoiceMap,
}

impl Datum {
    /// Reads a sequence of `{:args [..] :obs choices}`.
    pub fn all(cx: &mut Cx, algorithm: &str, data: &Value, index: usize) -> Result<Vec<Datum>> {
        let help = |e: Stop| e.help("write `[{:args [x] :obs {:y 1.5}} …]`");
        let wrong = |value: &Value| help(wrong_type(algorithm, "data as a sequence of `{:args :obs}`", value, index));
        if !matches!(data, Value::Vector(_) | Value::List(_) | Value::Lazy(_)) {
            return Err(wrong(data));
        }
        let items = sequence::to_vec(cx, data)?;
        if items.is_empty() {
            return Err(help(Error::raise(Code::Value, format!("`{algorithm}` has no data")).arg(index)));
        }
        let datum = |(i, item): (usize, &Value)| match item {
            Value::Map(map) => Datum::of(cx, algorithm, (i, map), index),
            other => Err(wrong(other)),
        };
        items.iter().enumerate().map(datum).collect()
    }

    fn of(cx: &mut Cx, algorithm: &str, (i, map): (usize, &Map), index: usize) -> Result<Datum> {
        keys::check(&format!("datum {i} of `{algorithm}`"), "key", map, "args obs").map_err(|e| e.arg(index))?;
        let args =
            argument_vector(cx, algorithm, map.get_keyword("args").unwrap_or(&Value::Nil)).map_err(|e| e.arg(index))?;
        let empty = ChoiceMap::default();
        let observations = map.get_keyword("obs").map_or(Ok(empty), |obs| constraints_of(obs, index))?;
        Ok(Datum { args, observations })
    }
}

fn train(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("train", args, 2, OPTIONS)?;
    let model = args[0].clone();
    function("train", &model).map_err(|e| e.arg(0))?;
    let data = Datum::all(cx, "train", &args[1], 1)?;
    let (optimizer, steps) = (Optimizer::of(&options, Value::float(0.01))?, options.count("steps"));
    let mut parameters = Parameters::default();
    for datum in &data {
        let outcome = assess(cx, &model, &datum.args, &datum.observations).map_err(unobserved)?;
        all_visited(&datum.observations, &outcome.trace).map_err(|e| e.arg(1))?;
        parameters.learn(&outcome.trace.params)?;
    }
    parameters.some("train", "the model reads")?;
    let (mut training, mut last) = (Training::of(parameters), None);
    let climbed = training.climb(cx, optimizer, steps, |cx, _, parameters| {
        let ((sum, read), gradient) = evaluate(cx, parameters, |cx, _| likelihood(cx, &model, &data))?;
        read.iter().try_for_each(|read| parameters.learn(read))?;
        Ok((sum, gradient))
    });
    let run = climbed.and_then(|()| {
        last = Some(training.parameters.with(cx, |cx| Ok(likelihood(cx, &model, &data)?.value.0))?);
        Ok(())
    });
    result_of_finished(run, || training.result("log-likelihood", last))
}

/// The log-likelihood of all data, and the parameters that their runs read.
fn likelihood(cx: &mut Cx, model: &Value, data: &[Datum]) -> Result<Evaluated<(f64, Vec<Value>)>> {
    let (mut sum, mut read, mut seeds) = (0.0, Vec::new(), Vec::new());
    for datum in data {
        cx.step()?;
        let outcome = assess(cx, model, &datum.args, &datum.observations).map_err(unobserved)?;
        if outcome.weight.total() == f64::NEG_INFINITY {
            return Err(impossible(&outcome.trace));
        }
        sum += outcome.weight.total();
        read.push(outcome.trace.params.clone());
        seeds.push((outcome.total, Value::float(1.0)));
    }
    Ok(Evaluated { value: (sum, read), seeds })
}

/// Names the first choice that rules out a run whose every choice is observed.
#[cold]
fn impossible(trace: &crate::gfi::Trace) -> Stop {
    crate::gfi::possible(trace).err().unwrap_or_else(|| Error::raise(Code::AllImpossible, "a datum is impossible"))
}

/// What is not observed has to be inferred.
#[cold]
fn unobserved(error: Stop) -> Stop {
    match error.code() {
        Some(Code::ChoiceMissing) => error
            .within("a datum leaves a choice open")
            .help("observe every choice; to fit parameters beside unobserved choices, use `vi` with a guide for them"),
        _ => error,
    }
}

fn maximize(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("maximize", args, 2, OPTIONS)?;
    let f = args[0].clone();
    let (optimizer, steps) = (Optimizer::of(&options, Value::float(0.01))?, options.count("steps"));
    let mut parameters = Parameters::default();
    match &args[1] {
        Value::Map(map) if map.iter().all(|(name, _)| name.as_keyword().is_some()) => parameters.learn(&args[1])?,
        other => return Err(wrong_type("maximize", "parameters as a map from names to numbers", other, 1)),
    }
    let (mut training, mut last) = (Training::of(parameters), None);
    let climbed = training
        .climb(cx, optimizer, steps, |cx, _, parameters| evaluate(cx, parameters, |cx, at| objective(cx, &f, at)));
    let run = climbed.and_then(|()| {
        last = Some(objective(cx, &f, &training.parameters.value())?.value);
        Ok(())
    });
    result_of_finished(run, || training.result("value", last))
}

/// The function at some parameters.
fn objective(cx: &mut Cx, f: &Value, at: &Value) -> Result<Evaluated<f64>> {
    let value = cx.call1(f, at.clone())?;
    match primal_of(&value).as_f64() {
        Some(objective) => Ok(Evaluated { value: objective, seeds: vec![(value, Value::float(1.0))] }),
        None => Err(Error::raise(
            Code::Type,
            format!("`maximize` wants a function that gives a number, not {} `{}`", value.kind(), brief(&value)),
        )
        .arg(0)),
    }
}

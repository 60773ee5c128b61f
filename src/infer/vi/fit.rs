//! `vi`: the loop over steps, and the rows of the table.

use super::super::draws::FittedDraws;
use super::super::finished::result_of_finished;
use super::super::learning::{Optimizer, Parameters, Training};
use super::super::width::in_width;
use super::bounds::estimate;
use super::cover;
use super::fitted::Fitted;
use super::particle::{GuidedProblem, Posterior};
use super::settings::{DRAWS_A_STEP, ESTIMATOR, EstimatorSettings, OBJECTIVE, Objective};
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{BadPoints, argument_vector, constraints_of, function, result, with_store};
use crate::infer::options::{DRAWS, DTYPE, OPTIMIZER, STEPS};

pub const TABLE: &[Builtin] = &[
    Builtin::new("vi", "[model guide args observations & options]", |cx, a| in_width(cx, "vi", VI, a, 4, vi))
        .draws()
        .options(4, VI),
    Builtin::new("expectation", "[gf args & options]", expectation).draws().options(2, EXPECTATION),
    Builtin::new("with-store", "[gf store]", |_, a| {
        function("with-store", &a[0]).map_err(|e| e.arg(0))?;
        with_store(&a[0], &a[1])
    }),
];

const VI: &[OptionRow] = &[OBJECTIVE, ESTIMATOR, DRAWS_A_STEP, OPTIMIZER, STEPS, DRAWS, GUIDE_ARGS, DTYPE];
const EXPECTATION: &[OptionRow] = &[ESTIMATOR, DRAWS_A_STEP];
const GUIDE_ARGS: OptionRow = OptionRow::any("guide-args", "arguments of the guide").or_told("the model's");

fn vi(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("vi", args, 4, VI)?;
    function("vi", &args[0]).map_err(|e| e.arg(0))?;
    function("vi", &args[1]).map_err(|e| e.arg(1))?;
    let given = argument_vector(cx, "vi", &args[2]).map_err(|e| e.arg(2))?;
    let observations = constraints_of(&args[3], 3)?;
    let guide_args = match options.get("guide-args") {
        Some(_) => options.arguments(cx, "guide-args")?,
        None => given.clone(),
    };
    let settings = EstimatorSettings::read(&options)?;
    let (steps, samples) = (options.count("steps"), options.count("samples"));
    let optimizer = Optimizer::of(&options, Value::float(0.01))?;
    let key = cx.next_key("vi")?;
    let posterior = Posterior::new(&args[0], &given, &observations);
    let problem = GuidedProblem { guide: &args[1], guide_args: &guide_args, posterior: Some(posterior) };
    cover::check(cx, &problem, &settings, key.fold(0))?;
    let problems = [problem];
    let mut bad = BadPoints::default();
    let parameters = known_parameters(cx, &problems, &settings, key.fold(1), &mut bad)?;
    parameters.some("vi", "the guide and the model read")?;
    let posterior = Posterior::new(&args[0], &given, &observations);
    let mut fitted = Fitted {
        guide: &args[1],
        guide_args: &guide_args,
        draws: FittedDraws::new(cx, &posterior.code()),
        posterior,
        training: Training::of(parameters),
        bad,
    };
    let Fitted { training, bad, .. } = &mut fitted;
    let climbed = training.climb(cx, optimizer, steps, |cx, step, parameters| {
        estimate(cx, &problems, &settings, parameters, key.fold(2).fold(step as u64), bad)
    });
    let run = climbed.and_then(|()| {
        if still_rises(&fitted.training.history) {
            cx.warn(still_rising());
        }
        fitted.draw(cx, samples, key.fold(3))
    });
    result_of_finished(run, || fitted.result(cx))
}

/// The parameters that runs read.
pub fn known_parameters(
    cx: &mut Cx,
    problems: &[GuidedProblem<'_>],
    settings: &EstimatorSettings,
    key: Key,
    bad: &mut BadPoints,
) -> Result<Parameters> {
    let mut parameters = Parameters::default();
    estimate(cx, problems, settings, &mut parameters, key, bad)?;
    Ok(parameters)
}

/// Are the estimates of the last quarter higher than those of the quarter before, by more than noise and by more than
/// nothing?
fn still_rises(history: &[Value]) -> bool {
    let quarter = history.len() / 4;
    let moments = |part: &[Value]| {
        let numbers: Vec<f64> = part.iter().filter_map(Value::as_f64).collect();
        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        (mean, numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (numbers.len() as f64).powi(2))
    };
    let (before, last) = history[history.len() - 2 * quarter..].split_at(quarter);
    let ((before, error), (last, other)) = (moments(before), moments(last));
    quarter >= 10 && last - before > 0.5 + 5.0 * (error + other).sqrt()
}

#[cold]
fn still_rising() -> Box<Error> {
    Error::new(Code::StillRising, "the bound was still rising when `vi` ended: the fit is not the best one")
        .help("take more `:steps`, or an `:optimizer` with a larger rate; `(:elbo-history r)` shows the way")
}

fn expectation(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("expectation", args, 2, EXPECTATION)?;
    function("expectation", &args[0]).map_err(|e| e.arg(0))?;
    let given = argument_vector(cx, "expectation", &args[1])?;
    let settings = EstimatorSettings::of(&options, Objective::Mean)?;
    let key = cx.next_key("expectation")?;
    let problem = GuidedProblem { guide: &args[0], guide_args: &given, posterior: None };
    cover::check(cx, &problem, &settings, key.fold(0))?;
    let problems = [problem];
    let mut bad = BadPoints::default();
    let mut parameters = known_parameters(cx, &problems, &settings, key.fold(1), &mut bad)?;
    let (value, gradient) = estimate(cx, &problems, &settings, &mut parameters, key.fold(1), &mut bad)?;
    result([("value", Value::float(value)), ("gradient", Value::Map(gradient))])
}

//! Wake-sleep: a model learns from what a guide makes of data, the guide from what the model dreams (Hinton, Dayan, Frey
//! and Neal 1995). The guide sees the data: it is fitted to all posteriors at once.

use super::super::finished::result_of_finished;
use super::super::jumps::{check_decisions, smoothly};
use super::super::learning::{Datum, Evaluated, Optimizer, Parameters, Training, evaluate};
use super::super::width::in_width;
use super::bounds::{estimate, only};
use super::cover;
use super::fit::known_parameters;
use super::particle::{GuidedProblem, Posterior};
use super::settings::{EstimatorSettings, Objective};
use crate::error::{At, Code, Result, Stop};
use crate::eval::collections::Map;
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{BadPoints, ChoiceMap, Origin, assess, function, simulate, unvisited, unvisited_error, with_store};
use crate::infer::options::{DTYPE, OPTIMIZER, STEPS};
use crate::infer::tally::result_of;

pub const TABLE: &[Builtin] = &[Builtin::new("wake-sleep", "[model guide data & options]", |cx, a| {
    in_width(cx, "wake-sleep", OPTIONS, a, 3, wake_sleep)
})
.draws()
.options(3, OPTIONS)];

const OPTIONS: &[OptionRow] = &[
    OptionRow::count("particles", 1, "draws a datum in each step").or_count(10),
    OptionRow::count("dreams", 1, "runs of the model a step").or_count(50),
    OptionRow::flag(
        "reweighted",
        "importance weights for the wake phase, in which then the guide learns too, instead of asleep",
    ),
    OPTIMIZER,
    STEPS,
    DTYPE,
];

/// One datum as the guide and the model see it.
struct Day {
    args: Vec<Value>,
    observations: ChoiceMap,
    guide_args: Vec<Value>,
}

/// The arguments of the guide: those of the model, and what was observed.
fn seen(args: &[Value], observations: &ChoiceMap) -> Vec<Value> {
    args.iter().cloned().chain([observations.clone().into_value()]).collect()
}

fn wake_sleep(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("wake-sleep", args, 3, OPTIONS)?;
    function("wake-sleep", &args[0]).map_err(|e| e.arg(0))?;
    function("wake-sleep", &args[1]).map_err(|e| e.arg(1))?;
    let day = |Datum { args, observations }| Day { guide_args: seen(&args, &observations), args, observations };
    let days: Vec<Day> = Datum::all(cx, "wake-sleep", &args[2], 2)?.into_iter().map(day).collect();
    let problem = |day| Day::problem(day, &args[0], &args[1]);
    let problems: Vec<GuidedProblem<'_>> = days.iter().map(problem).collect();
    let reweighted = options.flag("reweighted");
    if reweighted {
        options.idle("dreams", "with `:reweighted`: the guide learns awake")?;
    }
    let wake = EstimatorSettings::of(&options, if reweighted { Objective::Pwake } else { Objective::Wake })?;
    let wake_guide = EstimatorSettings::of(&options, Objective::Qwake)?;
    let dreams = options.count("dreams");
    let (optimizer, steps) = (Optimizer::of(&options, Value::float(0.01))?, options.count("steps"));
    let key = cx.next_key("wake-sleep")?;
    for problem in &problems {
        cover::check(cx, problem, &wake, key.fold(0)).map_err(of_data)?;
    }
    let mut bad = BadPoints::default();
    let parameters = known_parameters(cx, &problems, &wake, key.fold(1), &mut bad)?;
    parameters.some("wake-sleep", "the guide and the model read")?;
    let mut awake = Vec::with_capacity(steps);
    let mut model_climb = optimizer.clone().start();
    let mut training = Training::of(parameters);
    // The guide learns in the second half of a step.
    let run = training.climb(cx, optimizer, steps, |cx, step, parameters| {
        let key = key.fold(2).fold(step as u64);
        let (value, gradient) = estimate(cx, &problems, &wake, parameters, key.fold(0), &mut bad)?;
        model_climb.step(cx, parameters, &gradient)?;
        awake.push(Value::float(value));
        match reweighted {
            true => estimate(cx, &problems, &wake_guide, parameters, key.fold(1), &mut bad),
            false => sleep(cx, &problems, dreams, parameters, key.fold(1), &mut bad),
        }
    });
    result_of_finished(run, || {
        let Training { parameters, history: asleep } = training;
        if asleep.is_empty() {
            return Ok(None);
        }
        awake.truncate(asleep.len());
        let store = parameters.into_value();
        let entries = [
            ("guide", with_store(&args[1], &store)?),
            ("params", store),
            ("wake-history", Value::vector(awake)?),
            ("sleep-history", Value::vector(asleep)?),
        ];
        result_of(entries, &bad).map(Some)
    })
}

/// Errors of a check as this call has them.
#[cold]
fn of_data(error: Stop) -> Stop {
    match (error.code(), error.place()) {
        (_, At::Arg(3)) => error.arg(2),
        (Some(Code::Arity), _) => {
            error.help("the guide gets the arguments and then what is observed: `(gen [obs] … (obs :x) …)`")
        }
        _ => error,
    }
}

impl Day {
    fn problem<'a>(&'a self, model: &'a Value, guide: &'a Value) -> GuidedProblem<'a> {
        let posterior = Posterior::new(model, &self.args, &self.observations);
        GuidedProblem { guide, guide_args: &self.guide_args, posterior: Some(posterior) }
    }
}

/// The mean log q of what the model dreamt, each run for the arguments and the observed addresses of one datum in turn,
/// and its gradient by the guide's parameters. The dreams are constants.
fn sleep(
    cx: &mut Cx,
    problems: &[GuidedProblem<'_>],
    dreams: usize,
    parameters: &mut Parameters,
    key: Key,
    bad: &mut BadPoints,
) -> Result<(f64, Map)> {
    let mut cases = Vec::with_capacity(dreams);
    for (i, problem) in problems.iter().cycle().take(dreams).enumerate() {
        cx.step()?;
        let Some(day) = &problem.posterior else { continue };
        let origin = Origin::new(key.fold(i as u64));
        let dream = parameters.with(cx, |cx| simulate(cx, day.model, day.args, origin));
        // A dream that the model cannot finish shows nothing.
        let Some(dream) = bad.good(dream)?.map(|trace| trace.choices()) else { continue };
        if let Some((latent, shown)) = divided(&dream, day.observations)? {
            cases.push((problem.guide, seen(day.args, &shown), latent));
        }
    }
    if let (true, Some(error)) = (cases.is_empty(), &bad.first) {
        return Err(error.clone().into());
    }
    let n = cases.len() as f64;
    let ((value, reads), gradient) = evaluate(cx, parameters, |cx, variables| {
        let (mut sum, mut reads, mut seeds) = (0.0, Vec::new(), Vec::new());
        for (guide, args, latent) in &cases {
            let outcome = smoothly(cx, variables, |cx| {
                let outcome = assess(cx, guide, args, latent)?;
                check_decisions(cx, &[])?;
                Ok(outcome)
            })?;
            if let Some(path) = unvisited(latent, &outcome.trace)? {
                return Err(unvisited_error(&path, &outcome.trace));
            }
            sum += outcome.weight.total() / n;
            reads.push(outcome.trace.params.clone());
            seeds.push((outcome.total, Value::float(1.0 / n)));
        }
        Ok(Evaluated { value: (sum, reads), seeds })
    })?;
    reads.iter().try_for_each(|read| parameters.learn(read))?;
    Ok((value, only(&gradient, &reads.iter().collect::<Vec<_>>())?))
}

/// The choices of a dream: those that nobody would see, and those at the observed addresses; `None` where the dream
/// lacks one of these.
fn divided(dream: &ChoiceMap, observations: &ChoiceMap) -> Result<Option<(ChoiceMap, ChoiceMap)>> {
    let (mut latent, mut shown) = (ChoiceMap::default(), ChoiceMap::default());
    for (path, value) in dream.leaves() {
        let side = if observations.value_at(&path)?.is_some() { &mut shown } else { &mut latent };
        side.put(&path, value.clone())?;
    }
    let whole = observations.leaves().iter().all(|(path, _)| shown.as_trie().at(path).is_some_and(|t| !t.is_empty()));
    Ok(whole.then_some((latent, shown)))
}

//! What a guide must do: make every unobserved choice of the model, and no other.

use super::particle::GuidedProblem;
use super::settings::EstimatorSettings;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::analyze::closest;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::{BadPoints, Origin, generate, show, simulate, unvisited, unvisited_error};
use crate::infer::start::STARTS;

/// Checks a guide by one of its runs at which the model raises no error.
pub fn check(cx: &mut Cx, problem: &GuidedProblem<'_>, settings: &EstimatorSettings, key: Key) -> Result<()> {
    names(cx, problem, settings, key.fold(STARTS))?;
    let mut bad = BadPoints::default();
    for again in 0..STARTS {
        let key = if again == 0 { key } else { key.fold(again) };
        if let Some(checked) = bad.good(once(cx, problem, key)?)? {
            return Ok(checked);
        }
    }
    Err(bad.all_bad(|| Error::raise(Code::AllImpossible, "the guide draws nothing that is possible")))
}

/// Checks that the guide draws what an option names, in one run or another.
fn names(cx: &mut Cx, problem: &GuidedProblem<'_>, settings: &EstimatorSettings, key: Key) -> Result<()> {
    let mut wanted: Vec<Vec<Value>> = settings.passages.named.leaves().into_iter().map(|(path, _)| path).collect();
    let mut known = Vec::new();
    for run in 0..STARTS {
        if wanted.is_empty() {
            break;
        }
        let guide = simulate(cx, problem.guide, problem.guide_args, Origin::new(key.fold(run)))?;
        wanted.retain(|path| guide.choice_at(path).is_none());
        known.extend(guide.address_names());
    }
    match wanted.first() {
        Some(path) => Err(unknown(&show(path), known)),
        None => Ok(()),
    }
}

/// Checks one run; an error of the model is apart from what is wrong with the guide.
fn once(cx: &mut Cx, problem: &GuidedProblem<'_>, key: Key) -> Result<Result<()>> {
    let guide = simulate(cx, problem.guide, problem.guide_args, Origin::new(key.fold(0)))?;
    let drawn = guide.all_choices();
    let Some(problem) = &problem.posterior else { return Ok(Ok(())) };
    for (path, _, _) in &drawn {
        if problem.observations.value_at(path)?.is_some() {
            return Err(Error::raise(Code::Guide, format!("the guide draws `{}`, which is observed", show(path)))
                .help("leave it out of the guide: it draws the unobserved choices only")
                .arg(1));
        }
    }
    let choices = guide.choices().merge(problem.observations)?;
    let model = match generate(cx, problem.model, problem.args, &choices, Origin::new(key.fold(1))) {
        Ok(outcome) => outcome.trace,
        Err(error) => return Ok(Err(error)),
    };
    if let Some(path) = unvisited(problem.observations, &model)? {
        return Err(unvisited_error(&path, &model).arg(3));
    }
    if let Some(path) = unvisited(&choices, &model)? {
        return Err(Error::raise(
            Code::Guide,
            format!("the guide draws `{}`, a choice that the model does not make", show(&path)),
        )
        .help("a guide draws the unobserved choices of the model, under the same addresses")
        .arg(1));
    }
    let missing: Vec<String> = (model.all_choices().iter())
        .filter(|(path, _, _)| !matches!(choices.value_at(path), Ok(Some(_))))
        .map(|(path, _, _)| format!("`{}`", show(path)))
        .collect();
    match missing.is_empty() {
        true => Ok(Ok(())),
        false => Err(uncovered(&missing)),
    }
}

#[cold]
fn uncovered(missing: &[String]) -> Stop {
    let shown = missing.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
    let more = if missing.len() > 8 { format!(" and {} more", missing.len() - 8) } else { String::new() };
    Error::raise(Code::Guide, format!("the guide does not draw {shown}{more}, which nobody observes"))
        .help("a guide draws every unobserved choice of the model: `(trace :z (normal (param :m 0.0) (exp (param :s 0.0))))`")
        .arg(1)
}

#[cold]
fn unknown(name: &str, known: Vec<String>) -> Stop {
    let error = Error::raise(Code::Option, format!("`:estimator` names `{name}`, which the guide does not draw"));
    match closest(name, &known) {
        Some(best) => error.help(format!("did you mean `{best}`?")),
        None => error.help(format!("the guide draws {}", known.join(", "))),
    }
}

//! The log-densities of the elements of one choice of an old run, of which a trace keeps the sum.

use super::elements::places;
use crate::dist::Density;
use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::combinators::runs_of;
use crate::gfi::data::{element_at, has_elements};
use crate::gfi::goal::{Goal, Guide, Guided};
use crate::gfi::interface::{self, Origin, Run, function};
use crate::gfi::past::Past;
use crate::gfi::trace::Trace;
use crate::gfi::trie::with_stack;
use std::sync::{Arc, Mutex};

/// Tells the log-densities of the elements of one choice of an old run.
struct Telling {
    choices: ChoiceMap,
    about: Vec<Value>,
    told: Mutex<Option<Value>>,
}

impl Guide for Telling {
    fn choose(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Value> {
        let value = self.choices.value_at(path)?.unwrap_or_default();
        if path == self.about {
            let scores = density.scores(cx, &value)?;
            self.told.lock().unwrap_or_else(|e| e.into_inner()).clone_from(&scores);
        }
        Ok(value)
    }

    fn below(&self, path: &[Value]) -> Result<ChoiceMap> {
        self.choices.at(path)
    }
}

/// The log-densities of the elements of a choice: those of several runs have theirs, others are scored again.
pub fn scores_at(cx: &mut Cx, trace: &Trace, path: &[Value]) -> Result<Option<Value>> {
    let calls = (1..=path.len()).rev().find_map(|n| Some((n, trace.call_at(&path[..n])?)));
    if let Some((n, call)) = calls {
        return with_stack(|| scores_at(cx, call, &path[n..]));
    }
    if let Some(call) = trace.inlined.iter().find(|call| call.choice_at(path).is_some()) {
        return with_stack(|| scores_at(cx, call, path));
    }
    let Some(runs) = runs_of(trace) else {
        return match &trace.inner {
            Some(inner) if inner.choice_at(path).is_some() => with_stack(|| scores_at(cx, inner, path)),
            _ => element_scores(cx, trace, path),
        };
    };
    let mut scores = Vec::with_capacity(runs.len());
    for run in runs {
        let Some((value, score)) = run.choice_at(path) else { return Ok(None) };
        let own = if has_elements(value) { with_stack(|| scores_at(cx, run, path))? } else { None };
        scores.push(own.unwrap_or(Value::float(score)));
    }
    Value::vector(scores).map(Some)
}

/// The sum of log-densities, however nested.
pub fn sum(scores: &Value) -> Result<f64> {
    let mut sum = 0.0;
    for place in places(scores) {
        sum += element_at(scores, &place)?.and_then(|score| score.as_f64()).unwrap_or(f64::NAN);
    }
    Ok(sum)
}

/// Of one call: a trace keeps their sum, so the run is made once more.
fn element_scores(cx: &mut Cx, trace: &Trace, path: &[Value]) -> Result<Option<Value>> {
    let telling = Arc::new(Telling { choices: trace.choices(), about: path.to_vec(), told: Mutex::new(None) });
    let goal = Goal::Guided(Guided::new(telling.clone()));
    let args = function("assess", &trace.function)?.complete(cx, &trace.args)?;
    let run = Run {
        this: &trace.function,
        args,
        goal: &goal,
        past: &Past::None,
        diffs: Vec::new(),
        origin: Origin::default(),
    };
    interface::run(cx, &run)?;
    Ok(telling.told.lock().unwrap_or_else(|e| e.into_inner()).take())
}

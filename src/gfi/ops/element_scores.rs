//! The log-densities of the elements of one choice of an old run, of which a trace keeps the sum, and of how many numbers
//! they are ones.

use super::elements::{OldChoice, places, rebuilt};
use super::site::ScoredChoice;
use crate::distributions::{Density, dimension, numbers_in};
use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::gfi::choice_paths::is_marked;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::combinators::runs_of;
use crate::gfi::data::{element_at, has_elements};
use crate::gfi::goal::{Goal, Guide, Guided};
use crate::gfi::interface::{self, function};
use crate::gfi::past::Past;
use crate::gfi::request::{Origin, Request};
use crate::gfi::trace::{Chosen, Trace, UNKNOWN_DIMENSION, beyond};
use crate::gfi::trie::{Trie, with_stack};
use std::sync::{Arc, Mutex};

/// What is told of each element of a choice.
#[derive(Clone, Copy)]
pub enum Told {
    Scores,
    /// Of how many numbers the log-density of an element is one.
    Dimensions,
}

impl Told {
    /// That of a value, arranged as the log-densities of its elements are; `None` where they are not independent.
    pub fn of(self, cx: &mut Cx, density: &dyn Density, value: &Value) -> Result<Option<Value>> {
        let Some(scores) = density.scores(cx, value)? else { return Ok(None) };
        let Told::Dimensions = self else { return Ok(Some(scores)) };
        // Numbers come in the order of the elements.
        let numbers = density.graded(cx, value)?.numbers;
        let mut rest = &numbers[..];
        let mut each = places(&scores).into_iter().map(|place| {
            let own = element_at(value, &place)?.map_or(0, |element| numbers_in(&element));
            let (own, later) = rest.split_at(own.min(rest.len()));
            rest = later;
            Ok(Some(Value::Int(dimension(own) as i64)))
        });
        rebuilt(&scores, &scores, &mut each).map(Some)
    }

    /// That of a choice that is one element.
    fn whole(self, choice: &Chosen<'_>) -> Value {
        match (self, choice.dimension) {
            (Told::Scores, _) => Value::float(choice.score),
            (Told::Dimensions, UNKNOWN_DIMENSION) => Value::Nil,
            (Told::Dimensions, dimension) => Value::Int(i64::from(dimension)),
        }
    }
}

/// Tells it of one choice of an old run.
struct Telling {
    choices: ChoiceMap,
    about: Vec<Value>,
    what: Told,
    told: Mutex<Option<Value>>,
}

impl Guide for Telling {
    fn choose(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Value> {
        let value = self.choices.value_at(path)?.unwrap_or_default();
        if path == self.about {
            let told = self.what.of(cx, density, &value)?;
            self.told.lock().unwrap_or_else(|e| e.into_inner()).clone_from(&told);
        }
        Ok(value)
    }

    fn below(&self, path: &[Value]) -> Result<ChoiceMap> {
        self.choices.at(path)
    }
}

/// What is told of the elements of a choice of a run: elements that are those of several runs have it, others are scored
/// again.
pub fn told_at(cx: &mut Cx, trace: &Trace, path: &[Value], what: Told) -> Result<Option<Value>> {
    let calls = (1..=path.len()).rev().find_map(|n| Some((n, trace.call_at(&path[..n])?)));
    if let Some((n, call)) = calls {
        return with_stack(|| told_at(cx, call, &path[n..], what));
    }
    if let Some(call) = trace.inlined.iter().find(|call| call.choice_at(path).is_some()) {
        return with_stack(|| told_at(cx, call, path, what));
    }
    let Some(runs) = runs_of(trace) else { return told_again(cx, trace, path, what) };
    let mut each = Vec::with_capacity(runs.len());
    for run in runs {
        let Some(chosen) = run.chosen_at(path) else { return Ok(None) };
        let own = if has_elements(chosen.value) { with_stack(|| told_at(cx, run, path, what))? } else { None };
        each.push(own.unwrap_or_else(|| what.whole(&chosen)));
    }
    Value::vector(each).map(Some)
}

/// The log-densities of elements by their places.
pub type ElementScores = Vec<(Vec<Value>, f64)>;

/// Those of a choice of a run; `None` where its elements are not independent.
pub fn element_scores(cx: &mut Cx, trace: &Trace, path: &[Value]) -> Result<Option<ElementScores>> {
    let Some(scores) = told_at(cx, trace, path, Told::Scores)? else { return Ok(None) };
    let score = |place: Vec<Value>| {
        let score = element_at(&scores, &place)?.and_then(|score| score.as_f64()).unwrap_or(f64::NAN);
        Ok((place, score))
    };
    places(&scores).into_iter().map(score).collect::<Result<_>>().map(Some)
}

/// Of how many numbers the log-densities of the observed elements of a choice of a run are ones; `None` where all of it is
/// data, or none.
pub fn dimension_of_data(cx: &mut Cx, trace: &Trace, path: &[Value], mask: &Trie<()>) -> Result<Option<u32>> {
    let Trie::Branch(_) = mask else { return Ok(None) };
    let Some(all) = told_at(cx, trace, path, Told::Dimensions)? else { return Ok(Some(UNKNOWN_DIMENSION)) };
    sum_at(&all, places(&all).iter().filter(|place| is_marked(mask, place))).map(Some)
}

/// The sum of the dimensions of some elements.
pub fn sum_at<'a>(all: &Value, places: impl IntoIterator<Item = &'a Vec<Value>>) -> Result<u32> {
    let each = places.into_iter().map(|place| Ok(element_at(all, place)?.and_then(|n| n.as_int()).unwrap_or(0) as u32));
    each.sum()
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
fn told_again(cx: &mut Cx, trace: &Trace, path: &[Value], what: Told) -> Result<Option<Value>> {
    let telling = Arc::new(Telling { choices: trace.choices(), about: path.to_vec(), what, told: Mutex::new(None) });
    let goal = Goal::Guided(Guided::new(telling.clone()));
    let args = function("assess", &trace.function)?.complete(cx, &trace.args)?;
    let run = Request {
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

/// By how many numbers the new density of what is kept is one of more than the old one; as many where the old run is not
/// at hand.
pub fn excess(
    cx: &mut Cx,
    old: OldChoice<'_>,
    density: &dyn Density,
    now: &ScoredChoice,
    places: &[Vec<Value>],
    kept: &[bool],
) -> Result<i32> {
    let Some(before) = old.choice.filter(|_| kept.contains(&true)) else { return Ok(0) };
    let more = beyond(now.dimension, before.dimension);
    let of_one_size = numbers_in(before.value) == numbers_in(&now.value);
    if of_one_size && (kept.iter().all(|kept| *kept) || (more == 0 && !density.is_mixed())) {
        return Ok(more);
    }
    let (Past::Trace(trace) | Past::Borrowed(_, Some(trace))) = old.past else { return Ok(0) };
    let Some(olds) = told_at(cx, trace, old.path, Told::Dimensions)? else { return Ok(0) };
    let news = Told::Dimensions.of(cx, density, &now.value)?.unwrap_or_default();
    let known = |all: &Value, place| -> Result<Option<i64>> { Ok(element_at(all, place)?.and_then(|n| n.as_int())) };
    let each = places.iter().zip(kept).filter(|(_, kept)| **kept).map(|(place, _)| {
        let both = known(&news, place)?.zip(known(&olds, place)?);
        Ok(both.map_or(0, |(new, old)| (new - old) as i32))
    });
    each.sum()
}

//! The way back of a step that forgets leads only to states that the step before can have had.
//!
//! What a step forgets the way back draws from the prior, also where the data of before is then impossible or not there.
//! Such states have no part in the extended target of `reference.rs`: its kernel is L restricted to the others, divided
//! by their share P. Weights need only be right on average (Fearnhead, Papaspiliopoulos, Roberts 2008), and the number of
//! tries until a state is possible has the mean 1/P. The tries of a retained particle are variables of the target, which
//! weighs them by their number: they are distributed as n₁ + n₂ − 1 of two such numbers.

use super::filter::Filter;
use crate::error::{Caught, Code, Error, Result, Stop};
use crate::eval::Cx;
use crate::eval::key::Key;
use crate::gfi::{
    BadPoints, BatchOutcome, BatchRequest, BatchedTrace, Change, ChoiceMap, Goal, IMPOSSIBLE, Origin, Selection, Trace,
    all_visited, change_batch, choice_paths, has_choice, is_bad_point, is_partial, proposal_of_lanes, regenerate,
    run_sparing, simulate, to_value, trace_of_lane,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Fewer lanes are drawn one by one.
const SINGLY: usize = 8;

/// Tries after which no state is possible.
const MOST: u64 = 10_000;

/// The backward kernel of step t: how its earlier state is drawn given the later one, where `data` was observed before it.
pub struct BackwardKernel<'a> {
    pub filter: &'a Filter,
    pub t: usize,
    pub data: &'a ChoiceMap,
}

impl BackwardKernel<'_> {
    /// Multiplies the weights of these lanes by their numbers of tries; the first may be of a retained particle.
    pub fn weigh(
        &self,
        cx: &mut Cx,
        outcome: &mut BatchOutcome,
        lanes: &BTreeSet<u32>,
        retained: bool,
        key: Key,
    ) -> Result<()> {
        let all = outcome.trace.group.clone();
        let settled = if lanes.len() < SINGLY { None } else { self.together(cx, &outcome.trace)? };
        for (id, weight) in all.iter().zip(&mut outcome.weights) {
            if *weight == f64::NEG_INFINITY || !lanes.contains(&id) {
                continue;
            }
            let (first, of_two) = (settled.as_ref().map(|lanes| lanes.contains(&id)), retained && id == all.id(0));
            if first == Some(true) && !of_two {
                continue;
            }
            let now = trace_of_lane(cx, &outcome.trace, id)?;
            let key = key.fold(u64::from(id));
            let mut tries = match first {
                Some(true) => 1,
                failed => u64::from(failed.is_some()) + self.draw(cx, &now, key.fold(0))?.1,
            };
            if of_two {
                tries += self.draw(cx, &now, key.fold(1))?.1 - 1;
            }
            *weight += (tries as f64).ln();
        }
        Ok(())
    }

    /// One draw from L in every lane at once: the lanes in which it is possible. `None` where not all lanes make all
    /// observed choices, or what is done together cannot be done.
    fn together(&self, cx: &mut Cx, now: &BatchedTrace) -> Result<Option<BTreeSet<u32>>> {
        let (obs, after) = (&self.filter.steps[self.t].obs, now.choices()?);
        let mut data = obs.leaves().into_iter().chain(self.data.leaves());
        if !data.all(|(path, value)| now.has_in_all_lanes(&path) && !is_partial(value)) {
            return Ok(None);
        }
        Ok(self.attempt_together(cx, now, &after).caught()?.ok())
    }

    fn attempt_together(&self, cx: &mut Cx, now: &BatchedTrace, after: &ChoiceMap) -> Result<BTreeSet<u32>> {
        let (settings, obs) = (&self.filter.settings, &self.filter.steps[self.t].obs);
        let args = &self.filter.steps[self.t - 1].args;
        let mut given = ChoiceMap::default();
        if settings.backward.is_some() {
            let backward = self.filter.proposal(&settings.backward, args, self.t)?;
            let (goal, key) = (Goal::update(ChoiceMap::default()), cx.next_key("smc")?);
            given = proposal_of_lanes(cx, &backward, after, now, goal, key)?.trace.choices()?;
        }
        let mut drawn: Vec<_> = given.leaves().into_iter().map(|(path, _)| path).collect();
        for (path, value) in self.data.leaves() {
            given.put(&path, value.clone())?;
            drawn.push(path);
        }
        drawn.extend(obs.leaves().into_iter().map(|(path, _)| path));
        let names: Vec<_> = drawn.iter().map(|path| to_value(path)).collect();
        let goal = Goal::Redraw { selection: Selection::of(&names)?, given, loose: Selection::None };
        let mut bad = BadPoints::default();
        let mut sparing = |cx: &mut Cx, request: &BatchRequest<'_>| run_sparing(cx, request, &mut bad);
        let found = change_batch(cx, "smc", now, Some(args), goal, &mut sparing)?;
        let scores = found.trace.chunks.iter().flat_map(|chunk| chunk.score.iter());
        let positive = |x: f64| x > f64::NEG_INFINITY;
        let lanes = found.trace.group.iter().zip(scores.zip(&found.weights));
        let mut possible: BTreeSet<u32> =
            lanes.filter(|(_, (score, weight))| positive(**score) && positive(**weight)).map(|(id, _)| id).collect();
        for (path, _) in self.data.leaves() {
            if !found.trace.has_in_all_lanes(&path) {
                possible.retain(|id| found.trace.has_in_lane(&path, *id));
            }
        }
        Ok(possible)
    }

    /// A state before the step of one after it, and the number of tries.
    pub fn draw(&self, cx: &mut Cx, now: &Arc<Trace>, key: Key) -> Result<(Arc<Trace>, u64)> {
        for tries in 1..=MOST {
            cx.step()?;
            if let Some(earlier) = self.attempt(cx, now, key.fold(tries))? {
                return Ok((earlier, tries));
            }
        }
        Err(impossible(self.t))
    }

    /// A draw from L, unless the data makes it impossible.
    fn attempt(&self, cx: &mut Cx, now: &Arc<Trace>, key: Key) -> Result<Option<Arc<Trace>>> {
        let (settings, obs) = (&self.filter.settings, &self.filter.steps[self.t].obs);
        let (args, after) = (self.filter.steps[self.t - 1].args.clone(), now.choices());
        let mut given = ChoiceMap::default();
        if settings.backward.is_some() {
            let backward = self.filter.proposal(&settings.backward, &args, self.t)?;
            let arguments = backward.arguments(&after);
            given = simulate(cx, &backward.function, &arguments, Origin::new(key.fold(0)))?.choices();
        }
        let mut drawn: Vec<_> = given.leaves().into_iter().map(|(path, _)| path).collect();
        for path in choice_paths(self.data, &[&after])? {
            let value = self.data.value_at(&path)?;
            if after.value_at(&path)? != value {
                given.put(&path, value.unwrap_or_default())?;
                drawn.push(path);
            }
        }
        for path in choice_paths(&after, &[obs, self.data])? {
            if has_choice(obs, &path)? && !has_choice(self.data, &path)? {
                drawn.push(path);
            }
        }
        drawn.retain(|path| now.has(path));
        let names: Vec<_> = drawn.iter().map(|path| to_value(path)).collect();
        let (selection, change) = (Selection::of(&names)?, Change { args, diffs: Vec::new() });
        match regenerate(cx, now, change, &selection, &given, Origin::new(key.fold(1))) {
            Ok(found) if found.trace.score == f64::NEG_INFINITY => Ok(None),
            Ok(found) => Ok(all_visited(self.data, &found.trace).is_ok().then_some(found.trace)),
            Err(error) if is_bad_point(&error) || error.is(IMPOSSIBLE) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cold]
fn impossible(t: usize) -> Stop {
    let message =
        format!("none of {MOST} states that the way back of step {t} draws is possible with the data before it");
    Error::raise(Code::AllImpossible, message).help(
        "a reference has positive density under all steps; `:backward` proposes what the step before can have had",
    )
}

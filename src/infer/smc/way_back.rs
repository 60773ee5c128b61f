//! The way back of a step that forgets leads only to states that the step before can have had.
//!
//! What a step forgets the way back draws from the prior, also where the data of before is then impossible or not there.
//! Such states have no part in the extended target of `reference.rs`: its kernel is L restricted to the others, divided
//! by their share P. Weights need only be right on average (Fearnhead, Papaspiliopoulos, Roberts 2008), and the number of
//! tries until a state is possible has the mean 1/P. The tries of a retained particle are variables of the target, which
//! weighs them by their number: they are distributed as n₁ + n₂ − 1 of two such numbers.

use super::filter::Filter;
use crate::error::{Error, Result};
use crate::eval::Cx;
use crate::eval::key::Key;
use crate::gfi::batch::{Outcome, scalar_trace};
use crate::gfi::ops::unvisited::all_visited;
use crate::gfi::ops::{self, Change};
use crate::gfi::pieces::{has, pieces};
use crate::gfi::{ChoiceMap, Origin, Selection, Trace, is_bad_point, to_value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Tries after which no state is possible.
const MOST: u64 = 10_000;

/// The way back of step t, where `data` was observed before it.
pub struct WayBack<'a> {
    pub filter: &'a Filter,
    pub t: usize,
    pub data: &'a ChoiceMap,
}

impl WayBack<'_> {
    /// Multiplies the weights of these lanes by their numbers of tries; the first may be of a retained particle.
    pub fn weigh(
        &self,
        cx: &mut Cx,
        outcome: &mut Outcome,
        lanes: &BTreeSet<u32>,
        retained: bool,
        key: Key,
    ) -> Result<()> {
        let all = outcome.trace.group.clone();
        for (id, weight) in all.iter().zip(&mut outcome.weights) {
            if *weight == f64::NEG_INFINITY || !lanes.contains(&id) {
                continue;
            }
            let now = scalar_trace(cx, &outcome.trace, id)?;
            let key = key.fold(u64::from(id));
            let mut tries = self.draw(cx, &now, key.fold(0))?.1;
            if retained && id == all.id(0) {
                tries += self.draw(cx, &now, key.fold(1))?.1 - 1;
            }
            *weight += (tries as f64).ln();
        }
        Ok(())
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
            given = ops::simulate(cx, &backward.function, &arguments, Origin::new(key.fold(0)))?.choices();
        }
        let mut drawn: Vec<_> = given.0.leaves().into_iter().map(|(path, _)| path).collect();
        for path in pieces(self.data, &[&after])? {
            let value = self.data.value_at(&path)?;
            if after.value_at(&path)? != value {
                given.put(&path, value.unwrap_or_default())?;
                drawn.push(path);
            }
        }
        for path in pieces(&after, &[obs, self.data])? {
            if has(obs, &path)? && !has(self.data, &path)? {
                drawn.push(path);
            }
        }
        drawn.retain(|path| now.has(path));
        let names: Vec<_> = drawn.iter().map(|path| to_value(path)).collect();
        let (selection, change) = (Selection::of(&names)?, Change { args, diffs: Vec::new() });
        match ops::regenerate(cx, now, change, &selection, &given, Origin::new(key.fold(1))) {
            Ok(found) if found.trace.score == f64::NEG_INFINITY => Ok(None),
            Ok(found) => Ok(all_visited(self.data, &found.trace).is_ok().then_some(found.trace)),
            Err(error) if is_bad_point(&error) || error.code == ops::IMPOSSIBLE => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cold]
fn impossible(t: usize) -> Box<Error> {
    let message =
        format!("none of {MOST} states that the way back of step {t} draws is possible with the data before it");
    Error::new("gen::all-impossible", message).help(
        "a reference has positive density under all steps; `:backward` proposes what the step before can have had",
    )
}

//! Refusals: errors that a run has because it is one of lanes, and that no scalar run would have. They say nothing of
//! the model, so that the lanes are run one by one.
//!
//! An error is told from the model's own by a scalar run of a lane that fails: it makes the choices that the lane has
//! made and comes to the same error, or it does not.

use super::enter::entered;
use super::lanes_of::lane_value;
use super::run::{BatchRequest, LaneMode, LanesOf, body, one_run, part, starts};
use super::runner::{Batch, Sites};
use crate::error::{Caught, Code, Result, Stop};
use crate::eval::lanes::{Group, lane_of};
use crate::eval::watch::LATE;
use crate::eval::{Cx, Value};
use crate::gfi::bad_points::is_of_run;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::function;
use crate::gfi::past::Past;
use crate::gfi::request::{Origin, Request};
use crate::gfi::trie::Trie;
use std::sync::Arc;

/// The codes that say so themselves.
const CODES: [Code; 2] = [Code::Lanes, Code::CaughtInSomeLanes];

fn says_so(error: &Stop) -> bool {
    error.code().is_some_and(|code| CODES.contains(&code))
}

/// May this be an error of lanes alone? Single lanes know no other, and of a resumed run the whole one decides. What
/// state outside the run remembers is another thing the next time, and what was too much takes as long again.
fn may_be(request: &BatchRequest<'_>, error: &Stop) -> bool {
    let again = !error.is(LATE) && !error.is(Code::TooLarge);
    matches!(request.how, LaneMode::Together) && is_of_run(error) && again
}

/// Is the error of a run of all lanes one of lanes alone?
pub fn is_refused(cx: &mut Cx, request: &BatchRequest<'_>, error: &Stop) -> Result<bool> {
    if !may_be(request, error) || says_so(error) {
        return Ok(may_be(request, error));
    }
    let all = request.group();
    cx.silently(|cx| match first_failing(cx, request, &all, error.lane())? {
        Some((id, past, error)) => is_refused_in(cx, request, (&all, id), past, &error),
        // No lane fails by itself.
        None => Ok(true),
    })
}

/// Is the error of the run of a single lane one of lanes alone?
pub fn is_refused_in(
    cx: &mut Cx,
    request: &BatchRequest<'_>,
    (all, id): (&Arc<Group>, u32),
    past: Option<Arc<Sites>>,
    error: &Stop,
) -> Result<bool> {
    if !may_be(request, error) || says_so(error) {
        return Ok(may_be(request, error));
    }
    let group = all.chunk(id, 1, request.width);
    let args = request.args.iter().map(|arg| entered(arg, &group)).collect::<Result<Vec<Value>>>()?;
    let mut batch = Batch::new(request.goal.clone(), request.key, group, past);
    // It fails again.
    let _ = body(cx, request, &args, &mut batch);
    let choices = choices_of(&batch.sites, id)?;
    let scalar = cx.run_of_its_own(|cx| scalar_run(cx, request, &args, choices, id));
    match scalar.caught()? {
        Err(e) => Ok(!error.is(e.code)),
        Ok(()) => Ok(true),
    }
}

/// The first lane that fails by itself, what it had, and its error; `told` is the lane that the error is about.
fn first_failing(
    cx: &mut Cx,
    request: &BatchRequest<'_>,
    all: &Arc<Group>,
    told: Option<u32>,
) -> Result<Option<Failing>> {
    for (at, (first, len)) in starts(request).into_iter().enumerate() {
        let lanes = match told {
            None => (first, len),
            Some(id) if (first..first + len).contains(&id) => (id, 1),
            Some(_) => continue,
        };
        let past = request.past.map(|past| past.chunks[at].sites.clone());
        if let Some(found) = failing_in(cx, request, (all, lanes), past.as_deref())? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

type Failing = (u32, Option<Arc<Sites>>, Stop);

fn failing_in(
    cx: &mut Cx,
    request: &BatchRequest<'_>,
    (all, (mut first, mut len)): LanesOf<'_>,
    past: Option<&Sites>,
) -> Result<Option<Failing>> {
    let fails = |cx: &mut Cx, lanes: (u32, u32)| -> Result<Option<Failing>> {
        let own = past.map(|past| part(past, request, (all, lanes))).transpose()?;
        match one_run(cx, request, (all, lanes), own.clone(), true).caught()? {
            Err(e) => Ok(Some((lanes.0, own, e.into()))),
            Ok(_) => Ok(None),
        }
    };
    let Some(mut failing) = fails(cx, (first, len))? else { return Ok(None) };
    while len > 1 {
        let half = len / 2;
        match fails(cx, (first, half))? {
            Some(found) => (failing, len) = (found, half),
            None => match fails(cx, (first + half, len - half))? {
                Some(found) => (failing, first, len) = (found, first + half, len - half),
                None => return Ok(None),
            },
        }
    }
    Ok(Some(failing))
}

/// What a lane has chosen so far.
fn choices_of(sites: &Sites, id: u32) -> Result<ChoiceMap> {
    let mut choices = Trie::Empty;
    for (path, site) in &sites.list {
        if let Some(visit) = site.visits.iter().find(|visit| visit.group.find(id).is_some()) {
            choices.set(path, Trie::Leaf(lane_of(&visit.value, id)?));
        }
    }
    Ok(ChoiceMap::of(choices))
}

fn scalar_run(cx: &mut Cx, request: &BatchRequest<'_>, args: &[Value], choices: ChoiceMap, id: u32) -> Result<()> {
    let callee = function("generate", request.this)?;
    let args = args.iter().map(|arg| lane_value(cx, arg, id)).collect::<Result<Vec<Value>>>()?;
    let args = callee.complete(cx, &args)?;
    let goal = match request.goal {
        Goal::Assess(given) => Goal::Assess(given.of_lane(id)?),
        _ => Goal::update(choices),
    };
    let origin = Origin::new(request.key.fold(u64::from(id))).of_width(request.width);
    let run = Request { this: request.this, args, goal: &goal, past: &Past::None, diffs: Vec::new(), origin };
    let lanes = cx.group.take();
    let (result, _) = cx.isolated(|cx| cx.watched(|cx| callee.run(cx, &run)));
    cx.group = lanes;
    result.map(|_| ())
}

//! Runs that spare the lanes at whose points the model raises an error: such a lane weighs nothing, the others go on.
//!
//! Where a run fails, its lanes are run again in halves, those that fail in halves again, down to single lanes. All
//! randomness of a lane comes from its number, so that it draws what it drew before: nothing depends on its neighbours.

use super::object::BatchedTrace;
use super::refusal::{is_refused, is_refused_in};
use super::run::{BatchOutcome, BatchRequest, LanesOf, Piece, one_run, part, run_as_asked, starts};
use super::runner::Sites;
use super::take::{self, LaneSource};
use crate::error::{Result, Stop};
use crate::eval::Cx;
use crate::eval::lanes::Group;
use crate::gfi::bad_points::{BadPoints, is_bad_point, is_of_run};
use crate::gfi::trace::Surroundings;
use crate::tensor::lanes::device;
use std::sync::Arc;

/// How an operation runs a function for all lanes.
pub type RunLanes<'a> = &'a mut dyn FnMut(&mut Cx, &BatchRequest<'_>) -> Result<BatchOutcome>;

/// Runs a function for all lanes. A lane whose point is bad has weight 0, and the trace of another lane in place of one of
/// its own, which it has not; an error in every lane is raised.
pub fn run_sparing(cx: &mut Cx, request: &BatchRequest<'_>, bad: &mut BadPoints) -> Result<BatchOutcome> {
    let mut met = BadPoints::default();
    let found = match run_as_asked(cx, request) {
        Err(e) if is_bad_point(&e) => spared(cx, request, e, &mut met)?,
        Err(e) if is_refused(cx, request, &e)? => None,
        other => Some(other?),
    };
    match found {
        Some(outcome) => {
            bad.join(met);
            Ok(outcome)
        }
        // What some lanes cannot do together counts for no lane.
        None => run_sparing(cx, &request.singly(), bad),
    }
}

/// `None` where a lane fails by what lanes cannot do.
fn spared(cx: &mut Cx, request: &BatchRequest<'_>, error: Stop, bad: &mut BadPoints) -> Result<Option<BatchOutcome>> {
    let joined = match request.past {
        Some(past) if device::in_use(request.width) => Some(past.joined()?),
        _ => None,
    };
    let request = &BatchRequest { past: joined.as_ref().or(request.past), ..*request };
    let (starts, all) = (starts(request), request.group());
    let _running = all.in_progress();
    let mut good = Vec::new();
    for (at, lanes) in starts.iter().enumerate() {
        let past = request.past.map(|past| past.chunks[at].sites.clone());
        match halves(cx, request, (&all, *lanes), past.as_deref(), &mut good, bad)? {
            Halves::Spared => {}
            Halves::Hopeless => return Err(error),
            Halves::Refused => return Ok(None),
        }
    }
    if good.is_empty() { Err(error) } else { together(request, (all, &starts), good, Surroundings::of(cx)).map(Some) }
}

/// So many lanes, all of them bad, speak for the rest.
const ENOUGH: u64 = 1000;

/// How the runs of some lanes in halves ended.
enum Halves {
    Spared,
    /// None of many is good.
    Hopeless,
    /// By what lanes cannot do.
    Refused,
}

/// Adds the runs of these lanes, but for those that are bad.
fn halves(
    cx: &mut Cx,
    request: &BatchRequest<'_>,
    (all, lanes): LanesOf<'_>,
    past: Option<&Sites>,
    good: &mut Vec<Piece>,
    bad: &mut BadPoints,
) -> Result<Halves> {
    let (mut open, before) = (vec![lanes], bad.count);
    while let Some((first, len)) = open.pop() {
        cx.step()?;
        let own = past.map(|past| part(past, request, (all, (first, len)))).transpose()?;
        match one_run(cx, request, (all, (first, len)), own.clone(), true) {
            Ok(piece) => good.push(piece),
            Err(e) if len > 1 && is_of_run(&e) => {
                let half = len / 2;
                open.extend([(first + half, len - half), (first, half)]);
            }
            Err(e) if cx.silently(|cx| is_refused_in(cx, request, (all, first), own, &e))? => {
                return Ok(Halves::Refused);
            }
            Err(e) => bad.good(Err(e))?.unwrap_or_default(),
        }
        if good.is_empty() && bad.count - before >= ENOUGH {
            return Ok(Halves::Hopeless);
        }
    }
    Ok(Halves::Spared)
}

/// The runs of some lanes as one of all: a lane without one takes after the first that has one.
fn together(
    request: &BatchRequest<'_>,
    (all, starts): (Arc<Group>, &[(u32, u32)]),
    good: Vec<Piece>,
    surroundings: Surroundings,
) -> Result<BatchOutcome> {
    let substitute: LaneSource = (0, good[0].chunk.group.id(0));
    let mut picks = vec![substitute; request.lanes];
    let mut weights = vec![f64::NEG_INFINITY; request.lanes];
    let mut excess = vec![0; if good.iter().all(|piece| piece.excess.is_empty()) { 0 } else { request.lanes }];
    for (source, piece) in good.iter().enumerate() {
        for (lane, own) in piece.chunk.group.iter().zip(&piece.excess) {
            excess[lane as usize] = *own;
        }
        for (lane, weight) in piece.chunk.group.iter().zip(&piece.weights) {
            (picks[lane as usize], weights[lane as usize]) = ((source as u32, lane), *weight);
        }
    }
    let runs: Vec<_> = good.iter().map(|piece| &piece.chunk).collect();
    let discards: Vec<_> = good.iter().map(|piece| &piece.discard).collect();
    let (mut chunks, mut discard) = (Vec::new(), Vec::new());
    for (first, len) in starts {
        let group = all.chunk(*first, *len, request.width);
        let picks = &picks[*first as usize..(first + len) as usize];
        chunks.push(Arc::new(take::chunk(&runs, &group, picks)?));
        discard.push(take::sites(&discards, &group, picks)?);
    }
    let trace = BatchedTrace::new(request.this, request.args.to_vec(), surroundings, all, chunks);
    Ok(BatchOutcome { trace, weights, excess, discard })
}

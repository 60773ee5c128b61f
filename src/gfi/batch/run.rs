//! Running chunks of lanes: on threads when nothing but choices happens in them, else all lanes as one chunk.

use super::enter::entered;
use super::object::{BatchedTrace, Chunk};
use super::refusal::is_refused;
use super::runner::{Batch, Sites};
use super::sums::LaneSums;
use super::take::{self, LaneSource};
use crate::error::{Caught, Code, Error, Result};
use crate::eval::gradient::each_leaf;
use crate::eval::key::Key;
use crate::eval::lanes::Group;
use crate::eval::lanes::deferred::Deferred;
use crate::eval::sequence::MAX_ELEMENTS;
use crate::eval::{Cx, Value};
use crate::gfi::goal::Goal;
use crate::gfi::interface::function;
use crate::gfi::trace::Surroundings;
use crate::tensor::DType;
use crate::tensor::lanes::{device, keep_pages};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;

/// Lanes of a chunk: their columns stay in the cache, and the interpreter's work is spread over as many.
const CHUNK: usize = 32_768;
/// The longest chunk of lanes that compute with this width: columns with MLX are whole.
pub fn longest(width: DType) -> usize {
    if device::in_use(width) { usize::MAX } else { CHUNK }
}

/// Fewer lanes than this are never shared out to threads.
const LEAST: usize = 2048;

/// What a batched operation asks for.
pub struct BatchRequest<'a> {
    pub this: &'a Value,
    pub args: &'a [Value],
    pub goal: &'a Goal,
    pub key: Key,
    pub lanes: usize,
    pub width: DType,
    pub past: Option<&'a BatchedTrace>,
    pub how: LaneMode<'a>,
}

/// How the lanes of a batched operation are run.
#[derive(Clone, Copy)]
pub enum LaneMode<'a> {
    Together,
    /// Only what comes after some steps of a series.
    Resumed(Resume<'a>),
    /// Each by a scalar run, where the body does something that lanes cannot do together.
    Singly,
}

/// Where a series goes on: its first new step, and what that gets of the one before.
#[derive(Clone, Copy)]
pub struct Resume<'a> {
    pub from: usize,
    pub carry: &'a Value,
}

impl<'a> BatchRequest<'a> {
    /// The same, each lane by a scalar run.
    pub(super) fn singly(&self) -> BatchRequest<'a> {
        BatchRequest { how: LaneMode::Singly, ..*self }
    }

    /// All lanes of the run: those of a changed run are those of the old one.
    pub(super) fn group(&self) -> Arc<Group> {
        match self.past {
            Some(past) => past.group.clone(),
            None => Group::whole(0, self.lanes as u32, self.width),
        }
    }
}

/// What came of it.
pub struct BatchOutcome {
    pub trace: BatchedTrace,
    pub weights: Vec<f64>,
    /// By how many numbers the density of each lane is one of more than the old one, see
    /// `Weight` in `gfi::ops`; empty where no lane has any.
    pub excess: Vec<i32>,
    /// What was overwritten or vanished, chunk by chunk.
    pub discard: Vec<Sites>,
}

impl BatchOutcome {
    /// This change and then another: weights add, the earliest discarded value of each choice of `start` wins.
    pub fn then(mut self, next: BatchOutcome, start: &BatchedTrace) -> BatchOutcome {
        self.weights.iter_mut().zip(&next.weights).for_each(|(sum, weight)| *sum += weight);
        self.excess.resize(self.excess.len().max(next.excess.len()), 0);
        self.excess.iter_mut().zip(&next.excess).for_each(|(sum, excess)| *sum += excess);
        for ((first, later), before) in self.discard.iter_mut().zip(&next.discard).zip(&start.chunks) {
            for (path, site) in &later.list {
                first.add_missing(path, site, before.sites.get(path));
            }
        }
        BatchOutcome { trace: next.trace, ..self }
    }
}

/// One chunk's part of it.
pub(super) struct Piece {
    pub chunk: Chunk,
    pub weights: Vec<f64>,
    pub excess: Vec<i32>,
    pub discard: Sites,
}

/// Runs a function for all lanes: together, or where that is refused, one by one.
pub fn run_batch(cx: &mut Cx, request: &BatchRequest<'_>) -> Result<BatchOutcome> {
    match run_as_asked(cx, request) {
        Err(e) if is_refused(cx, request, &e)? => run_as_asked(cx, &request.singly()),
        other => other,
    }
}

pub(super) fn run_as_asked(cx: &mut Cx, request: &BatchRequest<'_>) -> Result<BatchOutcome> {
    keep_pages();
    request.args.iter().try_for_each(|arg| of_size(arg, request.lanes))?;
    let group = request.group();
    let _running = group.in_progress();
    let attempted = attempt(cx, request, &group);
    cx.say_unsaid();
    let pieces = match attempted {
        // Something in the body has effects: all lanes run as one, once.
        Err(e) if e.is(IMPURE) => whole(cx, request, &group).map(|piece| vec![piece]),
        other => other,
    };
    // Seen from outside it is the run that fails, all of it.
    let pieces = pieces.map_err(|e| {
        e.map(|mut e| {
            e.some_lanes &= cx.group.is_some();
            e
        })
    })?;
    let mut weights = Vec::with_capacity(request.lanes);
    pieces.iter().for_each(|piece| weights.extend_from_slice(&piece.weights));
    let mut excess = Vec::new();
    if pieces.iter().any(|piece| !piece.excess.is_empty()) {
        for piece in &pieces {
            excess.extend_from_slice(&piece.excess);
            excess.resize(excess.len() + piece.weights.len() - piece.excess.len(), 0);
        }
    }
    let (chunks, discard) = pieces.into_iter().map(|piece| (Arc::new(piece.chunk), piece.discard)).unzip();
    let trace = BatchedTrace::new(request.this, request.args.to_vec(), Surroundings::of(cx), group, chunks);
    Ok(BatchOutcome { trace, weights, excess, discard })
}

/// The code of the error that an effect in a chunk raises before it happens.
pub const IMPURE: crate::error::Code = crate::eval::lanes::call::IMPURE;

/// The first lanes of the chunks, and their numbers: those of the old run, if there is one.
pub(super) fn starts(request: &BatchRequest<'_>) -> Vec<(u32, u32)> {
    match request.past {
        Some(past) => past.chunks.iter().map(|chunk| (chunk.group.id(0), chunk.group.len() as u32)).collect(),
        None => {
            let size = chunk_size(request.lanes);
            let chunk = |first: usize| (first as u32, size.min(request.lanes - first) as u32);
            (0..request.lanes).step_by(size).map(chunk).collect()
        }
    }
}

/// Lanes of a chunk: each thread gets equally many, but none so few that the interpreter's work outweighs theirs.
fn chunk_size(lanes: usize) -> usize {
    let chunks = lanes.div_ceil(CHUNK).next_multiple_of(rayon::current_num_threads());
    lanes.div_ceil(chunks).next_multiple_of(256).clamp(LEAST, CHUNK)
}

/// Runs all chunks, on this thread and on others: each takes the next that nobody has taken.
fn attempt(cx: &mut Cx, request: &BatchRequest<'_>, all: &Arc<Group>) -> Result<Vec<Piece>> {
    if device::in_use(request.width) {
        return lazily(cx, request, all).map(|piece| vec![piece]);
    }
    let starts = starts(request);
    if let [lanes] = starts[..] {
        return Ok(vec![piece(cx, request, (all, lanes), 0, true)?]);
    }
    // What changes a trace is likely to be followed by another change, which needs them.
    let scores = request.past.is_some();
    let (next, steps) = (AtomicUsize::new(0), AtomicU64::new(0));
    let (pieces, results) = std::sync::mpsc::channel();
    let work = |mut worker: Cx, pieces: Sender<(usize, Result<Piece>)>| {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(start) = starts.get(at) else { break };
            let result = piece(&mut worker, request, (all, *start), at, scores);
            if result.is_err() {
                // Nobody needs the chunks after this one; those before it are being run.
                next.store(starts.len(), Ordering::Relaxed);
            }
            // The receiver outlives the workers.
            let _ = pieces.send((at, result));
        }
        steps.fetch_add(worker.steps(), Ordering::Relaxed);
    };
    let own = cx.worker();
    rayon::in_place_scope(|scope| {
        for _ in 1..rayon::current_num_threads().min(starts.len()) {
            let (worker, pieces) = (cx.worker(), pieces.clone());
            scope.spawn(|_| work(worker, pieces));
        }
        work(own, pieces);
    });
    cx.charge(steps.into_inner() as usize)?;
    let mut done: Vec<(usize, Result<Piece>)> = results.iter().collect();
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, piece)| piece).collect()
}

/// All lanes as one chunk of columns with MLX, in a run that puts its checks off. Where that fails, for whatever
/// reason, a run with every check in its place says why.
fn lazily(cx: &mut Cx, request: &BatchRequest<'_>, all: &Arc<Group>) -> Result<Piece> {
    let mut worker = cx.worker();
    worker.deferred = Deferred::Until(None);
    let result = whole(&mut worker, request, all);
    cx.charge(worker.steps() as usize)?;
    result.caught()?.or_else(|_| whole(cx, request, all))
}

/// All lanes as one chunk.
fn whole(cx: &mut Cx, request: &BatchRequest<'_>, all: &Arc<Group>) -> Result<Piece> {
    let joined = request.past.map(BatchedTrace::joined).transpose()?;
    let request = BatchRequest { past: joined.as_ref(), ..*request };
    piece(cx, &request, (all, (0, request.lanes as u32)), 0, true)
}

/// Runs a chunk. One that does not keep the log-densities of single choices looks at scores and parameters at its end
/// only: if something went wrong, a run that keeps them says what was the first.
fn piece(cx: &mut Cx, request: &BatchRequest<'_>, lanes: LanesOf<'_>, at: usize, keeps: bool) -> Result<Piece> {
    let past = request.past.map(|past| past.chunks[at].sites.clone());
    match one_run(cx, request, lanes, past.clone(), keeps) {
        Err(e) if !keeps && e.code().is_some_and(|code| code != IMPURE) => one_run(cx, request, lanes, past, true),
        other => other,
    }
}

/// All lanes of a run, and of some of them the first number and how many they are.
pub(super) type LanesOf<'a> = (&'a Arc<Group>, (u32, u32));

/// Runs these lanes, which have this past.
pub(super) fn one_run(
    cx: &mut Cx,
    request: &BatchRequest<'_>,
    (all, (first, len)): LanesOf<'_>,
    past: Option<Arc<Sites>>,
    keeps: bool,
) -> Result<Piece> {
    let group = all.chunk(first, len, request.width);
    let args = request.args.iter().map(|arg| entered(arg, &group)).collect::<Result<Vec<Value>>>()?;
    let mut batch = Batch::new(request.goal.clone(), request.key, group.clone(), past);
    batch.keeps_densities = keeps;
    let retval = body(cx, request, &args, &mut batch)?;
    super::vanish::vanish(&mut batch)?;
    batch.settle(cx, &retval)?;
    super::site::check_numbers(&mut batch)?;
    batch.keep_observed();
    let Batch { sites, score: LaneSums(mut score), weight, discard, .. } = batch;
    score.iter_mut().zip(&weight.come.0).for_each(|(sum, other)| *sum += *other);
    let chunk = Chunk { group, sites: Arc::new(sites), score, retval };
    let (weights, excess) = weight.total();
    Ok(Piece { chunk, weights, excess, discard })
}

/// What some lanes of a chunk had.
pub(super) fn part(past: &Sites, request: &BatchRequest<'_>, (all, (first, len)): LanesOf<'_>) -> Result<Arc<Sites>> {
    let picks: Vec<LaneSource> = (first..first + len).map(|lane| (0, lane)).collect();
    take::sites(&[past], &all.chunk(first, len, request.width), &picks).map(Arc::new)
}

/// Runs the function on the lanes of a chunk.
pub(super) fn body(cx: &mut Cx, request: &BatchRequest<'_>, args: &[Value], batch: &mut Batch) -> Result<Value> {
    let (group, outer) = (batch.whole.clone(), cx.group.take());
    let body = |cx: &mut Cx| match request.how {
        LaneMode::Together => batch.call(cx, &[], request.this, args),
        LaneMode::Resumed(at) => {
            let carry = entered(at.carry, &group)?;
            function("update", request.this)?.run_steps(cx, args, at.from, &carry, batch)
        }
        LaneMode::Singly => {
            let args = function("trace", request.this)?.complete(cx, args)?;
            super::fallback::run_from(cx, request.this, &args, batch, request.past)
        }
    };
    let result = cx.isolated(|cx| cx.run_of_its_own(|cx| cx.under(group.clone(), body)));
    cx.group = outer;
    result
}

/// Lanes among arguments are as many as those of the run.
fn of_size(arg: &Value, lanes: usize) -> Result<()> {
    let mut odd = None;
    each_leaf(arg, &mut |leaf| {
        if let Value::Lanes(own) = leaf
            && own.group.of_batch() != lanes
        {
            odd = Some(own.group.of_batch());
        }
    });
    match odd {
        None => Ok(()),
        Some(own) => Err(Error::raise(Code::Lanes, format!("an argument of {own} lanes meets a run of {lanes} lanes"))
            .help("an argument is the same for all, or has a value for each lane")),
    }
}

/// A number of lanes that a batch can have.
pub fn count(name: &str, value: &Value, index: usize) -> Result<usize> {
    match value.as_int().and_then(|n| usize::try_from(n).ok()).filter(|n| *n >= 1) {
        Some(n) if n > MAX_ELEMENTS => {
            let message = format!("`{name}` of {n} particles, more than {MAX_ELEMENTS}");
            Err(Error::raise(Code::TooLarge, message).arg(index))
        }
        Some(n) => Ok(n),
        None => Err(Error::raise(
            Code::Type,
            format!("`{name}` wants a number of particles, not `{}`", crate::eval::print::brief(value)),
        )
        .arg(index)
        .help("at least 1, for example 1000")),
    }
}

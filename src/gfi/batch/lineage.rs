//! Batched traces of series that grow and are resampled: what is older stays as it is, in lanes of its own.
//!
//! A step of a particle filter makes a trace whose own choices are those of the new steps; the older ones are found
//! through the trace before it and the lanes that were picked from it. So a step costs the same however many there
//! were before; everything is put together once, when somebody asks for it.

use super::object::{BatchedTrace, Chunk};
use super::run::{BatchOutcome, BatchRequest, LaneMode, Resume, longest};
use super::runner::Sites;
use super::sparing::RunLanes;
use super::take::moved;
use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::lanes::{Group, adopt, gather_value};
use crate::eval::{Cx, Value};
use crate::gfi::bad_points::is_of_run;
use crate::gfi::goal::Goal;
use crate::gfi::interface::function;
use std::sync::{Arc, OnceLock};

/// Where a trace's older steps are.
pub struct Lineage {
    pub older: Option<Arc<BatchedTrace>>,
    /// The lanes of the older trace that these come from; the same ones where there are none.
    picks: Option<Arc<[u32]>>,
    /// What the next step gets.
    carry: Value,
    /// Everything put together.
    flat: OnceLock<Arc<BatchedTrace>>,
}

impl BatchedTrace {
    /// The same trace with all its choices in its own chunks.
    pub fn flat(&self) -> Result<&BatchedTrace> {
        let Some(lineage) = &self.lineage else { return Ok(self) };
        if let Some(flat) = lineage.flat.get() {
            return Ok(flat);
        }
        let flat = Arc::new(self.flatten()?);
        Ok(lineage.flat.get_or_init(|| flat))
    }

    /// What the next step of a series gets.
    fn carry(&self) -> Result<Value> {
        match &self.lineage {
            Some(lineage) => Ok(lineage.carry.clone()),
            None => match self.retval()? {
                Value::Vector(outputs) if !outputs.is_empty() => {
                    Ok(outputs.get(outputs.len() - 1).cloned().unwrap_or_default())
                }
                _ => Ok(self.args.get(1).cloned().unwrap_or_default()),
            },
        }
    }

    /// What a newer trace needs of this one: the choices, and what the steps returned.
    fn kept(&self) -> BatchedTrace {
        let mut kept = self.clone();
        if let Some(lineage) = &mut kept.lineage {
            lineage.carry = Value::Nil;
            let bare = |chunk: &Arc<Chunk>| {
                let (group, sites, retval) = (chunk.group.clone(), chunk.sites.clone(), chunk.retval.clone());
                Arc::new(Chunk { group, sites, score: Vec::new(), retval })
            };
            kept.chunks = self.chunks.iter().map(bare).collect();
        }
        kept
    }

    fn flatten(&self) -> Result<BatchedTrace> {
        let levels = self.levels();
        let mut first = 0;
        let mut chunks = Vec::with_capacity(self.chunks.len());
        let score = self.scores();
        for scores in score.chunks(longest(self.group.width)) {
            let group = self.group.chunk(first, scores.len() as u32, self.group.width);
            let (mut sites, mut outputs) = (Sites::default(), Vec::new());
            for level in levels.iter().rev() {
                level.add(&group, &mut sites, &mut outputs)?;
            }
            let retval = Value::vector(outputs)?;
            first += scores.len() as u32;
            chunks.push(Arc::new(Chunk { group, sites: Arc::new(sites), score: scores.to_vec(), retval }));
        }
        Ok(self.with_chunks(chunks))
    }

    /// This trace and the older ones, each with the lanes of it that this one's come from.
    fn levels(&self) -> Vec<Ancestor<'_>> {
        let mut levels = Vec::new();
        let mut lanes: Vec<u32> = self.group.iter().collect();
        let mut at = self;
        loop {
            levels.push(Ancestor { trace: at, sites: at.own_sites(), lanes: lanes.clone() });
            let Some(lineage) = &at.lineage else { break };
            if let Some(picks) = &lineage.picks {
                lanes.iter_mut().for_each(|lane| *lane = picks[*lane as usize]);
            }
            let Some(older) = &lineage.older else { break };
            at = older;
        }
        levels
    }

    /// Adds its scores to those of the chunks of a trace with as many lanes.
    fn add_scores(&self, chunks: &mut [Arc<Chunk>]) {
        let mut olds = self.chunks.iter().map(|chunk| chunk.score.as_slice());
        let mut old: &[f64] = &[];
        for chunk in chunks {
            let mut sums = Arc::make_mut(chunk).score.as_mut_slice();
            while !sums.is_empty() {
                if old.is_empty() {
                    let Some(next) = olds.next() else { return };
                    old = next;
                }
                let count = old.len().min(sums.len());
                let (now, rest) = sums.split_at_mut(count);
                now.iter_mut().zip(old).for_each(|(sum, before)| *sum += before);
                (sums, old) = (rest, &old[count..]);
            }
        }
    }

    /// The choices of its own chunks.
    pub fn own_sites(&self) -> Sites {
        let mut sites = Sites::default();
        for chunk in &self.chunks {
            for (path, site) in &chunk.sites.list {
                let entry = sites.entry(path);
                entry.mark(&site.observed, &site.visits);
                entry.visits.extend(site.visits.iter().cloned());
            }
        }
        sites
    }
}

/// One trace of a lineage.
struct Ancestor<'a> {
    trace: &'a BatchedTrace,
    sites: Sites,
    /// For each lane of the newest trace the one of this trace that it comes from.
    lanes: Vec<u32>,
}

impl Ancestor<'_> {
    /// Adds what the lanes of a group of the newest trace have here.
    fn add(&self, group: &Arc<Group>, sites: &mut Sites, outputs: &mut Vec<Value>) -> Result<()> {
        let from = group.id(0) as usize;
        let lanes = &self.lanes[from..from + group.len()];
        for (path, site) in &self.sites.list {
            let entry = sites.entry(path);
            entry.mark(&site.observed, &site.visits);
            for visit in &site.visits {
                entry.visits.extend(moved(visit, group, lanes)?);
            }
            entry.join(group)?;
        }
        let own = match self.trace.retval()? {
            Value::Vector(all) => all.to_vec(),
            other => vec![other],
        };
        for output in &own {
            outputs.push(gather_value(output, lanes, group)?);
        }
        Ok(())
    }
}

/// An update that only adds steps to a series: its own choices are those of the new ones. `None` of any other, and where
/// the new steps alone fail: the run of all steps with the same draws says why.
pub fn grow(
    cx: &mut Cx,
    old: &BatchedTrace,
    args: &[Value],
    goal: &Goal,
    key: Key,
    run: RunLanes<'_>,
) -> Result<Option<BatchOutcome>> {
    if !old.surroundings.hold(cx, &old.function, &old.args) {
        return Ok(None);
    }
    let series = function("update", &old.function)?;
    let args = series.complete(cx, args)?;
    let Some(from) = series.grows(&old.args, &args) else { return Ok(None) };
    let new = |key: &Value| key.as_int().is_some_and(|t| t >= from as i64);
    if !goal.touched().is_some_and(|keys| keys.iter().all(new)) {
        return Ok(None);
    }
    let carry = old.carry()?;
    let resume = Resume { from, carry: &carry };
    let (lanes, width) = (old.group.len(), old.group.width);
    let request = BatchRequest {
        this: &old.function,
        args: &args,
        goal,
        key,
        lanes,
        width,
        past: None,
        how: LaneMode::Resumed(resume),
    };
    let mut outcome = match run(cx, &request) {
        Err(e) if is_of_run(&e) => return Ok(None),
        other => other.map_err(|e| e.arguments_at(1))?,
    };
    super::ops::all_visited_in_lanes(&goal.given().cloned().unwrap_or_default(), &outcome.trace)?;
    let last = |chunk: &Chunk| match &chunk.retval {
        Value::Vector(all) => {
            Ok(all.len().checked_sub(1).and_then(|at| all.get(at)).map(|last| (chunk.group.clone(), last.clone())))
        }
        other => Ok(Some((chunk.group.clone(), other.clone()))),
    };
    let carry = outcome.trace.gather(last)?.unwrap_or(carry);
    old.add_scores(&mut outcome.trace.chunks);
    let older = Some(Arc::new(old.kept()));
    outcome.trace.lineage = Some(Box::new(Lineage { older, picks: None, carry, flat: OnceLock::new() }));
    Ok(Some(outcome))
}

/// The picked lanes of a series that may grow, which keeps its older steps as they are; `None` of anything else.
pub fn pick(old: &BatchedTrace, picks: &[u32]) -> Result<Option<BatchedTrace>> {
    if function("resample", &old.function)?.grows(&old.args, &old.args).is_none() {
        return Ok(None);
    }
    let group = Group::whole(0, picks.len() as u32, old.group.width);
    let scores = old.scores();
    let size = longest(old.group.width);
    let mut chunks = Vec::with_capacity(picks.len().div_ceil(size));
    for (at, lanes) in picks.chunks(size).enumerate() {
        let group = group.chunk((at * size) as u32, lanes.len() as u32, old.group.width);
        let score = lanes.iter().map(|lane| scores[*lane as usize]).collect();
        let sites = Arc::new(Sites::default());
        chunks.push(Arc::new(Chunk { group, sites, score, retval: Value::vector(Vec::new())? }));
    }
    let carry = gather_value(&adopt(&old.carry()?, &old.group)?, picks, &group)?;
    let args = old.args.iter().map(|arg| gather_value(arg, picks, &group)).collect::<Result<Vec<Value>>>()?;
    let lineage =
        Lineage { older: Some(Arc::new(old.kept())), picks: Some(picks.into()), carry, flat: OnceLock::new() };
    let lineage = Some(Box::new(lineage));
    let mut trace = BatchedTrace::new(&old.function, args, old.surroundings.clone(), group, chunks);
    trace.lineage = lineage;
    Ok(Some(trace))
}

/// A long lineage is dropped step by step, not in a recursion.
impl Drop for BatchedTrace {
    fn drop(&mut self) {
        let mut next = self.lineage.take().and_then(|mut lineage| lineage.older.take());
        while let Some(older) = next {
            next = Arc::into_inner(older)
                .and_then(|mut trace| trace.lineage.take().and_then(|mut lineage| lineage.older.take()));
        }
    }
}

impl Clone for BatchedTrace {
    fn clone(&self) -> BatchedTrace {
        BatchedTrace {
            function: self.function.clone(),
            args: self.args.clone(),
            group: self.group.clone(),
            chunks: self.chunks.clone(),
            surroundings: self.surroundings.clone(),
            scored: self.scored.clone(),
            lineage: self.lineage.as_ref().map(|lineage| {
                Box::new(Lineage {
                    older: lineage.older.clone(),
                    picks: lineage.picks.clone(),
                    carry: lineage.carry.clone(),
                    flat: OnceLock::new(),
                })
            }),
        }
    }
}

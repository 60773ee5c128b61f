//! The log-densities of single choices, which a run of many lanes does not keep: they are worked out when asked for.
//!
//! Only the operations that change a trace or project it ask. A sampler that never does so writes one number per lane
//! instead of one per lane and choice: in a regression on 20 points that was half of the time.

use super::object::{BatchedTrace, Chunk};
use super::run::{BatchRequest, LaneMode, run_batch};
use super::site::Visit;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::goal::Goal;
use std::sync::Arc;

impl BatchedTrace {
    /// The log-densities of a choice that every lane makes; `None` where some do not.
    pub fn log_densities(&self, cx: &mut Cx, path: &[Value]) -> Result<Option<Vec<f64>>> {
        let mut all = Vec::with_capacity(self.group.len());
        for chunk in &self.scored(cx)?.chunks {
            let Some(site) = chunk.sites.get(path) else { return Ok(None) };
            for id in chunk.group.iter() {
                let of = |visit: &Visit| Some(visit.density.as_ref()?.at(visit.group.find(id)?));
                let Some(density) = site.visits.iter().find_map(of) else { return Ok(None) };
                all.push(density);
            }
        }
        Ok(Some(all))
    }

    /// The same trace with all its choices in its own chunks, and the log-density of each.
    ///
    /// The function runs again on the choices that it made, which happens once: runs with effects have kept theirs.
    /// Errors: `gen::changed` if the function does not give the same scores any more.
    pub fn scored(&self, cx: &mut Cx) -> Result<&BatchedTrace> {
        let flat = self.flat()?;
        if flat.chunks.iter().all(|chunk| chunk.is_scored()) {
            return Ok(flat);
        }
        if let Some(scored) = flat.scored.get() {
            return Ok(scored);
        }
        let request = BatchRequest {
            this: &flat.function,
            args: &flat.args,
            goal: &Goal::default(),
            key: Key::default(),
            lanes: flat.group.len(),
            width: flat.group.width,
            past: Some(flat),
            how: LaneMode::Together,
        };
        let mut again = flat.surroundings.again(cx, |cx| run_batch(cx, &request))?.trace;
        for (new, old) in again.chunks.iter_mut().zip(&flat.chunks) {
            if !new.score.iter().zip(&old.score).all(|(x, y)| close(*x, *y, 1e-9)) {
                return Err(changed());
            }
            let new = Arc::make_mut(new);
            new.score.clone_from(&old.score);
        }
        again.surroundings = flat.surroundings.clone();
        Ok(flat.scored.get_or_init(|| Arc::new(again)))
    }
}

impl Chunk {
    /// Does every choice have its log-density?
    pub fn is_scored(&self) -> bool {
        self.sites.list.iter().flat_map(|(_, site)| &site.visits).all(|visit| visit.density.is_some())
    }
}

/// Equal but for the order in which the log-densities were added, or the width they were computed in.
pub fn close(x: f64, y: f64, tolerance: f64) -> bool {
    x == y || (x - y).abs() <= tolerance * (1.0 + x.abs())
}

#[cold]
pub fn changed() -> Stop {
    Error::raise(Code::Changed, "the function gives this trace other log-densities than when the trace was made")
        .help("was something that it uses defined anew? Then make the trace again, for example with `vgenerate`")
}

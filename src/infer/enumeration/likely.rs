//! Likely first: the ways of a run are tried by their density so far, until enough of them are done. For models whose
//! choices go on for ever, or have infinitely many values (best-first search, as WebPPL's `EnumerateLikelyFirst`).

use super::walk::{Found, Walker, found, infinite, unending};
use super::{Level, Space};
use crate::distributions::{Density, SupportOf};
use crate::error::{Code, Error, Result};
use crate::eval::{Cx, Value};
use crate::gfi::run_guided;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// When the search ends.
#[derive(Clone, Copy)]
pub struct Enough {
    /// So many whole runs.
    pub executions: usize,
    /// So much of the prior probability.
    pub mass: f64,
}

/// A way that was begun: its choices, and from which value on the next choice is to be tried.
struct PartialAssignment {
    levels: Vec<Level>,
    from: usize,
    /// The log-density so far, given choices and observations.
    score: f64,
    /// The prior probability of all runs that it leads to.
    mass: f64,
    /// That of the choices before it alone.
    before: f64,
}

impl PartialEq for PartialAssignment {
    fn eq(&self, other: &PartialAssignment) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for PartialAssignment {}

impl PartialOrd for PartialAssignment {
    fn partial_cmp(&self, other: &PartialAssignment) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PartialAssignment {
    /// The likeliest first, of those the one with fewer choices.
    fn cmp(&self, other: &PartialAssignment) -> Ordering {
        self.score.total_cmp(&other.score).then(other.levels.len().cmp(&self.levels.len()))
    }
}

/// The choice at which a way branches: its values with their log-probabilities, and what the way weighs until there.
pub struct Branching {
    pub level: Level,
    logs: Vec<f64>,
    /// The values after these, if there are more.
    next: Option<usize>,
    pub score: f64,
}

/// Values that are tried at once of infinitely many.
const BLOCK: usize = 16;
/// More ways than this are not begun.
const MOST: usize = 1_000_000;

/// Visits whole runs until they are enough: the prior probability of what was left out, which is told after each of them.
pub fn search(
    cx: &mut Cx,
    space: &Arc<Space>,
    enough: Enough,
    mut each: impl FnMut(&[Level], Option<Found>, f64),
) -> Result<f64> {
    let walker = Arc::new(Walker::branching(space.clone()));
    let mut ways =
        BinaryHeap::from([PartialAssignment { levels: Vec::new(), from: 0, score: 0.0, mass: 1.0, before: 1.0 }]);
    let (mut done, mut begun) = (0, 0);
    while let Some(way) = ways.pop() {
        begun += 1;
        if begun > MOST {
            return Err(Error::raise(Code::TooLarge, format!("more than {MOST} ways of the run were begun"))
                .help("ask for less: a smaller `:mass`, or `:max-executions`"));
        }
        cx.step()?;
        walker.start(&way.levels, way.from);
        let run = run_guided(cx, &space.model, &space.args, walker.clone());
        match walker.branched() {
            Some(branching) => ways.extend(branching.ways(&way)),
            None => {
                let found = found(cx, space, &way.levels, run.map_err(|e| unending(e, &way.levels)))?;
                let left = ways.iter().fold(0.0, |sum, way| sum + way.mass);
                each(&way.levels, found, left);
                done += 1;
                if done >= enough.executions || 1.0 - left >= enough.mass {
                    return Ok(left);
                }
            }
        }
    }
    Ok(0.0)
}

impl Branching {
    /// The values of a choice from one on.
    pub fn of(
        cx: &mut Cx,
        space: &Space,
        path: &[Value],
        density: &dyn Density,
        from: usize,
        score: f64,
    ) -> Result<Branching> {
        let support = density.support();
        let counts = match support {
            SupportOf::Numbers { lo, .. } if support.is_whole() && lo.is_finite() && !space.grid.has(path) => Some(lo),
            _ => None,
        };
        let (level, next) = match (space.level(cx, path, density), counts) {
            (Err(e), Some(lo)) if e.is(Code::Support) => {
                let values = (from..from + BLOCK).map(|k| (Value::Int(lo as i64 + k as i64), 0.0)).collect();
                (Level { path: path.to_vec(), values, complete: false, at: 0 }, Some(from + BLOCK))
            }
            (level, _) => (level?, None),
        };
        let mut logs = Vec::with_capacity(level.values.len());
        for (value, width) in &level.values {
            logs.push(density.logpdf(cx, value)? + width);
        }
        if next.is_some() && logs.iter().all(|l| l.is_nan()) {
            return Err(infinite(path, density));
        }
        Ok(Branching { level, logs, next, score })
    }

    /// The ways that go on from here.
    fn ways(self, way: &PartialAssignment) -> Vec<PartialAssignment> {
        let Branching { level, logs, next, score } = self;
        let (mut ways, mut taken) = (Vec::with_capacity(logs.len() + 1), 0.0);
        for (value, log) in level.values.into_iter().zip(logs).filter(|(_, log)| *log > f64::NEG_INFINITY) {
            let mass = way.before * log.exp();
            taken += mass;
            let mut levels = way.levels.clone();
            levels.push(Level { path: level.path.clone(), values: vec![value], complete: false, at: 0 });
            ways.push(PartialAssignment { levels, from: 0, score: score + log, mass, before: mass });
        }
        if let Some(from) = next {
            let mass = (way.mass - taken).max(0.0);
            let share = if way.before > 0.0 { mass / way.before } else { 0.0 };
            // What is left of a distribution is its rounding error in the end.
            if share > 1e-15 {
                let levels = way.levels.clone();
                ways.push(PartialAssignment { levels, from, score: score + share.ln(), mass, before: way.before });
            }
        }
        ways
    }
}

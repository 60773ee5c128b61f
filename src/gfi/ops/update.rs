//! update: a run changed by new arguments and constraints; weight = Σ ℓ(new) of given and kept − Σ ℓ(old).

use crate::error::Result;
use crate::eval::Cx;
use crate::gfi::change::Change;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::diff::Diff;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{function, run};
use crate::gfi::past::Past;
use crate::gfi::request::{Origin, Outcome, Request};
use crate::gfi::trace::Trace;
use std::sync::Arc;

/// A changed run. Constraints that it does not visit are the caller's business: see [`super::unvisited()`].
pub fn update(
    cx: &mut Cx,
    trace: &Arc<Trace>,
    change: Change,
    constraints: &ChoiceMap,
    origin: Origin,
) -> Result<Outcome> {
    rerun(cx, "update", trace, change, &Goal::update(constraints.clone()), origin)
}

/// Runs the trace's function again toward a goal.
pub fn rerun(
    cx: &mut Cx,
    operation: &str,
    trace: &Arc<Trace>,
    change: Change,
    goal: &Goal,
    origin: Origin,
) -> Result<Outcome> {
    let this = &trace.function;
    let mut diffs = change.diffs;
    let args = function(operation, this)?.complete(cx, &change.args)?;
    // Arguments that were left out are refilled with their defaults, of which nothing is promised.
    diffs.resize(args.len(), Diff::Unknown);
    for (diff, (old, new)) in diffs.iter_mut().zip(trace.args.iter().zip(&args)) {
        if let Diff::Unknown = diff {
            *diff = Diff::between(old, new);
        }
    }
    run(cx, &Request { this, args, goal, past: &Past::Trace(trace.clone()), diffs, origin })
}

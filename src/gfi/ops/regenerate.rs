//! regenerate: selected choices are drawn anew; weight = Σ ℓ(new) − ℓ(old) of the unselected that both runs have.

use super::update::rerun;
use super::weight::Weight;
use crate::broken::broken;
use crate::error::Result;
use crate::eval::Cx;
use crate::gfi::change::Change;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::request::{Origin, Outcome};
use crate::gfi::selection::Selection;
use crate::gfi::trace::Trace;
use std::sync::Arc;

/// A run with the selected choices drawn again, or given by `values` on the way back of a move.
pub fn regenerate(
    cx: &mut Cx,
    trace: &Arc<Trace>,
    change: Change,
    selection: &Selection,
    values: &ChoiceMap,
    origin: Origin,
) -> Result<Outcome> {
    let goal = Goal::Redraw { selection: selection.clone(), given: values.clone(), loose: Selection::None };
    redraw(cx, trace, change, &goal, origin)
}

/// The same, where unobserved choices whose old values are impossible in the new run are drawn as well.
pub fn regenerate_loosely(
    cx: &mut Cx,
    trace: &Arc<Trace>,
    selection: &Selection,
    values: &ChoiceMap,
    origin: Origin,
) -> Result<Outcome> {
    let goal = Goal::Redraw { selection: selection.clone(), given: values.clone(), loose: trace.latent() };
    redraw(cx, trace, Change::none(trace), &goal, origin)
}

fn redraw(cx: &mut Cx, trace: &Arc<Trace>, change: Change, goal: &Goal, origin: Origin) -> Result<Outcome> {
    let outcome = rerun(cx, "regenerate", trace, change, goal, origin)?;
    Ok(if broken!("regenerate-weight") { Outcome { weight: Weight::default(), ..outcome } } else { outcome })
}

//! guide: a run whose choices somebody decides one by one, each when its distribution is known; weight = Σ ℓ.

use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::goal::{Goal, Guide, Guided};
use crate::gfi::interface::{function, run};
use crate::gfi::past::Past;
use crate::gfi::request::{Origin, Outcome, Request};
use std::sync::Arc;

/// A guided run. It can be differentiated, as assess can.
pub fn run_guided(cx: &mut Cx, this: &Value, args: &[Value], guide: Arc<dyn Guide>) -> Result<Outcome> {
    let args = function("assess", this)?.complete(cx, args)?;
    let goal = Goal::Guided(Guided::new(guide));
    // Nothing is drawn, so any key will do.
    let origin = Origin::new(Key(0));
    run(cx, &Request { this, args, goal: &goal, past: &Past::None, diffs: Vec::new(), origin })
}

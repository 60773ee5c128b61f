//! simulate: every choice from the prior.

use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::gfi::goal::Goal;
use crate::gfi::interface::{function, run};
use crate::gfi::past::Past;
use crate::gfi::request::{Origin, Request};
use crate::gfi::trace::Trace;
use std::sync::Arc;

/// A run with every choice drawn.
pub fn simulate(cx: &mut Cx, this: &Value, args: &[Value], origin: Origin) -> Result<Arc<Trace>> {
    let args = function("simulate", this)?.complete(cx, args)?;
    let request = Request { this, args, goal: &Goal::default(), past: &Past::None, diffs: Vec::new(), origin };
    Ok(run(cx, &request)?.trace)
}

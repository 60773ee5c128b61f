//! generate: constrained choices take their values, the others come from the prior; weight = Σ ℓ of the constrained.

use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{function, run};
use crate::gfi::past::Past;
use crate::gfi::request::{Origin, Outcome, Request};

/// A run under constraints, which become its observations. Constraints that it does not visit are the caller's
/// business: see [`super::unvisited()`].
pub fn generate(cx: &mut Cx, this: &Value, args: &[Value], constraints: &ChoiceMap, origin: Origin) -> Result<Outcome> {
    let args = function("generate", this)?.complete(cx, args)?;
    let goal = Goal::observe(constraints.clone());
    run(cx, &Request { this, args, goal: &goal, past: &Past::None, diffs: Vec::new(), origin })
}

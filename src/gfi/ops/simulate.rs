//! simulate: every choice from the prior.

use crate::error::Result;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::builtins::argument_vector;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{Origin, Run, function, run};
use crate::gfi::past::Past;
use crate::gfi::trace::Trace;
use crate::gfi::trace_object::trace_value;
use std::sync::Arc;

/// A run with every choice drawn.
pub fn simulate(cx: &mut Cx, this: &Value, args: &[Value], origin: Origin) -> Result<Arc<Trace>> {
    let args = function("simulate", this)?.complete(cx, args)?;
    let request = Run { this, args, goal: &Goal::default(), past: &Past::None, diffs: Vec::new(), origin };
    Ok(run(cx, &request)?.trace)
}

pub const ROW: Builtin = Builtin::new(
    "simulate",
    "[gf args]",
    "A trace of a run with every choice drawn.\n(keys (choices (simulate (gen [] (trace :x (flip 0.5))) []))) ;=> (:x)",
    |cx, args| {
        function("simulate", &args[0]).map_err(|e| e.arg(0))?;
        let given = argument_vector(cx, "simulate", &args[1])?;
        let origin = Origin::new(cx.next_key("simulate")?);
        Ok(trace_value(simulate(cx, &args[0], &given, origin).map_err(|e| e.arguments_at(1))?))
    },
)
.draws();

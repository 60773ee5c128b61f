//! generate: constrained choices take their values, the others come from the prior; weight = Σ ℓ of the constrained.

use super::unvisited::all_visited;
use crate::error::Result;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::builtins::{argument_vector, constraints_of, result};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{Origin, Outcome, Run, function, run};
use crate::gfi::past::Past;
use crate::gfi::trace_object::trace_value;

/// A run under constraints, which become its observations. Constraints that it does not visit are the caller's
/// business: see [`super::unvisited()`].
pub fn generate(cx: &mut Cx, this: &Value, args: &[Value], constraints: &ChoiceMap, origin: Origin) -> Result<Outcome> {
    let args = function("generate", this)?.complete(cx, args)?;
    let goal = Goal::observe(constraints.clone());
    run(cx, &Run { this, args, goal: &goal, past: &Past::None, diffs: Vec::new(), origin })
}

pub const ROW: Builtin = Builtin::new(
    "generate",
    "[gf args constraints]",
    "A run in which constrained choices take the given values: `{:trace t :weight w}`; the weight is the log-density of the constrained choices.\n(:weight (generate (gen [] (trace :x (normal 0 1))) [] {:x 1.0})) ;=> -1.4189385332046727",
    |cx, args| {
        function("generate", &args[0]).map_err(|e| e.arg(0))?;
        let given = argument_vector(cx, "generate", &args[1])?;
        let constraints = constraints_of(&args[2], 2)?;
        let origin = Origin::new(cx.next_key("generate")?);
        let outcome = generate(cx, &args[0], &given, &constraints, origin).map_err(|e| e.arguments_at(1))?;
        all_visited(&constraints, &outcome.trace).map_err(|e| e.arg(2))?;
        result([("trace", trace_value(outcome.trace)), ("weight", Value::float(outcome.weight.plain()))])
    },
)
.draws();

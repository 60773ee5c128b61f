//! propose: a run as a proposal, its choices and their log-density.

use super::simulate::simulate;
use crate::eval::{Builtin, Value};
use crate::gfi::builtins::{argument_vector, result};
use crate::gfi::interface::{Origin, function};

pub const ROW: Builtin = Builtin::new(
    "propose",
    "[gf args]",
    "A run as a proposal: its choices, their log-density, what it returns.\n(:retval (propose (gen [] 7) [])) ;=> 7",
    |cx, args| {
        function("propose", &args[0]).map_err(|e| e.arg(0))?;
        let given = argument_vector(cx, "propose", &args[1])?;
        let origin = Origin::new(cx.next_key("propose")?);
        let trace = simulate(cx, &args[0], &given, origin).map_err(|e| e.arguments_at(1))?;
        result([
            ("choices", trace.choices().into_value()),
            ("weight", Value::float(trace.score)),
            ("retval", trace.retval.clone()),
        ])
    },
)
.draws();

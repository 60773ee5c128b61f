//! project: Σ ℓ of the selected choices of a trace.

use super::unvisited::check_selection;
use crate::eval::{Builtin, Value};
use crate::gfi::batch;
use crate::gfi::selection::Selection;
use crate::gfi::trace::Trace;
use crate::gfi::trace_object::of_value;

pub fn project(trace: &Trace, selection: &Selection) -> f64 {
    let scores = trace.all_choices().into_iter().filter(|(path, _, _)| selection.contains(path));
    // Not `sum`, whose empty sum is -0.0.
    scores.fold(0.0, |sum, (_, _, score)| sum + score)
}

pub const ROW: Builtin = Builtin::new(
    "project",
    "[trace selection]",
    "The log-density of the selected choices of a trace.\n(project (:trace (generate (gen [] (trace :x (flip 0.25))) [] {:x true})) (select-all)) ;=> -1.3862943611198906",
    |cx, args| {
        if let Some((batched, [selection])) = batch::ops::batched(args) {
            return batch::ops::project(cx, batched, selection);
        }
        let trace = of_value("project", &args[0], 0)?;
        let selection = Selection::from_value(&args[1]).map_err(|e| e.arg(1))?;
        check_selection(&selection, &trace).map_err(|e| e.arg(1))?;
        Ok(Value::float(project(&trace, &selection)))
    },
);

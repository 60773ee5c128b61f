//! regenerate: selected choices are drawn anew; weight = Σ ℓ(new) − ℓ(old) of the unselected that both runs have.

use super::unvisited::check_selection;
use super::update::{Change, outcome_map, rerun, without_function, wrong_arity};
use crate::error::Result;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::batch;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{Origin, Outcome};
use crate::gfi::selection::Selection;
use crate::gfi::trace::Trace;
use crate::gfi::trace_object::of_value;
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
    rerun(cx, "regenerate", trace, change, &goal, origin)
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
    rerun(cx, "regenerate", trace, Change::none(trace), &goal, origin)
}

const ARGLISTS: &str = "[trace selection] [trace args argdiffs selection] [gf trace & more]";

pub const ROW: Builtin = Builtin::new(
    "regenerate",
    ARGLISTS,
    "A new trace with the selected choices drawn again: `{:trace :weight :discard :retdiff}`. The weight compares the log-density of the choices that were kept.\n(let [t (simulate (gen [] (trace :x (normal 0 1))) [])] (:weight (regenerate t :x))) ;=> 0.0",
    |cx, args| {
        if let Some((batched, rest)) = batch::ops::batched("regenerate", args)? {
            return batch::ops::regenerate(cx, batched, rest);
        }
        let args = without_function("regenerate", args)?;
        let trace = of_value("regenerate", args.first().unwrap_or(&Value::Nil), 0)?;
        let (change, selection) = match &args[..] {
            [_, selection] => (Change::none(&trace), selection),
            [_, new, diffs, selection] => (Change::read(cx, "regenerate", new, diffs, 1)?, selection),
            _ => return Err(wrong_arity("regenerate", ARGLISTS, &args)),
        };
        let last = args.len() - 1;
        let selection = Selection::from_value(selection).map_err(|e| e.arg(last))?;
        check_selection(&selection, &trace).map_err(|e| e.arg(last))?;
        let origin = Origin::new(cx.next_key("regenerate")?);
        let outcome = regenerate(cx, &trace, change, &selection, &ChoiceMap::default(), origin)
            .map_err(|e| e.arguments_at(1))?;
        outcome_map(cx, outcome, [])
    },
)
.draws();

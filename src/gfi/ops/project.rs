//! project: Σ ℓ of the selected choices of a trace.

use super::elements;
use super::unvisited::check_selection;
use crate::error::Result;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::batch;
use crate::gfi::combinators::runs_of;
use crate::gfi::data::has_elements;
use crate::gfi::selection::{Selection, Share};
use crate::gfi::trace::Trace;
use crate::gfi::trace_object::of_value;
use crate::gfi::trie::with_stack;

pub fn project(cx: &mut Cx, trace: &Trace, selection: &Selection) -> Result<f64> {
    // Not `sum`, whose empty sum is -0.0.
    let mut sum = 0.0;
    for (path, value, score) in trace.all_choices() {
        sum += match selection.share(&path) {
            Share::Some if has_elements(&value) => elements_of(cx, trace, &path, selection)?,
            _ if selection.contains(&path) => score,
            _ => 0.0,
        };
    }
    Ok(sum)
}

/// Σ ℓ of the selected elements of a choice: those of several runs have theirs, others are scored again.
fn elements_of(cx: &mut Cx, trace: &Trace, path: &[Value], selection: &Selection) -> Result<f64> {
    let calls = (1..=path.len()).rev().find_map(|n| Some((n, trace.call_at(&path[..n])?)));
    if let Some((n, call)) = calls {
        return with_stack(|| elements_of(cx, call, &path[n..], &selection.at(&path[..n])));
    }
    if let Some(call) = trace.inlined.iter().find(|call| call.choice_at(path).is_some()) {
        return with_stack(|| elements_of(cx, call, path, selection));
    }
    let Some(runs) = runs_of(trace) else {
        return match &trace.inner {
            Some(inner) if inner.choice_at(path).is_some() => with_stack(|| elements_of(cx, inner, path, selection)),
            _ => elements::selected(cx, trace, path, selection),
        };
    };
    let mut sum = 0.0;
    for (t, run) in runs.into_iter().enumerate() {
        let Some((value, score)) = run.choice_at(path) else { continue };
        let own = selection.row(t);
        sum += match own.share(path) {
            Share::Some if has_elements(value) => with_stack(|| elements_of(cx, run, path, &own))?,
            _ if own.contains(path) => score,
            _ => 0.0,
        };
    }
    Ok(sum)
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
        Ok(Value::float(project(cx, &trace, &selection)?))
    },
);

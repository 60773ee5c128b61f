//! The operations on traces, one or batched: update, regenerate, project.

use crate::error::Result;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::any_trace::AnyTrace;
use crate::gfi::batch;
use crate::gfi::call::Call;
use crate::gfi::change::{Change, too_many};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::diff::Diff;
use crate::gfi::goal::Goal;
use crate::gfi::ops::project::project as project_one;
use crate::gfi::selection::Selection;

const UPDATE: &str =
    "[trace constraints] [trace args argdiffs constraints] [trace args argdiffs constraints options] [gf trace & more]";

const REGENERATE: &str =
    "[trace selection] [trace args argdiffs selection] [trace args argdiffs selection options] [gf trace & more]";

const PROJECT: &str = "[trace selection]";

pub const TABLE: &[Builtin] = &[
    Builtin::new("gfi-update", UPDATE, |cx, args| {
        let call = Call::read("update", args)?;
        let (change, what) = call.change(cx, UPDATE)?;
        let constraints = call.constraints(what)?;
        updated(cx, &call, change, constraints, what.at)
    })
    .draws(),
    Builtin::new("update-with-diffs", "[trace constraints & argdiffs]", update_with_diffs).draws(),
    Builtin::new("regenerate", REGENERATE, regenerate).draws(),
    Builtin::new("project", PROJECT, project),
];

fn updated(cx: &mut Cx, call: &Call<'_>, change: Option<Change>, constraints: ChoiceMap, at: usize) -> Result<Value> {
    let key = cx.next_key("update")?;
    let outcome = call.trace.changed(cx, "update", change, Goal::update(constraints.clone()), key);
    let outcome = outcome.map_err(|e| e.arguments_at(call.arguments()))?;
    outcome.all_visited(&constraints).map_err(|e| e.arg(at))?;
    outcome.into_map(cx, None)
}

fn update_with_diffs(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let call = Call::read("update-with-diffs", args)?;
    let mut rest = call.rest();
    let what = rest.next().ok_or_else(|| call.wrong_arity("[trace constraints & argdiffs]"))?;
    let constraints = call.constraints(what)?;
    let mut diffs = Vec::new();
    for given in rest {
        let own = call.trace.args();
        if diffs.len() == own.len() {
            let all = call.rest().count() - 1;
            return Err(too_many(all, own.len()).arg(given.at));
        }
        diffs.push(Diff::from_value(given.value).map_err(|e| match given.value {
            Value::Vector(_) => {
                e.arg(given.at).help("here the diffs are not in a vector: `(update-with-diffs trace {} no-change)`")
            }
            _ => e.arg(given.at),
        })?);
    }
    let change = Change { args: call.trace.args().to_vec(), diffs };
    updated(cx, &call, Some(change), constraints, what.at)
}

fn regenerate(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let call = Call::read("regenerate", args)?;
    let (change, what) = call.change(cx, REGENERATE)?;
    let selection = call.selection(what)?;
    let goal = Goal::Redraw { selection, given: ChoiceMap::default(), loose: Selection::None };
    let key = cx.next_key("regenerate")?;
    let outcome = call.trace.changed(cx, "regenerate", change, goal, key);
    outcome.map_err(|e| e.arguments_at(call.arguments()))?.into_map(cx, None)
}

fn project(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let call = Call::read("project", args)?;
    let selection = call.selection(call.only(PROJECT)?)?;
    match call.trace {
        AnyTrace::Batch(batch) => batch::ops::project(cx, batch, &selection),
        AnyTrace::One(trace) if !trace.total.is_nil() => Err(crate::eval::gradient::no_gradient("project")),
        AnyTrace::One(trace) => Ok(Value::float(project_one(cx, &trace, &selection)?)),
    }
}

//! update: a run changed by new arguments and constraints; weight = Σ ℓ(new) of given and kept − Σ ℓ(old).

use super::unvisited::all_visited;
use crate::error::{Code, Error, Result};
use crate::eval::builtins::args::described;
use crate::eval::collections::Map;
use crate::eval::options::{OptionRow, Options};
use crate::eval::print::brief;
use crate::eval::run::arity_error;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::batch;
use crate::gfi::builtins::{argument_vector, constraints_of, result};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::diff::Diff;
use crate::gfi::goal::Goal;
use crate::gfi::interface::{Origin, Outcome, Run, function, is_function, run, same_function};
use crate::gfi::past::Past;
use crate::gfi::trace::Trace;
use crate::gfi::trace_object::{of_value, trace_value};
use std::sync::Arc;

/// New arguments and what is promised of them.
pub struct Change {
    pub args: Vec<Value>,
    pub diffs: Vec<Diff>,
}

impl Change {
    /// The old arguments, unchanged.
    pub fn none(trace: &Trace) -> Change {
        Change { args: trace.args.clone(), diffs: vec![Diff::NoChange; trace.args.len()] }
    }

    /// Arguments and argdiffs as a program gives them, from this argument on.
    pub fn read(cx: &mut Cx, operation: &str, args: &Value, diffs: &Value, index: usize) -> Result<Change> {
        let args = argument_vector(cx, operation, args).map_err(|e| e.arg(index))?;
        let diffs = match diffs {
            Value::Nil => Vec::new(),
            Value::Vector(diffs) => {
                diffs.iter().map(Diff::from_value).collect::<Result<_>>().map_err(|e| e.arg(index + 1))?
            }
            single => {
                let message = format!("argdiffs are a vector with a diff for each argument, not {}", described(single));
                return Err(Error::new(Code::Diff, message)
                    .arg(index + 1)
                    .help("write `[no-change unknown-change]`, or `nil` when nothing is known"));
            }
        };
        if diffs.len() > args.len() {
            return Err(too_many(diffs.len(), args.len()).arg(index + 1));
        }
        Ok(Change { args, diffs })
    }

    /// Compares the promises with the arguments.
    pub fn check(&self, old: &[Value]) -> Result<()> {
        for (i, ((diff, before), now)) in self.diffs.iter().zip(old).zip(&self.args).enumerate() {
            if !diff.holds(before, now) {
                let diff = brief(&diff.clone().into_value());
                let message = format!(
                    "the diff of argument {i} promises `{diff}`, but it went from `{}` to `{}`",
                    brief(before),
                    brief(now)
                );
                return Err(Error::new(Code::Diff, message)
                    .arg(2)
                    .help("promise less: `unknown-change` is always true"));
            }
        }
        Ok(())
    }
}

#[cold]
fn too_many(diffs: usize, args: usize) -> Box<Error> {
    let plural = if args == 1 { "" } else { "s" };
    Error::new(Code::Diff, format!("{diffs} argdiffs for {args} argument{plural}"))
        .help("give one diff for each argument, in their order")
}

/// A changed run. Constraints that it does not visit are the caller's business: see [`super::unvisited()`].
pub fn update(
    cx: &mut Cx,
    trace: &Arc<Trace>,
    change: Change,
    constraints: &ChoiceMap,
    origin: Origin,
) -> Result<Outcome> {
    rerun(cx, "update", trace, change, &Goal::update(constraints.clone()), origin)
}

/// Runs the trace's function again toward a goal.
pub fn rerun(
    cx: &mut Cx,
    operation: &str,
    trace: &Arc<Trace>,
    change: Change,
    goal: &Goal,
    origin: Origin,
) -> Result<Outcome> {
    let this = &trace.function;
    let mut diffs = change.diffs;
    let args = function(operation, this)?.complete(cx, &change.args)?;
    // Arguments that were left out are refilled with their defaults, of which nothing is promised.
    diffs.resize(args.len(), Diff::Unknown);
    for (diff, (old, new)) in diffs.iter_mut().zip(trace.args.iter().zip(&args)) {
        if let Diff::Unknown = diff {
            *diff = Diff::between(old, new);
        }
    }
    run(cx, &Run { this, args, goal, past: &Past::Trace(trace.clone()), diffs, origin })
}

/// `{:trace :weight :discard :retdiff}` and what else an operation tells. The weight is the sum of log-densities,
/// whatever they are densities of.
pub fn outcome_map<const N: usize>(cx: &mut Cx, outcome: Outcome, more: [(&str, Value); N]) -> Result<Value> {
    if outcome.weight.excess != 0 {
        cx.warn_once(other_measures(outcome.weight.excess));
    }
    let Value::Map(map) = result([
        ("trace", trace_value(outcome.trace)),
        ("weight", Value::float(outcome.weight.plain())),
        ("discard", ChoiceMap(outcome.discard).into_value()),
        ("retdiff", outcome.retdiff.into_value()),
    ])?
    else {
        return Ok(Value::Nil);
    };
    let all = more.into_iter().try_fold(map, |map: Map, (k, v)| map.insert(Value::keyword(k), v))?;
    Ok(Value::Map(all))
}

/// The warning of a weight whose log-densities have no ratio.
#[cold]
pub fn other_measures(excess: i32) -> Box<Error> {
    let (before, now) = if excess > 0 { ("probability", "density") } else { ("density", "probability") };
    let message =
        format!("the `:weight` compares unlike things: a value that stays had a {before} and has a {now} now");
    let says = if excess > 0 { "is nothing beside a probability: reject" } else { "is nothing beside it: accept" };
    Error::new(Code::Measure, message)
        .help(format!("a density {says} such a move, as `mh-kernel` and the other kernels do by themselves"))
}

/// Drops a leading generative function, which must be the trace's: `(update gf trace …)`.
pub fn without_function(operation: &str, args: &[Value]) -> Result<Vec<Value>> {
    let [first, second, ..] = args else { return Ok(args.to_vec()) };
    if !is_function(first) {
        return Ok(args.to_vec());
    }
    // Where no trace follows, it was forgotten, unless what follows is the result that holds it.
    let trace = match second {
        Value::Host(_) => of_value(operation, second, 1)?,
        Value::Map(m) if m.get_keyword("trace").is_some() => of_value(operation, second, 1)?,
        _ => of_value(operation, first, 0)?,
    };
    if same_function(first, &trace.function) {
        return Ok(args[1..].to_vec());
    }
    Err(other_function(operation, &trace.function, first))
}

/// The error of an operation that is called with another function than the trace's.
#[cold]
pub fn other_function(operation: &str, own: &Value, given: &Value) -> Box<Error> {
    let message = format!("the trace is one of `{}`, not of `{}`", brief(own), brief(given));
    Error::new(Code::Type, message).arg(1).help(format!("leave the function out: `({operation} trace …)`"))
}

/// Takes `{:check-diffs true}`, or `:check-diffs true`, off the end.
fn check_option(args: &mut Vec<Value>, most: usize) -> Result<bool> {
    let given = match args.get(most) {
        Some(Value::Map(_) | Value::Keyword(_)) => check_diffs("update", args, most)?,
        _ => return Ok(false),
    };
    args.truncate(most);
    Ok(given)
}

const CHECK_DIFFS: &[OptionRow] = &[OptionRow::flag("check-diffs", "verify what the diffs say of the arguments")];

/// What `{:check-diffs true}` says, from `args[index]` on.
pub fn check_diffs(operation: &str, args: &[Value], index: usize) -> Result<bool> {
    Ok(Options::read(operation, args, index, CHECK_DIFFS)?.flag("check-diffs"))
}

const ARGLISTS: &str =
    "[trace constraints] [trace args argdiffs constraints] [trace args argdiffs constraints options] [gf trace & more]";

pub const ROWS: [Builtin; 2] = [
    Builtin::new(
        "gfi-update",
        ARGLISTS,
        "A trace changed by constraints and, if given, new arguments: `{:trace :weight :discard :retdiff}`. `update` calls it for traces. Old values stay where their addresses do, what is new comes from the prior; the weight is the log-ratio of densities without what was drawn, the discard what was overwritten or vanished. Argdiffs promise how arguments changed; `{:check-diffs true}` at the end verifies them.\n(let [t (:trace (generate (gen [] (trace :x (normal 0 1))) [] {:x 1.0}))] (:discard (update t {:x 2.0}))) ;=> (choicemap :x 1.0)",
        gfi_update,
    )
    .draws(),
    Builtin::new(
        "update-with-diffs",
        "[trace constraints & argdiffs]",
        "`update` with the trace's own arguments, of which the diffs promise what changed.\n(let [t (:trace (generate (gen [x] (trace :y (normal x 1))) [0] {:y 1.0}))] (:weight (update-with-diffs t {:y 2.0} no-change))) ;=> -1.5",
        |cx, args| {
            let args = without_function("update-with-diffs", args)?;
            let [trace, constraints, diffs @ ..] = &args[..] else {
                return Err(arity_error("update-with-diffs", "[trace constraints & argdiffs]", args.len()));
            };
            let trace = of_value("update-with-diffs", trace, 0)?;
            let constraints = constraints_of(constraints, 1)?;
            let read = |(i, diff): (usize, &Value)| {
                Diff::from_value(diff).map_err(|e| match diff {
                    Value::Vector(_) => e.arg(i + 2).help("here the diffs are not in a vector: `(update-with-diffs trace {} no-change)`"),
                    _ => e.arg(i + 2),
                })
            };
            let diffs = diffs.iter().enumerate().map(read).collect::<Result<Vec<_>>>()?;
            if diffs.len() > trace.args.len() {
                return Err(too_many(diffs.len(), trace.args.len()).arg(2 + trace.args.len()));
            }
            finish(cx, &trace, Change { args: trace.args.clone(), diffs }, &constraints, 1)
        },
    )
    .draws(),
];

/// The error of an operation on a trace with the wrong number of arguments; most often the diffs were left out.
#[cold]
pub fn wrong_arity(operation: &str, arglists: &str, args: &[Value]) -> Box<Error> {
    let error = arity_error(operation, arglists, args.len());
    match args {
        [_, Value::Vector(_), last] => error.help(format!(
            "new arguments come with their diffs, or nil: `({operation} trace args nil {})`",
            brief(last)
        )),
        [_, address @ Value::Keyword(_), value] if operation == "update" => {
            error.help(format!("choices are one map: `(update trace {{{} {}}})`", brief(address), brief(value)))
        }
        [_, a @ Value::Keyword(_), b @ Value::Keyword(_)] => {
            error.help(format!("several addresses are one set: `({operation} trace #{{{} {}}})`", brief(a), brief(b)))
        }
        _ => error.help(format!("see `(doc {operation})`")),
    }
}

fn gfi_update(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Some((batched, rest)) = batch::ops::batched("update", args)? {
        return batch::ops::update(cx, batched, rest);
    }
    let mut args = without_function("update", args)?;
    let check = check_option(&mut args, 4)?;
    let trace = of_value("update", args.first().unwrap_or(&Value::Nil), 0)?;
    let (change, constraints) = match &args[..] {
        [_, constraints] => (Change::none(&trace), constraints_of(constraints, 1)?),
        [_, new, diffs, constraints] => (Change::read(cx, "update", new, diffs, 1)?, constraints_of(constraints, 3)?),
        _ => return Err(wrong_arity("update", ARGLISTS, &args)),
    };
    if check {
        change.check(&trace.args)?;
    }
    finish(cx, &trace, change, &constraints, args.len() - 1)
}

fn finish(cx: &mut Cx, trace: &Arc<Trace>, change: Change, constraints: &ChoiceMap, at: usize) -> Result<Value> {
    let origin = Origin::new(cx.next_key("update")?);
    let outcome = update(cx, trace, change, constraints, origin).map_err(|e| e.arguments_at(1))?;
    all_visited(constraints, &outcome.trace).map_err(|e| e.arg(at))?;
    outcome_map(cx, outcome, [])
}

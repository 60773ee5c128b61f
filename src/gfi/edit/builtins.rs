//! `edit` and the constructors of requests.

use super::args::ArgsEdit;
use super::compose::ComposedEdit;
use super::constraint::ConstraintEdit;
use super::custom::CustomEdit;
use super::proposal::{Proposal, ProposalEdit};
use super::selection::SelectionEdit;
use super::{Edit, Edited, edit};
use crate::error::{Code, Result};
use crate::eval::args::wrong_type;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::any_trace::constraints_of;
use crate::gfi::arguments::argument_vector;
use crate::gfi::call::Call;
use crate::gfi::change::Change;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::interface::{check_callable, function};
use crate::gfi::selection::Selection;

pub const TABLE: &[Builtin] = &[
    Builtin::new("edit", "[trace request] [gf trace request]", edited).draws(),
    Builtin::new("constraint-edit", "[constraints]", |_, a| Ok(Edit::value(ConstraintEdit(constraints_of(&a[0], 0)?)))),
    Builtin::new("selection-edit", "[selection] [selection values]", |_, a| {
        let selection = Selection::from_value(&a[0]).map_err(|e| e.arg(0))?;
        let values = a.get(1).map(|v| constraints_of(v, 1)).transpose()?;
        Ok(Edit::value(SelectionEdit { selection, values }))
    }),
    Builtin::new("args-edit", "[args argdiffs] [args argdiffs constraints]", |cx, a| {
        let change = Change::read(cx, "args-edit", &a[0], &a[1], 0)?;
        let constraints = a.get(2).map_or(Ok(ChoiceMap::default()), |c| constraints_of(c, 2))?;
        Ok(Edit::value(ArgsEdit { args: change.args, diffs: change.diffs, constraints }))
    }),
    Builtin::new("compose-edits", "[request & requests]", |_, a| {
        a.iter()
            .enumerate()
            .try_for_each(|(i, request)| Edit::of("compose-edits", request).map(drop).map_err(|e| e.arg(i)))?;
        Ok(Edit::value(ComposedEdit(a.to_vec())))
    }),
    Builtin::new(
        "proposal-edit",
        "[forward backward & options] [forward forward-args backward backward-args & options]",
        proposal,
    ),
    Builtin::new("edit-request", "[f]", |_, a| {
        if !matches!(a[0], Value::Fn(_) | Value::Native(_) | Value::Host(_)) {
            return Err(wrong_type("edit-request", "a function of a trace", &a[0], 0)
                .help("write `(edit-request (fn [trace] …))`"));
        }
        check_callable("edit-request", &a[0], 0)?;
        Ok(Edit::value(CustomEdit(a[0].clone())))
    }),
    Builtin::new("edit?", "[x]", |_, a| Ok(Value::bool(a[0].as_host::<Edit>().is_some()))),
];

fn edited(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let call = Call::read("edit", args)?;
    let what = call.only("[trace request] [gf trace request]")?;
    let request = Edit::of("edit", what.value).map_err(|e| e.arg(what.at))?;
    let key = cx.next_key("edit")?;
    let Edited { outcome, backward } = edit(cx, request, call.trace, key).map_err(|e| e.or_arg(what.at))?;
    outcome.into_map(cx, Some(backward))
}

const OPTIONS: &[OptionRow] = &[
    OptionRow::any("args", "new arguments of the model").or_told("those of the trace"),
    OptionRow::any("argdiffs", "how they differ"),
    OptionRow::any("constraints", "choices that are given"),
];

/// Proposals, each followed by its arguments or not, then options.
fn proposal(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let paired = args.len() > 3 && !matches!(args[1], Value::Host(_));
    let end = if paired { 4 } else { 2 };
    let options = Options::read("proposal-edit", args, end, OPTIONS).map_err(|e| match e.code() {
        Some(Code::Option) => e,
        _ => e.help("arguments of proposals come in pairs: `(proposal-edit f f-args b b-args)`"),
    })?;
    let one = |cx: &mut Cx, at: usize, given: Option<usize>| -> Result<Proposal> {
        function("proposal-edit", &args[at]).map_err(|e| e.arg(at).help("a proposal is `(gen [choices arg…] …)`"))?;
        let given = given.map(|i| argument_vector(cx, "proposal-edit", &args[i]).map_err(|e| e.arg(i)));
        Ok(Proposal { function: args[at].clone(), args: given.transpose()?.unwrap_or_default() })
    };
    let (forward, backward) = match paired {
        false => (one(cx, 0, None)?, one(cx, 1, None)?),
        true => (one(cx, 0, Some(1))?, one(cx, 2, Some(3))?),
    };
    let mut request = ProposalEdit { forward, backward, args: None, constraints: ChoiceMap::default() };
    options.needs("argdiffs", "args")?;
    if let Some(args) = options.get("args") {
        let diffs = options.get("argdiffs").unwrap_or(&Value::Nil);
        let change = Change::read(cx, "proposal-edit", args, diffs, 0).map_err(|e| e.arg(options.place("args")))?;
        request.args = Some((change.args, change.diffs));
    }
    if let Some(constraints) = options.get("constraints") {
        request.constraints = constraints_of(constraints, options.place("constraints"))?;
    }
    Ok(Edit::value(request))
}

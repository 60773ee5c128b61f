//! `edit` and the constructors of requests.

use super::args::ArgsEdit;
use super::compose::ComposedEdit;
use super::constraint::ConstraintEdit;
use super::custom::CustomEdit;
use super::proposal::{Proposal, ProposalEdit};
use super::selection::SelectionEdit;
use super::{Edit, Edited};
use crate::error::{Error, Result};
use crate::eval::builtins::args::wrong_type;
use crate::eval::print::brief;
use crate::eval::run::arity_error;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::batch;
use crate::gfi::builtins::{argument_vector, constraints_of};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::interface::{check_callable, function};
use crate::gfi::ops::Change;
use crate::gfi::ops::update::{outcome_map, without_function};
use crate::gfi::selection::Selection;
use crate::gfi::trace_object::of_value;

pub const TABLE: &[Builtin] = &[
    Builtin::new("edit", "[trace request] [gf trace request]", "A trace changed by an edit request: `{:trace :weight :discard :retdiff :backward}`. The weight is that of the move, log p(new)/p(old) + log K_back − log K_fwd; `:backward` is the request that takes it back.\n(let [t (:trace (generate (gen [] (trace :x (normal 0 1))) [] {:x 1.0}))] (:backward (edit t (constraint-edit {:x 2.0})))) ;=> (constraint-edit (choicemap :x 1.0))", edit).state(),
    Builtin::new("constraint-edit", "[constraints]", "The request of an update.\n(constraint-edit {:x 1}) ;=> (constraint-edit (choicemap :x 1))", |_, a| Ok(Edit::value(ConstraintEdit(constraints_of(&a[0], 0)?)))),
    Builtin::new("selection-edit", "[selection] [selection values]", "The request of a regeneration. With values, the choices that it would draw take these and the weight stays regenerate's.\n(selection-edit :x) ;=> (selection-edit (select :x))", |_, a| {
        let selection = Selection::from_value(&a[0]).map_err(|e| e.arg(0))?;
        let values = a.get(1).map(|v| constraints_of(v, 1)).transpose()?;
        Ok(Edit::value(SelectionEdit { selection, values }))
    }),
    Builtin::new("args-edit", "[args argdiffs] [args argdiffs constraints]", "The request of an update with new arguments.\n(args-edit [1] [unknown-change] {}) ;=> (args-edit [1] [unknown-change] (choicemap))", |cx, a| {
        let change = Change::read(cx, "args-edit", &a[0], &a[1], 0)?;
        let constraints = a.get(2).map_or(Ok(ChoiceMap::default()), |c| constraints_of(c, 2))?;
        Ok(Edit::value(ArgsEdit { args: change.args, diffs: change.diffs, constraints }))
    }),
    Builtin::new("compose-edits", "[request & requests]", "Requests in sequence: their weights add, the way back runs in reverse.\n(compose-edits (selection-edit :x) (selection-edit :y)) ;=> (compose-edits (selection-edit (select :x)) (selection-edit (select :y)))", |_, a| {
        a.iter().enumerate().try_for_each(|(i, request)| Edit::of("compose-edits", request).map(drop).map_err(|e| e.arg(i)))?;
        Ok(Edit::value(ComposedEdit(a.to_vec())))
    }),
    Builtin::new("proposal-edit", "[forward backward] [forward backward options] [forward forward-args backward backward-args] [forward forward-args backward backward-args options]", "The request of a move by proposals. `forward`, called with the trace's choices and its arguments, proposes new values; `backward`, called with the new choices, must propose the old ones. Options: `:args` and `:argdiffs` of the model, `:constraints` that are data.\n(let [m (gen [] (trace :x (normal 0 1))) f (gen [c] (trace :x (normal (:x c) 1))) t (:trace (generate m [] {:x 0}))] (edit? (:backward (edit t (proposal-edit f f))))) ;=> true", proposal),
    Builtin::new("edit-request", "[f]", "A request of one's own: f takes a trace and returns `{:trace :weight :discard :backward}`.\n(edit? (edit-request (fn [t] {:trace t :weight 0 :discard {} :backward (constraint-edit {})}))) ;=> true", |_, a| {
        check_callable("edit-request", &a[0], 0)?;
        Ok(Edit::value(CustomEdit(a[0].clone())))
    }),
    Builtin::new("edit?", "[x]", "True of an edit request.\n(edit? (selection-edit :x)) ;=> true", |_, a| Ok(Value::bool(a[0].as_host::<Edit>().is_some()))),
];

fn edit(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Some((trace, [request])) = batch::ops::batched("edit", args)? {
        let (outcome, backward) = Edit::of("edit", request)?.edit_lanes(cx, trace).map_err(|e| e.or_arg(1))?;
        return batch::ops::outcome_map(outcome, Some(backward));
    }
    let args = without_function("edit", args)?;
    let [trace, request] = &args[..] else {
        return Err(arity_error("edit", "[trace request] [gf trace request]", args.len()));
    };
    let trace = of_value("edit", trace, 0)?;
    let request = Edit::of("edit", request).map_err(|e| e.arg(1))?;
    let key = cx.next_key("edit")?;
    let Edited { outcome, backward } = request.edit(cx, &trace, key).map_err(|e| e.or_arg(1))?;
    outcome_map(outcome, [("backward", backward)])
}

fn proposal(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let mut args = args.to_vec();
    let options = match args.len() {
        3 | 5 => args.pop(),
        _ => None,
    };
    let last = args.len();
    if let Some(odd) = options.as_ref().filter(|options| !matches!(options, Value::Map(_))) {
        return Err(wrong_type("proposal-edit", "a map of options", odd, last)
            .help("arguments of proposals come in pairs: `(proposal-edit f f-args b b-args)`"));
    }
    let one = |cx: &mut Cx, at: usize, given: Option<usize>| -> Result<Proposal> {
        function("proposal-edit", &args[at]).map_err(|e| e.arg(at).help("a proposal is `(gen [choices arg…] …)`"))?;
        let given = given.map(|i| argument_vector(cx, "proposal-edit", &args[i]).map_err(|e| e.arg(i)));
        Ok(Proposal { function: args[at].clone(), args: given.transpose()?.unwrap_or_default() })
    };
    let (forward, backward) = match args.len() {
        2 => (one(cx, 0, None)?, one(cx, 1, None)?),
        4 => (one(cx, 0, Some(1))?, one(cx, 2, Some(3))?),
        _ => return Err(arity_error("proposal-edit", "[forward backward] [forward args backward args]", args.len())),
    };
    let mut request = ProposalEdit { forward, backward, args: None, constraints: ChoiceMap::default() };
    if let Some(options) = options {
        read_options(cx, &options, &mut request).map_err(|e| e.arg(last))?;
    }
    Ok(Edit::value(request))
}

fn read_options(cx: &mut Cx, options: &Value, request: &mut ProposalEdit) -> Result<()> {
    let Value::Map(map) = options else { return Ok(()) };
    let known = ["args", "argdiffs", "constraints"];
    if let Some((odd, _)) = map.iter().find(|(k, _)| k.as_keyword().is_none_or(|k| !known.contains(&k))) {
        return Err(Error::new("gen::option", format!("`proposal-edit` has no option `{}`", brief(odd)))
            .help("its options are `:args`, `:argdiffs` and `:constraints`"));
    }
    if let Some(args) = map.get_keyword("args") {
        let diffs = map.get_keyword("argdiffs").unwrap_or(&Value::Nil);
        let change = Change::read(cx, "proposal-edit", args, diffs, 0)?;
        request.args = Some((change.args, change.diffs));
    }
    if let Some(constraints) = map.get_keyword("constraints") {
        request.constraints = ChoiceMap::from_value(constraints)?;
    }
    Ok(())
}

//! What a trace, one or batched, tells of itself.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::address::{components, show};
use crate::gfi::any_trace::{AnyTrace, choices_of};
use crate::gfi::batch::lanes_of::collect_lanes;
use crate::gfi::batch::{each_element, trace_of_lane};
use crate::gfi::choicemap::{ChoiceMap, address_list};
use crate::gfi::selection::Selection;
use crate::gfi::trace::Trace;
use crate::gfi::trace_object::TraceObject;
use crate::gfi::trie::Trie;

pub const TABLE: &[Builtin] = &[
    Builtin::new("choices", "[trace]", |_, a| Ok(AnyTrace::read("choices", &a[0], 0)?.choices()?.into_value())),
    Builtin::new("score", "[trace]", |_, a| Ok(AnyTrace::read("score", &a[0], 0)?.score())),
    Builtin::new("retval", "[trace] [trace address]", retval),
    Builtin::new("observe", "[trace constraints]", observe),
    Builtin::new("args", "[trace]", |_, a| Value::vector(AnyTrace::read("args", &a[0], 0)?.args().to_vec())),
    Builtin::new("gen-fn", "[trace]", |_, a| Ok(AnyTrace::read("gen-fn", &a[0], 0)?.function().clone())),
    Builtin::new("addresses", "[trace]", addresses),
    Builtin::new("observed", "[trace]", |_, a| {
        Ok(Selection::Addresses(AnyTrace::read("observed", &a[0], 0)?.observed()).into_value())
    }),
    Builtin::new("has?", "[trace address]", has),
    Builtin::new("trace?", "[x]", |_, a| Ok(Value::bool(a[0].as_host::<TraceObject>().is_some()))),
];

fn addresses(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    address_list(&choices_of("addresses", &args[0], 0)?)
}

fn has(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let path = components(&args[1]).map_err(|e| e.arg(1))?;
    Ok(Value::bool(!choices_of("has?", &args[0], 0)?.at(&path)?.as_trie().is_empty()))
}

fn retval(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let trace = AnyTrace::read("retval", &args[0], 0)?;
    let Some(address) = args.get(1) else { return trace.retval() };
    let path = components(address).map_err(|e| e.arg(1))?;
    let found = match &trace {
        AnyTrace::One(trace) => retval_at(trace, &path),
        AnyTrace::Batch(batch) => {
            // A batched run keeps no calls: those of each lane are made again.
            let own = |id| Ok(retval_at(&*trace_of_lane(cx, batch, id)?, &path));
            match batch.group.iter().map(own).collect::<Result<Option<Vec<Value>>>>()? {
                Some(all) => Some(collect_lanes(all, &batch.group)?),
                None => None,
            }
        }
    };
    found.ok_or_else(|| no_call(&path, &trace.address_names()))
}

/// What the call at a path returned, or the value of the choice there.
fn retval_at(trace: &Trace, path: &[Value]) -> Option<Value> {
    let call = trace.call_at(path).map(|call| call.retval.clone());
    call.or_else(|| trace.choice_at(path).map(|(value, _)| value.clone()))
}

#[cold]
fn no_call(path: &[Value], names: &[String]) -> Stop {
    let error = Error::raise(Code::Address, format!("the trace has no call at `{}`", show(path))).arg(1);
    match crate::eval::analyze::closest(&show(path), names) {
        Some(best) => error.help(format!("did you mean `{best}`?")),
        None => error.help("give the address of a `splice` or of a choice"),
    }
}

fn observe(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let trace = AnyTrace::read("observe", &args[0], 0)?;
    let given = match &args[1] {
        Value::Map(_) => Some(ChoiceMap::from_value(&args[1]).map_err(|e| e.arg(1))?),
        other => other.as_host::<ChoiceMap>().cloned(),
    };
    match given {
        Some(choices) => {
            trace.check(&addresses_of(&choices)).map_err(|e| e.arg(1))?;
            trace.observe(&|path, _| choices.mask_at(path))
        }
        None => {
            let selection = Selection::from_value(&args[1]).map_err(|e| e.arg(1))?;
            trace.check(&selection).map_err(|e| e.arg(1))?;
            trace.observe(&|path, value| Ok(selection.mask_at(path, || each_element(value))))
        }
    }
}

/// The addresses of some choices.
fn addresses_of(choices: &ChoiceMap) -> Selection {
    let mut addresses = Trie::Empty;
    choices.leaves().into_iter().for_each(|(path, _)| addresses.mark(&path));
    Selection::Addresses(addresses)
}

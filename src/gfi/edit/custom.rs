//! edit-request: a request written in the language, a function from a trace to what an edit returns.

use super::{Edit, EditRequest, Edited};
use crate::error::{Code, Error, Result};
use crate::eval::args::described;
use crate::eval::key::{Key, Stream};
use crate::eval::{Cx, Value, keys};
use crate::gfi::any_trace::{AnyOutcome, AnyTrace};
use crate::gfi::batch::{self, BatchedTrace};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::diff::Diff;
use crate::gfi::request::Outcome;
use crate::gfi::trace_object::trace_value;

pub struct CustomEdit(pub Value);

impl EditRequest for CustomEdit {
    fn edit(&self, cx: &mut Cx, trace: AnyTrace<'_>, key: Key) -> Result<Edited> {
        let mut args = [match &trace {
            AnyTrace::One(trace) => trace_value(trace.clone()),
            AnyTrace::Batch(batch) => BatchedTrace::clone(batch).into_value(),
        }];
        let result = cx.outside_model(Stream::new(key), |cx| cx.call(&self.0, &mut args))?;
        if let Value::Map(map) = &result {
            keys::check(
                "what the function of an `edit-request` returns",
                "key",
                map,
                "trace weight discard retdiff backward",
            )?;
        }
        read(&result, trace).map_err(|wrong| {
            let message = format!("an edit request's function returned {}, {wrong}", described(&result));
            Error::raise(Code::Edit, message)
                .help("return `{:trace t :weight w :discard choices :backward request}`; `:retdiff` may be left out")
        })
    }

    fn name(&self) -> &'static str {
        "edit-request"
    }

    fn parts(&self) -> Vec<Value> {
        vec![self.0.clone()]
    }
}

/// What an edit of a trace is told to be, or what is wrong with it.
fn read(result: &Value, old: AnyTrace<'_>) -> Result<Edited, &'static str> {
    let Value::Map(map) = result else { return Err("which is no map") };
    let part = |name: &str| map.get_keyword(name).unwrap_or(&Value::Nil);
    let trace = AnyTrace::of(part("trace")).map_err(|_| "whose `:trace` cannot be made again")?;
    let trace = trace.ok_or("whose `:trace` is no trace")?;
    let discard = ChoiceMap::from_value(part("discard")).map_err(|_| "whose `:discard` is no choice map")?;
    let retdiff = Diff::from_value(part("retdiff")).map_err(|_| "whose `:retdiff` is no diff")?;
    let weight = part("weight");
    let outcome = match (trace, old) {
        (AnyTrace::One(trace), AnyTrace::One(_)) => {
            let weight = weight.as_f64().ok_or("whose `:weight` is no number")?.into();
            let (total, trace) = (Value::float(trace.score), trace.clone());
            AnyOutcome::One(Outcome { trace, weight, total, discard: discard.into_trie(), retdiff })
        }
        (AnyTrace::Batch(trace), AnyTrace::Batch(old)) if trace.group.len() == old.group.len() => {
            let weights = weights(weight, trace.group.len()).ok_or("whose `:weight` is no number, or one per lane")?;
            let discard = batch::ops::sites_of(&discard, trace);
            let discard = discard.map_err(|_| "whose `:discard` has other lanes than its trace")?;
            AnyOutcome::Batch(batch::BatchOutcome { trace: trace.clone(), weights, excess: Vec::new(), discard })
        }
        _ => return Err("whose `:trace` has not as many lanes as the old one"),
    };
    let backward = part("backward").clone();
    backward.as_host::<Edit>().ok_or("whose `:backward` is no edit request")?;
    Ok(Edited { outcome, backward })
}

/// A weight for each lane: the same for all, or lanes.
fn weights(weight: &Value, lanes: usize) -> Option<Vec<f64>> {
    match weight {
        Value::Lanes(own) => own.column().map(|column| column.to_f64()).filter(|all| all.len() == lanes),
        one => one.as_f64().map(|one| vec![one; lanes]),
    }
}

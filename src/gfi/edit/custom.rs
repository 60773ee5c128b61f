//! edit-request: a request written in the language, a function from a trace to what an edit returns.

use super::{Edit, EditRequest, Edited};
use crate::error::{Code, Error, Result};
use crate::eval::builtins::args::described;
use crate::eval::key::{Key, Stream};
use crate::eval::{Cx, Value, keys};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::diff::Diff;
use crate::gfi::interface::Outcome;
use crate::gfi::trace::Trace;
use crate::gfi::trace_object::{TraceObject, trace_value};
use std::sync::Arc;

pub struct CustomEdit(pub Value);

impl EditRequest for CustomEdit {
    fn edit(&self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Edited> {
        let mut args = [trace_value(trace.clone())];
        let result = cx.outside_model(Stream::new(key), |cx| cx.call(&self.0, &mut args))?;
        if let Value::Map(map) = &result {
            keys::check(
                "what the function of an `edit-request` returns",
                "key",
                map,
                "trace weight discard retdiff backward",
            )?;
        }
        read(&result).map_err(|wrong| {
            let message = format!("an edit request's function returned {}, {wrong}", described(&result));
            Error::new(Code::Edit, message)
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

/// What an edit is told to be, or what is wrong with it.
fn read(result: &Value) -> Result<Edited, &'static str> {
    let Value::Map(map) = result else { return Err("which is no map") };
    let part = |name: &str| map.get_keyword(name).unwrap_or(&Value::Nil);
    let trace = part("trace").as_host::<TraceObject>().ok_or("whose `:trace` is no trace")?.trace();
    let trace = trace.map_err(|_| "whose `:trace` cannot be made again")?;
    let weight = part("weight").as_f64().ok_or("whose `:weight` is no number")?.into();
    let discard = ChoiceMap::from_value(part("discard")).map_err(|_| "whose `:discard` is no choice map")?.0;
    let retdiff = Diff::from_value(part("retdiff")).map_err(|_| "whose `:retdiff` is no diff")?;
    let backward = part("backward").clone();
    backward.as_host::<Edit>().ok_or("whose `:backward` is no edit request")?;
    let total = Value::float(trace.score);
    Ok(Edited { outcome: Outcome { trace, weight, total, discard, retdiff }, backward })
}

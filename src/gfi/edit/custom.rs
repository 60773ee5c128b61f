//! edit-request: a request written in the language, a function from a trace to what an edit returns.

use super::{Edit, EditRequest, Edited, depth_of, print_call};
use crate::error::{Error, Result};
use crate::eval::key::{Key, Stream};
use crate::eval::print::{Printer, brief};
use crate::eval::{Cx, Value};
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
        read(&result).ok_or_else(|| {
            let message = format!("an edit request's function returned {} `{}`", result.kind(), brief(&result));
            Error::new("gen::edit", message)
                .help("return `{:trace t :weight w :discard choices :backward request}`; `:retdiff` may be left out")
        })
    }

    fn print(&self, out: &mut Printer<'_>) {
        print_call(out, "edit-request", std::slice::from_ref(&self.0));
    }

    fn depth(&self) -> u32 {
        depth_of(std::slice::from_ref(&self.0))
    }
}

fn read(result: &Value) -> Option<Edited> {
    let Value::Map(map) = result else { return None };
    let trace = map.get_keyword("trace")?.as_host::<TraceObject>()?.0.clone();
    let weight = map.get_keyword("weight")?.as_f64()?;
    let discard = ChoiceMap::from_value(map.get_keyword("discard").unwrap_or(&Value::Nil)).ok()?.0;
    let retdiff = Diff::from_value(map.get_keyword("retdiff").unwrap_or(&Value::Nil)).ok()?;
    let backward = map.get_keyword("backward")?.clone();
    backward.as_host::<Edit>()?;
    let total = Value::float(trace.score);
    Some(Edited { outcome: Outcome { trace, weight, total, discard, retdiff }, backward })
}

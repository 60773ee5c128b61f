//! Gradients of traces, one or batched, as functions of the language.

use crate::error::Result;
use crate::eval::collections::Map;
use crate::eval::lanes::lane_of;
use crate::eval::lanes::numbers::in_lane;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::any_trace::AnyTrace;
use crate::gfi::arguments::result;
use crate::gfi::batch::lanes_of::collect_lanes;
use crate::gfi::batch::{BatchedTrace, Slopes, trace_of_lane};
use crate::gfi::call::Call;
use crate::gfi::gradient::{param_gradients, scalar_gradients};

pub const TABLE: &[Builtin] = &[
    Builtin::new("choice-gradients", "[trace selection] [trace selection retval-grad]", by_choices).takes_lanes(),
    Builtin::new("param-gradients", "[trace] [trace retval-grad]", by_params).takes_lanes(),
];

fn by_choices(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let call = Call::read("choice-gradients", args)?;
    let mut rest = call.rest();
    let what = rest.next().ok_or_else(|| call.wrong_arity("[trace selection] [trace selection retval-grad]"))?;
    let (selection, retval_grad) = (call.selection(what)?, rest.next().map(|gradient| gradient.value));
    let (gradients, choices) = match &call.trace {
        AnyTrace::One(trace) => scalar_gradients(cx, trace, &selection, retval_grad)?,
        AnyTrace::Batch(trace) => Slopes { trace, selection: &selection, retval_grad }.run(cx)?,
    };
    result([("args", gradients), ("choices", choices.into_value())])
}

fn by_params(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let retval_grad = args.get(1);
    match AnyTrace::read("param-gradients", &args[0], 0)? {
        AnyTrace::One(trace) => param_gradients(cx, &trace, retval_grad),
        AnyTrace::Batch(batch) => by_params_of_lanes(cx, batch, retval_grad),
    }
}

/// The gradients of each lane, by the parameters that all lanes read; those of a lane that did not read one are 0.
fn by_params_of_lanes(cx: &mut Cx, batch: &BatchedTrace, retval_grad: Option<&Value>) -> Result<Value> {
    let mut lanes = Vec::with_capacity(batch.group.len());
    for id in batch.group.iter() {
        cx.step()?;
        let (trace, seed) = (trace_of_lane(cx, batch, id)?, retval_grad.map(|g| lane_of(g, id)).transpose()?);
        let found = param_gradients(cx, &trace, seed.as_ref()).map_err(|e| in_lane(e, id))?;
        lanes.extend(match found {
            Value::Map(map) => Some(map),
            _ => None,
        });
    }
    let mut all = Map::empty();
    for name in lanes.iter().flat_map(|own| own.iter().map(|(name, _)| name)) {
        if all.get(name).is_none() {
            let zero = Value::float(0.0);
            let values = lanes.iter().map(|own| own.get(name).unwrap_or(&zero).clone()).collect();
            all = all.insert(name.clone(), collect_lanes(values, &batch.group)?)?;
        }
    }
    Ok(Value::Map(all))
}

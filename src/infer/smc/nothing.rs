//! The proposal that proposes nothing.

use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::gfi::{Batch, Diff, GenerativeFunction, Outcome, Request, Trie};
use std::sync::Arc;

/// Takes any arguments and makes no choices.
pub struct Nothing;

impl GenerativeFunction for Nothing {
    fn name(&self) -> &str {
        "nothing"
    }

    fn run(&self, cx: &mut Cx, run: &Request<'_>) -> Result<Outcome> {
        Ok(Outcome {
            trace: Arc::new(run.trace(cx, Value::Nil, 0)),
            weight: Default::default(),
            total: Value::float(0.0),
            discard: Trie::Empty,
            retdiff: Diff::Unknown,
        })
    }

    fn run_lanes(&self, _: &mut Cx, _: &Value, _: &[Value], _: &mut Batch) -> Result<Value> {
        Ok(Value::Nil)
    }
}

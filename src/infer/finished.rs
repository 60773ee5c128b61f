//! What a halt keeps: an algorithm makes its result of the steps that it has finished, all of them or those until a halt.

use crate::error::{Partial, Result};
use crate::eval::Value;
use std::sync::Arc;

/// The result of a run that has ended. A halt is handed that of the steps that were finished before it, marked
/// `:interrupted true`; nothing where there is none. What makes the result evaluates nothing: the run may be halted.
pub fn result_of_finished(run: Result<()>, finished: impl FnOnce() -> Result<Option<Value>>) -> Result<Value> {
    match run {
        Ok(()) => Ok(finished()?.unwrap_or_default()),
        Err(stop) => Err(stop.with_partial(|| interrupted(finished()))),
    }
}

/// An error says that there is no result yet.
fn interrupted(finished: Result<Option<Value>>) -> Option<Partial> {
    let Ok(Some(Value::Map(result))) = finished else { return None };
    match result.insert(Value::keyword("interrupted"), Value::True) {
        Ok(marked) => Some(Arc::new(Value::Map(marked))),
        Err(_) => None,
    }
}

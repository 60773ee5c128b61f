//! Bodies: functions whose choices stand at the level of their caller, written once for a run of one lane and of many.

use super::model::DynamicModel;
use crate::error::Result;
use crate::eval::{Cx, Value};

/// A run in progress, of one lane or of many: what a body can do in it.
pub trait Run {
    /// Visits a path: the value of a choice if the callee is a distribution, else what the callee's run returns. The
    /// empty path is this level. `says` is the caller's name and what it calls the callee with, for reports.
    fn visit(
        &mut self,
        cx: &mut Cx,
        path: &[Value],
        callee: &Value,
        args: &[Value],
        says: (&str, &str),
    ) -> Result<Value>;

    /// Runs the body of a model of the language at this level.
    fn model(&mut self, cx: &mut Cx, this: &Value, model: &DynamicModel, args: &[Value]) -> Result<Value>;

    /// The trainable parameters that were read so far.
    fn params(&mut self) -> &mut Value;

    /// The hash of the address that is run, from which draws below it are named; 0 of a whole run.
    fn hash(&self) -> u64;

    /// Names what follows from another start.
    fn set_hash(&mut self, hash: u64);

    /// The first addresses that were visited, as reports list them.
    fn address_names(&self) -> Vec<String>;
}

/// What a function does in a run: visits, and what it returns.
pub trait Body {
    /// Runs for the lanes in force; `this` is the function itself as a value, `args` are complete.
    fn run_in(&self, cx: &mut Cx, this: &Value, args: &[Value], run: &mut dyn Run) -> Result<Value>;
}

//! Models written in the language: a body that runs under the handler of an operation.

use super::choicemap::ChoiceMap;
use super::interface::{GenerativeFunction, Origin};
use super::ops::{self, Operation, Running};
use super::selection::Selection;
use super::trace::Trace;
use crate::error::Result;
use crate::eval::run::arity_error;
use crate::eval::{Cx, Value};
use std::sync::Arc;

/// A generative function made by `gen`.
pub struct DynamicModel {
    pub name: Arc<str>,
    pub doc: Option<Arc<str>>,
    /// The parameter vector as written.
    pub arglist: Arc<str>,
    /// The body as a function of the model itself and the arguments.
    pub body: Value,
    /// Functions from the arguments so far to the default of the next optional one.
    pub defaults: Vec<Value>,
    /// Arguments that must be given.
    pub required: usize,
    /// Takes any number of further arguments.
    pub rest: bool,
}

impl DynamicModel {
    /// The arguments, with defaults for those left out.
    pub fn complete(&self, cx: &mut Cx, args: &[Value]) -> Result<Vec<Value>> {
        let most = self.required + self.defaults.len();
        if args.len() < self.required || (args.len() > most && !self.rest) {
            return Err(arity_error(&self.name, &self.arglist, args.len()));
        }
        let mut complete = args.to_vec();
        for default in self.defaults.iter().skip(args.len() - self.required.min(args.len())) {
            let value = cx.call(default, &mut complete.clone())?;
            complete.push(value);
        }
        Ok(complete)
    }

    /// Runs the body under an operation, which comes back with what it has seen.
    pub fn run<O: Operation>(&self, cx: &mut Cx, this: &Value, args: &[Value], operation: O) -> (O, Result<Value>) {
        let mut all = Vec::with_capacity(args.len() + 1);
        all.push(this.clone());
        all.extend_from_slice(args);
        let (handler, result) = cx.with_handler(Running(operation), |cx| cx.call(&self.body, &mut all));
        (handler.0, result)
    }
}

impl GenerativeFunction for DynamicModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn doc(&self) -> Option<(String, String)> {
        Some((self.arglist.to_string(), self.doc.as_deref().unwrap_or("").to_string()))
    }

    fn as_dynamic(&self) -> Option<&DynamicModel> {
        Some(self)
    }

    fn simulate(&self, cx: &mut Cx, this: &Value, args: &[Value], origin: Origin) -> Result<Trace> {
        ops::simulate::run(self, cx, this, args, origin)
    }

    fn generate(
        &self,
        cx: &mut Cx,
        this: &Value,
        args: &[Value],
        constraints: &ChoiceMap,
        origin: Origin,
    ) -> Result<(Trace, f64)> {
        ops::generate::run(self, cx, this, args, constraints, origin)
    }

    fn assess(&self, cx: &mut Cx, this: &Value, args: &[Value], choices: &ChoiceMap) -> Result<(f64, Value)> {
        ops::assess::run(self, cx, this, args, choices)
    }

    fn regenerate(
        &self,
        cx: &mut Cx,
        this: &Value,
        args: &[Value],
        trace: &Arc<Trace>,
        selection: &Selection,
        origin: Origin,
    ) -> Result<(Trace, f64)> {
        ops::regenerate::run(self, cx, this, args, trace, selection, origin)
    }
}

//! Models written in the language: a body that runs under the handler of an operation.

use super::batch::Batch;
use super::incremental::run_again;
use super::interface::{GenerativeFunction, Outcome, Run};
use super::ops::impossible::explain;
use super::ops::runner::Runner;
use crate::error::Result;
use crate::eval::equality::identical;
use crate::eval::run::arity_error;
use crate::eval::statements::{StatementResult, Statements, call_in_steps};
use crate::eval::watch::LATE;
use crate::eval::{Cx, Value};
use std::sync::{Arc, OnceLock};

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
    /// The body as statements, found when first needed.
    pub statements: OnceLock<Option<Statements>>,
}

/// What the body returned, and what is kept of it for later runs, if it is a sequence of statements.
type FirstRun = (Value, Option<Arc<[StatementResult]>>);

impl DynamicModel {
    /// The body as statements, where it is a sequence of them.
    pub fn statements(&self) -> Option<&Statements> {
        let Value::Fn(body) = &self.body else { return None };
        self.statements.get_or_init(|| Statements::of(body)).as_ref()
    }

    /// Runs the body from its start, and keeps what came of each statement.
    fn run_all(&self, cx: &mut Cx, run: &Run<'_>, runner: Runner) -> (Runner, Result<FirstRun>) {
        let Value::Fn(body) = &self.body else {
            let (runner, result) = self.execute(cx, run.this, &run.args, runner);
            return (runner, result.map(|value| (value, None)));
        };
        if self.statements().is_none() || run.goal.is_assess() {
            let (runner, result) = self.execute(cx, run.this, &run.args, runner);
            return (runner, result.map(|value| (value, None)));
        }
        let mut all: Vec<Value> = std::iter::once(run.this.clone()).chain(run.args.iter().cloned()).collect();
        let (runner, result) = cx.with_handler(runner, |cx| call_in_steps(body, &mut all, cx));
        (runner, result.map(|(value, steps)| (value, Some(steps.into()))))
    }

    /// Runs the body under a handler, which comes back with what it has seen.
    pub fn execute(&self, cx: &mut Cx, this: &Value, args: &[Value], runner: Runner) -> (Runner, Result<Value>) {
        let mut all = Vec::with_capacity(args.len() + 1);
        all.push(this.clone());
        all.extend_from_slice(args);
        cx.with_handler(runner, |cx| cx.call(&self.body, &mut all))
    }
}

impl GenerativeFunction for DynamicModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn code(&self) -> Vec<Value> {
        self.defaults.iter().chain([&self.body]).cloned().collect()
    }

    fn doc(&self) -> Option<(String, String)> {
        Some((self.arglist.to_string(), self.doc.as_deref().unwrap_or("").to_string()))
    }

    fn as_dynamic(&self) -> Option<&DynamicModel> {
        Some(self)
    }

    fn complete(&self, cx: &mut Cx, args: &[Value]) -> Result<Vec<Value>> {
        let most = self.required + self.defaults.len();
        if args.len() < self.required || (args.len() > most && !self.rest) {
            return Err(arity_error(&self.name, &self.arglist, args.len()).arguments());
        }
        let mut complete = args.to_vec();
        for default in self.defaults.iter().skip(args.len() - self.required.min(args.len())) {
            let value = cx.call(default, &mut complete.clone())?;
            complete.push(value);
        }
        Ok(complete)
    }

    /// The same code over the same captured values.
    fn same(&self, other: &dyn GenerativeFunction) -> bool {
        let Some(other) = other.as_dynamic() else { return false };
        match (&self.body, &other.body) {
            (Value::Fn(a), Value::Fn(b)) => {
                a.same(b) && self.defaults.iter().zip(&other.defaults).all(|(x, y)| identical(x, y))
            }
            _ => false,
        }
    }

    fn run(&self, cx: &mut Cx, run: &Run<'_>) -> Result<Outcome> {
        let runner = Runner::start(run);
        let again = run.old().filter(|old| old.kept.is_some() && !run.goal.is_assess() && old.reads_same(cx));
        let (runner, result) = match (again, &self.body) {
            (Some(old), Value::Fn(body)) => {
                let (runner, result) = run_again(self, body, cx, run, old, runner);
                match result {
                    // What waited in a statement that stayed makes choices: all of them run again.
                    Err(e) if e.is(LATE) => self.run_all(cx, run, Runner::start(run)),
                    result => (runner, result.map(|(value, kept)| (value, Some(kept)))),
                }
            }
            _ => self.run_all(cx, run, runner),
        };
        match result {
            Ok((retval, kept)) => Ok(runner.finish(cx, run, retval, kept)),
            Err(e) => Err(explain(e, run.past, || runner.impossible())),
        }
    }

    fn run_lanes(&self, cx: &mut Cx, this: &Value, args: &[Value], batch: &mut Batch) -> Result<Value> {
        let mut all = Vec::with_capacity(args.len() + 1);
        all.push(this.clone());
        all.extend_from_slice(args);
        batch.body(cx, |cx| cx.call(&self.body, &mut all))
    }

    fn depth(&self) -> u32 {
        self.body.depth().max(self.defaults.iter().map(Value::depth).max().unwrap_or(0))
    }
}

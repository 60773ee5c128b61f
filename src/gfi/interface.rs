//! The generative function interface: one trait that models, distributions, combinators and host code implement.

use super::batch::Batch;
use super::body::Body;
use super::choicemap::ChoiceMap;
use super::combinators::intervene::fixed_call;
use super::diff::all_no_change;
use super::request::{Origin, Outcome, Request};
use super::selection::Selection;
use crate::distributions::{Constructor, Dist};
use crate::error::{At, Code, Error, Result, Stop};
use crate::eval::args::{described, wrong_type};
use crate::eval::print::Printer;
use crate::eval::watch::is_settled;
use crate::eval::{Cx, HostObject, Value};
use std::any::Any;
use std::sync::Arc;

/// A probability distribution over traces. Everything that is done with one is a [`Request`] toward some [`Goal`](super::goal::Goal).
pub trait GenerativeFunction: Any + Send + Sync {
    fn name(&self) -> &str;

    /// Parameters and doc string, for `doc` and reports.
    fn doc(&self) -> Option<(String, String)> {
        None
    }

    /// Its body, if its choices stand at its caller's level. A function without one keeps a trace of its own: a series,
    /// runs that make arrays, a call that is answered as a whole.
    fn body(&self) -> Option<&dyn Body> {
        None
    }

    /// The arguments with defaults for those left out.
    fn complete(&self, _cx: &mut Cx, args: &[Value]) -> Result<Vec<Value>> {
        Ok(args.to_vec())
    }

    /// True when the other function does the same for the same arguments, so that its runs may be kept.
    fn same(&self, other: &dyn GenerativeFunction) -> bool {
        std::ptr::addr_eq(std::ptr::from_ref(self), std::ptr::from_ref(other))
    }

    /// True when a run of this function can start from a run of the old one: the same, unless it knows better.
    fn continues(&self, old: &dyn GenerativeFunction) -> bool {
        self.same(old)
    }

    /// Runs the function.
    fn run(&self, cx: &mut Cx, request: &Request<'_>) -> Result<Outcome> {
        match self.body() {
            Some(body) => super::ops::runner::run_body(cx, body, request),
            None => Err(Error::raise(Code::Internal, format!("`{}` says not how it runs", self.name()))),
        }
    }

    /// Runs the function for all lanes in force: its choices go to the batch, under the address that it is called at.
    /// A function that says nothing is run lane by lane.
    fn run_lanes(&self, cx: &mut Cx, this: &Value, args: &[Value], batch: &mut Batch) -> Result<Value> {
        match self.body() {
            Some(body) => body.run_in(cx, this, args, batch),
            None => super::batch::lane_by_lane(cx, this, args, batch),
        }
    }

    /// True when a run needs of an old one of this function no more than its choices and their log-density.
    fn needs_choices_only(&self) -> bool {
        false
    }

    /// The log-density of some choices of a run, of a function that tells it where its choices have no shares of their
    /// own.
    fn project(&self, _: &mut Cx, _: &[Value], _: &ChoiceMap, _: &Selection) -> Option<Result<f64>> {
        None
    }

    /// The number of old steps, when new arguments only add steps to a series whose steps build on each other.
    fn grows(&self, _old: &[Value], _new: &[Value]) -> Option<usize> {
        None
    }

    /// The steps of such a series from one on, which gets `carry` of the one before: what they return.
    fn run_steps(&self, _: &mut Cx, _: &[Value], _from: usize, _carry: &Value, _: &mut Batch) -> Result<Value> {
        Err(Error::raise(Code::Internal, "steps of what is no series"))
    }

    /// The values inside of which lanes of a batched run may be, where it runs lane by lane; see [`HostObject::parts`].
    fn lane_parts(&self) -> &[Value] {
        &[]
    }

    /// Values with the functions that it may call.
    fn code(&self) -> Vec<Value> {
        self.lane_parts().to_vec()
    }

    /// The same function made of other parts, as many.
    fn with_lane_parts(&self, _parts: Vec<Value>) -> Result<Value> {
        Err(Error::raise(Code::Internal, format!("`{}` has no parts", self.name())))
    }

    /// How the function prints; by its name unless it says otherwise.
    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("#<gen {}>", self.name()));
    }

    /// Levels of nesting of the values inside.
    fn depth(&self) -> u32 {
        0
    }
}

/// Runs a generative function, unless the old run can stay as it is.
pub fn run(cx: &mut Cx, run: &Request<'_>) -> Result<Outcome> {
    if let Some(old) = run.old()
        && run.goal.is_idle()
        && same_function(&old.function, run.this)
        && all_no_change(&run.diffs, run.args.len().max(old.args.len()))
        && old.reads_same(cx)
        && !old.state
    {
        return Ok(Outcome::unchanged(old));
    }
    if let Some(outcome) = fixed_call(cx, run) {
        return Ok(outcome);
    }
    let function = function("trace", run.this)?;
    let (outcome, seen) = cx.run_of_its_own(|cx| cx.watched(|cx| function.run(cx, run)));
    let mut outcome = outcome?;
    if outcome.weight.plain().is_nan() && run.past.is_unshared() {
        return Err(super::ops::project::no_share("an old run at the place of a new function"));
    }
    let escapes = (seen.made || seen.waits) && !is_settled(&outcome.trace.retval);
    if seen.used || escapes {
        let trace = Arc::make_mut(&mut outcome.trace);
        trace.state = true;
        if seen.waits {
            // Who made what waits here is known when it has been made, perhaps after this run.
            trace.kept = None;
        }
    }
    Ok(outcome)
}

/// A generative function as a value.
pub struct Model(pub Box<dyn GenerativeFunction>);

impl Model {
    pub fn value(function: impl GenerativeFunction) -> Value {
        Value::host(Model(Box::new(function)))
    }
}

impl HostObject for Model {
    fn kind(&self) -> &'static str {
        "a generative function"
    }

    fn print(&self, out: &mut Printer<'_>) {
        self.0.print(out);
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        (other as &dyn Any).downcast_ref::<Model>().is_some_and(|other| self.0.same(&*other.0))
    }

    /// Functions that do the same have the same name.
    fn hash_code(&self) -> u64 {
        crate::eval::name::hash_text(self.0.name())
    }

    fn depth(&self) -> u32 {
        self.0.depth()
    }

    fn parts(&self) -> &[Value] {
        self.0.lane_parts()
    }

    fn code(&self) -> Option<Vec<Value>> {
        Some(self.0.code())
    }

    fn with_parts(&self, _: &mut Cx, parts: Vec<Value>) -> Result<Value> {
        self.0.with_lane_parts(parts)
    }

    /// Outside models, a call samples and returns the return value.
    fn call(&self, this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        if cx.in_model() {
            let name = self.0.name();
            return Err(Error::raise(
                Code::RandomInModel,
                format!("a plain call of the generative function `{name}` inside a model"),
            )
            .help(format!(
                "give its choices an address, `(trace :part {name} …)`, or inline them, `(splice {name} …)`"
            )));
        }
        let key = cx.next_key(self.0.name())?;
        let trace = super::ops::simulate(cx, this, args, Origin::new(key))?;
        Ok(trace.retval.clone())
    }

    fn no_condition(&self, _this: &Value) -> Option<String> {
        Some(format!("run it at an address, `(trace :part {} …)`, or ask `(some? f)`", self.0.name()))
    }

    fn doc(&self) -> Option<(String, String)> {
        self.0.doc()
    }
}

/// True of a generative function.
pub fn is_function(value: &Value) -> bool {
    value.as_host::<Model>().is_some() || value.as_host::<Dist>().is_some()
}

/// The generative function inside a value: a model, a distribution, or a distribution's constructor.
pub fn function<'a>(operation: &str, value: &'a Value) -> Result<&'a dyn GenerativeFunction> {
    if let Some(model) = value.as_host::<Model>() {
        return Ok(&*model.0);
    }
    if let Some(dist) = value.as_host::<Dist>() {
        return Ok(dist);
    }
    if let Some(constructor) = value.as_host::<Constructor>() {
        return Ok(constructor);
    }
    Err(not_generative(operation, value))
}

/// True when two values are functions that do the same.
pub fn same_function(a: &Value, b: &Value) -> bool {
    match (a.as_host::<Model>(), b.as_host::<Model>()) {
        (Some(x), Some(y)) => std::ptr::eq(x, y) || x.0.same(&*y.0),
        (None, None) => match (a, b) {
            (Value::Fn(f), Value::Fn(g)) => f.same(g),
            _ => a == b,
        },
        _ => false,
    }
}

/// True when a run of the function can start from one of the old function.
pub fn continues(function: &Value, old: &Value) -> bool {
    match (function.as_host::<Model>(), old.as_host::<Model>()) {
        (Some(function), Some(old)) => std::ptr::eq(function, old) || function.0.continues(&*old.0),
        _ => same_function(function, old),
    }
}

/// The complete arguments of a call that a combinator makes; `gives` says what it calls its part with.
pub fn complete_call(cx: &mut Cx, combinator: &str, part: &Value, args: &[Value], gives: &str) -> Result<Vec<Value>> {
    function(combinator, part)?.complete(cx, args).map_err(|e| match e.place() {
        At::Arguments => e.or_help(|| format!("`{combinator}` calls it with {gives}")),
        _ => e,
    })
}

/// Checks that an argument can be called, and makes no choices that no trace would hold.
pub fn check_callable(name: &str, value: &Value, index: usize) -> Result<()> {
    match value {
        Value::Host(_) if is_function(value) => Err(wrong_type(name, "a plain function", value, index)
            .help("no trace would hold its choices: write `(fn [x] …)`, or `splice` it in a `gen`")),
        Value::Fn(_) | Value::Native(_) | Value::Keyword(_) | Value::Map(_) | Value::Set(_) | Value::Host(_) => Ok(()),
        _ => Err(wrong_type(name, "a function", value, index).help("write `(fn [x] …)`")),
    }
}

#[cold]
fn not_generative(operation: &str, value: &Value) -> Stop {
    let message = format!("`{operation}` wants a generative function, not {}", described(value));
    let error = Error::raise(Code::Type, message);
    match value {
        Value::Symbol(name) => error.help(format!("write the name without the quote: `{}`", name.as_str())),
        Value::Fn(_) | Value::Native(_) => {
            error.help("a plain function makes no choices: define it with `defgen` instead of `defn`")
        }
        _ => error.help("make one with `(gen [x] …)` or `(defgen name [x] …)`"),
    }
}

//! A function that hands its run to another: what Switch, mask, contramap and their kin share.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::described;
use crate::eval::collections::Map;
use crate::eval::lanes;
use crate::eval::print::Printer;
use crate::eval::{Cx, Value};
use crate::gfi::batch::Batch;
use crate::gfi::diff::Diff;
use crate::gfi::interface::{self, GenerativeFunction, Outcome, Run, complete_call, function};
use crate::gfi::ops::vanish::vanish;
use crate::gfi::ops::weight::Weight;
use crate::gfi::params_builtins::within;
use crate::gfi::past::Past;
use crate::gfi::trace::{Record, Trace};
use crate::gfi::trie::Trie;
use std::any::Any;
use std::sync::Arc;

/// What a wrapper runs for given arguments.
pub struct CallTarget {
    pub function: Value,
    pub args: Vec<Value>,
    /// The address under which its choices stand; at this level when there is none.
    pub under: Option<Value>,
}

/// One kind of wrapper.
pub trait Wrapper: Any + Send + Sync {
    fn name(&self) -> &'static str;

    /// Arguments as `doc` shows them.
    fn arglist(&self) -> &'static str;

    /// What the wrapped function is called with.
    fn gives(&self) -> &'static str;

    /// The values that it was made of, in the order of its constructor.
    fn parts(&self) -> Vec<Value>;

    /// What to run; `None` for a run without choices that returns nil.
    fn target(&self, cx: &mut Cx, this: &Value, args: &[Value]) -> Result<Option<CallTarget>>;

    /// The argument that decides what to run, if one does.
    fn decides(&self, _args: &[Value]) -> Option<usize> {
        None
    }

    /// Parameters of its own, which shadow those in force.
    fn store(&self) -> Option<&Map> {
        None
    }

    /// The return value, from the wrapped one.
    fn returned(&self, _cx: &mut Cx, returned: &Value) -> Result<Value> {
        Ok(returned.clone())
    }
}

/// A wrapper as a generative function.
pub struct Wrapped<W>(pub W);

impl<W: Wrapper> GenerativeFunction for Wrapped<W> {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn code(&self) -> Vec<Value> {
        self.0.parts()
    }

    fn doc(&self) -> Option<(String, String)> {
        Some((self.0.arglist().to_string(), format!("Made by `{}`.", self.0.name())))
    }

    fn same(&self, other: &dyn GenerativeFunction) -> bool {
        let Some(other) = (other as &dyn Any).downcast_ref::<Wrapped<W>>() else { return false };
        // One type serves several combinators.
        self.0.name() == other.0.name() && same_parts(&self.0.parts(), &other.0.parts())
    }

    fn continues(&self, old: &dyn GenerativeFunction) -> bool {
        let Some(old) = (old as &dyn Any).downcast_ref::<Wrapped<W>>() else { return false };
        let (now, before) = (self.0.parts(), old.0.parts());
        let each = || now.iter().zip(&before).all(|(now, before)| interface::continues(now, before));
        self.0.name() == old.0.name() && now.len() == before.len() && each()
    }

    fn run(&self, cx: &mut Cx, run: &Run<'_>) -> Result<Outcome> {
        match self.0.target(cx, run.this, &run.args)? {
            Some(target) => self.delegate(cx, run, target),
            None => Ok(empty(cx, run)),
        }
    }

    fn run_lanes(&self, cx: &mut Cx, this: &Value, args: &[Value], batch: &mut Batch) -> Result<Value> {
        if let Some(at) = self.0.decides(args)
            && let Some(arg @ Value::Lanes(_)) = args.get(at)
        {
            return lanes::per_value(cx, std::slice::from_ref(arg), false, &mut |cx, decided| {
                let mut args = args.to_vec();
                args[at] = decided[0].clone();
                self.run_lanes(cx, this, &args, batch)
            });
        }
        match self.0.target(cx, this, args)? {
            Some(target) => {
                let under: &[Value] = target.under.as_slice();
                let says = (self.0.name(), self.0.gives());
                let part = |cx: &mut Cx, batch: &mut Batch| batch.part(cx, under, &target.function, &target.args, says);
                let returned = match self.0.store() {
                    Some(store) => {
                        let outer = std::mem::take(&mut batch.params);
                        let returned = within(cx, store, |cx| part(cx, batch));
                        batch.params = outer;
                        returned?
                    }
                    None => part(cx, batch)?,
                };
                self.0.returned(cx, &returned)
            }
            None => Ok(Value::Nil),
        }
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("({}", self.0.name()));
        for part in self.0.parts() {
            out.text(" ");
            out.value(&part);
        }
        out.text(")");
    }

    fn depth(&self) -> u32 {
        self.0.parts().iter().map(Value::depth).max().unwrap_or(0) + 1
    }
}

impl<W: Wrapper> Wrapped<W> {
    fn delegate(&self, cx: &mut Cx, run: &Run<'_>, target: CallTarget) -> Result<Outcome> {
        let under: &[Value] = target.under.as_slice();
        let args = complete_call(cx, self.0.name(), &target.function, &target.args, self.0.gives())?;
        // The run that an old one of this function wrapped; of any other function, what stands at the address.
        let past = match (run.old().and_then(|old| old.inner.clone()), under) {
            (Some(inner), []) => Past::Trace(inner),
            (None, []) => run.past.clone(),
            (_, under) => run.past.below(under),
        };
        let goal = run.goal.below(under)?;
        let diffs = run.diffs_of(&past, &target.function, &args);
        let origin = run.origin.below(under);
        let request = Run { this: &target.function, args, goal: &goal, past: &past, diffs, origin };
        let outcome = cx.deeper(|cx| match self.0.store() {
            Some(store) => within(cx, store, |cx| interface::run(cx, &request)),
            None => interface::run(cx, &request),
        })?;
        let retval = self.0.returned(cx, &outcome.trace.retval)?;
        let mut outcome = wrap(cx, run, outcome, retval, under);
        if self.0.store().is_some() {
            // Those of its own are not there to be trained.
            Arc::make_mut(&mut outcome.trace).params = Value::Nil;
        }
        Ok(outcome)
    }
}

/// The outcome of the wrapper, from that of what it wraps.
fn wrap(cx: &Cx, run: &Run<'_>, outcome: Outcome, retval: Value, under: &[Value]) -> Outcome {
    let inner = outcome.trace;
    let (mut records, mut inlined) = (inner.records.clone(), inner.inlined.clone());
    let mut observed = inner.observed.clone();
    let (mut discard, mut weight) = (outcome.discard, outcome.weight);
    if !under.is_empty() {
        records = Trie::Empty;
        records.set(under, Trie::Leaf(Record::call(inner.clone())));
        inlined = Vec::new();
        observed = moved(observed, under);
        discard = moved(discard, under);
        vanish(run.past, run.past.inlined(), &records, &[], run.goal, &mut weight, &mut discard);
    }
    let retdiff = match run.old() {
        Some(old) if !crate::eval::equality::identical(&retval, &inner.retval) => Diff::between(&old.retval, &retval),
        Some(_) => outcome.retdiff,
        None => Diff::Unknown,
    };
    let (score, params, depth) = (inner.score, inner.params.clone(), inner.depth);
    let observed = run.observed(observed);
    let inner = Some(inner);
    let trace = Trace { records, inlined, inner, score, observed, params, ..run.trace(cx, retval, depth) };
    Outcome { trace: Arc::new(trace), weight, total: outcome.total, discard, retdiff }
}

/// What stood at a level, below an address.
fn moved<T: Clone>(inside: Trie<T>, under: &[Value]) -> Trie<T> {
    let mut outside = Trie::Empty;
    if !inside.is_empty() {
        outside.set(under, inside);
    }
    outside
}

/// A run without choices: everything of the old one vanishes.
fn empty(cx: &Cx, run: &Run<'_>) -> Outcome {
    let (mut weight, mut discard) = (Weight::default(), Trie::Empty);
    vanish(run.past, run.past.inlined(), &Trie::Empty, &[], run.goal, &mut weight, &mut discard);
    let trace = Trace { observed: run.observed(Trie::Empty), ..run.trace(cx, Value::Nil, 0) };
    let retdiff = run.old().map_or(Diff::Unknown, |old| Diff::between(&old.retval, &Value::Nil));
    Outcome { trace: Arc::new(trace), weight, total: Value::float(0.0), discard, retdiff }
}

/// Parts that are the same functions, or the same values.
pub fn same_parts(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| interface::same_function(x, y))
}

/// Checks that a part of a combinator is a generative function.
pub fn check(combinator: &str, value: &Value, index: usize) -> Result<()> {
    function(combinator, value).map(drop).map_err(|e| e.arg(index))
}

/// The error of a wrapper whose arguments lack what it reads itself.
#[cold]
pub fn no_argument(combinator: &str, arglist: &str, wanted: &str, example: &str, args: &[Value]) -> Stop {
    let given = args.first().map_or("nothing".to_string(), described);
    Error::raise(Code::Type, format!("`{combinator}` takes {arglist}: {wanted}, not {given}"))
        .arguments()
        .help(format!("write `(simulate ({combinator} …) {example})`"))
}

//! The handler of a model's body: one for all operations, which differ in their goal only.

use super::impossible::first_impossible;
use super::site::visit;
use super::vanish::vanish;
use super::visits::Visits;
use super::weight::Weight;
use crate::distributions::{self, Density};
use crate::error::{Code, Error, Result};
use crate::eval::arithmetic::apply;
use crate::eval::effect::{Handler, Site};
use crate::eval::node::Op;
use crate::eval::print::brief;
use crate::eval::statements::StatementResult;
use crate::eval::{Cx, Value};
use crate::gfi::address::{components, show};
use crate::gfi::combinators::intervene::partly_fixed;
use crate::gfi::diff::{Diff, Known};
use crate::gfi::goal::Goal;
use crate::gfi::incremental::{Carried, score_of};
use crate::gfi::interface::{self, GenerativeFunction, Origin, Outcome, Run, function};
use crate::gfi::params_builtins::no_name;
use crate::gfi::past::Past;
use crate::gfi::trace::{Chosen, Trace, What, choice_records};
use crate::gfi::trie::Trie;
use std::sync::Arc;

/// A run in progress.
#[derive(Default)]
pub struct Runner {
    goal: Goal,
    past: Past,
    origin: Origin,
    visits: Visits,
    inlined: Vec<Arc<Trace>>,
    /// Past calls without an address that have no counterpart yet.
    unmatched: Vec<Arc<Trace>>,
    /// An inlined call was lent the records of this level.
    lent: bool,
    weight: Weight,
    total: Value,
    discard: Trie<Value>,
    observed: Trie<()>,
    params: Value,
    known: Known,
}

impl Runner {
    pub fn start(run: &Run<'_>) -> Runner {
        let known = run.known();
        Runner {
            goal: run.goal.clone(),
            past: run.past.clone(),
            origin: run.origin,
            unmatched: run.past.inlined().to_vec(),
            known,
            total: Value::float(0.0),
            ..Runner::default()
        }
    }

    /// The finished run.
    pub fn finish(mut self, cx: &Cx, run: &Run<'_>, retval: Value, kept: Option<Arc<[StatementResult]>>) -> Outcome {
        let elsewhere: &[Arc<Trace>] = if self.lent { &self.inlined } else { &[] };
        vanish(
            &self.past,
            &self.unmatched,
            &self.visits.records,
            elsewhere,
            &self.goal,
            &mut self.weight,
            &mut self.discard,
        );
        let retdiff = match run.old() {
            Some(old) => self.known.diff(&old.retval, &retval),
            None => Diff::Unknown,
        };
        let trace = Trace {
            records: self.visits.records,
            inlined: self.inlined,
            score: self.visits.score,
            observed: run.observed(self.observed),
            params: self.params,
            kept,
            ..run.trace(cx, retval, self.visits.depth)
        };
        Outcome { trace: Arc::new(trace), weight: self.weight, total: self.total, discard: self.discard, retdiff }
    }

    /// The first kept or given value off its support, for reports of what went wrong after it.
    pub fn impossible(&self) -> Option<(Vec<Value>, Value)> {
        match self.visits.score == f64::NEG_INFINITY {
            true => first_impossible(&self.visits.records, &self.inlined),
            false => None,
        }
    }

    /// Takes over the record of a statement that does not run again.
    pub fn carry(&mut self, cx: &Cx, carried: Carried<'_>) -> Result<()> {
        let Some((path, record)) = carried else { return Ok(()) };
        if score_of(record) == f64::NEG_INFINITY {
            self.weight.come(f64::NEG_INFINITY);
        }
        if let What::Call(call) = &record.what {
            self.read_all(&call.params)?;
        }
        self.visits.clash(cx, &path, &self.inlined)?;
        self.visits.carry(cx, &path, record)
    }

    /// True when a value is known to be what it was.
    pub fn unchanged(&self, old: &Value, new: &Value) -> bool {
        self.known.diff(old, new).is_no_change()
    }

    fn choose(&mut self, cx: &mut Cx, site: &Site<'_>, density: &dyn Density) -> Result<Value> {
        let path = components(site.address)?;
        let visit = visit(cx, &self.goal, &path, &self.past, density, self.origin, &mut self.weight)?;
        if self.goal.is_assess() {
            self.total = apply(Op::Add, &self.total, &visit.total)?;
        }
        self.visits.clash(cx, &path, &self.inlined)?;
        self.visits.choice(cx, site, &path, visit.chosen())?;
        if let Some(old) = visit.discard {
            self.discard.set(&path, Trie::Leaf(old));
        }
        if !visit.observed.is_empty() {
            self.observed.set(&path, visit.observed);
        }
        Ok(visit.value)
    }

    /// The value of a site that an intervention has fixed, as the choice would have it.
    fn fixed(&self, cx: &mut Cx, site: &Site<'_>, what: &Value, args: &[Value]) -> Result<Option<Value>> {
        let path = components(site.address)?;
        let (at, fixed) = (self.origin.below(&path).path, cx.fixed.clone());
        let Some(fixed) = fixed else { return Ok(None) };
        let callee = distributions::callee(cx, what, args);
        match fixed.value(at) {
            Some(value) => match callee {
                Some(Ok(callee)) => callee.density().check_value(value).map(Some),
                // A parameter that is not known, or off its support, is none of a fixed value's business.
                Some(Err(_)) => Ok(Some(value.clone())),
                None => Ok(None),
            },
            None if callee.is_some() && fixed.is_above(at) => {
                Err(partly_fixed(&format!("the choice at `{}`", show(&path))))
            }
            None => Ok(None),
        }
    }

    /// A call under an address.
    fn call(&mut self, cx: &mut Cx, site: &Site<'_>, address: &Value, model: &Value, args: &[Value]) -> Result<Value> {
        let path = components(address)?;
        let past = self.past.below(&path);
        let goal = self.goal.below(&path)?;
        let outcome = self.outcome(cx, model, args, &goal, &past, self.origin.below(&path))?;
        if !outcome.discard.is_empty() {
            self.discard.set(&path, outcome.discard.clone());
        }
        if !outcome.trace.observed.is_empty() {
            self.observed.set(&path, outcome.trace.observed.clone());
        }
        self.visits.clash(cx, &path, &self.inlined)?;
        self.visits.call(cx, site, &path, outcome.trace.clone())?;
        self.absorb(outcome)
    }

    fn outcome(
        &mut self,
        cx: &mut Cx,
        model: &Value,
        args: &[Value],
        goal: &Goal,
        past: &Past,
        origin: Origin,
    ) -> Result<Outcome> {
        let args = function("trace", model)?.complete(cx, args)?;
        let diffs = match past.of(model) {
            Some(old) => old.args.iter().zip(&args).map(|(old, new)| self.known.diff(old, new)).collect(),
            None => Vec::new(),
        };
        let outcome = interface::run(cx, &Run { this: model, args, goal, past, diffs, origin })?;
        if let Some(old) = past.of(model) {
            self.known.learn(&old.retval, &outcome.trace.retval, &outcome.retdiff);
        }
        Ok(outcome)
    }

    /// Adds a call's sums to those of this run.
    fn absorb(&mut self, outcome: Outcome) -> Result<Value> {
        self.weight.join(outcome.weight);
        if self.goal.is_assess() {
            self.total = apply(Op::Add, &self.total, &outcome.total)?;
        }
        self.read_all(&outcome.trace.params)?;
        Ok(outcome.trace.retval.clone())
    }

    /// Takes in the parameters that a call has read.
    fn read_all(&mut self, read: &Value) -> Result<()> {
        self.params = super::params::join(std::mem::take(&mut self.params), read)?;
        Ok(())
    }

    /// A call whose choices stand at this level. A model's body runs under this very handler; anything else keeps a
    /// trace of its own, so that it can be changed incrementally.
    fn inline(&mut self, cx: &mut Cx, model: &Value, args: &[Value]) -> Result<Value> {
        if let Some(dynamic) = function("splice", model)?.as_dynamic() {
            let args = dynamic.complete(cx, args)?;
            let (back, result) = dynamic.execute(cx, model, &args, std::mem::take(self));
            *self = back;
            return result;
        }
        inlines(model)?;
        let past = self.counterpart(model);
        let goal = self.goal.clone();
        let outcome = self.outcome(cx, model, args, &goal, &past, self.origin.below(&[]))?;
        self.visits.inline(cx, &outcome.trace, &self.inlined)?;
        for (path, old) in outcome.discard.leaves() {
            self.discard.set(&path, Trie::Leaf(old.clone()));
        }
        for (path, ()) in outcome.trace.observed.leaves() {
            self.observed.set(&path, Trie::Leaf(()));
        }
        self.inlined.push(outcome.trace.clone());
        self.absorb(outcome)
    }

    /// What an inlined call was in the old run: one of the same function, else whatever has no counterpart yet, by its
    /// addresses. Once that was lent nobody else takes a part of it: what vanishes is found at the end of the run.
    fn counterpart(&mut self, model: &Value) -> Past {
        if self.past.is_none() {
            return Past::None;
        }
        let continued = |call: &Arc<Trace>| interface::continues(model, &call.function);
        if let (false, Some(at)) = (self.lent, self.unmatched.iter().position(continued)) {
            return Past::Trace(self.unmatched.remove(at));
        }
        self.lent = true;
        let mut all = self.past.records().clone();
        self.unmatched.iter().for_each(|call| choice_records(call, &mut all));
        Past::Lent(all, None)
    }
}

impl Handler for Runner {
    /// The callee is a distribution, a distribution's constructor with its parameters, or a generative function.
    fn trace(&mut self, cx: &mut Cx, site: &Site<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        if cx.fixed.is_some()
            && let Some(value) = self.fixed(cx, site, what, args)?
        {
            return Ok(value);
        }
        if let Goal::Guided(guided) = &self.goal {
            let path = components(site.address)?;
            if let Some(value) = guided.guide.clone().decide(cx, &guided.full(&path), what, args)? {
                self.visits.clash(cx, &path, &self.inlined)?;
                self.visits.choice(cx, site, &path, Chosen { value: &value, score: 0.0, dimension: 0 })?;
                return Ok(value);
            }
        }
        match distributions::callee(cx, what, args) {
            Some(callee) => self.choose(cx, site, callee?.density()),
            None => self.call(cx, site, site.address, what, args),
        }
    }

    fn splice(&mut self, cx: &mut Cx, site: &Site<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        match splice_parts(site, what, args) {
            (Some(address), model, args) => self.call(cx, site, address, model, args),
            (None, model, args) => self.inline(cx, model, args),
        }
    }

    fn param(&mut self, cx: &mut Cx, site: &Site<'_>, default: &Value) -> Result<Value> {
        if site.address.as_keyword().is_none() {
            return Err(no_name(site.address).help("write `(param :sigma 1.0)`"));
        }
        let value = super::params::value(&cx.params, site.address, default);
        self.params = super::params::with(std::mem::take(&mut self.params), site.address, &value)?;
        Ok(value)
    }
}

/// Only a function whose choices have addresses can be inlined.
pub fn inlines(model: &Value) -> Result<()> {
    match model.as_host::<interface::Model>() {
        Some(_) => Ok(()),
        None => Err(Error::raise(Code::Splice, format!("`{}` cannot be inlined", brief(model)))
            .help("give it an address: `(splice :part model …)`")),
    }
}

/// The callee and the arguments of a splice: `(splice address model x)` whose address is no literal arrives without one.
pub fn splice_parts<'a>(
    site: &Site<'a>,
    callee: &'a Value,
    args: &'a [Value],
) -> (Option<&'a Value>, &'a Value, &'a [Value]) {
    match (site.address, callee, args) {
        (Value::Nil, Value::Host(_), _) => (None, callee, args),
        (Value::Nil, address, [model, args @ ..]) => (Some(address), model, args),
        (Value::Nil, _, []) => (None, callee, args),
        (address, _, _) => (Some(address), callee, args),
    }
}

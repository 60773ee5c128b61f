//! The handler of a model's body: one for all operations, which differ in their goal only.

use super::impossible::{explain, first_impossible};
use super::inlined::splice_parts;
use super::site::visit;
use super::vanish::vanish;
use super::visits::{NOWHERE, Visits};
use super::weight::Weight;
use crate::distributions::{self, Density};
use crate::error::Result;
use crate::eval::arithmetic::apply;
use crate::eval::effect::{EffectSite, Handler};
use crate::eval::equality::identical;
use crate::eval::node::{Op, Place};
use crate::eval::watch::LATE;
use crate::eval::{Cx, Value};
use crate::gfi::address::{components, show};
use crate::gfi::body::{Body, Run};
use crate::gfi::combinators::intervene::partly_fixed;
use crate::gfi::diff::{Diff, KnownDiffs};
use crate::gfi::goal::Goal;
use crate::gfi::incremental::{Carried, KeptStatements, ModelCall, run_again, run_all, score_of};
use crate::gfi::interface::{self, complete_call, function};
use crate::gfi::model::DynamicModel;
use crate::gfi::params_builtins::no_name;
use crate::gfi::past::Past;
use crate::gfi::request::{Origin, Outcome, Request};
use crate::gfi::trace::{Chosen, Trace, What, choices_under};
use crate::gfi::trie::Trie;
use std::sync::Arc;

/// A run in progress.
#[derive(Default)]
pub struct Runner {
    /// The function whose run it is.
    this: Value,
    pub(super) goal: Goal,
    pub(super) past: Past,
    pub(super) origin: Origin,
    pub(super) visits: Visits,
    pub(super) inlined: Vec<Arc<Trace>>,
    /// Past calls without an address that have no counterpart yet.
    pub(super) unmatched: Vec<Arc<Trace>>,
    /// An inlined call has borrowed the records of this level.
    pub(super) borrowed: bool,
    /// Runs of custom functions from which calls went on that had borrowed them.
    pub(super) accounted: Vec<Arc<Trace>>,
    pub(super) weight: Weight,
    pub(super) total: Value,
    pub(super) discard: Trie<Value>,
    pub(super) observed: Trie<()>,
    pub params: Value,
    pub(super) known: KnownDiffs,
    /// The old run where that kept the statements of a body, with the new arguments and how they differ.
    pub(super) resumes: Option<Box<Resumed>>,
    /// A body has run at this level: the first alone goes on from old statements, and keeps its own.
    pub(super) begun: bool,
    pub(super) kept: Option<KeptStatements>,
}

/// What a level goes on from.
pub struct Resumed {
    old: Arc<Trace>,
    args: Vec<Value>,
    diffs: Vec<Diff>,
}

/// Runs a body with a trace of its own.
pub fn run_body(cx: &mut Cx, body: &dyn Body, request: &Request<'_>) -> Result<Outcome> {
    let mut runner = Runner::start(request);
    if let Some(old) = request.old().filter(|old| old.kept.is_some() && !request.goal.is_assess() && old.reads_same(cx))
    {
        let (args, diffs) = (request.args.clone(), request.diffs.clone());
        runner.resumes = Some(Box::new(Resumed { old: old.clone(), args, diffs }));
    }
    let resumes = runner.resumes.is_some();
    let mut result = body.run_in(cx, request.this, &request.args, &mut runner);
    if resumes && result.as_ref().is_err_and(|e| e.is(LATE)) {
        // What waited in a statement that stayed makes choices: all of them run again.
        runner = Runner::start(request);
        result = body.run_in(cx, request.this, &request.args, &mut runner);
    }
    match result {
        Ok(retval) => Ok(runner.finish(cx, request, retval)),
        Err(e) => Err(explain(e, request.past, || runner.impossible())),
    }
}

impl Runner {
    fn start(run: &Request<'_>) -> Runner {
        let known = run.known();
        Runner {
            goal: run.goal.clone(),
            past: run.past.clone(),
            origin: run.origin,
            this: run.this.clone(),
            unmatched: run.past.inlined().to_vec(),
            known,
            total: Value::float(0.0),
            ..Runner::default()
        }
    }

    /// The finished run.
    fn finish(mut self, cx: &Cx, run: &Request<'_>, retval: Value) -> Outcome {
        let all;
        let elsewhere: &[Arc<Trace>] = match self.borrowed {
            true => {
                all = [&self.inlined[..], &self.accounted].concat();
                &all
            }
            false => &[],
        };
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
            kept: self.kept,
            ..run.trace(cx, retval, self.visits.depth)
        };
        Outcome { trace: Arc::new(trace), weight: self.weight, total: self.total, discard: self.discard, retdiff }
    }

    /// The first kept or given value off its support, for reports of what went wrong after it.
    fn impossible(&self) -> Option<(Vec<Value>, Value)> {
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

    pub fn goal(&self) -> &Goal {
        &self.goal
    }

    /// How arguments of a body differ from those it had: as it was said where they are those of this level.
    pub fn diffs_of(&self, old: &[Value], new: &[Value]) -> Vec<Diff> {
        let same = |a: &[Value], b: &[Value]| a.len() == b.len() && a.iter().zip(b).all(|(x, y)| identical(x, y));
        match &self.resumes {
            Some(level) if same(&level.old.args, old) && same(&level.args, new) => level.diffs.clone(),
            _ => old.iter().zip(new).map(|(old, new)| self.known.diff(old, new)).collect(),
        }
    }

    /// Visits a path: a choice or a call; `place` is where the program asks for it.
    #[inline(always)]
    fn visit_at(
        &mut self,
        cx: &mut Cx,
        (path, place): (&[Value], Place),
        what: &Value,
        args: &[Value],
    ) -> Result<Option<Value>> {
        if cx.fixed.is_some()
            && let Some(value) = self.fixed(cx, path, what, args)?
        {
            return Ok(Some(value));
        }
        if let Goal::Guided(guided) = &self.goal
            && let Some(value) = guided.guide.decide(cx, guided, path, what, args)?
        {
            self.visits.clash(cx, path, &self.inlined)?;
            self.visits.choice(cx, place, path, Chosen { value: &value, score: 0.0, dimension: 0 })?;
            return Ok(Some(value));
        }
        match distributions::callee(cx, what, args) {
            Some(callee) => self.choose(cx, path, place, callee?.density()).map(Some),
            None => Ok(None),
        }
    }

    fn choose(&mut self, cx: &mut Cx, path: &[Value], place: Place, density: &dyn Density) -> Result<Value> {
        let visit = visit(cx, &self.goal, path, &self.past, density, self.origin, &mut self.weight)?;
        if self.goal.is_assess() {
            self.total = apply(Op::Add, &self.total, &visit.total)?;
        }
        self.visits.clash(cx, path, &self.inlined)?;
        self.visits.choice(cx, place, path, visit.chosen())?;
        if let Some(old) = visit.discard {
            self.discard.set(path, Trie::Leaf(old));
        }
        if !visit.observed.is_empty() {
            self.observed.set(path, visit.observed);
        }
        Ok(visit.value)
    }

    /// The value of a site that an intervention has fixed, as the choice would have it.
    fn fixed(&self, cx: &mut Cx, path: &[Value], what: &Value, args: &[Value]) -> Result<Option<Value>> {
        let (at, fixed) = (self.origin.below(path).path, cx.fixed.clone());
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
                Err(partly_fixed(&format!("the choice at `{}`", show(path))))
            }
            None => Ok(None),
        }
    }

    /// A call under an address.
    fn call(&mut self, cx: &mut Cx, (path, place): (&[Value], Place), model: &Value, args: &[Value]) -> Result<Value> {
        let past = self.past.below(path);
        let goal = self.goal.below(path)?;
        let outcome = self.outcome(cx, model, args, &goal, &past, self.origin.below(path))?;
        if !outcome.discard.is_empty() {
            self.discard.set(path, outcome.discard.clone());
        }
        if !outcome.trace.observed.is_empty() {
            self.observed.set(path, outcome.trace.observed.clone());
        }
        self.visits.clash(cx, path, &self.inlined)?;
        self.visits.call(cx, place, path, outcome.trace.clone())?;
        self.absorb(outcome)
    }

    pub(super) fn outcome(
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
        let outcome = interface::run(cx, &Request { this: model, args, goal, past, diffs, origin })?;
        if let Some(old) = past.of(model) {
            self.known.learn(&old.retval, &outcome.trace.retval, &outcome.retdiff);
        }
        Ok(outcome)
    }

    /// Adds a call's sums to those of this run.
    pub(super) fn absorb(&mut self, outcome: Outcome) -> Result<Value> {
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
}

impl Run for Runner {
    fn visit(
        &mut self,
        cx: &mut Cx,
        path: &[Value],
        callee: &Value,
        args: &[Value],
        (name, gives): (&str, &str),
    ) -> Result<Value> {
        if let Some(value) = self.visit_at(cx, (path, NOWHERE), callee, args)? {
            return Ok(value);
        }
        let args = complete_call(cx, name, callee, args, gives)?;
        cx.deeper(|cx| match path {
            [] => self.inline(cx, callee, &args),
            path => self.call(cx, (path, NOWHERE), callee, &args),
        })
    }

    fn model(&mut self, cx: &mut Cx, this: &Value, model: &DynamicModel, args: &[Value]) -> Result<Value> {
        let first = !std::mem::replace(&mut self.begun, true) && !self.goal.is_assess();
        let (Value::Fn(body), Some(statements)) = (&model.body, model.statements().filter(|_| first)) else {
            let (runner, result) = model.execute(cx, this, args, std::mem::take(self));
            *self = runner;
            return result;
        };
        let own = identical(this, &self.this);
        let (call, runner) = (ModelCall { this, model, args, own }, std::mem::take(self));
        let old = runner.resumes.as_ref().map(|level| level.old.clone());
        let kept = old.as_deref().and_then(|old| Some((old, call.kept(cx, old)?)));
        let (runner, result) = match kept {
            Some(old) => run_again(cx, &call, (body, statements), old, runner),
            None => run_all(cx, &call, body, runner),
        };
        *self = runner;
        let (value, kept) = result?;
        self.kept = Some(kept);
        Ok(value)
    }

    fn params(&mut self) -> &mut Value {
        &mut self.params
    }

    fn hash(&self) -> u64 {
        self.origin.path
    }

    fn set_hash(&mut self, hash: u64) {
        self.origin.path = hash;
    }

    fn address_names(&self) -> Vec<String> {
        let mut all = Vec::new();
        choices_under(&self.visits.records, &[], &mut all);
        all.extend(self.inlined.iter().flat_map(|call| call.all_choices()));
        all.iter().take(1000).map(|(path, _, _)| show(path)).collect()
    }
}

impl Handler for Runner {
    /// The callee is a distribution, a distribution's constructor with its parameters, or a generative function.
    fn trace(&mut self, cx: &mut Cx, site: &EffectSite<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        let path = components(site.address)?;
        match self.visit_at(cx, (&path, site.place), what, args)? {
            Some(value) => Ok(value),
            None => self.call(cx, (&path, site.place), what, args),
        }
    }

    fn splice(&mut self, cx: &mut Cx, site: &EffectSite<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        match splice_parts(site, what, args) {
            (Some(address), model, args) => self.call(cx, (&components(address)?, site.place), model, args),
            (None, model, args) => self.inline(cx, model, args),
        }
    }

    fn param(&mut self, cx: &mut Cx, site: &EffectSite<'_>, default: &Value) -> Result<Value> {
        if site.address.as_keyword().is_none() {
            return Err(no_name(site.address).help("write `(param :sigma 1.0)`"));
        }
        let value = super::params::value(&cx.params, site.address, default);
        self.params = super::params::with(std::mem::take(&mut self.params), site.address, &value)?;
        Ok(value)
    }
}

//! Calls without an address: their choices stand at the level of the run that makes them.

use super::runner::Runner;
use crate::error::{Code, Error, Result};
use crate::eval::effect::EffectSite;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::interface::{self, function};
use crate::gfi::past::Past;
use crate::gfi::trace::{Trace, choice_records};
use crate::gfi::trie::Trie;
use std::sync::Arc;

impl Runner {
    /// A call whose choices stand at this level. A body runs in this very run; anything else keeps a trace of its own, so
    /// that it can be changed incrementally or accounts for itself.
    pub(super) fn inline(&mut self, cx: &mut Cx, model: &Value, args: &[Value]) -> Result<Value> {
        let callee = function("splice", model)?;
        if let Some(body) = callee.body() {
            let args = callee.complete(cx, args)?;
            return body.run_in(cx, model, &args, self);
        }
        inlines(model)?;
        let past = self.counterpart(model);
        let mut goal = self.goal.clone();
        if callee.needs_choices_only() {
            // What is given for the others is none of its business.
            goal = self.visits.records.leaves().iter().try_fold(goal, |goal, (path, _)| goal.beside(path))?;
        }
        let outcome = self.outcome(cx, model, args, &goal, &past, self.origin.below(&[]))?;
        if let (true, Some(own)) = (self.borrowed, past.continued(&outcome.trace)) {
            self.unmatched.retain(|call| !Arc::ptr_eq(call, own));
            self.accounted.push(own.clone());
        }
        self.visits.inline(cx, &outcome.trace, &self.inlined)?;
        for (path, old) in outcome.discard.leaves() {
            self.discard.set(&path, Trie::Leaf(old.clone()));
        }
        for (path, ()) in outcome.trace.observed.leaves() {
            self.observed.mark(&path);
        }
        self.inlined.push(outcome.trace.clone());
        self.absorb(outcome)
    }

    /// What an inlined call was in the old run: one of the same function, the old run itself if that was of it, else
    /// whatever has no counterpart yet, by its addresses. Once that was borrowed nobody else takes a part of it: what
    /// vanishes is found at the end of the run.
    fn counterpart(&mut self, model: &Value) -> Past {
        if self.past.is_none() {
            return Past::None;
        }
        let continued = |call: &Arc<Trace>| interface::continues(model, &call.function);
        if let (false, Some(at)) = (self.borrowed, self.unmatched.iter().position(continued)) {
            return Past::Trace(self.unmatched.remove(at));
        }
        let untouched = !self.borrowed && self.visits.records.is_empty() && self.inlined.is_empty();
        if untouched && self.past.of(model).is_some() {
            self.unmatched.clear();
            return std::mem::take(&mut self.past);
        }
        self.borrowed = true;
        let mut all = self.past.records().clone();
        self.unmatched.iter().for_each(|call| choice_records(call, &mut all));
        let owner = match &self.past {
            Past::Trace(old) | Past::Borrowed(_, Some(old)) => Some(old.clone()),
            _ => None,
        };
        Past::Borrowed(all, owner)
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
    site: &EffectSite<'a>,
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

//! A distribution as a generative function: one choice, its value, at the empty path. A constructor is one of its
//! parameters.

use super::batch::Batch;
use super::diff::Diff;
use super::interface::GenerativeFunction;
use super::ops::site::visit;
use super::ops::vanish::vanish;
use super::ops::weight::Weight;
use super::request::{Outcome, Request};
use super::trace::Trace;
use super::trie::Trie;
use crate::distributions::{Constructor, Density, Dist};
use crate::error::Result;
use crate::eval::run::arity_error;
use crate::eval::{Cx, Value};
use std::sync::Arc;

impl GenerativeFunction for Dist {
    fn name(&self) -> &str {
        self.density().name()
    }

    fn complete(&self, _cx: &mut Cx, args: &[Value]) -> Result<Vec<Value>> {
        match args {
            [] => Ok(Vec::new()),
            _ => Err(arity_error(self.density().name(), "[]", args.len()).arguments().help(
                "a distribution has its parameters already: `(gen [x] (trace :y (normal x 1)))` takes an argument",
            )),
        }
    }

    fn run(&self, cx: &mut Cx, run: &Request<'_>) -> Result<Outcome> {
        choose(cx, run, self.density())
    }
}

impl GenerativeFunction for Constructor {
    fn name(&self) -> &str {
        Constructor::name(self)
    }

    fn run(&self, cx: &mut Cx, run: &Request<'_>) -> Result<Outcome> {
        let made = self.make(cx, &run.args).map_err(|e| e.arguments())?;
        choose(cx, run, made.density())
    }

    fn run_lanes(&self, cx: &mut Cx, this: &Value, args: &[Value], batch: &mut Batch) -> Result<Value> {
        batch.choice(cx, &[], this, args).map(Option::unwrap_or_default)
    }
}

/// The one choice of a run.
fn choose(cx: &mut Cx, run: &Request<'_>, density: &dyn Density) -> Result<Outcome> {
    let mut weight = Weight::default();
    let old = run.past.choice(&[]);
    let visit = visit(cx, run.goal, &[], run.past, density, run.origin, &mut weight)?;
    let records = Trie::Leaf(visit.record());
    let mut discard = visit.discard.map_or(Trie::Empty, Trie::Leaf);
    vanish(run.past, run.past.inlined(), &records, &[], run.goal, &mut weight, &mut discard);
    let observed = run.past.observed().cloned().unwrap_or(visit.observed);
    let retdiff = old.map_or(Diff::Unknown, |old| Diff::between(old.value, &visit.value));
    let depth = visit.value.depth() + 1;
    let trace = Trace {
        function: run.this.clone(),
        records,
        score: visit.score,
        retval: visit.value,
        observed,
        depth,
        ..Trace::default()
    };
    Ok(Outcome { trace: Arc::new(trace), weight, total: visit.total, discard, retdiff })
}

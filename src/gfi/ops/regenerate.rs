//! regenerate: selected choices are drawn anew; weight = Σ ℓ(new) − ℓ(old) of the unselected that both runs have.

use super::run::{Call, Operation, Run, Weight};
use crate::dist::Density;
use crate::error::{Error, Result};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::interface::Origin;
use crate::gfi::model::DynamicModel;
use crate::gfi::selection::Selection;
use crate::gfi::trace::{Record, Trace, What};
use crate::gfi::trie::Trie;
use std::sync::Arc;

struct Regenerate {
    run: Run,
    old: Option<Arc<Trace>>,
    selection: Selection,
    weight: Weight,
}

impl Default for Regenerate {
    fn default() -> Self {
        Regenerate { run: Run::default(), old: None, selection: Selection::None, weight: Weight::default() }
    }
}

/// The code of an error that follows from a kept value off its support.
pub const IMPOSSIBLE: &str = "gen::impossible-run";

/// Runs a model again: old values are kept where they are not selected, and scored in the old run's context against
/// the new one's. Fresh, selected and vanished choices contribute nothing.
pub fn run(
    model: &DynamicModel,
    cx: &mut Cx,
    this: &Value,
    args: &[Value],
    trace: &Arc<Trace>,
    selection: &Selection,
    origin: Origin,
) -> Result<(Trace, f64)> {
    let args = model.complete(cx, args)?;
    let handler = Regenerate {
        run: Run::new(origin),
        old: Some(trace.clone()),
        selection: selection.clone(),
        weight: Weight::default(),
    };
    let (handler, result) = model.run(cx, this, &args, handler);
    let result = result.map_err(|e| handler.explain(e));
    Ok((handler.run.finish(this, args, result?, trace.observed.clone()), handler.weight.total()))
}

impl Regenerate {
    /// An error after a kept value fell off its support is a consequence of that: a kernel rejects such a move.
    #[cold]
    fn explain(&self, mut error: Box<Error>) -> Box<Error> {
        let own = matches!(error.code, "gen::interrupted" | "gen::step-limit" | "gen::exit" | IMPOSSIBLE);
        let off = self.run.records.leaves().into_iter().find_map(|(path, record)| match &record.what {
            What::Choice(value, score) if *score == f64::NEG_INFINITY => Some((path, value.clone())),
            _ => None,
        });
        if let (false, Some((path, value))) = (own, off) {
            error.code = IMPOSSIBLE;
            error.message = format!(
                "{}, after the kept value `{}` at `{}` fell off its support",
                error.message,
                brief(&value),
                show(&path)
            );
        }
        error
    }

    /// What the old run has at a path.
    fn old_at(&self, path: &[Value]) -> Option<&What> {
        match self.old.as_ref()?.records.at(path)? {
            Trie::Leaf(Record { what, .. }) => Some(what),
            _ => None,
        }
    }
}

impl Operation for Regenerate {
    fn run(&mut self) -> &mut Run {
        &mut self.run
    }

    fn choice(&mut self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<(Value, f64)> {
        let kept = match self.old_at(path) {
            Some(What::Choice(value, old)) if !self.selection.contains(path) => Some((value.clone(), *old)),
            _ => None,
        };
        let Some((value, old)) = kept else {
            let value = density.sample(cx, &mut self.run.origin.below(path).draws())?;
            let score = density.logpdf(cx, &value)?;
            return Ok((value, score));
        };
        let score = density.logpdf(cx, &value)?;
        self.weight.add(score, old);
        Ok((value, score))
    }

    fn call(&mut self, cx: &mut Cx, path: &[Value], call: &Call<'_>) -> Result<Trace> {
        let origin = self.run.origin.below(path);
        let Some(What::Call(old)) = self.old_at(path) else {
            return call.function.simulate(cx, call.model, call.args, origin);
        };
        let (old, below) = (old.clone(), self.selection.at(path));
        let (trace, weight) = call.function.regenerate(cx, call.model, call.args, &old, &below, origin)?;
        self.weight.add_weight(weight);
        Ok(trace)
    }
}

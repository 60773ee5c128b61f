//! What comes of a fit: a guide with its parameters, and draws from it.

use super::super::learning::Training;
use super::particle::Posterior;
use crate::error::{Code, Error, Result};
use crate::eval::key::Key;
use crate::eval::print::Printer;
use crate::eval::{Cx, HostObject, Value};
use crate::gfi::{BadPoints, ChoiceMap, Origin, Trace, Trie, generate, simulate, with_store};
use crate::infer::draws::FittedDraws;
use crate::infer::start::{STARTS, with_missing};
use crate::infer::tally::result_of;
use std::sync::Arc;

pub struct Fitted<'a> {
    pub guide: &'a Value,
    pub guide_args: &'a [Value],
    pub posterior: Posterior<'a>,
    pub training: Training,
    pub draws: FittedDraws,
    /// Draws of the guide at which the model raised an error.
    pub bad: BadPoints,
}

impl Fitted<'_> {
    /// Draws runs of the model with choices of the guide.
    pub fn draw(&mut self, cx: &mut Cx, samples: usize, key: Key) -> Result<()> {
        let store = self.training.parameters.value();
        let (guide, model) = (with_store(self.guide, &store)?, with_store(self.posterior.model, &store)?);
        for i in 0..samples {
            cx.step()?;
            let (trace, score) = self.draw_good(cx, (&guide, &model), key.fold(i as u64))?;
            self.draws.push(cx, &self.observed_only(&trace), trace.score - score)?;
        }
        Ok(())
    }

    /// `{:params :guide :elbo :elbo-history :traces :sample}`; without a bound before the first draw, nothing before the
    /// first step.
    pub fn result(self, cx: &Cx) -> Result<Option<Value>> {
        let Training { parameters, history } = self.training;
        if history.is_empty() {
            return Ok(None);
        }
        let store = parameters.into_value();
        let guide = with_store(self.guide, &store)?;
        let sample = Value::host(GuideSampler { guide: guide.clone(), args: self.guide_args.to_vec() });
        let bound = self.draws.bound().map(|bound| ("elbo", bound));
        let rest =
            [("elbo-history", Value::vector(history)?), ("traces", self.draws.into_value(cx)?), ("sample", sample)];
        let entries = [("params", store), ("guide", guide)].into_iter().chain(bound).chain(rest);
        with_missing(result_of(entries, &self.bad)?, self.posterior.observations).map(Some)
    }

    /// A run of the model with choices of the guide, and their log-density there. Where the model raises an error they are
    /// drawn again.
    fn draw_good(&mut self, cx: &mut Cx, (guide, model): (&Value, &Value), key: Key) -> Result<(Arc<Trace>, f64)> {
        let mut bad = BadPoints::default();
        for again in 0..STARTS {
            let key = if again == 0 { key } else { key.fold(again) };
            let (drawn, score) = draw(cx, guide, self.guide_args, key)?;
            let all = drawn.merge(self.posterior.observations)?;
            let run = generate(cx, model, self.posterior.args, &all, Origin::new(key));
            if let Some(outcome) = bad.good(run)? {
                self.bad.join(bad);
                return Ok((outcome.trace, score));
            }
        }
        Err(bad.all_bad(|| Error::raise(Code::AllImpossible, "the guide draws nothing that is possible")))
    }

    /// The choices of the guide were given, but not observed.
    fn observed_only(&self, trace: &Arc<Trace>) -> Arc<Trace> {
        let mut observed = Trie::Empty;
        for (path, ()) in trace.observed.leaves() {
            if matches!(self.posterior.observations.value_at(&path), Ok(Some(_))) {
                observed.mark(&path);
            }
        }
        Arc::new(Trace { observed, ..(**trace).clone() })
    }
}

/// Choices of a run of a guide, and their log-density.
fn draw(cx: &mut Cx, guide: &Value, args: &[Value], key: Key) -> Result<(ChoiceMap, f64)> {
    let run = simulate(cx, guide, args, Origin::new(key))?;
    Ok((run.choices(), run.score))
}

/// What `:sample` of a result is: called with nothing it draws choices from a guide, with a number a vector of them.
struct GuideSampler {
    guide: Value,
    args: Vec<Value>,
}

impl HostObject for GuideSampler {
    fn kind(&self) -> &'static str {
        "a sampler"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text("#<sampler of ");
        out.value(&self.guide);
        out.text(">");
    }

    fn depth(&self) -> u32 {
        self.guide.depth().saturating_add(1)
    }

    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let key = cx.next_key("sample")?;
        let one = |cx: &mut Cx, key| Ok(draw(cx, &self.guide, &self.args, key)?.0.into_value());
        match args {
            [] => one(cx, key),
            [_] => {
                let n = crate::eval::args::count("sample", args, 0)?;
                Value::vector((0..n).map(|i| one(cx, key.fold(i as u64))).collect::<Result<_>>()?)
            }
            _ => Err(crate::eval::run::arity_error("sample", "[] [n]", args.len())),
        }
    }
}

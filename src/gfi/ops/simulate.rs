//! simulate: every choice from the prior.

use super::run::{Call, Operation, Run};
use crate::dist::Density;
use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::gfi::interface::Origin;
use crate::gfi::model::DynamicModel;
use crate::gfi::trace::Trace;
use crate::gfi::trie::Trie;

#[derive(Default)]
struct Simulate {
    run: Run,
}

/// Runs a model with every choice drawn.
pub fn run(model: &DynamicModel, cx: &mut Cx, this: &Value, args: &[Value], origin: Origin) -> Result<Trace> {
    let args = model.complete(cx, args)?;
    let (handler, result) = model.run(cx, this, &args, Simulate { run: Run::new(origin) });
    Ok(handler.run.finish(this, args, result?, Trie::Empty))
}

impl Operation for Simulate {
    fn run(&mut self) -> &mut Run {
        &mut self.run
    }

    fn choice(&mut self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<(Value, f64)> {
        let value = density.sample(cx, &mut self.run.origin.below(path).draws())?;
        let score = density.logpdf(cx, &value)?;
        Ok((value, score))
    }

    fn call(&mut self, cx: &mut Cx, path: &[Value], call: &Call<'_>) -> Result<Trace> {
        call.function.simulate(cx, call.model, call.args, self.run.origin.below(path))
    }
}

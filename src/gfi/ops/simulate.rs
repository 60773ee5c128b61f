//! simulate: every choice from the prior.

use super::run::{Callee, Run, called, callee, inline, splice_parts};
use crate::error::Result;
use crate::eval::effect::{Handler, Site};
use crate::eval::{Cx, Value};
use crate::gfi::address::components;
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

impl Handler for Simulate {
    fn trace(&mut self, cx: &mut Cx, site: &Site<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        let path = self.run.path(site)?;
        let origin = self.run.origin.below(&path);
        match callee(what, args)? {
            Callee::Choice(family, params) => {
                let value = params.sample(family, &mut origin.draws())?;
                let score = params.logpdf(family, &value)?;
                self.run.choice(cx, site, &path, value.clone(), score)?;
                Ok(value)
            }
            Callee::Call(function) => {
                let trace = function.simulate(cx, what, args, origin)?;
                self.run.call(cx, site, &path, trace)
            }
        }
    }

    fn splice(&mut self, cx: &mut Cx, site: &Site<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        let (address, model, args) = splice_parts(site, what, args);
        match address {
            Some(address) => {
                let path = components(address)?;
                let trace = called(model)?.simulate(cx, model, args, self.run.origin.below(&path))?;
                self.run.call(cx, site, &path, trace)
            }
            None => inline(self, cx, model, args),
        }
    }

    fn param(&mut self, _cx: &mut Cx, _site: &Site<'_>, default: &Value) -> Result<Value> {
        Ok(default.clone())
    }
}

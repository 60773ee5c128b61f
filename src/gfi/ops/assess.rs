//! assess: the log-density of given choices; every choice must be given.

use super::run::{Callee, Run, called, callee, inline, splice_parts};
use crate::dist::check_value;
use crate::error::{Error, Result};
use crate::eval::effect::{Handler, Site};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::address::{components, show};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::interface::Origin;
use crate::gfi::model::DynamicModel;
use crate::gfi::trie::Trie;

#[derive(Default)]
struct Assess {
    run: Run,
    choices: ChoiceMap,
}

/// Scores given choices; a choice that the run does not visit is an error too.
pub fn run(
    model: &DynamicModel,
    cx: &mut Cx,
    this: &Value,
    args: &[Value],
    choices: &ChoiceMap,
) -> Result<(f64, Value)> {
    let args = model.complete(cx, args)?;
    // Nothing is drawn, so any key will do.
    let handler = Assess { run: Run::new(Origin::new(Key(0))), choices: choices.clone() };
    let (handler, result) = model.run(cx, this, &args, handler);
    let trace = handler.run.finish(this, args, result?, Trie::Empty);
    match super::generate::unvisited(choices, &trace)? {
        Some(path) => Err(super::generate::unvisited_error(&path, &trace)),
        None => Ok((trace.score, trace.retval)),
    }
}

#[cold]
pub fn not_given(path: &[Value]) -> Box<Error> {
    Error::new("gen::choice-missing", format!("`assess` needs a value for the choice at `{}`", show(path)))
        .help("give every choice, or use `generate`, which draws what is missing")
}

impl Assess {
    fn call(&mut self, cx: &mut Cx, site: &Site<'_>, path: &[Value], model: &Value, args: &[Value]) -> Result<Value> {
        let (weight, retval) = called(model)?.assess(cx, model, args, &self.choices.at(path)?)?;
        // Only the addresses count here, so that a second visit is noticed.
        let mut run = Run::new(self.run.origin);
        run.records = placeholder(&self.choices.at(path)?, site);
        run.score = weight;
        self.run.call(cx, site, path, run.finish(model, args.to_vec(), retval, Trie::Empty))
    }
}

/// Records of the choices that a call was given.
fn placeholder(choices: &ChoiceMap, site: &Site<'_>) -> Trie<crate::gfi::trace::Record> {
    use crate::gfi::trace::{Record, What};
    let mut records = Trie::Empty;
    for (path, value) in choices.0.leaves() {
        records.set(&path, Trie::Leaf(Record { what: What::Choice(value.clone(), 0.0), place: site.place }));
    }
    records
}

impl Handler for Assess {
    fn trace(&mut self, cx: &mut Cx, site: &Site<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        let path = self.run.path(site)?;
        match callee(what, args)? {
            Callee::Choice(family, params) => {
                let given = self.choices.value_at(&path)?.ok_or_else(|| not_given(&path))?;
                let value = check_value(family, &params, &given)?;
                let score = params.logpdf(family, &value)?;
                self.run.choice(cx, site, &path, value.clone(), score)?;
                Ok(value)
            }
            Callee::Call(_) => self.call(cx, site, &path, what, args),
        }
    }

    fn splice(&mut self, cx: &mut Cx, site: &Site<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        let (address, model, args) = splice_parts(site, what, args);
        match address {
            Some(address) => self.call(cx, site, &components(address)?, model, args),
            None => inline(self, cx, model, args),
        }
    }

    fn param(&mut self, _cx: &mut Cx, _site: &Site<'_>, default: &Value) -> Result<Value> {
        Ok(default.clone())
    }
}

//! assess: the log-density of given choices; every choice must be given.

use super::run::{Call, Operation, Run};
use crate::dist::Density;
use crate::error::{Error, Result};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::interface::Origin;
use crate::gfi::model::DynamicModel;
use crate::gfi::trace::{Record, Trace, What};
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

impl Operation for Assess {
    fn run(&mut self) -> &mut Run {
        &mut self.run
    }

    fn choice(&mut self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<(Value, f64)> {
        let given = self.choices.value_at(path)?.ok_or_else(|| not_given(path))?;
        let value = density.check_value(&given)?;
        let score = density.logpdf(cx, &value)?;
        Ok((value, score))
    }

    fn call(&mut self, cx: &mut Cx, path: &[Value], call: &Call<'_>) -> Result<Trace> {
        let below = self.choices.at(path)?;
        let (score, retval) = call.function.assess(cx, call.model, call.args, &below)?;
        let mut run = Run::new(self.run.origin);
        run.records = given(&below);
        run.score = score;
        Ok(run.finish(call.model, call.args.to_vec(), retval, Trie::Empty))
    }
}

/// Records of the choices that a call was given; only their addresses count.
fn given(choices: &ChoiceMap) -> Trie<Record> {
    let mut records = Trie::Empty;
    for (path, value) in choices.0.leaves() {
        records.set(&path, Trie::Leaf(Record { what: What::Choice(value.clone(), 0.0), place: 0 }));
    }
    records
}

//! A distribution as a generative function: one choice, its value, at the empty path.

use super::assess::not_given;
use super::run::weight_difference;
use crate::dist::Dist;
use crate::error::{Error, Result};
use crate::eval::run::arity_error;
use crate::eval::{Cx, Value};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::interface::{GenerativeFunction, Origin};
use crate::gfi::selection::Selection;
use crate::gfi::trace::{Record, Trace, What};
use crate::gfi::trie::Trie;
use std::sync::Arc;

impl Dist {
    fn leaf(&self, cx: &mut Cx, this: &Value, args: &[Value], value: Value, observed: Trie<()>) -> Result<Trace> {
        if !args.is_empty() {
            return Err(arity_error(self.density().name(), "[]", args.len()));
        }
        let score = self.density().logpdf(cx, &value)?;
        if score.is_nan() {
            return Err(Error::new(
                "gen::nan",
                format!("the log-density of `{}` is not a number", self.density().name()),
            ));
        }
        let records = Trie::Leaf(Record { what: What::Choice(value.clone(), score), place: 0 });
        Ok(Trace { function: this.clone(), args: Vec::new(), records, score, retval: value, observed })
    }

    fn given(&self, constraints: &ChoiceMap) -> Result<Option<Value>> {
        let given = constraints.value_at(&[])?;
        given.map(|v| self.density().check_value(&v)).transpose()
    }
}

impl GenerativeFunction for Dist {
    fn name(&self) -> &str {
        self.density().name()
    }

    fn simulate(&self, cx: &mut Cx, this: &Value, args: &[Value], origin: Origin) -> Result<Trace> {
        let value = self.density().sample(cx, &mut origin.draws())?;
        self.leaf(cx, this, args, value, Trie::Empty)
    }

    fn generate(
        &self,
        cx: &mut Cx,
        this: &Value,
        args: &[Value],
        constraints: &ChoiceMap,
        origin: Origin,
    ) -> Result<(Trace, f64)> {
        match self.given(constraints)? {
            Some(value) => {
                let trace = self.leaf(cx, this, args, value, Trie::Leaf(()))?;
                let weight = trace.score;
                Ok((trace, weight))
            }
            None => Ok((self.simulate(cx, this, args, origin)?, 0.0)),
        }
    }

    fn assess(&self, cx: &mut Cx, this: &Value, args: &[Value], choices: &ChoiceMap) -> Result<(f64, Value)> {
        let value = self.given(choices)?.ok_or_else(|| not_given(&[Value::keyword("value")]))?;
        let trace = self.leaf(cx, this, args, value, Trie::Empty)?;
        Ok((trace.score, trace.retval))
    }

    fn regenerate(
        &self,
        cx: &mut Cx,
        this: &Value,
        args: &[Value],
        trace: &Arc<Trace>,
        selection: &Selection,
        origin: Origin,
    ) -> Result<(Trace, f64)> {
        match trace.choice_at(&[]) {
            Some((value, old)) if !selection.contains(&[]) => {
                let new = self.leaf(cx, this, args, value.clone(), trace.observed.clone())?;
                let weight = weight_difference(new.score, old);
                Ok((new, weight))
            }
            _ => Ok((self.simulate(cx, this, args, origin)?, 0.0)),
        }
    }
}

//! What came of a custom function's run: records, discard, weight. Of several choices nobody knows the shares of the
//! log-density unless `:scores` tells them: those are NaN, and what needs one is refused (see `ops::project`).

use super::Custom;
use crate::error::{Code, Error, Result};
use crate::eval::equality::identical;
use crate::eval::gradient::{each_leaf, primal_of};
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::diff::Diff;
use crate::gfi::goal::{Goal, Intent};
use crate::gfi::ops::vanish::vanish_under;
use crate::gfi::ops::weight::Weight;
use crate::gfi::request::{Outcome, Request};
use crate::gfi::trace::{Record, Trace, choice_in};
use crate::gfi::trie::Trie;
use std::sync::Arc;

/// A run as the functions tell it, assessed.
pub struct Assessed {
    pub retval: Value,
    /// The log-density, as a number to differentiate.
    pub total: Value,
    /// The log-density of each choice, by address, where `:assess` tells them.
    pub scores: Option<ChoiceMap>,
}

impl Custom {
    /// The choices with what is known of their log-densities.
    pub(super) fn records(&self, choices: &ChoiceMap, scores: Option<&ChoiceMap>, score: f64) -> Result<Trie<Record>> {
        let leaves = choices.leaves();
        let (alone, mut sum) = (leaves.len() == 1, 0.0);
        let mut records = Trie::Empty;
        for (path, value) in leaves {
            let share = match scores {
                Some(scores) => scores.value_at(&path)?.and_then(|x| primal_of(&x).as_f64()).ok_or_else(|| {
                    Error::raise(Code::Operation, format!("`:scores` of `{}` lack `{}`", self.name, show(&path)))
                        .help("give the log-density of each choice at its address, or leave `:scores` out")
                })?,
                None if alone => score,
                None => f64::NAN,
            };
            sum += share;
            records
                .insert_new(&path, Record::choice(value.clone(), share, reals_in(value)))
                .map_err(|_| Error::raise(Code::Address, format!("`{}` is given twice", show(&path))))?;
        }
        let apart = sum != score && (sum - score).abs() > 1e-9 * (1.0 + score.abs());
        if scores.is_some() && apart {
            let message = format!("`:scores` of `{}` sum to {sum}, its `:weight` is {score}", self.name);
            return Err(Error::raise(Code::Operation, message).help("`:weight` is the sum of `:scores`"));
        }
        Ok(records)
    }

    pub(super) fn outcome(
        &self,
        cx: &Cx,
        run: &Request<'_>,
        records: Trie<Record>,
        retval: Value,
        total: Value,
        weight: f64,
    ) -> Result<Outcome> {
        let score = primal_of(&total).as_f64().unwrap_or(f64::NAN);
        let (mut accounted, mut discard) = (Weight::default(), Trie::Empty);
        accounted.add(weight);
        match run.old() {
            Some(old) => discard = replaced(old, &records, run.goal)?,
            // Whatever another function left here is gone, though a value may stand at its address.
            None => vanish_under(run.past, &records, run.goal, &mut accounted, &mut discard),
        }
        let mut observed = Trie::Empty;
        if let Goal::Constrain { choices, intent: Intent::Observe } = run.goal {
            for (path, _) in records.leaves() {
                observed.add_at(&path, &choices.mask_at(&path)?);
            }
        }
        let inside = records.leaves().iter().map(|(path, _)| path.len() as u32).max().unwrap_or(0);
        let observed = run.observed(observed);
        let trace = Trace { records, score, observed, ..run.trace(cx, retval, inside + 1) };
        let retdiff = run.old().map_or(Diff::Unknown, |old| Diff::between(&old.retval, &trace.retval));
        Ok(Outcome { trace: Arc::new(trace), weight: accounted, total, discard, retdiff })
    }
}

/// Nobody says whether the log-density is one of a value's reals: it is taken to be.
fn reals_in(value: &Value) -> u32 {
    let mut reals = 0;
    each_leaf(value, &mut |leaf| {
        reals += match primal_of(leaf) {
            Value::Array(array) if array.dtype().is_float() => array.len(),
            number => usize::from(matches!(number, Value::Float(_))),
        }
    });
    reals as u32
}

/// Old values that were overwritten, drawn again, are others now, or are no more.
fn replaced(old: &Trace, records: &Trie<Record>, goal: &Goal) -> Result<Trie<Value>> {
    let mut discard = Trie::Empty;
    for (path, value, _) in old.all_choices() {
        let touched = goal.decide_old(&path)?.discarded;
        let now = choice_in(records, &path);
        if touched || now.is_none_or(|now| !identical(now.value, &value) && *now.value != value) {
            discard.set(&path, Trie::Leaf(value));
        }
    }
    Ok(discard)
}

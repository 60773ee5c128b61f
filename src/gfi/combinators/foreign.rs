//! What another function left where runs of one function now stand: its arrays are kept element by element.

use super::column::column;
use super::runs_of;
use crate::error::Result;
use crate::eval::{Cx, Value};
use crate::gfi::goal::Goal;
use crate::gfi::ops::element_scores::{Told, sum, told_at};
use crate::gfi::ops::elements::whole_only;
use crate::gfi::ops::weight::Weight;
use crate::gfi::past::Past;
use crate::gfi::request::Request;
use crate::gfi::selection::Share;
use crate::gfi::trace::{Record, Trace, UNKNOWN_DIMENSION, choices_under};
use crate::gfi::trie::Trie;
use std::sync::Arc;

/// An old choice that is no array over the runs, and so cannot be kept: path, value, log-density.
pub type Unfit = (Vec<Value>, Value, f64);

#[derive(Default)]
pub struct Foreign {
    /// What each of the old runs left, or what was in each row.
    pub rows: Vec<Past>,
    pub unfit: Vec<Unfit>,
}

impl Foreign {
    /// What the past of a call of n runs has for each of them.
    /// Errors: `gen::elements` if elements are drawn again of a choice whose log-densities by element nobody knows.
    pub fn of(cx: &mut Cx, run: &Request<'_>, n: usize) -> Result<Foreign> {
        // Inside another wrapper.
        if let Some(runs) = run.past.run_of(|old| runs_of(old).is_some()).and_then(|old| runs_of(old)) {
            let rows = runs.into_iter().map(|old| Past::Trace(old.clone()).borrowed(|all| all)).collect();
            return Ok(Foreign { rows, unfit: Vec::new() });
        }
        let (mut rows, mut unfit, mut choices) = (Vec::new(), Vec::new(), Vec::new());
        choices_under(run.past.records(), &[], &mut choices);
        run.past.inlined().iter().for_each(|call| choices.extend(call.all_choices()));
        for (path, value, score) in choices {
            let elements = column("vmap", &value).ok().filter(|_| !value.is_nil());
            let shares = match &elements {
                Some(elements) => shares(cx, run, n, &path, elements.len(), score)?,
                None => None,
            };
            let (Some(elements), Some(shares)) = (elements, shares) else {
                unfit.push((path, value, score));
                continue;
            };
            let dimension = run.past.choice(&path).map_or(0, |whole| whole.dimension);
            rows.resize_with(rows.len().max(elements.len()), || Trie::Empty);
            for (t, (element, share)) in elements.iter().zip(shares).enumerate() {
                let dimension =
                    if dimension == UNKNOWN_DIMENSION { UNKNOWN_DIMENSION } else { dimension / elements.len() as u32 };
                rows[t].set(&path, Trie::Leaf(Record::choice(element.clone(), share, dimension)));
            }
        }
        let rows = rows.into_iter().map(|row| Past::Borrowed(row, None)).collect();
        Ok(Foreign { rows, unfit })
    }
}

/// What is discarded of a row that has no run any more; choices that no run has vanish as a whole.
pub fn removed(row: &Past, runs: &[Arc<Trace>], goal: &Goal, weight: &mut Weight) -> Trie<Value> {
    let (mut discard, mut choices) = (Trie::Empty, Vec::new());
    choices_under(row.records(), &[], &mut choices);
    for (path, value, score) in choices {
        if runs.first().is_some_and(|run| run.choice_at(&path).is_some()) {
            discard.set(&path, Trie::Leaf(value));
            if goal.counts_gone() {
                weight.go(score);
            }
        }
    }
    discard
}

/// The log-density of each element of an old choice; that of the whole, charged once, where no element goes its own way.
fn shares(cx: &mut Cx, run: &Request<'_>, n: usize, path: &[Value], m: usize, score: f64) -> Result<Option<Vec<f64>>> {
    let split = run.goal.share(path) == Share::Some;
    if m == n && !split {
        return Ok(Some((0..m).map(|t| if t == 0 { score } else { 0.0 }).collect()));
    }
    let known = match run.past {
        Past::Trace(old) | Past::Borrowed(_, Some(old)) if old.choice_at(path).is_some() => {
            told_at(cx, old, path, Told::Scores)?
        }
        _ => None,
    };
    match known {
        Some(scores) => column("vmap", &scores)?.iter().map(sum).collect::<Result<_>>().map(Some),
        None if split => Err(whole_only(path)),
        None => Ok(None),
    }
}

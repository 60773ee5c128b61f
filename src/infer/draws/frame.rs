//! What runs of a chain share: all but their unobserved choices.

use crate::error::{Caught, Result};
use crate::eval::equality::identical;
use crate::eval::key::{Key, Stream};
use crate::eval::{Cx, Value};
use crate::gfi::{ChoiceMap, Origin, Selection, Share, Trace, Trie, generate};
use std::sync::Arc;

/// A choice with its address.
type Choice = (Vec<Value>, Value);

pub struct SharedRun {
    /// One of these runs.
    pub run: Arc<Trace>,
    latent: Selection,
    /// Where its unobserved choices are, and how many choices it has.
    paths: Vec<Vec<Value>>,
    /// What is data in it.
    data: Vec<Choice>,
    count: usize,
    /// Do their choices make runs again? The first other run tells.
    remakes: Option<bool>,
}

impl SharedRun {
    pub fn of(run: &Arc<Trace>) -> SharedRun {
        let latent = run.latent();
        let (mut paths, mut data) = (Vec::new(), Vec::new());
        for (path, value, _) in run.all_choices() {
            match latent.share(&path) {
                Share::None => data.push((path, value)),
                _ => paths.push(path),
            }
        }
        // What used state from outside may be another run by now.
        let remakes = run.state.then_some(false);
        SharedRun { run: run.clone(), latent, paths, data, count: run.choice_count(), remakes }
    }

    /// What is no data.
    pub fn latent(&self) -> &Selection {
        &self.latent
    }

    /// Is what stands at a path data?
    pub fn is_data(&self, path: &[Value]) -> bool {
        self.latent.share(path) == Share::None && !self.latent.contains(path)
    }

    /// The choices of its own run that are no data.
    pub fn drawn(&self, run: &Trace) -> Vec<Choice> {
        self.paths.iter().filter_map(|path| Some((path.clone(), run.choice_at(path)?.0.clone()))).collect()
    }

    /// The unobserved choices of a run that shares everything else, and that they make again.
    /// Where kernels `move_data` that was given to the start, it may be other data.
    pub fn shared_with(&mut self, cx: &mut Cx, run: &Arc<Trace>, move_data: bool) -> Result<Option<Vec<Choice>>> {
        if self.remakes == Some(false) || run.state || !self.is_of_same(run) {
            return Ok(None);
        }
        if move_data && !self.has_same_data(run) {
            return Ok(None);
        }
        let found = match same_mask(&self.run.observed, &run.observed) && run.choice_count() == self.count {
            true => Some(self.drawn(run)).filter(|found| found.len() == self.paths.len()),
            false => None,
        };
        let Some(found) = found.or_else(|| self.drawn_elsewhere(run)) else { return Ok(None) };
        if self.remakes.is_none() {
            self.remakes = Some(self.remakes_run(cx, run)?);
        }
        Ok((self.remakes == Some(true)).then_some(found))
    }

    fn has_same_data(&self, run: &Trace) -> bool {
        self.data.iter().all(|(path, value)| run.choice_at(path).is_some_and(|(own, _)| identical(own, value)))
    }

    /// Is it a run of the same function with the same arguments?
    fn is_of_same(&self, run: &Trace) -> bool {
        let same = |(a, b): (&Value, &Value)| identical(a, b);
        identical(&self.run.function, &run.function)
            && self.run.args.len() == run.args.len()
            && self.run.args.iter().zip(&run.args).all(same)
    }

    /// Those of a run that makes other choices, if its data is the same.
    fn drawn_elsewhere(&self, run: &Trace) -> Option<Vec<Choice>> {
        if !same_mask(&self.run.observed, &run.observed) && self.run.observed.leaves() != run.observed.leaves() {
            return None;
        }
        let mut found = Vec::new();
        for (path, value, _) in run.all_choices() {
            if !self.is_data(&path) {
                found.push((path, value));
            } else if self.run.choice_at(&path).is_none_or(|(own, _)| !identical(own, &value)) {
                return None;
            }
        }
        Some(found)
    }

    /// Does a run come again from its choices?
    fn remakes_run(&self, cx: &mut Cx, run: &Arc<Trace>) -> Result<bool> {
        match self.again(cx, &run.choices(), run.score).caught()? {
            Ok(made) => {
                let off = (made.score - run.score).abs();
                let alike = off <= 1e-8 * run.score.abs().max(1.0) && made.choice_count() == run.choice_count();
                Ok(alike && made.choices().into_value() == run.choices().into_value())
            }
            Err(_) => Ok(false),
        }
    }

    /// The run that makes these choices.
    pub fn again(&self, cx: &mut Cx, choices: &ChoiceMap, score: f64) -> Result<Arc<Trace>> {
        let own = &self.run;
        let made = own.surroundings.again(cx, |cx| {
            cx.outside_model(Stream::new(Key(0)), |cx| {
                generate(cx, &own.function, &own.args, choices, Origin::new(Key(0)))
            })
        })?;
        let made = (*made.trace).clone();
        Ok(Arc::new(Trace { observed: own.observed.clone(), score, ..made }))
    }
}

/// Are they one and the same marks?
fn same_mask(a: &Trie<()>, b: &Trie<()>) -> bool {
    match (a, b) {
        (Trie::Empty, Trie::Empty) | (Trie::Leaf(()), Trie::Leaf(())) => true,
        (Trie::Branch(a), Trie::Branch(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

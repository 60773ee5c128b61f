//! What is asked of a generative function, and what it gives back.

use super::diff::{Diff, KnownDiffs};
use super::goal::Goal;
use super::ops::weight::Weight;
use super::past::Past;
use super::trace::{Surroundings, Trace};
use super::trie::Trie;
use crate::eval::key::{Key, SiteRng};
use crate::eval::{Cx, Value};
use crate::tensor::DType;
use std::sync::Arc;

/// Where a run takes its randomness: the operation's key and the hash of the address path so far.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub key: Key,
    pub path: u64,
    /// How wide the reals that are drawn are stored.
    pub width: DType,
}

impl Default for Origin {
    fn default() -> Origin {
        Origin::new(Key::default())
    }
}

impl Origin {
    pub fn new(key: Key) -> Origin {
        Origin { key, path: 0, width: DType::Float64 }
    }

    /// The same where reals that are drawn are stored at this width.
    pub fn of_width(self, width: DType) -> Origin {
        Origin { width, ..self }
    }

    /// The origin below an address.
    pub fn below(self, address: &[Value]) -> Origin {
        Origin { path: super::address::hash_path(self.path, address), ..self }
    }

    pub fn draws(self) -> SiteRng {
        self.key.site(self.path, 0).of_width(self.width)
    }
}

/// What is asked of a generative function: a run with these arguments, toward a goal, perhaps as a change of an old run.
pub struct Request<'a> {
    /// The function itself as a value.
    pub this: &'a Value,
    /// Complete arguments, see [`super::interface::GenerativeFunction::complete`].
    pub args: Vec<Value>,
    pub goal: &'a Goal,
    /// What stood at this place in the old run.
    pub past: &'a Past,
    /// How the arguments differ from those of the past trace; what is missing is unknown.
    pub diffs: Vec<Diff>,
    pub origin: Origin,
}

impl Request<'_> {
    /// The old run of this very function, of which the diffs speak.
    pub fn old(&self) -> Option<&Arc<Trace>> {
        self.past.of(self.this)
    }

    /// The trace of this run, but for what its choices make it; `inside` is the nesting of what they hold.
    pub fn trace(&self, cx: &Cx, retval: Value, inside: u32) -> Trace {
        let depth = self.args.iter().chain([&retval]).map(Value::depth).fold(inside, u32::max) + 1;
        let (function, args, surroundings) = (self.this.clone(), self.args.clone(), Surroundings::of(cx));
        Trace { function, args, retval, depth, surroundings, ..Trace::default() }
    }

    /// The addresses that are observed after this run: those that were, or its own when there was none.
    pub fn observed(&self, own: Trie<()>) -> Trie<()> {
        self.past.observed().cloned().unwrap_or(own)
    }

    /// What is known of how values changed.
    pub fn known(&self) -> KnownDiffs {
        self.old().map_or_else(KnownDiffs::default, |old| KnownDiffs::of(&old.args, &self.args, &self.diffs))
    }

    /// Diffs of the arguments of a call inside this run.
    pub fn diffs_of(&self, past: &Past, callee: &Value, args: &[Value]) -> Vec<Diff> {
        let Some(old) = past.of(callee) else { return Vec::new() };
        let known = self.known();
        old.args.iter().zip(args).map(|(old, new)| known.diff(old, new)).collect()
    }

    /// How an argument changed since the old run of this function.
    pub fn diff(&self, index: usize) -> Diff {
        match self.old() {
            Some(_) => self.diffs.get(index).cloned().unwrap_or_default(),
            None => Diff::Unknown,
        }
    }
}

/// What a run gives back. ℓ is the log-density of one choice; the sums are those of Gen (Cusumano-Towner et al., PLDI
/// 2019).
pub struct Outcome {
    pub trace: Arc<Trace>,
    /// What the goal says, see [`Goal`].
    pub weight: Weight,
    /// The sum of ℓ as a number to differentiate, when the goal is to assess.
    pub total: Value,
    /// Old values that were overwritten or that vanished.
    pub discard: Trie<Value>,
    pub retdiff: Diff,
}

impl Outcome {
    /// The old run, untouched.
    pub fn unchanged(old: &Arc<Trace>) -> Outcome {
        Outcome {
            trace: old.clone(),
            // What is impossible stays so: the weight of kept choices with ℓ = −∞ is −∞.
            weight: if old.score == f64::NEG_INFINITY { old.score.into() } else { Weight::default() },
            total: Value::float(old.score),
            discard: Trie::Empty,
            retdiff: Diff::NoChange,
        }
    }
}

//! Which numbers of a run's choices are coordinates of its density: those whose distributions have a density there.
//! The values alone do not say: numbers with a fraction may have probabilities, and those of a simplex hang together.

use super::measure::MEASURE;
use crate::distributions::{Density, SupportOf, numbers_in};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::gradient::each_leaf;
use crate::eval::{Cx, Value};
use crate::gfi::{ChoiceMap, Guide, Trace, Trie, run_guided, show};
use std::sync::{Arc, Mutex, PoisonError};

/// What is known of the numbers of one choice, in their order.
#[derive(Clone)]
pub struct NumberKinds {
    /// Those with a density.
    pub free: Vec<bool>,
    /// They are more than there are coordinates.
    pub bound: bool,
    /// The distribution has nothing but densities.
    dense: bool,
}

/// That of each choice of a run which tells its distribution.
#[derive(Default)]
pub struct Reals(Trie<NumberKinds>);

impl Reals {
    /// Those of a run, which is run again on its own choices.
    pub fn of(cx: &mut Cx, trace: &Trace) -> Result<Reals> {
        let look = Arc::new(Look { choices: trace.choices(), found: Mutex::new(Trie::Empty) });
        run_guided(cx, &trace.function, &trace.args, look.clone())?;
        let found = look.found.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Reals(found))
    }

    /// Those of a choice; of one that a custom function makes they are the numbers that are no integers.
    pub fn at(&self, path: &[Value], value: &Value) -> NumberKinds {
        let known = self.0.at(path).and_then(Trie::leaf).cloned();
        known.unwrap_or_else(|| NumberKinds { free: fractions(value), bound: false, dense: true })
    }
}

/// An error where a run of a proposal draws from a density what a run of the model gives probabilities, or the other way
/// round: their ratio would be a number of no meaning.
pub fn same_measures(cx: &mut Cx, model: &Trace, proposal: &Trace) -> Result<()> {
    let (model, proposed) = (Reals::of(cx, model)?, Reals::of(cx, proposal)?);
    for (path, drawn) in proposed.0.leaves() {
        let own = model.0.at(&path).and_then(Trie::leaf);
        let number = matches!(proposal.value_at(&path), Some(Value::Int(_) | Value::Float(_) | Value::Array(_)));
        if let Some(own) = own.filter(|own| number && own.dense != drawn.dense) {
            return Err(other_measure(&path, own.dense));
        }
    }
    Ok(())
}

#[cold]
fn other_measure(path: &[Value], dense: bool) -> Stop {
    let kinds = ["probabilities to single values", "a density"];
    let (own, drawn) = (kinds[usize::from(dense)], kinds[usize::from(!dense)]);
    Error::raise(MEASURE, format!("the model gives `{}` {own}, the proposal {drawn}: they have no ratio", show(path)))
        .help(
            "propose by a distribution of the same kind: counts for counts, and where the model has a `delta` \
            in a `mixture`, a mixture with the same `delta`",
        )
}

struct Look {
    choices: ChoiceMap,
    found: Mutex<Trie<NumberKinds>>,
}

impl Guide for Look {
    fn choose(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Value> {
        let value = own(&self.choices, path)?;
        let free = density.graded(cx, &value)?.dense();
        let all_alike = free.iter().all(|one| *one == free[0]);
        // An array with numbers of both kinds cannot be moved along some of them.
        let bound = hangs_together(&density.support()) || matches!(value, Value::Array(_)) && !all_alike;
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.set(path, Trie::Leaf(NumberKinds { free, bound, dense: density.continuous() }));
        Ok(value)
    }

    fn below(&self, path: &[Value]) -> Result<ChoiceMap> {
        self.choices.at(path)
    }
}

fn own(choices: &ChoiceMap, path: &[Value]) -> Result<Value> {
    let absent =
        || Error::raise(Code::Changed, format!("the run makes a choice at `{}` now, which it did not", show(path)));
    choices.value_at(path)?.ok_or_else(absent)
}

fn hangs_together(support: &SupportOf) -> bool {
    match support {
        SupportOf::Simplex(_) | SupportOf::Covariance(_) | SupportOf::CorrelationFactor(_) => true,
        SupportOf::Either(parts) => parts.iter().any(hangs_together),
        SupportOf::Each(parts) => parts.iter().any(|(_, part)| hangs_together(part)),
        _ => false,
    }
}

fn fractions(value: &Value) -> Vec<bool> {
    let mut found = Vec::new();
    each_leaf(value, &mut |leaf| {
        let real = match leaf {
            Value::Array(array) => array.dtype().is_float(),
            number => matches!(number, Value::Float(_)),
        };
        found.resize(found.len() + numbers_in(leaf), real);
    });
    found
}

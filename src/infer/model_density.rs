//! A model as a log density: its unobserved choices as one vector of unconstrained coordinates, scored by a run of the model
//! for each point.

use super::jumps::decided_in_advi;
use super::log_density::LogDensity;
use super::measure::unlike;
use crate::broken::broken;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::builtins::gradients::with_tape;
use crate::eval::gradient::{is_decisive, primal_of, watched};
use crate::eval::key::Key;
use crate::eval::{Cx, Value, arrays};
use crate::gfi::{ChoiceMap, Origin, Outcome, Selection, Share, Trace, Trie, has_elements, show};
use crate::infer::follow::{Followed, Passage, Passages, follow};
use crate::tensor::Array;
use std::cmp::Ordering;
use std::sync::Arc;

/// One choice: where it is, and how many coordinates it has; none for one that is a number.
#[derive(Clone)]
struct CoordinateSite {
    path: Vec<Value>,
    size: Option<usize>,
}

#[derive(Clone)]
pub struct ModelDensity {
    model: Value,
    args: Vec<Value>,
    /// The other choices, which stay.
    pub observations: ChoiceMap,
    observed: Trie<()>,
    sites: Vec<CoordinateSite>,
    /// The choices of a run, all in all.
    count: usize,
    /// Of how many numbers its score is a density.
    pub measure: usize,
    /// Does the Jacobian count? With it, it is a density of the coordinates, without one of the choices.
    pub jacobian: bool,
    /// An expectation over the coordinates is differentiated, which does not see what jumps.
    pub smooth: bool,
}

impl ModelDensity {
    /// Values with the functions that a run may call.
    pub fn code(&self) -> Vec<Value> {
        self.args.iter().chain([&self.model]).cloned().collect()
    }

    /// The space of some choices of a trace, all others staying as they are, and their coordinates.
    pub fn of(cx: &mut Cx, trace: &Arc<Trace>, moves: &Selection) -> Result<(ModelDensity, Vec<f64>)> {
        let (mut sites, mut observations) = (Vec::new(), ChoiceMap::default());
        for (path, value, _) in trace.all_choices() {
            if moves.share(&path) == Share::Some && has_elements(&value) {
                return Err(elements_apart(&path));
            }
            match moves.contains(&path) {
                true => sites.push(CoordinateSite { path, size: None }),
                false => observations.put(&path, value)?,
            }
        }
        let (model, args, observed) = (trace.function.clone(), trace.args.clone(), trace.observed.clone());
        let (count, measure) = (trace.choice_count(), trace.dimension());
        let mut space =
            ModelDensity { model, args, observations, observed, sites, count, measure, jacobian: true, smooth: false };
        let coordinates = space.coordinates_in(cx, &trace.choices())?;
        for (site, u) in space.sites.iter_mut().zip(&coordinates) {
            site.size =
                matches!(u, Value::Array(_)).then(|| super::learning::numbers(u).map(|n| n.len())).transpose()?;
        }
        let start = space.flat(&coordinates)?;
        Ok((space, start))
    }

    /// The coordinates of all unobserved choices.
    pub fn coordinates(&self, cx: &mut Cx, choices: &ChoiceMap) -> Result<Vec<f64>> {
        let coordinates = self.coordinates_in(cx, &choices.merge(&self.observations)?)?;
        self.flat(&coordinates)
    }

    fn flat(&self, coordinates: &[Value]) -> Result<Vec<f64>> {
        coordinates.iter().map(super::learning::numbers).collect::<Result<Vec<_>>>().map(|all| all.concat())
    }

    fn coordinates_in(&self, cx: &mut Cx, choices: &ChoiceMap) -> Result<Vec<Value>> {
        let (_, seen) = self.follow(cx, choices, Passage::Coordinates)?;
        self.each(&seen)
    }

    fn follow(&self, cx: &mut Cx, choices: &ChoiceMap, passage: Passage) -> Result<(Outcome, Vec<Followed>)> {
        let mut named = Trie::Empty;
        self.sites.iter().for_each(|site| named.set(&site.path, Trie::Leaf(passage)));
        let passages = Passages { named, others: Passage::Constant };
        let (mut outcome, seen) =
            follow(cx, &self.model, &self.args, choices, &passages, Origin::new(Key(0))).map_err(other_choices)?;
        if outcome.trace.choice_count() != self.count {
            return Err(other_choices(Error::raise(Code::ChoiceMissing, "")));
        }
        if outcome.weight.total() > f64::NEG_INFINITY {
            match outcome.trace.dimension().cmp(&self.measure) {
                Ordering::Equal => {}
                // Beside what has a probability where the space was made.
                Ordering::Greater => outcome.weight.come(f64::NEG_INFINITY),
                Ordering::Less => return Err(unlike()),
            }
        }
        Ok((outcome, seen))
    }

    /// The same space where other choices that stay have other values.
    pub fn with(&self, choices: &ChoiceMap) -> Result<ModelDensity> {
        Ok(ModelDensity { observations: self.observations.merge(choices)?, ..self.clone() })
    }

    /// The coordinates of each choice, in order. That is nearly the run's, so that each is looked for from the last on.
    fn each(&self, seen: &[Followed]) -> Result<Vec<Value>> {
        let mut next = 0;
        let mut of = |site: &CoordinateSite| {
            let from_next = (next..seen.len()).chain(0..next);
            let found = from_next.map(|at| (at, &seen[at])).find(|(_, choice)| choice.path == site.path);
            let (at, choice) = found.ok_or_else(|| other_choices(Error::raise(Code::ChoiceMissing, "")))?;
            next = at + 1;
            choice.values.first().cloned().ok_or_else(|| other_choices(Error::raise(Code::ChoiceMissing, "")))
        };
        self.sites.iter().map(&mut of).collect()
    }

    /// The unobserved choices of a run.
    fn latent(&self, trace: &Trace) -> ChoiceMap {
        let mut latent = Trie::Empty;
        for site in &self.sites {
            if let Some((value, _)) = trace.choice_at(&site.path) {
                latent.set(&site.path, Trie::Leaf(value.clone()));
            }
        }
        ChoiceMap::of(latent)
    }

    /// The choices at some coordinates, as values of the model, with its log-density and the logarithm of the Jacobian.
    pub fn trace(&self, cx: &mut Cx, u: &[f64]) -> Result<(Arc<Trace>, f64, f64)> {
        let (outcome, seen) = self.follow(cx, &self.placed(&self.values(u)?)?, Passage::Free)?;
        let jacobian = self.each(&seen)?.iter().map(number).sum();
        let trace = Trace { observed: self.observed.clone(), ..(*outcome.trace).clone() };
        Ok((Arc::new(trace), outcome.weight.total(), jacobian))
    }

    fn counts_jacobian(&self) -> bool {
        self.jacobian && !broken!("jacobian")
    }

    /// The log density at some coordinates.
    fn value(&self, cx: &mut Cx, u: &[f64]) -> Result<f64> {
        let (outcome, seen) = self.follow(cx, &self.placed(&self.values(u)?)?, Passage::Free)?;
        let jacobian = if self.counts_jacobian() { self.each(&seen)? } else { Vec::new() };
        Ok(outcome.weight.total() + jacobian.iter().map(number).sum::<f64>())
    }

    /// The log density at some coordinates with its gradient.
    fn value_and_gradient(&self, cx: &mut Cx, u: &[f64], gradient: &mut [f64]) -> Result<f64> {
        with_tape(cx, |cx, tape| {
            let variables = self.values(u)?.into_iter().map(|x| tape.variable(x)).collect::<Result<Vec<_>>>()?;
            let placed = self.placed(&variables)?;
            let run = |cx: &mut Cx| self.follow(cx, &placed, Passage::Free);
            let (outcome, seen) = if self.smooth { watched(cx, tape, run) } else { run(cx) }?;
            if tape.is_decisive() || tape.caught() {
                let by = self.sites.iter().zip(&variables).find(|(_, x)| is_decisive(x));
                return Err(decided_in_advi(by.map(|(site, _)| &site.path[..])));
            }
            let mut seeds = vec![(outcome.total, Value::float(1.0))];
            if self.counts_jacobian() {
                seeds.extend(self.each(&seen)?.into_iter().map(|slope| (slope, Value::float(1.0))));
            }
            let value = outcome.weight.total() + seeds[1..].iter().map(|(slope, _)| number(slope)).sum::<f64>();
            gradient.fill(0.0);
            if !value.is_finite() {
                return Ok(f64::NEG_INFINITY);
            }
            let cotangents = tape.backward(cx, &seeds)?;
            let slopes = variables.iter().map(|x| cotangents.of(x)).collect::<Result<Vec<_>>>()?;
            gradient.iter_mut().zip(self.flat(&slopes)?).for_each(|(own, slope)| *own = slope);
            Ok(value)
        })
    }

    /// Coordinates choice by choice.
    fn values(&self, u: &[f64]) -> Result<Vec<Value>> {
        let mut rest = u;
        let next = |site: &CoordinateSite| {
            let (own, later) = rest.split_at(site.size.unwrap_or(1));
            rest = later;
            match site.size {
                None => Ok(Value::float(own[0])),
                Some(n) => arrays::wrap(Array::from_f64(own.to_vec(), &[n])),
            }
        };
        self.sites.iter().map(next).collect()
    }

    fn placed(&self, values: &[Value]) -> Result<ChoiceMap> {
        self.named(values).merge(&self.observations)
    }

    fn named(&self, values: &[Value]) -> ChoiceMap {
        let mut free = Trie::Empty;
        for (site, value) in self.sites.iter().zip(values) {
            free.set(&site.path, Trie::Leaf(value.clone()));
        }
        ChoiceMap::of(free)
    }

    /// Numbers of the coordinates by the addresses of their choices.
    pub fn placed_alone(&self, u: &[f64]) -> Result<ChoiceMap> {
        Ok(self.named(&self.values(u)?))
    }

    /// The numbers that stand at the addresses of the choices, one after the other.
    pub fn flat_of(&self, numbers: &ChoiceMap) -> Result<Vec<f64>> {
        let at = |site: &CoordinateSite| Ok(numbers.value_at(&site.path)?.unwrap_or_default());
        self.flat(&self.sites.iter().map(at).collect::<Result<Vec<_>>>()?)
    }
}

/// Where the model makes other choices an error says so.
impl LogDensity for &ModelDensity {
    fn size(&self) -> usize {
        self.sites.iter().map(|site| site.size.unwrap_or(1)).sum()
    }

    fn at(&mut self, cx: &mut Cx, u: &[f64], gradient: Option<&mut [f64]>) -> Result<Option<f64>> {
        match gradient {
            Some(gradient) => self.value_and_gradient(cx, u, gradient).map(Some),
            None => self.value(cx, u).map(Some),
        }
    }

    fn choices(&self, cx: &mut Cx, u: &[f64]) -> Result<ChoiceMap> {
        Ok(self.latent(&self.trace(cx, u)?.0))
    }
}

fn number(x: &Value) -> f64 {
    primal_of(x).as_f64().unwrap_or(f64::NAN)
}

/// Coordinates are those of whole choices.
#[cold]
fn elements_apart(path: &[Value]) -> Stop {
    let message = format!("some elements of `{}` are missing or selected: gradients move whole choices", show(path));
    Error::raise(Code::Elements, message)
        .help("use `mh` or `importance`, or make a choice of each element: `(trace [:y i] …)`, `map-gf`")
}

/// Coordinates are those of one set of choices.
#[cold]
fn other_choices(error: Stop) -> Stop {
    match error.code() {
        Some(Code::ChoiceMissing) => Error::raise(
            Code::Structure,
            "the model makes other choices at other values of its choices: they have no common coordinates",
        )
        .help("use an algorithm that follows such a model: `mh`, `importance`, or `vi` with a guide"),
        _ => error,
    }
}

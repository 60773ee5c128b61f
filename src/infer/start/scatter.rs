//! Starts whose unconstrained coordinates lie anywhere on (−2, 2), as Stan's do (Stan Development Team, Reference Manual,
//! "Initialization"): the density is most often finite there, whatever the prior says of its scale.

use super::Problem;
use super::init::observed;
use crate::distributions::{Bijector, Density};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::key::{Key, SiteRng};
use crate::eval::{Cx, Value, arrays};
use crate::gfi::{ChoiceMap, Given, Guide, Origin, Selection, Trace, given_choice, run_guided};
use crate::tensor::Array;
use std::sync::Arc;

/// Coordinates lie between minus this and this.
const WIDTH: f64 = 2.0;

/// The guide of such a run: observations are given, discrete choices are drawn, and so are those that are not to move.
struct Scattered {
    observations: ChoiceMap,
    moves: Option<Selection>,
    origin: Origin,
}

impl Scattered {
    /// The map onto the support of a choice that has coordinates.
    fn bijector(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Option<Bijector>> {
        if !density.continuous() || self.moves.as_ref().is_some_and(|moves| !moves.contains(path)) {
            return Ok(None);
        }
        match density.transform(cx) {
            Err(error) if error.is(Code::NoTransform) => Ok(None),
            found => found.map(Some),
        }
    }
}

impl Guide for Scattered {
    fn choose(&self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<Value> {
        match given_choice(&self.observations, path, density)? {
            Given::Whole(value) => return Ok(value),
            Given::Nothing => {}
            _ => return Err(not_one_by_one()),
        }
        let mut draws = self.origin.below(path).draws();
        match self.bijector(cx, path, density)? {
            Some(bijector) => Ok(bijector.constrain(cx, &Value::Nil, &anywhere(&bijector, &mut draws)?)?.0),
            None => density.sample(cx, &mut draws),
        }
    }

    fn below(&self, _path: &[Value]) -> Result<ChoiceMap> {
        Err(not_one_by_one())
    }
}

/// Coordinates anywhere.
fn anywhere(bijector: &Bijector, draws: &mut SiteRng) -> Result<Value> {
    let mut next = || WIDTH * (2.0 * draws.open01() - 1.0);
    match bijector.is_number() {
        true => Ok(Value::float(next())),
        false => {
            let n = bijector.size();
            arrays::wrap(Array::from_f64((0..n).map(|_| next()).collect(), &[n]))
        }
    }
}

/// Choices that no guide gives one by one, of functions written by hand, of arrays over runs, or some elements of an array.
#[cold]
fn not_one_by_one() -> Stop {
    Error::raise(Code::NoGradient, "not all choices have coordinates")
}

/// A run of the problem's model under its observations; a draw from the prior where choices are not made one by one.
pub fn scattered(cx: &mut Cx, problem: &Problem, key: Key) -> Result<Arc<Trace>> {
    let (observations, moves, origin) = (problem.observations.clone(), problem.moves.clone(), Origin::new(key));
    let guide = Arc::new(Scattered { observations, moves, origin });
    match run_guided(cx, &problem.model, &problem.args, guide) {
        Ok(run) => observed(problem, run.trace),
        Err(error) if error.is(Code::NoGradient) => problem.prior(cx, key),
        Err(error) => Err(error),
    }
}

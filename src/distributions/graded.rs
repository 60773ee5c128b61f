//! Log-densities and what they are densities of: a distribution may have atoms, values with a probability of their own,
//! among others with a density.

use super::density::Density;
use crate::error::Result;
use crate::eval::gradient::{each_leaf, primal_of};
use crate::eval::{Cx, Value};

/// What a number of a value is to the log-density of the value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum NumberRole {
    /// It has a probability of its own.
    Atom,
    /// The log-density is one with respect to it.
    Free,
    /// It follows from others with a density, such as the last of a simplex.
    Bound,
}

/// The log-density of a value, and what it is a density of.
#[derive(Clone)]
pub struct Graded {
    pub score: Value,
    /// Those of the value, in order.
    pub numbers: Vec<NumberRole>,
}

impl Graded {
    /// That of a distribution which has only densities, or only probabilities.
    pub fn uniform(score: Value, value: &Value, continuous: bool) -> Graded {
        let each = if continuous { NumberRole::Free } else { NumberRole::Atom };
        Graded { score, numbers: vec![each; numbers_in(value)] }
    }

    /// Of a value that is so many events the last numbers of each follow from its others.
    pub fn bound(mut self, events: usize, last: usize) -> Graded {
        let size = self.numbers.len() / events.max(1);
        let free = self.numbers.chunks_mut(size.max(1)).flat_map(|event| event.iter_mut().rev().take(last));
        free.filter(|number| **number == NumberRole::Free).for_each(|number| *number = NumberRole::Bound);
        self
    }

    /// Of how many numbers it is a density: beside one of fewer it is nothing. Of a probability 0.
    pub fn dimension(&self) -> usize {
        dimension(&self.numbers)
    }

    /// Of each number of the value whether it has a density.
    pub fn dense(&self) -> Vec<bool> {
        self.numbers.iter().map(|number| *number != NumberRole::Atom).collect()
    }

    pub fn is_mass(&self) -> bool {
        self.dimension() == 0
    }

    pub fn is_impossible(&self) -> bool {
        self.plain() == f64::NEG_INFINITY
    }

    /// The log-density without its variables.
    pub fn plain(&self) -> f64 {
        primal_of(&self.score).as_f64().unwrap_or(f64::NAN)
    }
}

/// Of how many of these numbers a log-density is one.
pub fn dimension(numbers: &[NumberRole]) -> usize {
    numbers.iter().filter(|number| **number == NumberRole::Free).count()
}

/// How many numbers there are in a value.
pub fn numbers_in(value: &Value) -> usize {
    let mut count = 0;
    each_leaf(value, &mut |leaf| {
        count += match primal_of(leaf) {
            Value::Array(array) => array.len(),
            number => usize::from(number.as_f64().is_some()),
        };
    });
    count
}

/// All numbers in a value, in order.
pub fn numbers_of(value: &Value) -> Vec<f64> {
    let mut all = Vec::new();
    each_leaf(value, &mut |leaf| match primal_of(leaf) {
        Value::Array(array) => all.extend(array.to_f64().unwrap_or_default()),
        number => all.extend(number.as_f64()),
    });
    all
}

/// The log-density of a value, and of how many numbers it is a density: 0 of a probability.
pub fn measured(cx: &mut Cx, d: &dyn Density, value: &Value) -> Result<(Value, usize)> {
    if d.continuous() {
        let dimension = if matches!(value, Value::Float(_)) { 1 } else { d.coordinates(cx, value)? };
        return Ok((d.score(cx, value)?, dimension));
    }
    if d.is_mixed() {
        let graded = d.graded(cx, value)?;
        let dimension = graded.dimension();
        return Ok((graded.score, dimension));
    }
    Ok((d.score(cx, value)?, 0))
}

/// The probability of a number itself: 0 where there is a density.
pub fn mass_at(cx: &mut Cx, d: &dyn Density, x: f64) -> Result<f64> {
    if x.is_infinite() {
        return Ok(0.0);
    }
    let graded = d.graded(cx, &Value::float(x))?;
    Ok(if graded.is_mass() { graded.plain().exp() } else { 0.0 })
}

/// The density at a number: 0 where it has a probability of its own.
pub fn density_at(cx: &mut Cx, d: &dyn Density, x: &Value) -> Result<f64> {
    let graded = d.graded(cx, x)?;
    Ok(if graded.is_mass() { 0.0 } else { graded.plain().exp() })
}

//! Functions between traces: pairs of choices and auxiliary choices to such pairs, with the logarithm of how much they
//! stretch volume (Green 1995; Cusumano-Towner, Lew, Mansinghka 2020).

use super::reals::{NumberKinds, Reals};
use crate::distributions::{elements, log_abs_det, numbers_in, shape_of};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::described;
use crate::eval::builtins::gradients::with_tape;
use crate::eval::equality::identical;
use crate::eval::gradient::{Tape, holds_var, map_leaves, primal_of};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::{ChoiceMap, Trace, Trie, is_partial};

/// Choices of a model and of a proposal.
pub struct Pair {
    pub choices: ChoiceMap,
    pub aux: ChoiceMap,
}

/// A function `(fn [choices aux] [choices' aux' log-abs-det?])`.
pub struct Bijection(pub Value);

impl Bijection {
    /// The image of a pair, and the logarithm of |det ∂f| where the function tells it.
    pub fn call(&self, cx: &mut Cx, from: &Pair) -> Result<(Pair, Option<f64>)> {
        let answer = cx.call2(&self.0, from.choices.clone().into_value(), from.aux.clone().into_value())?;
        let wrong = || {
            let message = format!("the function returned {}", described(&answer));
            Error::raise(Code::Type, message).help("return `[choices aux]`, or `[choices aux log-abs-det]`")
        };
        let Value::Vector(parts) = &answer else { return Err(wrong()) };
        let part = |i: usize| ChoiceMap::from_value(parts.get(i).unwrap_or(&Value::Nil));
        let log_det = match (parts.len(), parts.get(2)) {
            (2, _) => None,
            (3, Some(number)) => Some(number.as_f64().ok_or_else(wrong)?),
            _ => return Err(wrong()),
        };
        Ok((Pair { choices: part(0)?, aux: part(1)? }, log_det))
    }

    /// log |det ∂f| by gradients, over the numbers with a density that are not data and not merely copied, of the model's
    /// choices and of the auxiliary ones, there and back.
    pub fn log_det(&self, cx: &mut Cx, from: &Pair, old: TracePair<'_>, new: TracePair<'_>) -> Result<f64> {
        let (before, after) = ([old.reals(cx)?, old.aux_reals(cx)?], [new.reals(cx)?, new.aux_reals(cx)?]);
        with_tape(cx, |cx, tape| {
            let mut inputs = Vec::new();
            let choices = lift(tape, &from.choices, &old.model.observed, &before[0], &mut inputs)?;
            let aux = lift(tape, &from.aux, &Trie::Empty, &before[1], &mut inputs)?;
            let image = self.call(cx, &Pair { choices: choices.clone(), aux })?.0;
            let mut outputs = Vec::new();
            for (path, value, _) in new.model.all_choices() {
                if new.model.observed.at(&path).is_none_or(Trie::is_empty) {
                    let kept = choices.value_at(&path)?.unwrap_or_else(|| value.clone());
                    after[0].at(&path, &value).collect(
                        &ChoiceMap::of(image.choices.given_at(&path)?),
                        &kept,
                        &mut outputs,
                    )?;
                }
            }
            for (path, value, _) in new.aux.iter().flat_map(|back| back.all_choices()) {
                after[1].at(&path, &value).collect(&ChoiceMap::of(image.aux.given_at(&path)?), &value, &mut outputs)?;
            }
            // A copied number has a row and a column of its own, with a 1.
            outputs.retain(|output| match inputs.iter().position(|input| identical(&input.value, &output.value)) {
                Some(at) => {
                    inputs.remove(at);
                    false
                }
                None => true,
            });
            if let Some(bound) = inputs.iter().chain(&outputs).find(|number| number.bound) {
                return Err(fewer_coordinates(&bound.value));
            }
            let values = |all: Vec<Coordinate>| all.into_iter().map(|one| one.value).collect::<Vec<Value>>();
            match log_abs_det(jacobian(cx, tape, &values(inputs), &values(outputs))?)? {
                f64::NEG_INFINITY => Err(singular()),
                log_det => Ok(log_det),
            }
        })
    }
}

/// The runs of the model and of the proposal on one side.
#[derive(Clone, Copy)]
pub struct TracePair<'a> {
    pub model: &'a Trace,
    pub aux: Option<&'a Trace>,
}

impl TracePair<'_> {
    fn reals(&self, cx: &mut Cx) -> Result<Reals> {
        Reals::of(cx, self.model)
    }

    fn aux_reals(&self, cx: &mut Cx) -> Result<Reals> {
        self.aux.map_or_else(|| Ok(Reals::default()), |aux| Reals::of(cx, aux))
    }
}

/// A number, or an array of them, along which the function stretches.
struct Coordinate {
    value: Value,
    /// It has fewer coordinates than numbers.
    bound: bool,
}

impl NumberKinds {
    /// Those numbers with a density that stand in what is given for a choice, or are kept where nothing is.
    fn collect(&self, given: &ChoiceMap, kept: &Value, found: &mut Vec<Coordinate>) -> Result<()> {
        self.below(given, kept, &mut self.free.iter().copied(), found)
    }

    fn below(
        &self,
        all: &ChoiceMap,
        kept: &Value,
        free: &mut dyn Iterator<Item = bool>,
        found: &mut Vec<Coordinate>,
    ) -> Result<()> {
        match primal_of(kept) {
            Value::Vector(_) | Value::Map(_) => {
                for (key, item) in parts_of(kept) {
                    self.below(&all.child(&key)?, &item, free, found)?;
                }
                Ok(())
            }
            number => {
                if any_of(free, number) {
                    let values = given(all, &[], kept.clone())?;
                    found.extend(values.into_iter().map(|value| Coordinate { value, bound: self.bound }));
                }
                Ok(())
            }
        }
    }

    /// A choice's value with its numbers that have a density as variables, and these.
    fn lift(&self, tape: &Tape, value: &Value, found: &mut Vec<Coordinate>) -> Result<Value> {
        let mut free = self.free.iter().copied();
        map_leaves(value, &mut |number| {
            if !any_of(&mut free, number) {
                return Ok(number.clone());
            }
            let value = tape.variable(number.clone())?;
            found.push(Coordinate { value: value.clone(), bound: self.bound });
            Ok(value)
        })
    }
}

/// Have some of a leaf's numbers, which come next, a density?
fn any_of(free: &mut dyn Iterator<Item = bool>, leaf: &Value) -> bool {
    free.take(numbers_in(leaf)).fold(false, |any, one| any | one)
}

/// The parts of a vector or a map, by their keys.
fn parts_of(value: &Value) -> Vec<(Value, Value)> {
    match value {
        Value::Vector(items) => {
            items.iter().enumerate().map(|(i, item)| (Value::Int(i as i64), item.clone())).collect()
        }
        Value::Map(entries) => entries.iter().map(|(key, item)| (key.clone(), item.clone())).collect(),
        _ => Vec::new(),
    }
}

/// What stands at the place of a choice: the value that is given, the one that is kept, or of this the elements, some
/// of which are given by their own addresses.
pub fn given(all: &ChoiceMap, path: &[Value], kept: Value) -> Result<Vec<Value>> {
    let below = ChoiceMap::of(all.given_at(path)?);
    match below.as_trie() {
        Trie::Empty => return Ok(vec![kept]),
        Trie::Leaf(value) if value.is_nil() => return Ok(vec![kept]),
        Trie::Leaf(value) if !is_partial(value) => return Ok(vec![value.clone()]),
        _ => {}
    }
    let shape = shape_of(&kept).unwrap_or_default();
    let place = |i: usize| {
        let (mut rest, mut place) = (i, vec![Value::Nil; shape.len()]);
        for (key, n) in place.iter_mut().zip(&shape).rev() {
            *key = Value::Int((rest % n) as i64);
            rest /= n;
        }
        place
    };
    let element = |(i, own): (usize, Value)| match below.at(&place(i))?.into_trie() {
        Trie::Leaf(value) if !value.is_nil() => Ok(value),
        _ => Ok(own),
    };
    elements(&kept)?.into_iter().enumerate().map(element).collect()
}

/// Choices but for data with their numbers that have a density as variables, and these.
fn lift(
    tape: &Tape,
    choices: &ChoiceMap,
    data: &Trie<()>,
    reals: &Reals,
    found: &mut Vec<Coordinate>,
) -> Result<ChoiceMap> {
    let mut lifted = choices.as_trie().clone();
    for (path, value) in choices.leaves() {
        if data.at(&path).is_none_or(Trie::is_empty) {
            let numbers = reals.at(&path, value);
            let value = numbers.lift(tape, value, found)?;
            lifted.set(&path, Trie::Leaf(value));
        }
    }
    Ok(ChoiceMap::of(lifted))
}

/// The derivatives of all numbers of the outputs by all numbers of the inputs.
fn jacobian(cx: &mut Cx, tape: &Tape, inputs: &[Value], outputs: &[Value]) -> Result<Vec<Vec<f64>>> {
    let mut columns = 0;
    for input in inputs {
        columns += elements(input)?.len();
    }
    let mut rows = Vec::new();
    for output in outputs {
        for element in elements(output)? {
            cx.charge(columns)?;
            let mut row = Vec::with_capacity(columns);
            // What does not depend on the inputs is no variable.
            let seeds = if holds_var(&element) { vec![(element, Value::float(1.0))] } else { Vec::new() };
            let cotangents = tape.backward(cx, &seeds)?;
            for input in inputs {
                let slopes = elements(&cotangents.of(input)?)?;
                row.extend(slopes.iter().map(|slope| slope.as_f64().unwrap_or(0.0)));
            }
            rows.push(row);
        }
    }
    if rows.len() != columns {
        let message = format!("the function makes {} continuous numbers of {columns}", rows.len());
        return Err(Error::raise(Code::Kernel, message)
            .help("a bijection keeps their number: what the choices lose, the auxiliary choices gain"));
    }
    Ok(rows)
}

#[cold]
fn singular() -> Stop {
    Error::raise(Code::Kernel, "the Jacobian of the function is singular: it forgets some number, or makes one twice")
        .help("every number of the choices and of the auxiliary choices must be found again in what it returns")
}

#[cold]
fn fewer_coordinates(value: &Value) -> Stop {
    let message =
        format!("the numbers of `{}` are more than its coordinates: they hang together", brief(primal_of(value)));
    Error::raise(Code::Kernel, message)
        .help("return the log-determinant yourself, as the third part: `[choices aux log-abs-det]`")
}

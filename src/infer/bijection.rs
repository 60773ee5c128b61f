//! Functions between traces: pairs of choices and auxiliary choices to such pairs, with the logarithm of how much they
//! stretch volume (Green 1995; Cusumano-Towner, Lew, Mansinghka 2020).

use crate::dist::{elements, log_abs_det, shape_of};
use crate::error::{Error, Result};
use crate::eval::builtins::args::described;
use crate::eval::builtins::gradients::with_tape;
use crate::eval::equality::identical;
use crate::eval::gradient::{Tape, holds_var};
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
            Error::new("gen::type", message).help("return `[choices aux]`, or `[choices aux log-abs-det]`")
        };
        let Value::Vector(parts) = &answer else { return Err(wrong()) };
        let part = |i: usize| ChoiceMap::from_value(parts.get(i).unwrap_or(&Value::Nil));
        let told = match (parts.len(), parts.get(2)) {
            (2, _) => None,
            (3, Some(number)) => Some(number.as_f64().ok_or_else(wrong)?),
            _ => return Err(wrong()),
        };
        Ok((Pair { choices: part(0)?, aux: part(1)? }, told))
    }

    /// log |det ∂f| by gradients, over the continuous numbers that are not data and not merely copied. The new runs say
    /// which numbers are continuous.
    pub fn log_det(&self, cx: &mut Cx, old: &Trace, from: &Pair, new: &Trace, back: Option<&Trace>) -> Result<f64> {
        with_tape(cx, |cx, tape| {
            let (choices, mut inputs) = lift(tape, &from.choices, &old.observed)?;
            let (aux, more) = lift(tape, &from.aux, &Trie::Empty)?;
            inputs.extend(more);
            let image = self.call(cx, &Pair { choices: choices.clone(), aux })?.0;
            let mut outputs = Vec::new();
            for (path, value, _) in new.all_choices() {
                if is_continuous(&value) && new.observed.at(&path).is_none_or(Trie::is_empty) {
                    let kept = choices.value_at(&path)?.unwrap_or(value);
                    outputs.extend(given(&image.choices, &path, kept)?);
                }
            }
            for (path, value, _) in back.iter().flat_map(|back| back.all_choices()) {
                if is_continuous(&value) {
                    outputs.extend(given(&image.aux, &path, value)?);
                }
            }
            // A copied number has a row and a column of its own, with a 1.
            outputs.retain(|output| match inputs.iter().position(|input| identical(input, output)) {
                Some(at) => {
                    inputs.remove(at);
                    false
                }
                None => true,
            });
            match log_abs_det(jacobian(cx, tape, &inputs, &outputs)?)? {
                f64::NEG_INFINITY => Err(singular()),
                log_det => Ok(log_det),
            }
        })
    }
}

/// What stands at the place of a choice: the value that is given, the one that is kept, or of this the elements, some
/// of which are given by their own addresses.
pub fn given(all: &ChoiceMap, path: &[Value], kept: Value) -> Result<Vec<Value>> {
    let below = ChoiceMap(all.given_at(path)?);
    match &below.0 {
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
    let element = |(i, own): (usize, Value)| match below.at(&place(i))?.0 {
        Trie::Leaf(value) if !value.is_nil() => Ok(value),
        _ => Ok(own),
    };
    elements(&kept)?.into_iter().enumerate().map(element).collect()
}

fn is_continuous(value: &Value) -> bool {
    match value {
        Value::Float(_) => true,
        Value::Array(array) => array.dtype().is_float(),
        _ => false,
    }
}

/// Continuous choices but for data as variables, and these.
fn lift(tape: &Tape, choices: &ChoiceMap, data: &Trie<()>) -> Result<(ChoiceMap, Vec<Value>)> {
    let (mut lifted, mut variables) = (choices.0.clone(), Vec::new());
    for (path, value) in choices.0.leaves() {
        if is_continuous(value) && data.at(&path).is_none_or(Trie::is_empty) {
            let variable = tape.variable(value.clone())?;
            lifted.set(&path, Trie::Leaf(variable.clone()));
            variables.push(variable);
        }
    }
    Ok((ChoiceMap(lifted), variables))
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
        return Err(Error::new("gen::kernel", message)
            .help("a bijection keeps their number: what the choices lose, the auxiliary choices gain"));
    }
    Ok(rows)
}

#[cold]
fn singular() -> Box<Error> {
    Error::new("gen::kernel", "the Jacobian of the function is singular: it forgets some number, or makes one twice")
        .help("every number of the choices and of the auxiliary choices must be found again in what it returns")
}

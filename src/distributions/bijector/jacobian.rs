//! The log-determinant of a function's Jacobian, by gradients: of a number its slope, of a vector all of its rows.

use crate::distributions::elements::elements;
use crate::distributions::lifted::Lifted;
use crate::distributions::real::Real;
use crate::error::{Code, Error, Result};
use crate::eval::gradient::{Tape, primal_of};
use crate::eval::{Cx, Value};

/// f(y) and log |det ∂f/∂y|, for a number or a vector of numbers.
pub fn with_log_det(cx: &mut Cx, f: &Value, y: &Value) -> Result<(Value, Value)> {
    with_log_det_of(cx, f, y, None)
}

/// The same where only some numbers of f(y) are free: with the others, and what is no number, held.
pub fn with_log_det_of(cx: &mut Cx, f: &Value, y: &Value, free: Option<&[bool]>) -> Result<(Value, Value)> {
    let tape = cx.new_tape();
    let result = on_tape(cx, &tape, f, y, free);
    tape.close();
    result
}

fn on_tape(cx: &mut Cx, tape: &Tape, f: &Value, y: &Value, free: Option<&[bool]>) -> Result<(Value, Value)> {
    let input = crate::eval::gradient::lift_argument(tape, y)?;
    let output = cx.call(f, &mut [input.clone()])?;
    let (mut outputs, mut inputs) = (elements(&output)?, elements(y)?);
    if let Some(free) = free {
        (outputs, inputs) = (numbers(&output)?, numbers(y)?);
        if outputs.len() == free.len() {
            outputs = fixed_first(outputs, free);
        }
    }
    if outputs.len() != inputs.len() {
        let message = format!("the inverse makes {} numbers of {}", outputs.len(), inputs.len());
        return Err(Error::raise(Code::Shape, message).help("a transform keeps the number of dimensions"));
    }
    let mut rows = Vec::with_capacity(outputs.len());
    for output in &outputs {
        cx.charge(inputs.len())?;
        let slopes = tape.backward(cx, &[(output.clone(), Value::float(1.0))])?.of(&input)?;
        let slopes = if free.is_some() { numbers(&slopes)? } else { elements(&slopes)? };
        rows.push(slopes.into_iter().map(Lifted::of).collect());
    }
    let below = crate::eval::gradient::below(tape, &output)?;
    let held = free.map_or(0, |free| free.iter().filter(|free| !**free).count());
    Ok((below, eliminated(transposed(rows), held).value()?))
}

/// The numbers of data that may hold other things too.
fn numbers(value: &Value) -> Result<Vec<Value>> {
    let all = |items: &mut dyn Iterator<Item = &Value>| -> Result<Vec<Value>> {
        Ok(items.map(numbers).collect::<Result<Vec<_>>>()?.concat())
    };
    match value {
        Value::Map(map) => all(&mut map.iter().map(|(_, item)| item)),
        Value::Vector(items) => all(&mut items.iter()),
        Value::List(items) => all(&mut items.iter()),
        other if primal_of(other).as_f64().is_some() || matches!(primal_of(other), Value::Array(_)) => elements(other),
        _ => Ok(Vec::new()),
    }
}

/// Those that are not free before those that are.
fn fixed_first(all: Vec<Value>, free: &[bool]) -> Vec<Value> {
    let (held, free): (Vec<_>, Vec<_>) = all.into_iter().zip(free).partition(|(_, free)| !**free);
    held.into_iter().chain(free).map(|(x, _)| x).collect()
}

/// As columns, so that those that are held stay first where rows are exchanged.
fn transposed(rows: Vec<Vec<Lifted>>) -> Vec<Vec<Lifted>> {
    (0..rows.len()).map(|j| rows.iter().map(|row| row[j].clone()).collect()).collect()
}

fn size(x: &Lifted) -> f64 {
    x.clone().value().ok().and_then(|x| primal_of(&x).as_f64()).map_or(0.0, f64::abs)
}

/// log |det| of a square matrix; −∞ where it is singular.
pub fn log_abs_det(rows: Vec<Vec<f64>>) -> Result<f64> {
    let rows = rows.into_iter().map(|row| row.into_iter().map(Lifted::constant).collect()).collect();
    Ok(eliminated(rows, 0).value()?.as_f64().unwrap_or(f64::NAN))
}

/// log |det| by Gaussian elimination with row exchanges, over that of what the first columns alone decide; entries may be
/// variables.
fn eliminated(mut rows: Vec<Vec<Lifted>>, held: usize) -> Lifted {
    let n = rows.len();
    let mut sum = Lifted::constant(0.0);
    for k in 0..n {
        let best = (k..n).fold(k, |best, i| if size(&rows[i][k]) > size(&rows[best][k]) { i } else { best });
        rows.swap(k, best);
        let (above, below) = rows.split_at_mut(k + 1);
        let pivot = &above[k];
        for row in below.iter_mut().filter(|row| size(&row[k]) != 0.0 && size(&pivot[k]) != 0.0) {
            let factor = row[k].clone() / pivot[k].clone();
            for j in k + 1..n {
                row[j] = row[j].clone() - factor.clone() * pivot[j].clone();
            }
        }
        if k < held {
            continue;
        }
        let length = pivot[k].clone().abs();
        sum = sum + length.ln();
    }
    sum
}

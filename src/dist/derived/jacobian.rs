//! The log-determinant of a function's Jacobian, by gradients: of a number its slope, of a vector all of its rows.

use crate::dist::elements::elements;
use crate::dist::lifted::Lifted;
use crate::dist::real::Real;
use crate::error::{Error, Result};
use crate::eval::gradient::{Tape, primal_of};
use crate::eval::numeric::{self, Unary};
use crate::eval::{Cx, Value};

/// f(y) and log |det ∂f/∂y|, for a number or a vector of numbers.
pub fn with_log_det(cx: &mut Cx, f: &Value, y: &Value) -> Result<(Value, Value)> {
    let tape = cx.new_tape();
    let result = on_tape(cx, &tape, f, y);
    tape.close();
    result
}

fn on_tape(cx: &mut Cx, tape: &Tape, f: &Value, y: &Value) -> Result<(Value, Value)> {
    let input = crate::eval::gradient::lift_argument(tape, y)?;
    let output = cx.call(f, &mut [input.clone()])?;
    let (outputs, inputs) = (elements(&output)?, elements(y)?);
    if outputs.len() != inputs.len() {
        let message = format!("the inverse makes {} numbers of {}", outputs.len(), inputs.len());
        return Err(Error::new("gen::shape", message).help("a transform keeps the number of dimensions"));
    }
    let mut rows = Vec::with_capacity(outputs.len());
    for output in &outputs {
        cx.charge(inputs.len())?;
        let slopes = tape.backward(cx, &[(output.clone(), Value::float(1.0))])?.of(&input)?;
        rows.push(elements(&slopes)?.into_iter().map(|x| Lifted(Ok(x))).collect());
    }
    let below = crate::eval::gradient::below(tape, &output)?;
    Ok((below, eliminated(rows).0?))
}

fn size(x: &Lifted) -> f64 {
    x.0.as_ref().ok().and_then(|x| primal_of(x).as_f64()).map_or(0.0, f64::abs)
}

/// log |det| of a square matrix; −∞ where it is singular.
pub fn log_abs_det(rows: Vec<Vec<f64>>) -> Result<f64> {
    let rows = rows.into_iter().map(|row| row.into_iter().map(Lifted::constant).collect()).collect();
    Ok(eliminated(rows).0?.as_f64().unwrap_or(f64::NAN))
}

/// Gaussian elimination with row exchanges; entries may be variables.
fn eliminated(mut rows: Vec<Vec<Lifted>>) -> Lifted {
    let n = rows.len();
    let mut sum = Lifted::constant(0.0);
    for k in 0..n {
        let best = (k..n).fold(k, |best, i| if size(&rows[i][k]) > size(&rows[best][k]) { i } else { best });
        rows.swap(k, best);
        let (above, below) = rows.split_at_mut(k + 1);
        let pivot = &above[k];
        for row in below.iter_mut().filter(|row| size(&row[k]) != 0.0) {
            let factor = row[k].clone() / pivot[k].clone();
            for j in k + 1..n {
                row[j] = row[j].clone() - factor.clone() * pivot[j].clone();
            }
        }
        let length = Lifted(pivot[k].0.clone().and_then(|x| numeric::unary(Unary::Abs, &x)));
        sum = sum + length.ln();
    }
    sum
}

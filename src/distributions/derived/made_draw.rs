//! Draws that a program's functions make, brought onto the support and to where they have a density.

use crate::distributions::density::Density;
use crate::distributions::rounding::next;
use crate::distributions::support::Support;
use crate::distributions::support_of::SupportOf;
use crate::error::Result;
use crate::eval::key::SiteRng;
use crate::eval::{Cx, Value};
use crate::tensor::{Array, DType};

/// A value that a program's function made of a draw: finite, on the declared support, and where the density still
/// says that it is impossible, the next number that it says is possible.
pub fn onto_support(cx: &mut Cx, d: &dyn Density, value: Value, draws: &SiteRng) -> Result<Value> {
    let support = d.support();
    let of_numbers = match &support {
        SupportOf::Numbers { of, .. } => !matches!(of, Support::Booleans) && support.is_continuous(),
        SupportOf::Unknown => true,
        _ => false,
    };
    let mut numbers = match &value {
        Value::Float(x) => vec![x.get()],
        Value::Array(array) if array.dtype().is_float() => array.to_f64()?,
        _ => return Ok(value),
    };
    // What went wrong is said by the density.
    if !of_numbers || numbers.iter().any(|x| x.is_nan()) {
        return Ok(value);
    }
    support.hold(&mut numbers, draws);
    let held = like(&value, numbers.clone())?;
    if d.logpdf(cx, &held)? > f64::NEG_INFINITY {
        return Ok(held);
    }
    for up in [true, false] {
        let mut moved: Vec<f64> = numbers.iter().map(|x| next(*x, up, draws)).collect();
        support.hold(&mut moved, draws);
        let moved = like(&value, moved)?;
        if d.logpdf(cx, &moved)? > f64::NEG_INFINITY {
            return Ok(moved);
        }
    }
    Ok(held)
}

fn like(value: &Value, numbers: Vec<f64>) -> Result<Value> {
    match value {
        Value::Array(array) => {
            let made = Array::from_f64(numbers, array.shape()).and_then(|made| made.cast(DType::Float64));
            crate::eval::arrays::wrap(made)
        }
        _ => Ok(Value::float(numbers.first().copied().unwrap_or(f64::NAN))),
    }
}

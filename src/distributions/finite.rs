//! The values of a distribution that has finitely many.

use super::density::Density;
use super::support::Support;
use super::support_of::SupportOf;
use crate::error::{Code, Error, Result};
use crate::eval::{Cx, Value};

/// More values than this are as good as infinitely many.
const MOST: f64 = 1e4;

/// All values that a distribution can take, in order, each with its log-probability; `None` unless they are finitely
/// many. That none is missing is not taken on trust: their probabilities sum to 1.
pub fn finite_values(cx: &mut Cx, density: &dyn Density) -> Result<Option<Vec<(Value, f64)>>> {
    if density.continuous() {
        return Ok(None);
    }
    let Some(values) = values(&density.support()) else { return Ok(None) };
    cx.charge(values.len())?;
    let mut scored = Vec::with_capacity(values.len());
    for value in values {
        let Ok(value) = density.check_value(&value) else { return Ok(None) };
        let log_probability = density.logpdf(cx, &value)?;
        scored.push((value, log_probability));
    }
    let mass: f64 = scored.iter().map(|(_, l)| l.exp()).sum();
    if matches!(density.support(), SupportOf::Finite(_)) && (mass - 1.0).abs() >= 1e-6 {
        let message =
            format!("the probabilities of the values that `{}` says it has sum to {mass}, not 1", density.name());
        return Err(Error::raise(Code::Parameter, message)
            .help("`:logpdf` must give the logarithms of probabilities that sum to 1 over `:support`"));
    }
    Ok(((mass - 1.0).abs() < 1e-6).then_some(scored))
}

fn values(support: &SupportOf) -> Option<Vec<Value>> {
    match support {
        SupportOf::Numbers { of: Support::Booleans, .. } => Some(vec![Value::False, Value::True]),
        SupportOf::Numbers { lo, hi, .. } if hi - lo < MOST && support.is_whole() => {
            Some((*lo as i64..=*hi as i64).map(Value::Int).collect())
        }
        SupportOf::Only(value) => Some(vec![value.clone()]),
        SupportOf::Either(parts) => {
            let mut all: Vec<Value> = Vec::new();
            for value in parts.iter().map(values).collect::<Option<Vec<_>>>()?.concat() {
                if !all.contains(&value) {
                    all.push(value);
                }
            }
            Some(all)
        }
        SupportOf::Finite(values) if values.len() as f64 <= MOST => Some(values.clone()),
        _ => None,
    }
}

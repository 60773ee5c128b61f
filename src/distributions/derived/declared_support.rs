//! The support of a distribution as a program declares it: a keyword, an interval, its values, or what `support` says.

use crate::distributions::support::Support;
use crate::distributions::support_of::SupportOf;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::Value;
use crate::eval::collections::Map;
use crate::eval::gradient::primal_of;
use crate::eval::print::brief;

/// Supports that are named by their keywords.
const NAMED: [Support; 9] = [
    Support::Reals,
    Support::Positive,
    Support::NonNegative,
    Support::UnitInterval,
    Support::Angle,
    Support::Binary,
    Support::Booleans,
    Support::Integers,
    Support::Counts,
];

/// The support that data means; an error that names the choices.
pub fn declared_support(name: &str, data: &Value) -> Result<SupportOf> {
    let found = match data {
        Value::Keyword(_) => named(data),
        Value::Vector(_) if ends(data).is_some() => interval(ends(data), Support::Between(0, 1)),
        Value::Vector(items) if !items.is_empty() => Some(SupportOf::Finite(items.to_vec())),
        Value::List(items) if !items.is_empty() => Some(SupportOf::Finite(items.to_vec())),
        Value::Set(items) if !items.is_empty() => Some(SupportOf::Finite(sorted(items.iter().cloned().collect()))),
        Value::Map(map) => described(name, map)?,
        _ => None,
    };
    found.ok_or_else(|| wrong(name, data))
}

fn named(data: &Value) -> Option<SupportOf> {
    let of = NAMED.into_iter().find(|of| data.as_keyword() == Some(of.keyword()))?;
    Some(SupportOf::numbers(of, Some(&[])))
}

/// The ends of a declared interval, as they were given.
pub fn ends(data: &Value) -> Option<(&Value, &Value)> {
    match data {
        Value::Vector(ends) if ends.len() == 2 => {
            ends.get(0).zip(ends.get(1)).filter(|(lo, hi)| number(lo).is_some() && number(hi).is_some())
        }
        _ => None,
    }
}

/// An end; NaN of an array, whose elements have ends of their own.
fn number(end: &Value) -> Option<f64> {
    match primal_of(end) {
        Value::Array(array) => array.dtype().is_float().then_some(f64::NAN),
        number => number.as_f64().filter(|x| !x.is_nan()),
    }
}

fn interval(ends: Option<(&Value, &Value)>, of: Support) -> Option<SupportOf> {
    let (lo, hi) = ends.and_then(|(lo, hi)| number(lo).zip(number(hi)))?;
    Some(SupportOf::Numbers { of, lo, hi })
}

/// What `(support d)` says of other distributions.
fn described(name: &str, map: &Map) -> Result<Option<SupportOf>> {
    let get = |key: &str| map.get(&Value::keyword(key));
    let infinite = Value::float(f64::INFINITY);
    let to = |lo: Option<&Value>, of| interval(lo.zip(get("hi").or(Some(&infinite))), of);
    let size = || get("size").and_then(Value::as_int).and_then(|n| usize::try_from(n).ok());
    Ok(match get("type").and_then(Value::as_keyword) {
        Some("interval") => to(get("lo"), Support::Between(0, 1)),
        Some("above") => to(get("lo"), Support::AtLeast(0)),
        Some("integer-interval") => to(get("lo"), Support::IntegersBetween(0, 1)),
        Some("up-to") => to(get("lo").or(Some(&Value::Int(0))), Support::IntegersBetween(0, 1)),
        Some("simplex") => size().map(SupportOf::Simplex),
        Some("reals") => size().map(SupportOf::Vectors),
        Some("positive-definite") => size().map(SupportOf::Covariance),
        Some("correlation-cholesky") => size().map(SupportOf::CorrelationFactor),
        Some("only") => get("value").map(|value| SupportOf::Only(value.clone())),
        Some("either") => match get("of") {
            Some(Value::Vector(parts)) => {
                Some(SupportOf::Either(parts.iter().map(|part| declared_support(name, part)).collect::<Result<_>>()?))
            }
            _ => None,
        },
        _ => None,
    })
}

/// The values of a set in an order that does not depend on how it was made, where they have one.
fn sorted(mut values: Vec<Value>) -> Vec<Value> {
    if values.iter().all(|value| value.as_f64().is_some()) {
        values.sort_by(|a, b| a.as_f64().unwrap_or(0.0).total_cmp(&b.as_f64().unwrap_or(0.0)));
    } else {
        values.sort_by_cached_key(brief);
    }
    values
}

#[cold]
fn wrong(name: &str, data: &Value) -> Stop {
    let named: Vec<String> = NAMED.iter().map(|of| format!("`:{}`", of.keyword())).collect();
    let help = format!(
        "tell it as {}, an interval `[lo hi]`, a set of its values, or as `(support d)` of another",
        named.join(", ")
    );
    Error::raise(Code::Option, format!("`:support` of `{name}` is `{}`, which is no support", brief(data))).help(help)
}

//! Where the values of a distribution with its parameters lie: in words, as data, in full for transforms.

use super::support::Support;
use crate::error::Result;
use crate::eval::Value;
use crate::eval::collections::Map;
use crate::eval::gradient::primal_of;
use crate::eval::print::{brief, float};

/// Supports that a program names by their keywords.
const TOLD: [Support; 8] = [
    Support::Reals,
    Support::Positive,
    Support::NonNegative,
    Support::UnitInterval,
    Support::Binary,
    Support::Booleans,
    Support::Integers,
    Support::Counts,
];

/// The support of a distribution with its parameters.
#[derive(Clone, Debug)]
pub enum SupportOf {
    /// Numbers (or booleans), of arrays each element. The ends are those of a scalar; NaN where they differ by element.
    Numbers { of: Support, lo: f64, hi: f64 },
    /// Vectors of n real numbers.
    Vectors(usize),
    /// Vectors of n positive numbers that sum to 1.
    Simplex(usize),
    /// Vectors of counts with a sum.
    Counts { total: f64, size: usize },
    /// Symmetric positive definite matrices of n rows.
    Covariance(usize),
    /// Lower triangular matrices of n rows, each of length 1, with a positive diagonal.
    CorrelationFactor(usize),
    /// One value.
    Only(Value),
    /// What lies in any of them.
    Either(Vec<SupportOf>),
    /// Vectors (or, by keys, maps) of values with a support each.
    Each(Vec<(Value, SupportOf)>),
    /// What a program says.
    Told(Value),
}

impl SupportOf {
    /// The support of a scalar family with these parameters; `None` when they are arrays.
    pub fn numbers(of: Support, params: Option<&[f64]>) -> SupportOf {
        let (lo, hi) = of.ends(params.unwrap_or(&[]));
        SupportOf::Numbers { of, lo, hi }
    }

    /// The support that a program tells: a keyword, `[lo hi]`, or data of its own.
    pub fn told(data: &Value) -> SupportOf {
        let number = |end: &Value| primal_of(end).as_f64();
        if let Some((lo, hi)) = SupportOf::told_ends(data).and_then(|(lo, hi)| number(lo).zip(number(hi))) {
            return SupportOf::Numbers { of: Support::Between(0, 1), lo, hi };
        }
        let named = data.as_keyword().and_then(|name| TOLD.into_iter().find(|of| of.keyword() == name));
        named.map_or(SupportOf::Told(data.clone()), |of| SupportOf::numbers(of, Some(&[])))
    }

    /// The ends of a told interval.
    pub fn told_ends(data: &Value) -> Option<(&Value, &Value)> {
        match data {
            Value::Vector(ends) if ends.len() == 2 => ends.get(0).zip(ends.get(1)),
            _ => None,
        }
    }

    /// False for what cannot lie in it; what is not known may.
    pub fn may_hold(&self, value: &Value) -> bool {
        let value = primal_of(value);
        let SupportOf::Numbers { of, lo, hi } = self else { return true };
        match (of, value) {
            (Support::Booleans, _) => value.is_bool(),
            // Elements of arrays are the density's own business.
            (_, Value::Array(_) | Value::Vector(_)) => true,
            (Support::Between(..), _) => value.as_f64().is_some_and(|x| *lo <= x && x <= *hi),
            _ => value.as_f64().is_some_and(|x| of.admits(x)),
        }
    }

    /// True unless the values are known to be discrete.
    pub fn is_continuous(&self) -> bool {
        match self {
            SupportOf::Numbers { of, .. } => !matches!(
                of,
                Support::Binary
                    | Support::Booleans
                    | Support::Integers
                    | Support::Counts
                    | Support::UpTo(_)
                    | Support::IntegersBetween(..)
                    | Support::Overlap
                    | Support::Indices
            ),
            _ => true,
        }
    }

    /// What the values are, for messages: `greater than 0`.
    pub fn describe(&self) -> String {
        let all = |parts: &mut dyn Iterator<Item = String>, word: &str| parts.collect::<Vec<_>>().join(word);
        match self {
            SupportOf::Numbers { of, lo, hi } => numbers(*of, *lo, *hi),
            SupportOf::Vectors(n) => format!("a vector of {n} finite numbers"),
            SupportOf::Simplex(n) => format!("a vector of {n} positive numbers that sum to 1"),
            SupportOf::Counts { total, size } => format!("a vector of {size} counts that sum to {total}"),
            SupportOf::Covariance(n) => format!("a symmetric positive definite {n} × {n} matrix"),
            SupportOf::CorrelationFactor(n) => {
                format!("a lower triangular {n} × {n} matrix with a positive diagonal and rows of length 1")
            }
            SupportOf::Only(value) => format!("`{}`", brief(value)),
            SupportOf::Either(parts) => all(&mut parts.iter().map(SupportOf::describe), ", or "),
            SupportOf::Each(parts) => {
                all(&mut parts.iter().map(|(key, part)| format!("at `{}` {}", brief(key), part.describe())), ", ")
            }
            SupportOf::Told(value) => format!("in `{}`", brief(value)),
        }
    }

    /// The support as data: a keyword, or a map with what parameters say of it.
    pub fn data(&self) -> Result<Value> {
        let size = |name: &str, n: usize| tagged(name, [("size", Value::Int(n as i64))]);
        match self {
            SupportOf::Numbers { of, lo, hi } => numbers_data(*of, *lo, *hi),
            SupportOf::Vectors(n) => size("reals", *n),
            SupportOf::Simplex(n) => size("simplex", *n),
            SupportOf::Counts { total, size } => {
                tagged("counts", [("size", Value::Int(*size as i64)), ("total", Value::Int(*total as i64))])
            }
            SupportOf::Covariance(n) => size("positive-definite", *n),
            SupportOf::CorrelationFactor(n) => size("correlation-cholesky", *n),
            SupportOf::Only(value) => tagged("only", [("value", value.clone())]),
            SupportOf::Either(parts) => {
                let parts = parts.iter().map(SupportOf::data).collect::<Result<Vec<Value>>>()?;
                tagged("either", [("of", Value::vector(parts)?)])
            }
            SupportOf::Each(parts) => {
                let parts = parts.iter().map(|(key, part)| Ok((key.clone(), part.data()?)));
                tagged("each", [("of", Value::Map(Map::from_pairs(parts.collect::<Result<Vec<_>>>()?)?))])
            }
            SupportOf::Told(value) => Ok(value.clone()),
        }
    }
}

/// `{:type :simplex, :size 3}`.
fn tagged<const N: usize>(name: &str, entries: [(&str, Value); N]) -> Result<Value> {
    let entries = entries.into_iter().map(|(k, v)| (Value::keyword(k), v));
    Ok(Value::Map(Map::from_pairs(std::iter::once((Value::keyword("type"), Value::keyword(name))).chain(entries))?))
}

fn numbers(of: Support, lo: f64, hi: f64) -> String {
    match (of, !lo.is_nan(), !hi.is_nan()) {
        (Support::Between(..), true, true) => format!("between {} and {}", float(lo), float(hi)),
        (Support::IntegersBetween(..), true, true) => format!("integers between {lo} and {hi}"),
        (Support::AtLeast(_), true, _) => format!("at least {}", float(lo)),
        (Support::UpTo(_) | Support::Overlap | Support::Indices, _, true) => format!("one of {lo} … {hi}"),
        _ => of.describe().to_string(),
    }
}

/// A keyword, or a map with the ends where parameters give them.
fn numbers_data(of: Support, lo: f64, hi: f64) -> Result<Value> {
    let (real, by_params) = match of {
        Support::Between(..) | Support::AtLeast(_) => (true, true),
        Support::UpTo(_) | Support::Overlap | Support::IntegersBetween(..) => (false, true),
        _ => (true, false),
    };
    if !by_params || lo.is_nan() || hi.is_nan() {
        return Ok(Value::keyword(of.keyword()));
    }
    let end = |x: f64| if real { Value::float(x) } else { Value::Int(x as i64) };
    tagged(of.keyword(), [("lo", end(lo)), ("hi", end(hi))])
}

//! Where the values of a distribution with its parameters lie: in words, as data, in full for transforms.

use super::rounding::is_stored;
use super::support::Support;
use crate::error::Result;
use crate::eval::Value;
use crate::eval::collections::{Map, Set};
use crate::eval::gradient::primal_of;
use crate::eval::print::{brief, float};

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
    /// These values.
    Finite(Vec<Value>),
    /// What lies in any of them.
    Either(Vec<SupportOf>),
    /// Vectors (or, by keys, maps) of values with a support each.
    Each(Vec<(Value, SupportOf)>),
    /// Not known.
    Unknown,
}

impl SupportOf {
    /// How many numbers of a value follow from the others.
    pub fn bound(&self) -> usize {
        match self {
            SupportOf::Simplex(_) => 1,
            SupportOf::Covariance(n) => n * n.saturating_sub(1) / 2,
            SupportOf::CorrelationFactor(n) => n * (n + 1) / 2,
            _ => 0,
        }
    }

    /// The support of a scalar family with these parameters; `None` when they are arrays.
    pub fn numbers(of: Support, params: Option<&[f64]>) -> SupportOf {
        let (lo, hi) = of.ends(params.unwrap_or(&[]));
        SupportOf::Numbers { of, lo, hi }
    }

    /// False for what cannot lie in it; what is not known may.
    pub fn may_hold(&self, value: &Value) -> bool {
        let value = primal_of(value);
        let (of, lo, hi) = match self {
            SupportOf::Numbers { of, lo, hi } => (of, *lo, *hi),
            SupportOf::Only(own) => return same(own, value),
            SupportOf::Finite(values) => return values.iter().any(|one| same(one, value)),
            SupportOf::Either(parts) => return parts.iter().any(|part| part.may_hold(value)),
            _ => return true,
        };
        let admits = |x: f64| of.admits(x) && (lo.is_nan() || lo <= x) && (hi.is_nan() || x <= hi);
        match value {
            Value::Array(array) => array.to_f64().is_ok_and(|numbers| numbers.into_iter().all(admits)),
            Value::Vector(items) => items.iter().all(|item| self.may_hold(item)),
            _ if *of == Support::Booleans => value.is_bool(),
            _ => value.as_f64().is_some_and(admits),
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
            SupportOf::Finite(_) => false,
            _ => true,
        }
    }

    /// Have some values probabilities of their own?
    pub fn has_atoms(&self) -> bool {
        match self {
            SupportOf::Only(_) | SupportOf::Finite(_) => true,
            SupportOf::Either(parts) => parts.iter().any(SupportOf::has_atoms),
            other => !other.is_continuous(),
        }
    }

    /// Have some values densities?
    pub fn has_densities(&self) -> bool {
        match self {
            SupportOf::Only(_) | SupportOf::Finite(_) => false,
            SupportOf::Either(parts) => parts.iter().any(SupportOf::has_densities),
            other => other.is_continuous(),
        }
    }

    /// Is this one of the values with probabilities?
    pub fn is_atom(&self, value: &Value) -> bool {
        match self {
            SupportOf::Either(parts) => parts.iter().any(|part| part.is_atom(value)),
            part => part.has_atoms() && part.may_hold(value),
        }
    }

    /// True when all values are known to be whole numbers.
    pub fn is_whole(&self) -> bool {
        let whole = |value: &Value| value.is_bool() || value.as_f64().is_some_and(|x| x.fract() == 0.0);
        match self {
            SupportOf::Numbers { .. } => !self.is_continuous(),
            SupportOf::Only(value) => whole(value),
            SupportOf::Finite(values) => values.iter().all(whole),
            SupportOf::Either(parts) => parts.iter().all(SupportOf::is_whole),
            _ => false,
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
            SupportOf::Finite(values) => format!("one of {}", brief_list(values)),
            SupportOf::Either(parts) => all(&mut parts.iter().map(SupportOf::describe), ", or "),
            SupportOf::Each(parts) => {
                all(&mut parts.iter().map(|(key, part)| format!("at `{}` {}", brief(key), part.describe())), ", ")
            }
            SupportOf::Unknown => "not known".to_string(),
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
            SupportOf::Finite(values) => Ok(Value::Set(Set::from_items(values.iter().cloned())?)),
            SupportOf::Either(parts) => {
                let parts = parts.iter().map(SupportOf::data).collect::<Result<Vec<Value>>>()?;
                tagged("either", [("of", Value::vector(parts)?)])
            }
            SupportOf::Each(parts) => {
                let parts = parts.iter().map(|(key, part)| Ok((key.clone(), part.data()?)));
                tagged("each", [("of", Value::Map(Map::from_pairs(parts.collect::<Result<Vec<_>>>()?)?))])
            }
            SupportOf::Unknown => Ok(Value::keyword("unknown")),
        }
    }
}

/// The first of some values.
fn brief_list(values: &[Value]) -> String {
    let shown: Vec<String> = values.iter().take(8).map(|value| format!("`{}`", brief(value))).collect();
    format!("{}{}", shown.join(" "), if values.len() > 8 { " …" } else { "" })
}

/// Equal values, or equal numbers: a count may come as a float, and a float as single precision keeps it.
fn same(a: &Value, b: &Value) -> bool {
    a == b || a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| is_stored(a, b))
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

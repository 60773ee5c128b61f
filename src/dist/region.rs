//! Where the values of a distribution with its parameters lie: in words, as data, in full for transforms.

use super::support::Support;
use crate::error::Result;
use crate::eval::Value;
use crate::eval::collections::Map;
use crate::eval::print::float;

/// The support of a distribution with its parameters.
#[derive(Clone, Debug)]
pub enum SupportOf {
    /// Numbers (or booleans), of arrays each element. The ends are those of a scalar; NaN where they differ by element.
    Numbers { of: Support, lo: f64, hi: f64 },
}

impl SupportOf {
    /// The support of a scalar family with these parameters; `None` when they are arrays.
    pub fn numbers(of: Support, params: Option<&[f64]>) -> SupportOf {
        let (lo, hi) = of.ends(params.unwrap_or(&[]));
        SupportOf::Numbers { of, lo, hi }
    }

    /// What the values are, for messages: `greater than 0`.
    pub fn describe(&self) -> String {
        match self {
            SupportOf::Numbers { of, lo, hi } => match (of, !lo.is_nan(), !hi.is_nan()) {
                (Support::Between(..), true, true) => format!("between {} and {}", float(*lo), float(*hi)),
                (Support::IntegersBetween(..), true, true) => format!("integers between {lo} and {hi}"),
                (Support::AtLeast(_), true, _) => format!("at least {}", float(*lo)),
                (Support::UpTo(_) | Support::Overlap | Support::Indices, _, true) => format!("one of {lo} … {hi}"),
                _ => of.describe().to_string(),
            },
        }
    }

    /// The support as data: a keyword, or a map with the ends where parameters give them.
    pub fn data(&self) -> Result<Value> {
        match self {
            SupportOf::Numbers { of, lo, hi } => {
                let name = Value::keyword(of.keyword());
                let (real, by_params) = match of {
                    Support::Between(..) | Support::AtLeast(_) => (true, true),
                    Support::UpTo(_) | Support::Overlap | Support::IntegersBetween(..) => (false, true),
                    _ => (true, false),
                };
                if !by_params || lo.is_nan() || hi.is_nan() {
                    return Ok(name);
                }
                let end = |x: f64| if real { Value::float(x) } else { Value::Int(x as i64) };
                let entries = [("type", name), ("lo", end(*lo)), ("hi", end(*hi))];
                Ok(Value::Map(Map::from_pairs(entries.map(|(k, v)| (Value::keyword(k), v)))?))
            }
        }
    }
}

//! Where the values of a distribution lie: in words for errors, as data for programs, in full for transforms.

use super::family::Support;
use crate::error::Result;
use crate::eval::Value;
use crate::eval::collections::Map;
use crate::eval::print::{brief, float};

/// The support of a distribution with its parameters.
#[derive(Clone, Debug)]
pub enum SupportOf {
    /// Numbers (or booleans), each between the same ends: of an array every element.
    Numbers { of: Support, lo: f64, hi: f64 },
}

impl SupportOf {
    /// The support of a scalar family, whose ends are known or given by parameters.
    pub fn numbers(of: Support, ends: (f64, f64)) -> SupportOf {
        let (lo, hi) = match of {
            Support::Reals => (f64::NEG_INFINITY, f64::INFINITY),
            Support::Positive | Support::NonNegative | Support::Counts => (0.0, f64::INFINITY),
            Support::Probability | Support::UnitInterval | Support::Binary | Support::Booleans => (0.0, 1.0),
            _ => ends,
        };
        SupportOf::Numbers { of, lo, hi }
    }

    /// What the values are, for messages: `greater than 0`.
    pub fn describe(&self) -> String {
        match self {
            SupportOf::Numbers { of: Support::Between, lo, hi } if lo.is_finite() || hi.is_finite() => {
                format!("between {} and {}", float(*lo), float(*hi))
            }
            SupportOf::Numbers { of: Support::Indices, hi, .. } if hi.is_finite() => {
                format!("one of 0 … {}", brief(&Value::Int(*hi as i64)))
            }
            SupportOf::Numbers { of, .. } => of.describe().to_string(),
        }
    }

    /// The support as data: a keyword, or a map with the ends.
    pub fn data(&self) -> Result<Value> {
        match self {
            SupportOf::Numbers { of: Support::Between, lo, hi } if lo.is_finite() || hi.is_finite() => {
                let ends = [("type", Value::keyword("interval")), ("lo", Value::float(*lo)), ("hi", Value::float(*hi))];
                Ok(Value::Map(Map::from_pairs(ends.map(|(k, v)| (Value::keyword(k), v)))?))
            }
            SupportOf::Numbers { of, .. } => Ok(Value::keyword(of.keyword())),
        }
    }
}

//! Vectors of coordinates: read from values, taken in order by the parts of a map, put together.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::Value;
use crate::eval::args::wrong_type;
use crate::eval::arrays::wrap;
use crate::eval::gradient::arrays::reshape;
use crate::eval::gradient::rules::{flattened, from_nested};
use crate::eval::gradient::{pick, primal_of};
use crate::eval::print::brief;
use crate::tensor::{Array, DType};

/// Coordinates of which the first `at` are taken.
pub struct Coordinates {
    /// A vector: an array or a variable.
    all: Value,
    /// Its numbers, where none is a variable.
    plain: Option<Vec<f64>>,
    at: usize,
}

/// The error of coordinates that do not fit a distribution.
#[cold]
fn misfit(dist: &Value, wanted: &str, found: &str) -> Stop {
    let message = format!("`constrain` wants {wanted} for `{}`, not {found}", brief(dist));
    Error::raise(Code::Shape, message).arg(1)
}

/// The error of a value off the support.
#[cold]
pub fn outside(wanted: &str, found: &Value) -> Stop {
    Error::raise(Code::Value, format!("`unconstrain` wants {wanted} here, not `{}`", brief(found)))
}

/// Coordinates that are one number.
pub fn one(dist: &Value, u: &Value) -> Result<Value> {
    match (u.as_f64(), primal_of(u)) {
        (Some(u), _) => Ok(Value::float(u)),
        (None, Value::Float(_)) => Ok(u.clone()),
        (None, Value::Array(_) | Value::Vector(_) | Value::List(_)) => {
            Err(misfit(dist, "one coordinate, a number,", &format!("`{}`", brief(u))))
        }
        _ => Err(wrong_type("constrain", "a number", u, 1)),
    }
}

impl Coordinates {
    /// A number.
    pub fn single(u: Value) -> Coordinates {
        Coordinates { plain: u.as_f64().map(|u| vec![u]), all: u, at: 0 }
    }

    /// An array or vector of this many numbers.
    pub fn read(dist: &Value, u: &Value, size: usize) -> Result<Coordinates> {
        let wanted = format!("a vector of {size} coordinates");
        let all = match primal_of(u) {
            Value::Array(_) | Value::Vector(_) | Value::List(_) => from_nested(u).map_err(|e| match e.code() {
                Some(Code::Type) => wrong_type("constrain", "a vector of numbers", u, 1),
                _ => e.arg(1),
            })?,
            number if number.as_f64().is_some() => return Err(misfit(dist, &wanted, &format!("`{}`", brief(u)))),
            _ => return Err(wrong_type("constrain", "a vector of numbers", u, 1)),
        };
        match primal_of(&all) {
            Value::Array(array) if array.shape() != [size] => {
                Err(misfit(dist, &wanted, &format!("an array of shape {:?}", array.shape())))
            }
            Value::Array(array) if array.dtype() == DType::Bool => {
                Err(wrong_type("constrain", "a vector of numbers", u, 1))
            }
            Value::Array(array) => {
                let plain = matches!(all, Value::Array(_)).then(|| array.to_f64()).transpose()?;
                Ok(Coordinates { plain, all, at: 0 })
            }
            _ => Err(misfit(dist, &wanted, &format!("`{}`", brief(u)))),
        }
    }

    /// The next ones as an array, or as a number where there is no shape.
    pub fn next(&mut self, shape: Option<&[usize]>) -> Result<Value> {
        let size: usize = shape.iter().copied().flatten().product();
        let start = self.at;
        self.at += size;
        match (&self.plain, shape) {
            (Some(numbers), None) => Ok(Value::float(numbers[start])),
            (Some(numbers), Some(shape)) => wrap(Array::from_f64(numbers[start..start + size].to_vec(), shape)),
            (None, None) if self.is_number() => Ok(self.all.clone()),
            (None, _) => pick::pick(&self.all, &(start + 1..=start + size).map(|i| i as i64).collect(), shape),
        }
    }

    fn is_number(&self) -> bool {
        matches!(primal_of(&self.all), Value::Float(_))
    }
}

/// Numbers, arrays and variables one after the other as one array.
pub fn joined(parts: &[Value], shape: &[usize]) -> Result<Value> {
    reshape(&flattened(parts)?, shape)
}

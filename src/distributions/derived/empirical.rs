//! Probabilities on finitely many values of any kind: what the draws of an inference are as a distribution.

use super::delta::is_stored_number;
use crate::distributions::broadcast::shape_of;
use crate::distributions::density::Density;
use crate::distributions::object::{Built, Constructor};
use crate::distributions::support_of::SupportOf;
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::arrays::nested_vectors;
use crate::eval::collections::Map;
use crate::eval::gradient::{holds_var, primal_of};
use crate::eval::key::SiteRng;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};

/// Not in the table of names: `empirical` makes it, of weights or of the result of an inference.
static POINTS: Built = Built {
    name: "empirical",
    aliases: &[],
    arglist: "[weights]",
    make: |_, args| match args {
        [weights] => Ok(Box::new(Empirical::new(weights)?)),
        _ => Err(crate::eval::run::arity_error("empirical", POINTS.arglist, args.len())),
    },
};

/// The distribution of a map from values to weights, which need not sum to 1.
pub fn points(cx: &mut Cx, weights: &Value) -> Result<Value> {
    Constructor::Built(&POINTS).value(cx, std::slice::from_ref(weights))
}

struct Empirical {
    values: Vec<Value>,
    shares: Vec<f64>,
    /// The place of each value.
    places: Map,
}

impl Empirical {
    fn new(weights: &Value) -> Result<Empirical> {
        let Value::Map(weights) = weights else {
            return Err(wrong_type("empirical", "a map from values to weights", weights, 0));
        };
        let wrong = |message: String| Error::raise(Code::Parameter, message).arg(0);
        let mut points = Empirical { values: Vec::new(), shares: Vec::new(), places: Map::empty() };
        for (value, weight) in weights.iter() {
            if holds_var(weight) || holds_var(value) {
                return Err(Error::raise(Code::NoGradient, "`empirical` has no gradient with respect to its weights")
                    .help("wrap what the inference is given in `(stop-gradient …)`")
                    .arg(0));
            }
            match weight.as_f64() {
                Some(weight) if weight >= 0.0 && weight.is_finite() => points.shares.push(weight),
                _ => {
                    let message = "`empirical`: weights are non-negative numbers, but that of";
                    return Err(wrong(format!("{message} `{}` is `{}`", brief(value), brief(weight))));
                }
            }
            points.places = points.places.insert(value.clone(), Value::Int(points.values.len() as i64))?;
            points.values.push(value.clone());
        }
        let total: f64 = points.shares.iter().sum();
        if !(total > 0.0 && total.is_finite()) {
            return Err(wrong("`empirical`: some weight must be positive".to_string()));
        }
        points.shares.iter_mut().for_each(|share| *share /= total);
        Ok(points)
    }

    /// Also a number that single precision has rounded.
    fn place(&self, value: &Value) -> Result<Option<usize>> {
        if let Some(place) = self.places.get(value).and_then(Value::as_int) {
            return Ok(Some(place as usize));
        }
        for (place, own) in self.values.iter().enumerate() {
            if is_stored_number(value, own)? || is_spelled(value, own)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// Values and shares, where all values are numbers; booleans count as 0 and 1.
    fn numbers(&self) -> Option<Vec<(f64, f64)>> {
        let number = |value: &Value| match value {
            Value::True => Some(1.0),
            Value::False => Some(0.0),
            other => other.as_f64(),
        };
        self.values.iter().zip(&self.shares).map(|(value, share)| Some((number(value)?, *share))).collect()
    }

    fn average(&self, f: impl Fn(f64) -> f64) -> Option<f64> {
        Some(self.numbers()?.into_iter().map(|(x, share)| share * f(x)).sum())
    }
}

/// Is this vector an array spelled out?
fn is_spelled(value: &Value, array: &Value) -> Result<bool> {
    match (value, array) {
        (Value::Vector(_) | Value::List(_), Value::Array(array)) => Ok(nested_vectors(array)? == *value),
        _ => Ok(false),
    }
}

impl Density for Empirical {
    fn name(&self) -> &str {
        "empirical"
    }

    fn sample(&self, _cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        Ok(self.values[crate::distributions::structured::choose(&self.shares, draws)].clone())
    }

    fn logpdf(&self, _cx: &mut Cx, value: &Value) -> Result<f64> {
        let place = self.place(primal_of(value))?;
        Ok(place.map_or(f64::NEG_INFINITY, |place| self.shares[place].ln()))
    }

    fn check_value(&self, value: &Value) -> Result<Value> {
        Ok(value.clone())
    }

    fn support(&self) -> SupportOf {
        SupportOf::Finite(self.values.clone())
    }

    fn continuous(&self) -> bool {
        false
    }

    fn shape(&self) -> Option<Vec<usize>> {
        let mut shapes = self.values.iter().map(shape_of);
        let first = shapes.next()??;
        shapes.all(|shape| shape.as_ref() == Some(&first)).then_some(first)
    }

    fn mean(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        Ok(self.average(|x| x).map(Value::float))
    }

    fn variance(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        let Some(mean) = self.average(|x| x) else { return Ok(None) };
        Ok(self.average(|x| (x - mean).powi(2)).map(Value::float))
    }

    fn cdf(&self, _cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        let Some(at) = x.as_f64() else { return Ok(None) };
        Ok(self.average(|x| f64::from(x <= at)).map(Value::float))
    }

    fn quantile(&self, _cx: &mut Cx, p: &Value) -> Result<Option<Value>> {
        let (Some(mut numbers), Some(p)) = (self.numbers(), p.as_f64()) else { return Ok(None) };
        numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut below = 0.0;
        let reached = numbers.iter().find(|(_, share)| {
            below += share;
            below >= p - 1e-12
        });
        Ok(reached.or(numbers.last()).map(|(x, _)| Value::float(*x)))
    }
}

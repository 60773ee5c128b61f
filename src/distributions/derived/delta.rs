//! All probability on one value.

use super::arguments::arity;
use crate::distributions::broadcast::{common, shape_of, spread};
use crate::distributions::density::Density;
use crate::distributions::object::{Built, Constructor};
use crate::distributions::rounding::is_stored;
use crate::distributions::support_of::SupportOf;
use crate::error::Result;
use crate::eval::arrays::from_value;
use crate::eval::gradient::holds_var;
use crate::eval::gradient::{plain, primal_of};
use crate::eval::key::SiteRng;
use crate::eval::{Cx, Value};

pub const DELTA: Built = Built {
    name: "delta",
    aliases: &[],
    arglist: "[v]",
    make: |_, args| {
        arity(&DELTA, args, 1, 1)?;
        Ok(Box::new(Delta(args[0].clone())))
    },
};

pub struct Delta(pub Value);

/// The same numbers, perhaps as single precision keeps them.
pub(super) fn is_stored_number(value: &Value, own: &Value) -> Result<bool> {
    match (value, own) {
        (Value::Array(a), Value::Array(b)) if a.shape() == b.shape() && b.dtype().is_float() => {
            let (a, b) = (a.to_f64()?, b.to_f64()?);
            Ok(a.into_iter().zip(b).all(|(x, own)| is_stored(x, own)))
        }
        _ => Ok(value.as_f64().zip(own.as_f64()).is_some_and(|(x, own)| is_stored(x, own))),
    }
}

impl Density for Delta {
    fn name(&self) -> &str {
        "delta"
    }

    fn sample(&self, _cx: &mut Cx, _draws: &mut SiteRng) -> Result<Value> {
        Ok(self.0.clone())
    }

    fn logpdf(&self, _cx: &mut Cx, value: &Value) -> Result<f64> {
        let (value, own) = (plain(value)?, plain(&self.0)?);
        let same = value == own || is_stored_number(&value, &own)?;
        Ok(if same { 0.0 } else { f64::NEG_INFINITY })
    }

    /// Data stands for the array that it would make.
    fn check_value(&self, value: &Value) -> Result<Value> {
        match (&self.0, value) {
            (Value::Array(_), Value::Vector(_) | Value::List(_)) => from_value(value).map(Value::array),
            _ => Ok(value.clone()),
        }
    }

    fn support(&self) -> SupportOf {
        SupportOf::Only(self.0.clone())
    }

    fn continuous(&self) -> bool {
        false
    }

    fn support_moves(&self) -> bool {
        holds_var(&self.0)
    }

    fn shape(&self) -> Option<Vec<usize>> {
        match primal_of(&self.0) {
            Value::Vector(_) | Value::List(_) => None,
            value => shape_of(value),
        }
    }

    /// An array is one value, unless it meets distributions of its elements.
    fn elements(&self, cx: &mut Cx, axes: &[usize]) -> Result<Option<Vec<Value>>> {
        if !matches!(primal_of(&self.0), Value::Array(_)) {
            return Ok(None);
        }
        common(self.name(), axes, &self.shape().unwrap_or_default())?;
        let points = spread(&self.0, 0, axes)?.into_iter();
        points.map(|point| Constructor::Built(&DELTA).value(cx, &[point])).collect::<Result<_>>().map(Some)
    }

    fn mean(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        Ok(self.0.as_f64().map(Value::float))
    }

    fn variance(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        Ok(self.0.as_f64().map(|_| Value::float(0.0)))
    }

    fn cdf(&self, _cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        Ok(self.0.as_f64().zip(x.as_f64()).map(|(v, x)| Value::float(if x >= v { 1.0 } else { 0.0 })))
    }

    fn quantile(&self, _cx: &mut Cx, _p: &Value) -> Result<Option<Value>> {
        Ok(self.0.as_f64().map(Value::float))
    }
}

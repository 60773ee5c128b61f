//! All probability on one value.

use super::arity;
use crate::dist::density::Density;
use crate::dist::object::Built;
use crate::dist::region::SupportOf;
use crate::error::Result;
use crate::eval::arrays::from_value;
use crate::eval::gradient::plain;
use crate::eval::key::Draws;
use crate::eval::{Cx, Value};

pub const DELTA: Built = Built {
    name: "delta",
    aliases: &[],
    arglist: "[v]",
    doc: "All probability on one value, of any kind: its log-density there is 0.\n(logpdf (delta 3) 3) ;=> 0.0\n(logpdf (delta [:a]) :b) ;=> ##-Inf",
    make: |_, args| {
        arity(&DELTA, args, 1, 1)?;
        Ok(Box::new(Delta(args[0].clone())))
    },
};

pub struct Delta(pub Value);

impl Density for Delta {
    fn name(&self) -> &str {
        "delta"
    }

    fn sample(&self, _cx: &mut Cx, _draws: &mut Draws) -> Result<Value> {
        Ok(self.0.clone())
    }

    fn logpdf(&self, _cx: &mut Cx, value: &Value) -> Result<f64> {
        Ok(if plain(value)? == plain(&self.0)? { 0.0 } else { f64::NEG_INFINITY })
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

//! The values of a map seen through an invertible function.

use super::Bijector;
use super::coordinates::Coordinates;
use super::jacobian::with_log_det;
use crate::distributions::density::Density;
use crate::error::Result;
use crate::eval::numeric::{self, Binary};
use crate::eval::{Cx, Value};
use std::sync::Arc;

/// A function of the values of `part`, with its inverse.
#[derive(Clone)]
pub struct Through {
    pub part: Arc<dyn Density>,
    pub inner: Bijector,
    pub forward: Value,
    pub inverse: Value,
    /// The logarithm of the function's Jacobian as a function of its argument, where it is given.
    pub log_det: Option<Value>,
}

impl Through {
    pub fn constrain(&self, cx: &mut Cx, u: &mut Coordinates) -> Result<(Value, Value)> {
        let (x, slope) = self.inner.take(cx, u)?;
        let (y, more) = cx.isolated(|cx| match &self.log_det {
            Some(log_det) => Ok((cx.call(&self.forward, &mut [x.clone()])?, cx.call(log_det, &mut [x])?)),
            None => with_log_det(cx, &self.forward, &x),
        })?;
        Ok((y, numeric::binary(Binary::Add, &slope, &more)?))
    }

    pub fn unconstrain(&self, cx: &mut Cx, y: &Value, out: &mut Vec<Value>) -> Result<()> {
        let x = cx.isolated(|cx| cx.call(&self.inverse, &mut [y.clone()]))?;
        let x = self.part.check_value(&x)?;
        self.inner.give(cx, &x, out)
    }
}

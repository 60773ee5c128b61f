//! Vectors that are made of standard normal numbers, as functions of the parameters.

use super::StructuredDist;
use crate::distributions::elements::stack;
use crate::distributions::lifted::Lifted;
use crate::error::Result;
use crate::eval::Value;
use crate::eval::gradient::plain;

impl StructuredDist {
    /// See [`crate::distributions::Density::pathwise`]: the numbers behind the value stay, the parameters move.
    pub(super) fn follow(&self, value: &Value) -> Result<Option<Value>> {
        let Some(items) = self.numbers_of(&plain(value)?)? else { return Ok(None) };
        let params = self.lifted()?;
        let mut moving = Vec::with_capacity(items.len());
        for i in 0..self.count() {
            let x = self.event_of(&items, i);
            let Some(z) = self.with_blocks(i, |p| (self.family.noise)(x.items, p)) else { return Ok(None) };
            let z: Vec<Lifted> = z.into_iter().map(|z| Lifted::of(Value::float(z))).collect();
            let made = (self.family.from_noise_lifted)(&z, &self.blocks(&params, i));
            moving.extend(made.into_iter().map(Lifted::value).collect::<Result<Vec<Value>>>()?);
        }
        stack(&moving, &self.full_shape()).map(Some)
    }
}

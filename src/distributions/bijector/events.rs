//! Vectors or matrices whose elements depend on each other, single or along axes of independent ones.

use super::coordinates::{joined, outside};
use super::event::EventMap;
use crate::distributions::lifted::Lifted;
use crate::distributions::structured::Block;
use crate::distributions::support_of::SupportOf;
use crate::error::Result;
use crate::eval::Value;
use crate::eval::arrays::wrap;
use crate::eval::gradient::arrays::reshape;
use crate::eval::gradient::{pick, plain};
use crate::eval::numeric::{self, Binary};
use crate::tensor::Array;

/// Events on one support, along batch axes.
#[derive(Clone)]
pub struct Events {
    map: &'static EventMap,
    pub n: usize,
    pub support: SupportOf,
    batch: Vec<usize>,
}

fn lifted(x: &Value) -> Result<Vec<Lifted>> {
    Ok(pick::rows(x)?.into_iter().map(Lifted::of).collect())
}

impl Events {
    /// `None` where the support is not that of such events.
    pub fn onto(support: &SupportOf, batch: Vec<usize>) -> Option<Events> {
        let (map, n) = EventMap::onto(support)?;
        Some(Events { map, n, support: support.clone(), batch })
    }

    /// n of them in a row.
    pub fn repeated(mut self, n: usize) -> Events {
        self.batch.insert(0, n);
        self
    }

    pub fn agrees(&self, other: &Events) -> bool {
        std::ptr::eq(self.map, other.map) && self.n == other.n && self.batch == other.batch
    }

    /// How many events there are.
    fn count(&self) -> usize {
        self.batch.iter().product()
    }

    /// How many coordinates there are.
    pub fn size(&self) -> usize {
        self.count() * (self.map.size)(self.n)
    }

    fn shape(&self) -> Vec<usize> {
        self.batch.iter().copied().chain(self.support.shape()).collect()
    }

    /// How many numbers a value has.
    pub fn elements(&self) -> usize {
        self.shape().iter().product()
    }

    /// The coordinates, or the elements, of each event.
    fn each<'a, T>(&self, items: &'a [T]) -> impl Iterator<Item = &'a [T]> {
        let size = items.len() / self.count().max(1);
        (0..self.count()).map(move |i| &items[i * size..(i + 1) * size])
    }

    /// The value at a vector of coordinates, and the logarithm of the Jacobian's determinant.
    pub fn constrain(&self, u: &Value) -> Result<(Value, Value)> {
        if let Value::Array(u) = u {
            let (mut items, mut sum) = (Vec::new(), 0.0);
            for u in self.each(&u.to_f64()?) {
                let (x, slope) = (self.map.constrain)(self.n, u);
                items.extend(x);
                sum += slope;
            }
            return Ok((wrap(Array::from_f64(items, &self.shape()))?, Value::float(sum)));
        }
        let (mut items, mut sum) = (Vec::new(), Value::float(0.0));
        for u in self.each(&lifted(u)?) {
            let (x, slope) = (self.map.constrain_lifted)(self.n, u);
            items.extend(x.into_iter().map(Lifted::value).collect::<Result<Vec<_>>>()?);
            sum = numeric::binary(Binary::Add, &sum, &slope.value()?)?;
        }
        Ok((joined(&items, &self.shape())?, sum))
    }

    /// The coordinates of a value, which must lie on the support.
    pub fn unconstrain(&self, x: &Value) -> Result<Value> {
        let off = || outside(&self.support.describe(), x);
        let Value::Array(at) = plain(x)? else { return Err(off()) };
        let at = at.to_f64()?;
        let (rows, cols) = self.support.size();
        if !self.each(&at).all(|items| self.support.admits(&Block { items, rows, cols })) {
            return Err(off());
        }
        if let Value::Array(_) = x {
            let u = self.each(&at).flat_map(|x| (self.map.unconstrain)(self.n, x)).collect();
            return wrap(Array::from_f64(u, &[self.size()]));
        }
        let x = lifted(&reshape(x, &[at.len()])?)?;
        let u = self.each(&x).flat_map(|x| (self.map.unconstrain_lifted)(self.n, x));
        joined(&u.map(Lifted::value).collect::<Result<Vec<_>>>()?, &[self.size()])
    }
}

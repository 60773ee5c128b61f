//! Batches of independent events: the axes that parameters have in common, and the distribution of each event.

use super::StructuredFamily;
use super::block::DenseNumbers;
use super::object::StructuredDist;
use crate::distributions::broadcast::merged;
use crate::distributions::object::Constructor;
use crate::error::{Code, Error, Result};
use crate::eval::{Cx, Value};

/// The batch axes that all parameters broadcast to.
pub(super) fn common_batch(family: &StructuredFamily, params: &[DenseNumbers]) -> Result<Vec<usize>> {
    let mut common: Vec<usize> = Vec::new();
    for (data, param) in params.iter().zip(family.params) {
        let own = data.batch(param.rank).unwrap_or(&[]);
        common = merged(&common, own).ok_or_else(|| {
            let message =
                format!("`{}`: `{}` has the batch axes {own:?}, other parameters {common:?}", family.name, param.name);
            Error::raise(Code::Shape, message).help("aligned from the right, axes must be equal or 1")
        })?;
    }
    Ok(common)
}

impl StructuredDist {
    /// The distribution of each event under axes to which those of the batch broadcast.
    pub(super) fn of_each(&self, cx: &mut Cx, axes: &[usize]) -> Result<Vec<Value>> {
        let (params, constructor) = (self.lifted()?, Constructor::Structured(self.family));
        let ranks = || self.family.params.iter().map(|p| p.rank);
        let element = |i: usize| {
            let data = self.params.iter().zip(&params).zip(ranks());
            let args = data.map(|((data, items), rank)| data.block_of(items, rank, axes, i).value(rank));
            constructor.value(cx, &args.collect::<Result<Vec<Value>>>()?)
        };
        (0..axes.iter().product()).map(element).collect()
    }
}

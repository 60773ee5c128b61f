//! Checks that are put off: with MLX to look at a parameter means to wait for it, so what must hold is gathered, lazily,
//! and looked at when something is waited for anyway.
//!
//! A run that puts off may have gone on with what the check would have stopped. So nothing but choices happens in it,
//! it never decides by lanes before what was gathered is known to hold, and where it fails, for whatever reason, it is
//! run again with every check in its place.

use super::LaneValues;
use crate::error::{Code, Error, Result};
use crate::eval::cx::Cx;
use crate::eval::gradient::each_leaf;
use crate::eval::value::Value;
use crate::tensor::Array;
use crate::tensor::ops::{BinaryOp, binary};

/// What must hold of a run so far.
#[derive(Clone, Default)]
pub enum Deferred {
    /// Nothing is put off.
    #[default]
    Never,
    /// A boolean, if there is something to look at.
    Until(Option<Array>),
}

impl Deferred {
    /// Puts a check off, where that may be.
    pub fn take(&mut self, check: impl FnOnce() -> Option<Array>) -> bool {
        let Deferred::Until(all) = self else { return false };
        let Some(check) = check() else { return false };
        let both = match all {
            Some(others) => binary(BinaryOp::And, others, &check).ok(),
            None => Some(check),
        };
        let taken = both.is_some();
        *all = both.or_else(|| all.take());
        taken
    }

    /// Looks at what was put off, computing `others` on the way.
    pub fn settle(&mut self, mut others: Vec<Array>) -> Result<()> {
        let check = match self {
            Deferred::Never => None,
            Deferred::Until(all) => all.take(),
        };
        others.extend(check.clone());
        Array::evaluate_all(&others)?;
        match check.map_or(Ok(1.0), |check| check.item())? {
            0.0 => Err(Error::raise(Code::DeferredCheck, "a check that was put off did not hold")),
            _ => Ok(()),
        }
    }
}

impl Cx {
    /// May checks be put off?
    #[inline]
    pub(crate) fn defers(&self) -> bool {
        !matches!(self.deferred, Deferred::Never)
    }

    /// Before the lanes of a value decide what is run.
    #[inline]
    pub(crate) fn decides(&mut self, value: &Value) -> Result<()> {
        if !self.defers() {
            return Ok(());
        }
        let mut arrays = Vec::new();
        arrays_of(value, &mut arrays);
        self.deferred.settle(arrays)
    }
}

/// Adds the arrays of lanes in data that are with MLX.
pub fn arrays_of(value: &Value, arrays: &mut Vec<Array>) {
    each_leaf(value, &mut |leaf| {
        let Value::Lanes(lanes) = leaf else { return };
        match &lanes.of {
            LaneValues::Numbers(column) => arrays.extend(column.array().cloned()),
            LaneValues::Parts(parts) => parts.iter().for_each(|(_, value)| arrays_of(value, arrays)),
        }
    });
}

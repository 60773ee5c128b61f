//! Draws of a distribution that was fitted to a posterior, and the bound that they estimate.

use super::DrawColumns;
use crate::error::Result;
use crate::eval::reach::only_draws;
use crate::eval::{Cx, Value};
use crate::gfi::Trace;
use std::sync::Arc;

/// Runs of the model with choices of the fit.
pub struct FittedDraws {
    runs: DrawColumns,
    /// The sum of their log p − log q.
    sum: f64,
}

impl FittedDraws {
    /// Without draws; `code` is what runs: what does more than draw is kept as it is.
    pub fn new(cx: &Cx, code: &[Value]) -> FittedDraws {
        FittedDraws { runs: DrawColumns::new(!only_draws(&cx.program, code), false), sum: 0.0 }
    }

    /// Takes in a run, with its log p − log q.
    pub fn push(&mut self, cx: &mut Cx, run: &Arc<Trace>, log_ratio: f64) -> Result<()> {
        self.runs.push(cx, run)?;
        self.sum += log_ratio;
        Ok(())
    }

    /// The mean of log p − log q, once there are draws.
    pub fn bound(&self) -> Option<Value> {
        let n = self.runs.len();
        (n > 0).then(|| Value::float(self.sum / n as f64))
    }

    /// The runs as a vector of traces.
    pub fn into_value(self, cx: &Cx) -> Result<Value> {
        self.runs.into_value(cx)
    }
}

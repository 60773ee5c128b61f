//! The steps that a filter has finished.

use super::population::{Population, StepRecord};
use crate::error::Result;
use crate::eval::Value;
use crate::eval::arrays::wrap;
use crate::infer::tally::result_of;
use crate::tensor::Array;

/// The particles of the last step, and what all steps came to.
pub struct FilterSteps {
    pub population: Population,
    records: Vec<StepRecord>,
}

impl FilterSteps {
    pub fn from(first: Population) -> FilterSteps {
        FilterSteps { records: vec![first.step.clone()], population: first }
    }

    /// One more.
    pub fn push(&mut self, next: Population) {
        self.records.push(next.step.clone());
        self.population = next;
    }

    pub fn log_ml(&self) -> f64 {
        self.records.iter().map(|step| step.increment).sum()
    }

    /// `{:traces :log-weights :log-ml :log-ml-increments :ess-history :ancestors}`.
    pub fn result(self) -> Result<Value> {
        let floats = |all: Vec<f64>| {
            let count = all.len();
            wrap(Array::from_f64(all, &[count]))
        };
        let each = |part: fn(&StepRecord) -> f64| floats(self.records.iter().map(part).collect());
        let ancestors = self.records.iter().map(|step| match &step.ancestors {
            Some(picks) => wrap(Array::from_i64(picks.iter().map(|pick| i64::from(*pick)).collect(), &[picks.len()])),
            None => Ok(Value::Nil),
        });
        let entries = [
            ("log-ml", Value::float(self.log_ml())),
            ("log-ml-increments", each(|step| step.increment)?),
            ("ess-history", each(|step| step.ess)?),
            ("ancestors", Value::vector(ancestors.collect::<Result<Vec<Value>>>()?)?),
        ];
        let Population { trace, log_weights, bad, .. } = self.population;
        let own = [("traces", trace.into_value()), ("log-weights", floats(log_weights)?)];
        result_of(own.into_iter().chain(entries), &bad)
    }
}

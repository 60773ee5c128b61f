//! What every result holds: traces in chains, or traces with weights.

use crate::error::{Error, Result};
use crate::eval::builtins::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::lanes::merge::values_of;
use crate::eval::print::brief;
use crate::eval::{Cx, Value, sequence};
use crate::gfi::batch::{self, BatchedTrace};
use crate::gfi::{Trace, TraceObject};
use std::sync::Arc;

/// The draws of a result, chain after chain.
pub struct Draws {
    runs: Runs,
    /// One for weighted draws.
    pub chains: usize,
    pub log_weights: Option<Vec<f64>>,
    /// The result itself, for what else it holds; empty for bare traces.
    pub result: Map,
}

/// Traces, or the lanes of a batched one.
pub enum Runs {
    Single(Vec<Arc<Trace>>),
    Batched(Arc<BatchedTrace>),
}

impl Draws {
    /// Reads a result of an algorithm, or traces as they are: one chain of equal weight.
    pub fn of_value(cx: &mut Cx, function: &'static str, value: &Value) -> Result<Draws> {
        let (result, traces) = match value {
            Value::Map(m) => (m.clone(), m.get_keyword("traces").cloned()),
            Value::Vector(_) | Value::List(_) | Value::Lazy(_) => (Map::empty(), Some(value.clone())),
            _ => (Map::empty(), None),
        };
        let Some(traces) = traces else { return Err(no_result(function, value)) };
        let runs = match traces.as_host::<BatchedTrace>() {
            Some(batched) => Runs::Batched(Arc::new(batched.clone())),
            None => Runs::Single(singles(cx, &traces).map_err(|e| e.unwrap_or_else(|| no_result(function, value)))?),
        };
        let count = runs.len();
        if count == 0 {
            return Err(Error::new(
                "gen::value",
                format!("`{function}` has no traces to look at: the result is empty"),
            )
            .arg(0));
        }
        let log_weights = log_weights(cx, &result, count)?;
        let chains = chains(&result, count)?;
        Ok(Draws { runs, chains, log_weights, result })
    }

    /// The number of draws.
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    pub fn runs(&self) -> &Runs {
        &self.runs
    }

    pub fn per_chain(&self) -> usize {
        self.len() / self.chains
    }

    /// A trace for each draw.
    pub fn traces(&self, cx: &mut Cx) -> Result<Vec<Arc<Trace>>> {
        match &self.runs {
            Runs::Single(traces) => Ok(traces.clone()),
            Runs::Batched(batched) => {
                let lanes = batch::all_lanes(cx, batched)?;
                singles(cx, &lanes).map_err(|e| e.unwrap_or_else(|| no_result("traces", &lanes)))
            }
        }
    }

    /// The value of a choice in every draw; `None` where a draw lacks it.
    pub fn choice(&self, path: &[Value]) -> Result<Vec<Option<Value>>> {
        match &self.runs {
            Runs::Single(traces) => Ok(traces.iter().map(|trace| trace.value_at(path)).collect()),
            Runs::Batched(batched) => {
                let mut values = vec![None; batched.group.len()];
                for (group, value) in batched.values_at(path)? {
                    for (id, value) in group.iter().zip(values_of(&value, &group)?) {
                        values[id as usize] = Some(value);
                    }
                }
                Ok(values)
            }
        }
    }

    /// Some choice below a path.
    pub fn below(&self, path: &[Value]) -> Option<Vec<Value>> {
        match &self.runs {
            Runs::Single(traces) => {
                let below = |trace: &Arc<Trace>| trace.all_choices().into_iter().find(|(p, _, _)| p.starts_with(path));
                traces.iter().find_map(below).map(|(found, _, _)| found)
            }
            Runs::Batched(batched) => {
                batched.addresses().iter().find(|found| found.starts_with(path)).map(|found| found.to_vec())
            }
        }
    }

    /// The addresses that some draw has, in order of first appearance, for reports.
    pub fn address_names(&self) -> Vec<String> {
        match &self.runs {
            Runs::Single(traces) => traces.first().map_or(Vec::new(), |t| t.address_names()),
            Runs::Batched(batched) => batched.address_names(),
        }
    }
}

impl Runs {
    fn len(&self) -> usize {
        match self {
            Runs::Single(traces) => traces.len(),
            Runs::Batched(batched) => batched.group.len(),
        }
    }
}

/// The traces of a sequence; no error of their own when they are none.
fn singles(cx: &mut Cx, traces: &Value) -> std::result::Result<Vec<Arc<Trace>>, Option<Box<Error>>> {
    let items = sequence::to_vec(cx, traces).map_err(Some)?;
    items.iter().map(|item| item.as_host::<TraceObject>().map(|trace| trace.0.clone()).ok_or(None)).collect()
}

/// `:chains`, which must divide the number of traces.
fn chains(result: &Map, traces: usize) -> Result<usize> {
    let Some(given) = result.get_keyword("chains") else { return Ok(1) };
    let chains = given.as_int().and_then(|n| usize::try_from(n).ok());
    chains.filter(|n| *n > 0 && traces.is_multiple_of(*n)).ok_or_else(|| {
        let message =
            format!("`:chains` of a result divides its number of traces, {traces}, but is `{}`", brief(given));
        Error::new("gen::value", message).arg(0)
    })
}

/// `:log-weights`, one a trace.
fn log_weights(cx: &mut Cx, result: &Map, traces: usize) -> Result<Option<Vec<f64>>> {
    let Some(given) = result.get_keyword("log-weights") else { return Ok(None) };
    let weights: Option<Vec<f64>> = sequence::to_vec(cx, given)?.iter().map(Value::as_f64).collect();
    match weights.filter(|w| w.len() == traces) {
        Some(weights) => Ok(Some(weights)),
        None => {
            let message = format!(
                "`:log-weights` of a result is one number for each of its {traces} traces, but is `{}`",
                brief(given)
            );
            Err(Error::new("gen::value", message).arg(0))
        }
    }
}

#[cold]
fn no_result(function: &str, value: &Value) -> Box<Error> {
    let wanted = "the result of an inference, a map with `:traces`, or a vector of traces";
    wrong_type(function, wanted, value, 0).help(format!("write `({function} (mh model [args] observations))`"))
}

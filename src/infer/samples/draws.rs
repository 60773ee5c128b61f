//! What every result holds: traces in chains, or traces with weights.

use crate::error::{Error, Result};
use crate::eval::builtins::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::print::brief;
use crate::eval::{Cx, Value, sequence};
use crate::gfi::{Trace, TraceObject};
use std::sync::Arc;

/// The draws of a result, chain after chain.
pub struct Draws {
    pub traces: Vec<Arc<Trace>>,
    /// One for weighted draws.
    pub chains: usize,
    pub log_weights: Option<Vec<f64>>,
    /// The result itself, for what else it holds; empty for bare traces.
    pub result: Map,
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
        let items = sequence::to_vec(cx, &traces)?;
        let traces = items.iter().map(|item| match item.as_host::<TraceObject>() {
            Some(trace) => Ok(trace.0.clone()),
            None => Err(no_result(function, value)),
        });
        let traces: Vec<Arc<Trace>> = traces.collect::<Result<_>>()?;
        if traces.is_empty() {
            return Err(Error::new(
                "gen::value",
                format!("`{function}` has no traces to look at: the result is empty"),
            )
            .arg(0));
        }
        let log_weights = log_weights(cx, &result, traces.len())?;
        let chains = chains(&result, traces.len())?;
        Ok(Draws { traces, chains, log_weights, result })
    }

    pub fn per_chain(&self) -> usize {
        self.traces.len() / self.chains
    }

    /// The addresses that some draw has, in order of first appearance, for reports.
    pub fn address_names(&self) -> Vec<String> {
        self.traces.first().map_or(Vec::new(), |t| t.address_names())
    }
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

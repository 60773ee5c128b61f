//! What every result holds: traces in chains, or traces with weights.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::gradient::{holds_var, no_gradient};
use crate::eval::lanes::merge::values_of;
use crate::eval::numeric::{self, Unary};
use crate::eval::print::brief;
use crate::eval::{Cx, Value, sequence};
use crate::gfi::{
    BatchedTrace, ChoiceMap, Record, Trace, TraceObject, TraceStore, Trie, UNKNOWN_DIMENSION, components, flat, show,
    to_value, traces_of_lanes,
};
use crate::infer::diagnostics::RelativeWeights;
use crate::infer::draws::DrawColumns;
use crate::infer::weighed::Weighed;
use std::sync::Arc;

/// The draws of a result, chain after chain.
pub struct ResultDraws {
    runs: ResultRuns,
    /// One for weighted draws.
    pub chains: usize,
    pub log_weights: Option<Vec<f64>>,
    /// The same as numbers to differentiate, where they are.
    tracked: Option<Vec<Value>>,
    /// What `exact` walked through: choices without runs.
    bare: bool,
    /// The result itself, for what else it holds; empty for bare traces.
    pub result: Map,
}

/// Columns of choices, traces, or the lanes of a batched one.
pub enum ResultRuns {
    Columns(Arc<DrawColumns>),
    Single(Vec<Arc<Trace>>),
    Batched(Arc<BatchedTrace>),
}

impl ResultDraws {
    /// Reads a result of an algorithm, or traces as they are, also a batched one: one chain of equal weight.
    pub fn of_value(cx: &mut Cx, function: &'static str, value: &Value) -> Result<ResultDraws> {
        let (result, traces) = match value {
            Value::Map(m) => (m.clone(), m.get_keyword("traces").cloned()),
            Value::Vector(_) | Value::List(_) | Value::Lazy(_) => (Map::empty(), Some(value.clone())),
            batched if batched.as_host::<BatchedTrace>().is_some() => (Map::empty(), Some(value.clone())),
            _ => (Map::empty(), None),
        };
        let Some(traces) = traces else {
            return bare(&result)?.ok_or_else(|| no_result(function, value));
        };
        let runs = match traces.as_host::<BatchedTrace>() {
            Some(batched) => ResultRuns::Batched(Arc::new(batched.clone())),
            None => runs_of(cx, &traces).map_err(|e| e.unwrap_or_else(|| no_result(function, value)))?,
        };
        let count = runs.len();
        if count == 0 {
            return Err(Error::raise(
                Code::Value,
                format!("`{function}` has no traces to look at: the result is empty"),
            )
            .arg(0));
        }
        let (log_weights, tracked) = log_weights(cx, &result, count)?.unzip();
        let chains = chains(&result, count)?;
        Ok(ResultDraws { runs, chains, log_weights, tracked: tracked.flatten(), bare: false, result })
    }

    /// The weights of all draws, equal ones where there are none; one must be positive.
    pub fn weighed(&self) -> Result<Weighed> {
        let equal = || vec![0.0; self.len()];
        let weighed = match &self.tracked {
            Some(all) => Weighed::of(all.clone())?,
            None => Some(Weighed::plain(self.log_weights.clone().unwrap_or_else(equal))),
        };
        let positive = |w: &Weighed| RelativeWeights::new(&w.plain).is_some();
        weighed
            .filter(positive)
            .ok_or_else(|| Error::raise(Code::AllImpossible, "no draw of this result has a positive weight").arg(0))
    }

    /// For what is computed of plain numbers: weights that a gradient is taken of are an error.
    pub fn untracked(&self, function: &str) -> Result<()> {
        match &self.tracked {
            Some(_) => Err(no_gradient(function)),
            None => Ok(()),
        }
    }

    /// All choices that `exact` has solved, with their distributions.
    pub fn all_solved(&self) -> Result<Vec<(Vec<Value>, Value)>> {
        match self.result.get_keyword("posterior") {
            Some(Value::Map(posterior)) if self.bare => {
                posterior.iter().map(|(at, dist)| Ok((components(at)?.into_owned(), dist.clone()))).collect()
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The distribution of a choice that `exact` has solved.
    pub fn solved(&self, path: &[Value]) -> Option<&Value> {
        match self.result.get_keyword("posterior") {
            Some(Value::Map(posterior)) if self.bare => posterior.get(&to_value(path)),
            _ => None,
        }
    }

    /// The number of draws.
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    pub fn runs(&self) -> &ResultRuns {
        &self.runs
    }

    pub fn per_chain(&self) -> usize {
        self.len() / self.chains
    }

    /// A trace for each draw.
    pub fn traces(&self, cx: &mut Cx) -> Result<Vec<Arc<Trace>>> {
        if self.bare {
            return Err(Error::raise(Code::Value, "`exact` keeps no traces: it has summed over them")
                .help("name a choice, `(marginal r :x)`, or look into `(:joint r)` and `(:posterior r)`"));
        }
        match &self.runs {
            ResultRuns::Columns(columns) => (0..columns.len()).map(|row| columns.trace(row)).collect(),
            ResultRuns::Single(traces) => Ok(traces.clone()),
            ResultRuns::Batched(batched) => {
                let lanes = traces_of_lanes(cx, batched)?;
                singles(cx, &lanes).map_err(|e| e.unwrap_or_else(|| no_result("traces", &lanes)))
            }
        }
    }

    /// The traces of some draws.
    pub fn traces_at(&self, cx: &mut Cx, rows: &[usize]) -> Result<Vec<Arc<Trace>>> {
        match &self.runs {
            ResultRuns::Columns(columns) => rows.iter().map(|row| columns.trace(*row)).collect(),
            _ => self.traces(cx).map(|all| rows.iter().map(|row| all[*row].clone()).collect()),
        }
    }

    /// So many draws, evenly over all; the last is one of them.
    pub fn spread(&self, count: usize) -> Vec<usize> {
        (1..=count).map(|i| (i * self.len()).div_ceil(count) - 1).collect()
    }

    /// The value of a choice in every draw; `None` where a draw lacks it.
    pub fn choice(&self, path: &[Value]) -> Result<Vec<Option<Value>>> {
        match &self.runs {
            ResultRuns::Columns(columns) => Ok((0..columns.len()).map(|row| columns.value_at(row, path)).collect()),
            ResultRuns::Single(traces) => Ok(traces.iter().map(|trace| trace.value_at(path)).collect()),
            ResultRuns::Batched(batched) => {
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
            ResultRuns::Columns(columns) => {
                let known = columns.paths().into_iter();
                known.map(|(path, _)| path).find(|found| found.starts_with(path))
            }
            ResultRuns::Single(traces) => {
                let below = |trace: &Arc<Trace>| trace.all_choices().into_iter().find(|(p, _, _)| p.starts_with(path));
                traces.iter().find_map(below).map(|(found, _, _)| found)
            }
            ResultRuns::Batched(batched) => {
                batched.addresses().iter().find(|found| found.starts_with(path)).map(|found| found.to_vec())
            }
        }
    }

    /// The addresses that some draw has, in order of first appearance, for reports.
    pub fn address_names(&self) -> Vec<String> {
        match &self.runs {
            ResultRuns::Columns(columns) => columns.paths().iter().take(1000).map(|(path, _)| show(path)).collect(),
            ResultRuns::Single(traces) => {
                let mut names = Vec::new();
                for name in traces.iter().take(1000).flat_map(|trace| trace.address_names()) {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                names
            }
            ResultRuns::Batched(batched) => batched.address_names(),
        }
    }
}

/// The choices of `exact`'s `:joint` as draws that weigh their probabilities.
fn bare(result: &Map) -> Result<Option<ResultDraws>> {
    let (Some(Value::Map(joint)), Some(Value::Map(_))) = (result.get_keyword("joint"), result.get_keyword("posterior"))
    else {
        return Ok(None);
    };
    let (mut traces, mut log_weights) = (Vec::new(), Vec::new());
    for (choices, share) in joint.iter() {
        let mut trace = Trace::default();
        for (path, value) in flat(&ChoiceMap::from_value(choices)?)? {
            trace.records.set(&path, Trie::Leaf(Record::choice(value, 0.0, UNKNOWN_DIMENSION)));
        }
        traces.push(Arc::new(trace));
        log_weights.push(apply_log(share)?);
    }
    let tracked = log_weights.iter().any(holds_var).then(|| log_weights.clone());
    let plain = Weighed::of(log_weights)?.map(|w| w.plain);
    let runs = ResultRuns::Single(traces);
    Ok(Some(ResultDraws { runs, chains: 1, log_weights: plain, tracked, bare: true, result: result.clone() }))
}

fn apply_log(share: &Value) -> Result<Value> {
    numeric::unary(Unary::Log, share)
}

impl ResultRuns {
    fn len(&self) -> usize {
        match self {
            ResultRuns::Columns(columns) => columns.len(),
            ResultRuns::Single(traces) => traces.len(),
            ResultRuns::Batched(batched) => batched.group.len(),
        }
    }
}

/// The runs of a sequence of traces, as they are kept; no error of their own when they are none.
fn runs_of(cx: &mut Cx, traces: &Value) -> std::result::Result<ResultRuns, Option<Stop>> {
    let items = sequence::to_vec(cx, traces).map_err(Some)?;
    let place = |item: &Value| item.as_host::<TraceObject>()?.place().map(|(store, row)| (store.clone(), row));
    if let Some((first, 0)) = items.first().and_then(place)
        && items.iter().enumerate().all(|(i, item)| place(item).is_some_and(|p| p.1 == i && Arc::ptr_eq(&p.0, &first)))
        && let Ok(columns) = first.any().downcast::<DrawColumns>()
        && columns.len() == items.len()
    {
        return Ok(ResultRuns::Columns(columns));
    }
    singles(cx, traces).map(ResultRuns::Single)
}

/// The traces of a sequence; no error of their own when they are none.
fn singles(cx: &mut Cx, traces: &Value) -> std::result::Result<Vec<Arc<Trace>>, Option<Stop>> {
    let items = sequence::to_vec(cx, traces).map_err(Some)?;
    let trace = |item: &Value| item.as_host::<TraceObject>().ok_or(None)?.trace().map_err(Some);
    items.iter().map(trace).collect()
}

/// `:chains`, which must divide the number of traces.
fn chains(result: &Map, traces: usize) -> Result<usize> {
    let Some(given) = result.get_keyword("chains") else { return Ok(1) };
    let chains = given.as_int().and_then(|n| usize::try_from(n).ok());
    chains.filter(|n| *n > 0 && traces.is_multiple_of(*n)).ok_or_else(|| {
        let message =
            format!("`:chains` of a result divides its number of traces, {traces}, but is `{}`", brief(given));
        Error::raise(Code::Value, message).arg(0)
    })
}

/// Log-weights as numbers, and as what a gradient is taken of.
type LogWeights = (Vec<f64>, Option<Vec<Value>>);

/// `:log-weights`, one a trace.
fn log_weights(cx: &mut Cx, result: &Map, traces: usize) -> Result<Option<LogWeights>> {
    let Some(given) = result.get_keyword("log-weights") else { return Ok(None) };
    let given_all = sequence::to_vec(cx, given)?;
    let tracked = given_all.iter().any(holds_var).then(|| given_all.clone());
    let weights = Weighed::of(given_all)?.map(|w| w.plain);
    match weights.filter(|w| w.len() == traces) {
        Some(weights) => Ok(Some((weights, tracked))),
        None => {
            let message = format!(
                "`:log-weights` of a result is one number for each of its {traces} traces, but is `{}`",
                brief(given)
            );
            Err(Error::raise(Code::Value, message).arg(0))
        }
    }
}

#[cold]
fn no_result(function: &str, value: &Value) -> Stop {
    let wanted = "the result of an inference, a map with `:traces`, a vector of traces, or a batched one";
    wrong_type(function, wanted, value, 0).help(format!("write `({function} (mh model [args] observations))`"))
}

//! The numbers of some runs, by name: their unobserved choices, element by element, and functions of the run. A run that
//! lacks one has −∞ there, so that each is a function of any run, whatever choices it makes.

use crate::error::{Code, Error, Result};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::{Selection, Trace, to_value, trace_value};
use crate::infer::diagnostics::ess_bulk;
use std::collections::HashMap;
use std::sync::Arc;

/// A number of every run.
#[derive(Default)]
pub struct NamedNumbers {
    runs: usize,
    index: HashMap<Value, usize>,
    columns: Vec<(Value, Vec<f64>)>,
}

impl NamedNumbers {
    fn set(&mut self, run: usize, name: Value, number: f64) {
        let (columns, runs) = (&mut self.columns, self.runs);
        let at = *self.index.entry(name).or_insert_with_key(|name| {
            columns.push((name.clone(), vec![f64::NEG_INFINITY; runs]));
            columns.len() - 1
        });
        columns[at].1[run] = if number.is_nan() { f64::NEG_INFINITY } else { number };
    }

    pub fn by_name(&self) -> impl Iterator<Item = (&Value, &[f64])> {
        self.columns.iter().map(|(name, column)| (name, &column[..]))
    }

    /// The smallest number of independent draws that those of some number are worth, the runs being those of a chain.
    pub fn effective_size(&self) -> f64 {
        let sizes = self.columns.iter().map(|(_, column)| ess_bulk(std::slice::from_ref(column)));
        // Of what never varies there is no telling.
        sizes.filter(|size| !size.is_nan()).fold(f64::INFINITY, f64::min)
    }

    /// Takes in one more number of every run.
    pub fn add(&mut self, name: Value, numbers: impl IntoIterator<Item = f64>) {
        numbers.into_iter().enumerate().for_each(|(run, number)| self.set(run, name.clone(), number));
    }
}

/// The numbers of runs, but for those that are data, and those that functions make of each run.
pub fn numbers_of(
    cx: &mut Cx,
    runs: &[Arc<Trace>],
    data: &Selection,
    functions: &[(Value, Value)],
) -> Result<NamedNumbers> {
    let mut all = NamedNumbers { runs: runs.len(), ..NamedNumbers::default() };
    for (at, run) in runs.iter().enumerate() {
        for (path, value, _) in run.all_choices() {
            put(&mut all, at, data, path, &value)?;
        }
        for (name, function) in functions {
            let value = cx.call1(function, trace_value(run.clone()))?;
            let number = as_number(&value).ok_or_else(|| {
                let message = format!("the quantity `{}` is a number of a run, not `{}`", brief(name), brief(&value));
                Error::raise(Code::Type, message).help("write `(fn [t] …)` that gives a number or a boolean")
            })?;
            all.set(at, name.clone(), number);
        }
    }
    Ok(all)
}

/// A choice, or its elements; what is no number has no order.
fn put(all: &mut NamedNumbers, run: usize, data: &Selection, path: Vec<Value>, value: &Value) -> Result<()> {
    if data.contains(&path) {
        return Ok(());
    }
    if let Some(number) = as_number(value) {
        all.set(run, to_value(&path), number);
        return Ok(());
    }
    for (i, element) in elements(value)?.into_iter().enumerate() {
        let mut path = path.clone();
        path.push(Value::Int(i as i64));
        put(all, run, data, path, &element)?;
    }
    Ok(())
}

fn elements(value: &Value) -> Result<Vec<Value>> {
    match value {
        Value::Array(array) => crate::eval::arrays::rows(array),
        Value::Vector(items) => Ok(items.iter().cloned().collect()),
        _ => Ok(Vec::new()),
    }
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::True => Some(1.0),
        Value::False => Some(0.0),
        value => value.as_f64(),
    }
}

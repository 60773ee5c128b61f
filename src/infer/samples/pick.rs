//! One value of every draw, by address or by a function of the trace, and such values as numbers.

use super::Draws;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::analyze::closest;
use crate::eval::{Cx, Value, arrays, sequence};
use crate::gfi::{components, show, trace_value};
use crate::tensor::{Array, DType};

/// What of a trace is asked for.
pub enum Pick<'a> {
    Address(Vec<Value>),
    Function(&'a Value),
}

impl<'a> Pick<'a> {
    pub fn of(function: &'static str, value: &'a Value) -> Result<Pick<'a>> {
        match value {
            Value::Fn(_) | Value::Native(_) => Ok(Pick::Function(value)),
            address => match components(address) {
                Ok(path) => Ok(Pick::Address(path.into_owned())),
                Err(e) => Err(e
                    .arg(1)
                    .help(format!("write `({function} result :x)`, or a function `(fn [t] …)` of the trace"))),
            },
        }
    }

    /// The distribution of a choice that `exact` has solved.
    pub fn solved(&self, draws: &Draws) -> Option<Value> {
        match self {
            Pick::Address(path) => draws.solved(path).cloned(),
            Pick::Function(_) => None,
        }
    }

    /// The value of every draw; `None` where a draw lacks the choice. An address that no draw has is an error.
    pub fn all(&self, cx: &mut Cx, draws: &Draws) -> Result<Vec<Option<Value>>> {
        cx.charge(draws.len())?;
        let values = match self {
            Pick::Address(path) => draws.choice(path)?,
            Pick::Function(f) => {
                let traces = draws.traces(cx)?;
                traces.into_iter().map(|trace| cx.call1(f, trace_value(trace)).map(Some)).collect::<Result<_>>()?
            }
        };
        match self {
            Pick::Address(path) if values.iter().all(Option::is_none) => Err(absent(path, draws)),
            _ => Ok(values),
        }
    }

    /// As [`Pick::all`], but every draw must have the choice.
    pub fn each(&self, cx: &mut Cx, draws: &Draws) -> Result<Vec<Option<Value>>> {
        let values = self.all(cx, draws)?;
        let missing = values.iter().filter(|v| v.is_none()).count();
        match self {
            Pick::Address(path) if missing > 0 => {
                let name = show(path);
                let message =
                    format!("{missing} of {} draws have no choice at `{name}`, so that it has no mean", values.len());
                Err(Error::raise(Code::Address, message)
                    .help(format!("say what counts instead: `(fn [t] (get t {name} 0))`"))
                    .arg(1))
            }
            _ => Ok(values),
        }
    }
}

#[cold]
fn absent(path: &[Value], draws: &Draws) -> Stop {
    let name = show(path);
    if let Some(inner) = draws.below(path) {
        let message = format!("`{name}` is no choice: it holds several");
        return Error::raise(Code::Address, message)
            .help(format!("name one of them, for example `{}`", show(&inner)))
            .arg(1);
    }
    if draws.solved(path).is_some() {
        let message = format!("`{name}` has no draws: it was solved");
        return Error::raise(Code::Address, message).arg(1).help(format!("its distribution is `(marginal r {name})`"));
    }
    let known = draws.address_names();
    let shown: Vec<&str> = known.iter().take(8).map(String::as_str).collect();
    let more = if known.len() > shown.len() { " and others" } else { "" };
    let there = format!("the addresses are {}{more}", shown.join(", "));
    let error = Error::raise(Code::Address, format!("no draw has a choice at `{name}`")).arg(1);
    match closest(&name, &known) {
        Some(best) => error.help(format!("did you mean `{best}`? {there}")),
        None if known.is_empty() => error.help("the draws have no choices at all"),
        None => error.help(there),
    }
}

pub fn is_numeric(value: &Value) -> bool {
    value.as_f64().is_some() || value.is_bool() || matches!(value, Value::Array(_))
}

/// One value as numbers in row-major order. Scalars never become arrays on the way.
#[derive(Clone, PartialEq)]
struct Row {
    numbers: Vec<f64>,
    shape: Vec<usize>,
    dtype: DType,
}

impl Row {
    fn of(value: &Value) -> Result<Row> {
        let scalar = |x: f64, dtype| Ok(Row { numbers: vec![x], shape: Vec::new(), dtype });
        match value {
            Value::Array(a) => Ok(Row { numbers: a.to_f64()?, shape: a.shape().to_vec(), dtype: a.dtype() }),
            Value::True => scalar(1.0, DType::Bool),
            Value::False => scalar(0.0, DType::Bool),
            // Larger integers would not survive as floats.
            Value::Int(n) if n.unsigned_abs() < 1 << 53 => scalar(*n as f64, DType::Int64),
            other => scalar(other.as_f64().unwrap_or(f64::NAN), DType::Float64),
        }
    }
}

/// Values that are all numbers, booleans, or arrays of one shape; NaN where a draw has none.
pub struct Numbers {
    rows: Vec<Vec<f64>>,
    shape: Vec<usize>,
    dtype: DType,
}

impl Numbers {
    /// `None` when some value is no number, or shapes differ.
    pub fn of(values: &[Option<Value>]) -> Result<Option<Numbers>> {
        if values.iter().flatten().any(|v| !is_numeric(v)) {
            return Ok(None);
        }
        let rows: Vec<Option<Row>> =
            values.iter().map(|v| v.as_ref().map(Row::of).transpose()).collect::<Result<_>>()?;
        let Some(first) = rows.iter().flatten().next().cloned() else { return Ok(None) };
        if rows.iter().flatten().any(|row| row.shape != first.shape) {
            return Ok(None);
        }
        // A missing value is NaN, which only floats have; mixed kinds are floats too.
        let same = rows.iter().all(|row| row.as_ref().is_some_and(|row| row.dtype == first.dtype));
        let missing = vec![f64::NAN; first.numbers.len()];
        let rows = rows.into_iter().map(|row| row.map_or_else(|| missing.clone(), |row| row.numbers)).collect();
        Ok(Some(Numbers { rows, shape: first.shape, dtype: if same { first.dtype } else { DType::Float64 } }))
    }

    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// One vector of draws for each element.
    pub fn columns(&self) -> Vec<Vec<f64>> {
        let width = self.rows.first().map_or(0, Vec::len);
        (0..width).map(|i| self.rows.iter().map(|row| row[i]).collect()).collect()
    }

    /// All draws in one array behind the leading dimensions.
    pub fn array(&self, cx: &mut Cx, lead: &[usize]) -> Result<Value> {
        let size = self.rows.iter().map(Vec::len).sum::<usize>();
        if size > sequence::MAX_ELEMENTS {
            return Err(sequence::too_many());
        }
        cx.charge(size)?;
        let array = Array::from_f64(self.rows.concat(), &[lead, &self.shape].concat());
        arrays::wrap(if self.dtype == DType::Float64 { array } else { array.and_then(|a| a.cast(self.dtype)) })
    }
}

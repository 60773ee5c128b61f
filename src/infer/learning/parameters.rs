//! The trainable parameters of a run: their values by name, as numbers, as variables of a tape.

use crate::error::{Code, Error, Result};
use crate::eval::arrays::wrap;
use crate::eval::builtins::gradients::with_tape;
use crate::eval::collections::Map;
use crate::eval::gradient::{each_leaf, lift, map_leaves, plain};
use crate::eval::{Cx, Value};
use crate::gfi::within;
use crate::tensor::{Array, DType};

/// Parameters that are trained.
#[derive(Clone, Default)]
pub struct Parameters {
    pub store: Map,
}

/// What a run with parameters as variables came to.
pub struct Evaluated<R> {
    pub value: R,
    /// The numbers whose weighted sum is differentiated, with their weights.
    pub seeds: Vec<(Value, Value)>,
}

impl Parameters {
    /// Takes in parameters that runs have read, but for those that are known.
    pub fn learn(&mut self, read: &Value) -> Result<()> {
        let Value::Map(read) = read else { return Ok(()) };
        for (name, value) in read.iter() {
            let value = plain(value)?;
            let all = numbers(&value)?;
            if self.store.get(name).is_some() || all.is_empty() {
                continue;
            }
            self.store = std::mem::take(&mut self.store).insert(name.clone(), with_numbers(&value, &all)?)?;
        }
        Ok(())
    }

    /// Something must be trained.
    pub fn some(&self, algorithm: &str, what: &str) -> Result<()> {
        if !self.store.is_empty() {
            return Ok(());
        }
        Err(Error::raise(Code::Param, format!("`{algorithm}` has nothing to train: {what} no parameters"))
            .help("let it read some: `(param :w 0.0)`"))
    }

    /// Runs `f` with these parameters in force.
    pub fn with<R>(&self, cx: &mut Cx, f: impl FnOnce(&mut Cx) -> Result<R>) -> Result<R> {
        within(cx, &self.store, f)
    }

    pub fn value(&self) -> Value {
        Value::Map(self.store.clone())
    }

    pub fn into_value(self) -> Value {
        Value::Map(self.store)
    }
}

/// Runs `f` with the parameters in force as variables of a tape, which it also gets: what it came to, and the gradient of the weighted sum of its
/// seeds, by name.
pub fn evaluate<R>(
    cx: &mut Cx,
    parameters: &Parameters,
    f: impl FnOnce(&mut Cx, &Value) -> Result<Evaluated<R>>,
) -> Result<(R, Map)> {
    with_tape(cx, |cx, tape| {
        let lifted = lift(tape, &parameters.value())?;
        let Value::Map(variables) = &lifted else { return Err(Error::raise(Code::Internal, "parameters are a map")) };
        let Evaluated { value, seeds } = within(cx, variables, |cx| f(cx, &lifted))?;
        match tape.backward(cx, &seeds)?.of(&lifted)? {
            Value::Map(gradient) => Ok((value, gradient)),
            _ => Ok((value, Map::empty())),
        }
    })
}

/// The numbers in data, in order.
pub fn numbers(value: &Value) -> Result<Vec<f64>> {
    let (mut all, mut failed) = (Vec::new(), None);
    each_leaf(value, &mut |leaf| match leaf {
        Value::Array(array) if array.dtype().is_float() => match array.to_f64() {
            Ok(numbers) => all.extend(numbers),
            Err(e) => failed = Some(e),
        },
        other => all.extend(other.as_f64()),
    });
    failed.map_or(Ok(all), Err)
}

/// The same data with other numbers.
pub fn with_numbers(value: &Value, numbers: &[f64]) -> Result<Value> {
    let mut rest = numbers;
    let mut next = |n: usize| {
        let (now, later) = rest.split_at(n.min(rest.len()));
        rest = later;
        now.to_vec()
    };
    map_leaves(value, &mut |leaf| match leaf {
        Value::Array(array) if array.dtype().is_float() => {
            let moved = Array::from_f64(next(array.shape().iter().product()), array.shape());
            wrap(if array.dtype() == DType::Float64 { moved } else { moved.and_then(|a| a.cast(array.dtype())) })
        }
        other if other.as_f64().is_some() => Ok(Value::float(next(1).first().copied().unwrap_or(f64::NAN))),
        other => Ok(other.clone()),
    })
}

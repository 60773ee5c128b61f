//! Log-weights of runs: as numbers, and as numbers to differentiate where a gradient is taken of them.

use crate::error::Result;
use crate::eval::arithmetic::apply;
use crate::eval::arrays::wrap;
use crate::eval::gradient::{holds_var, plain};
use crate::eval::node::Op;
use crate::eval::{Cx, Value};
use crate::tensor::Array;
use crate::tensor::lanes::weights;

/// The log-weights of all runs that there are.
pub struct Weighed {
    pub plain: Vec<f64>,
    /// The same where some are variables.
    tracked: Option<Vec<Value>>,
}

impl Weighed {
    /// `None` where one is no number.
    pub fn of(log_weights: Vec<Value>) -> Result<Option<Weighed>> {
        let numbers = log_weights.iter().map(|w| Ok(plain(w)?.as_f64())).collect::<Result<Option<Vec<f64>>>>()?;
        let tracked = log_weights.iter().any(holds_var).then_some(log_weights);
        Ok(numbers.map(|plain| Weighed { plain, tracked }))
    }

    /// What no gradient is taken of.
    pub fn plain(plain: Vec<f64>) -> Weighed {
        Weighed { plain, tracked: None }
    }

    pub fn is_tracked(&self) -> bool {
        self.tracked.is_some()
    }

    /// A run that weighs nothing after all.
    pub fn forbid(&mut self, at: usize) {
        self.plain[at] = f64::NEG_INFINITY;
        self.tracked.iter_mut().for_each(|all| all[at] = Value::float(f64::NEG_INFINITY));
    }

    pub fn all_impossible(&self) -> bool {
        self.plain.iter().all(|w| *w == f64::NEG_INFINITY)
    }

    /// log Σ w.
    pub fn log_sum(&self, cx: &mut Cx) -> Result<Value> {
        match &self.tracked {
            None => {
                let n = self.plain.len();
                Ok(Value::float(weights(&self.plain).log_mean_exp(n) + (n as f64).ln()))
            }
            Some(all) => cx.call_core("logsumexp", &mut [Value::vector(all.clone())?]),
        }
    }

    /// w / Σ w of each.
    pub fn shares(&self, cx: &mut Cx) -> Result<Vec<Value>> {
        let total = self.log_sum(cx)?;
        let Some(all) = &self.tracked else {
            let total = total.as_f64().unwrap_or(f64::NAN);
            return Ok(self.plain.iter().map(|w| Value::float((w - total).exp())).collect());
        };
        all.iter().map(|w| cx.call_core("exp", &mut [apply(Op::Sub, w, &total)?])).collect()
    }

    /// Σ share · x; a share of nothing silences its x, whatever it is.
    pub fn mean(&self, cx: &mut Cx, values: &[Value]) -> Result<Value> {
        let mut sum = Value::float(0.0);
        for ((share, x), w) in self.shares(cx)?.iter().zip(values).zip(&self.plain) {
            if *w > f64::NEG_INFINITY {
                let x = if x.is_bool() { Value::Int(x.truthy().into()) } else { x.clone() };
                sum = apply(Op::Add, &sum, &apply(Op::Mul, share, &x)?)?;
            }
        }
        Ok(sum)
    }

    pub fn into_value(self, cx: &mut Cx) -> Result<Value> {
        match self.tracked {
            Some(all) => cx.call_core("array", &mut [Value::vector(all)?]),
            None => {
                let n = self.plain.len();
                wrap(Array::from_f64(self.plain, &[n]))
            }
        }
    }
}

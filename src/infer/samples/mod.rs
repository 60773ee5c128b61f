//! What a result says of one choice: its draws as an array, its mean; and the parts of a result by name.

mod draws;
mod pick;

pub use draws::{ResultDraws, ResultRuns};

use super::diagnostics::RelativeWeights;
use super::resampling::systematic;
use crate::error::{Code, Error, Result};
use crate::eval::gradient::holds_var;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::trace_value;
use crate::tensor::Array;
use pick::NumberRows;
pub use pick::Pick;

pub const TABLE: &[Builtin] = &[
    Builtin::new("samples", "[result address-or-function]", samples),
    Builtin::new("estimate", "[result address-or-function]", estimate),
    Builtin::new("traces", "[result]", |cx, a| {
        let draws = ResultDraws::of_value(cx, "traces", &a[0])?;
        Value::vector(draws.traces(cx)?.into_iter().map(trace_value).collect())
    }),
    Builtin::new("log-ml", "[result]", log_ml),
];

fn log_ml(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Value::Map(result) = &args[0]
        && let Some(value @ (Value::Float(_) | Value::Var(_))) = result.get_keyword("log-ml")
    {
        return Ok(value.clone());
    }
    let draws = ResultDraws::of_value(cx, "log-ml", &args[0])?;
    match draws.result.get_keyword("log-ml") {
        Some(value) => Ok(value.clone()),
        None => Err(Error::raise(
            Code::Value,
            "this result has no estimate of the evidence: its draws come from a Markov chain or a vector",
        )
        .help("`(importance model [args] observations)` estimates it")
        .arg(0)),
    }
}

fn samples(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let draws = ResultDraws::of_value(cx, "samples", &args[0])?;
    let mut values = Pick::of("samples", &args[1])?.all(cx, &draws)?;
    if let Some(drawn) = resampled(&draws)? {
        values = drawn.iter().map(|at| values[*at as usize].clone()).collect();
    }
    let lead = [draws.chains, draws.per_chain()];
    if let Some(numbers) = NumberRows::of(&values)? {
        return numbers.array(cx, &lead);
    }
    let rows = values
        .chunks(draws.per_chain())
        .map(|row| Value::vector(row.iter().map(|v| v.clone().unwrap_or_default()).collect()));
    Value::vector(rows.collect::<Result<_>>()?)
}

/// Which of weighted draws stand for the posterior, the same ones for every choice; `None` where all weigh the same.
/// Errors: `gen::weights` of counted runs, too few to stand for their shares.
fn resampled(draws: &ResultDraws) -> Result<Option<Vec<u32>>> {
    let Some(weights) = &draws.log_weights else { return Ok(None) };
    if weights.iter().all(|w| w == &weights[0]) {
        return Ok(None);
    }
    if draws.result.get_keyword("joint").is_some() {
        return Err(Error::raise(
            Code::Weights,
            "the runs of `enumerate` are no draws: each has a probability of its own",
        )
        .help("`(marginal r :x)` is the distribution of a choice, `(estimate r :x)` its mean")
        .arg(0));
    }
    draws.weighed()?;
    Ok(Some(systematic(weights, weights.len(), 0.5)))
}

fn estimate(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let draws = ResultDraws::of_value(cx, "estimate", &args[0])?;
    let pick = Pick::of("estimate", &args[1])?;
    if let Some(solved) = pick.solved(&draws) {
        return cx.call_core("mean", &mut [solved]);
    }
    let weighed = draws.weighed()?;
    let values = pick.each(cx, &draws)?;
    if weighed.is_tracked() || values.iter().flatten().any(holds_var) {
        let values: Vec<Value> = values.into_iter().map(Option::unwrap_or_default).collect();
        return weighed.mean(cx, &values);
    }
    let Some(weights) = RelativeWeights::new(&weighed.plain) else { return Ok(Value::float(f64::NAN)) };
    let Some(numbers) = NumberRows::of(&values)? else {
        let odd = values.iter().flatten().find(|v| !pick::is_numeric(v)).cloned().unwrap_or_default();
        let message = format!(
            "`estimate` takes the mean of numbers, booleans or arrays of one shape, not {} `{}`",
            odd.kind(),
            crate::eval::print::brief(&odd)
        );
        return Err(Error::raise(Code::Type, message)
            .help("compare to make a number of it: `(fn [t] (= (t :x) :red))`")
            .arg(1));
    };
    let means: Vec<f64> = numbers.columns().iter().map(|column| weights.mean(column)).collect();
    match numbers.shape() {
        [] => Ok(Value::float(means.first().copied().unwrap_or(f64::NAN))),
        shape => crate::eval::arrays::wrap(Array::from_f64(means, shape)),
    }
}

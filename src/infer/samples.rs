//! What a result says of one choice: its draws as an array, its mean; and the parts of a result by name.

mod draws;
mod pick;

pub use draws::{Draws, Runs};

use super::diagnostics::Weights;
use super::resampling::systematic;
use crate::error::{Code, Error, Result};
use crate::eval::gradient::holds_var;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::trace_value;
use crate::tensor::Array;
use pick::Numbers;
pub use pick::Pick;

pub const TABLE: &[Builtin] = &[
    Builtin::new(
        "samples",
        "[result address-or-function]",
        "The draws of one choice, or of a function of the trace, as an array `[chain draw …]`; a result without chains counts as one. Of weighted draws these are as many with equal weights, picked by systematic resampling, the same ones for every choice; `traces` and `:log-weights` have them as they were. Where a draw lacks the choice it is ##NaN. What is no number comes as vectors, with nil where it is missing.\n(let [m (gen [] (trace :n (poisson 3)))] (shape (samples (mh m [] {} {:samples 5 :chains 2 :burn 0}) :n))) ;=> [2 5]\n(samples [(:trace (generate (gen [] (trace :x (flip 0.5))) [] {:x true}))] :x) ;=> (array [[true]])",
        samples,
    ),
    Builtin::new(
        "estimate",
        "[result address-or-function]",
        "The posterior mean of a choice, or of a function of the trace, by the weights if the draws have some. Booleans count as 0 and 1, so that the mean of a condition is its probability.\n(let [t (fn [x] (:trace (generate (gen [] (trace :x (normal 0 1))) [] {:x x})))] (estimate [(t 1.0) (t 2.0)] :x)) ;=> 1.5\n(let [t (fn [x] (:trace (generate (gen [] (trace :x (normal 0 1))) [] {:x x})))] (estimate [(t 1.0) (t 2.0)] (fn [t] (< (t :x) 2)))) ;=> 0.5",
        estimate,
    ),
    Builtin::new(
        "traces",
        "[result]",
        "The traces of a result as a vector, chain after chain.\n(count (traces (importance (gen [] (trace :x (flip 0.5))) [] {} {:particles 7}))) ;=> 7",
        |cx, a| {
            let draws = Draws::of_value(cx, "traces", &a[0])?;
            Value::vector(draws.traces(cx)?.into_iter().map(trace_value).collect())
        },
    ),
    Builtin::new(
        "log-ml",
        "[result]",
        "The estimated logarithm of the evidence, of algorithms that estimate it.\n(log-ml (importance (gen [] (trace :x (flip 0.25))) [] {:x true})) ;=> -1.3862943611198906",
        log_ml,
    ),
];

fn log_ml(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Value::Map(result) = &args[0]
        && let Some(value @ (Value::Float(_) | Value::Var(_))) = result.get_keyword("log-ml")
    {
        return Ok(value.clone());
    }
    let draws = Draws::of_value(cx, "log-ml", &args[0])?;
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
    let draws = Draws::of_value(cx, "samples", &args[0])?;
    let mut values = Pick::of("samples", &args[1])?.all(cx, &draws)?;
    if let Some(drawn) = resampled(&draws)? {
        values = drawn.iter().map(|at| values[*at as usize].clone()).collect();
    }
    let lead = [draws.chains, draws.per_chain()];
    if let Some(numbers) = Numbers::of(&values)? {
        return numbers.array(cx, &lead);
    }
    let rows = values
        .chunks(draws.per_chain())
        .map(|row| Value::vector(row.iter().map(|v| v.clone().unwrap_or_default()).collect()));
    Value::vector(rows.collect::<Result<_>>()?)
}

/// Which of weighted draws stand for the posterior, the same ones for every choice; `None` where all weigh the same.
/// Errors: `gen::weights` of counted runs, too few to stand for their shares.
fn resampled(draws: &Draws) -> Result<Option<Vec<u32>>> {
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
    let draws = Draws::of_value(cx, "estimate", &args[0])?;
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
    let Some(weights) = Weights::new(&weighed.plain) else { return Ok(Value::float(f64::NAN)) };
    let Some(numbers) = Numbers::of(&values)? else {
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

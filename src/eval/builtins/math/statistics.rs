//! Sums, means and their kin, of collections of numbers, arrays, and distributions.

use super::super::arrays::options::ArrayOptions;
use super::super::arrays::options::{AXIS, AXIS_DDOF, DDOF};
use super::elementwise::float;
use crate::error::{Code, Error, Result};
use crate::eval::args::{not_a_number, wrong_type};
use crate::eval::arithmetic::apply;
use crate::eval::arrays::{scalar_value, wrap};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::{primal_of, rules};
use crate::eval::node::Op;
use crate::eval::sequence;
use crate::eval::value::Value;
use crate::tensor::ops::{self, Reduction, Scan, UnaryOp};
use crate::tensor::{self, Array};
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("sum", "[xs] [xs axis] [xs & {:keys [axis]}]", |cx, a| total(cx, Reduction::Sum, Op::Add, 0, a))
        .gradient(|_, a| rules::reduction(Reduction::Sum, a)),
    Builtin::new("prod", "[xs] [xs axis] [xs & {:keys [axis]}]", |cx, a| total(cx, Reduction::Prod, Op::Mul, 1, a))
        .gradient(|_, a| rules::reduction(Reduction::Prod, a)),
    Builtin::new("mean", "[x] [xs axis] [xs & {:keys [axis]}]", |cx, a| moment(cx, Reduction::Mean, "dist-mean", a))
        .gradient(|_, a| rules::reduction(Reduction::Mean, a)),
    Builtin::new("variance", "[x] [xs axis] [xs & {:keys [axis ddof]}]", |cx, a| {
        moment(cx, Reduction::Var, "dist-variance", a)
    })
    .gradient(|_, a| rules::reduction(Reduction::Var, a)),
    Builtin::new("var", "[x] [xs axis] [xs & {:keys [axis ddof]}]", |cx, a| {
        moment(cx, Reduction::Var, "dist-variance", a)
    })
    .gradient(|_, a| rules::reduction(Reduction::Var, a)),
    Builtin::new("std", "[x] [xs axis] [xs & {:keys [axis ddof]}]", |cx, a| moment(cx, Reduction::Std, "dist-std", a))
        .gradient(|_, a| rules::reduction(Reduction::Std, a)),
    Builtin::new("median", "[xs]", median),
    Builtin::new("quantile", "[xs p]", quantile).gradient(quantile_slope),
    Builtin::new("logsumexp", "[xs] [xs axis] [xs & {:keys [axis]}]", log_sum_exp)
        .gradient(|_, a| rules::reduction(Reduction::LogSumExp, a)),
    Builtin::new("softmax", "[xs] [xs axis] [xs & {:keys [axis]}]", softmax)
        .gradient(|_, a| rules::scan(Scan::Softmax, None, a)),
    Builtin::new("argmax", "[xs] [xs axis] [xs & {:keys [axis]}]", |cx, a| {
        position(cx, Reduction::Argmax, |x, y| x > y, a)
    })
    .primal(),
    Builtin::new("argmin", "[xs] [xs axis] [xs & {:keys [axis]}]", |cx, a| {
        position(cx, Reduction::Argmin, |x, y| x < y, a)
    })
    .primal(),
    Builtin::new("cumsum", "[xs] [xs axis] [xs & {:keys [axis]}]", |cx, a| running(cx, Scan::Cumsum, Op::Add, a))
        .gradient(|_, a| rules::scan(Scan::Cumsum, None, a)),
    Builtin::new("cumprod", "[xs] [xs axis] [xs & {:keys [axis]}]", |cx, a| running(cx, Scan::Cumprod, Op::Mul, a))
        .gradient(|_, a| rules::scan(Scan::Cumprod, None, a)),
];

/// Elements of a collection as numbers or arrays; booleans count as 0 and 1.
fn elements(cx: &mut Cx, name: &str, value: &Value) -> Result<Vec<Value>> {
    if !sequence::is_seqable(value) || matches!(value, Value::Str(_) | Value::Map(_) | Value::Host(_)) {
        return Err(wrong_type(name, "a collection of numbers or an array", value, 0));
    }
    let mut items = sequence::to_vec(cx, value)?;
    cx.charge(items.len())?;
    for item in &mut items {
        match item {
            Value::Int(_) | Value::Float(_) | Value::Array(_) | Value::Var(_) => {}
            Value::True | Value::False => *item = Value::Int(i64::from(item.truthy())),
            other => return Err(not_a_number(name, other).arg(0)),
        }
    }
    Ok(items)
}

/// Elements of a collection or an array as floats.
fn floats(cx: &mut Cx, name: &str, value: &Value) -> Result<Vec<f64>> {
    if let Value::Array(a) = value {
        return a.to_f64();
    }
    numbers(name, &elements(cx, name, value)?)
}

fn numbers(name: &str, items: &[Value]) -> Result<Vec<f64>> {
    items.iter().map(|x| x.as_f64().ok_or_else(|| not_a_number(name, x).arg(0))).collect()
}

/// Elements among which there are gradient variables, as one array.
fn variables(items: &[Value]) -> Option<Result<Value>> {
    let any = items.iter().any(|item| matches!(item, Value::Var(_)));
    any.then(|| rules::from_nested(&Value::vector(items.to_vec())?))
}

fn over_array(op: Reduction, name: &str, array: &Arc<Array>, args: &[Value]) -> Result<Value> {
    let options = ArrayOptions::read(name, args, AXIS)?;
    scalar_value(ops::reduce(op, array, options.axis)?)
}

/// The arguments after the data, which a collection does not have.
fn no_axis(name: &str, args: &[Value]) -> Result<()> {
    match args {
        [_] => Ok(()),
        _ => Err(Error::raise(Code::Type, format!("`{name}` of {} has no axis", args[0].kind()))
            .help(format!("make an array first: `({name} (array …) :axis 0)`"))
            .arg(1)),
    }
}

fn total(cx: &mut Cx, op: Reduction, by: Op, unit: i64, args: &mut [Value]) -> Result<Value> {
    if let Value::Array(a) = &args[0] {
        return over_array(op, op.name(), a, args);
    }
    no_axis(op.name(), args)?;
    let items = elements(cx, op.name(), &args[0])?;
    items.iter().try_fold(Value::Int(unit), |acc, x| apply(by, &acc, x)).map_err(|e| e.arg(0))
}

fn moment(cx: &mut Cx, op: Reduction, of_distribution: &str, args: &mut [Value]) -> Result<Value> {
    let name = if op == Reduction::Var { "variance" } else { op.name() };
    match &args[0] {
        Value::Array(a) => return array_moment(op, name, &a.clone(), args),
        Value::Host(_) => return cx.call_core(of_distribution, args),
        _ => {}
    }
    let options = ArrayOptions::read(name, args, if op == Reduction::Mean { &[] } else { DDOF })?;
    let items = elements(cx, name, &args[0])?;
    let is_array = |x: &Value| matches!(primal_of(x), Value::Array(_));
    if let Some(odd) = items.iter().find(|x| op != Reduction::Mean && is_array(x)) {
        return Err(not_a_number(name, odd).arg(0));
    }
    if op == Reduction::Mean && items.iter().any(is_array) {
        let sum = items.iter().try_fold(Value::Int(0), |acc, x| apply(Op::Add, &acc, x))?;
        return apply(Op::Div, &sum, &Value::Int(items.len() as i64));
    }
    if let Some(array) = variables(&items) {
        args[0] = array?;
        return rules::reduction(op, args);
    }
    let xs = floats(cx, name, &Value::vector(items)?)?;
    cx.charge(xs.len())?;
    Ok(Value::float(match op {
        Reduction::Mean => tensor::mean(&xs),
        Reduction::Std => tensor::deviation(&xs, options.ddof),
        _ => tensor::variance(&xs, options.ddof),
    }))
}

fn array_moment(op: Reduction, name: &str, array: &Array, args: &[Value]) -> Result<Value> {
    let options = ArrayOptions::read(name, args, if op == Reduction::Mean { AXIS } else { AXIS_DDOF })?;
    if options.ddof == 0.0 {
        return scalar_value(ops::reduce(op, array, options.axis)?);
    }
    let variance = scalar_value(ops::reduce(Reduction::Var, array, options.axis)?)?;
    let n = match options.axis {
        Some(axis) => array.shape()[axis.rem_euclid(array.ndim() as i64) as usize],
        None => array.len(),
    };
    let variance = apply(Op::Mul, &variance, &Value::float(n as f64 / (n as f64 - options.ddof)))?;
    if op == Reduction::Std { float(UnaryOp::Sqrt, &[variance]) } else { Ok(variance) }
}

fn median(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let xs = sorted(floats(cx, "median", &args[0])?);
    Ok(Value::float(at_share(&xs, 0.5)))
}

/// Of distributions alone it has one.
fn quantile_slope(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    match &args[0] {
        Value::Host(_) => cx.call_core("dist-quantile", args),
        _ => Err(crate::eval::gradient::no_gradient("quantile").arg(1)),
    }
}

fn quantile(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Value::Host(_) = &args[0] {
        return cx.call_core("dist-quantile", args);
    }
    let xs = sorted(floats(cx, "quantile", &args[0])?);
    let one = |p: f64| match p {
        p if (0.0..=1.0).contains(&p) => Ok(Value::float(at_share(&xs, p))),
        _ => Err(Error::raise(
            Code::Type,
            format!("`quantile` wants a share from 0 to 1, not `{}`", crate::eval::print::float(p)),
        )
        .arg(1)),
    };
    match args[1].as_f64() {
        Some(p) => one(p),
        None => {
            let shares = floats(cx, "quantile", &args[1]).map_err(|e| e.arg(1))?;
            Value::vector(shares.into_iter().map(one).collect::<Result<_>>()?)
        }
    }
}

fn sorted(mut xs: Vec<f64>) -> Vec<f64> {
    xs.sort_by(f64::total_cmp);
    xs
}

/// Linear interpolation between order statistics: type 7 of Hyndman and Fan (1996).
fn at_share(sorted: &[f64], p: f64) -> f64 {
    if sorted.is_empty() || sorted.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    let place = p * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    let share = place - place.floor();
    if share == 0.0 || below == above { below } else { below + share * (above - below) }
}

fn log_sum_exp(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Value::Array(a) = &args[0] {
        return over_array(Reduction::LogSumExp, "logsumexp", a, args);
    }
    no_axis("logsumexp", args)?;
    let items = elements(cx, "logsumexp", &args[0])?;
    if let Some(array) = variables(&items) {
        return rules::reduction(Reduction::LogSumExp, &[array?]);
    }
    let xs = numbers("logsumexp", &items)?;
    let largest = largest(&xs);
    if largest.is_infinite() {
        return Ok(Value::float(largest));
    }
    Ok(Value::float(largest + xs.iter().map(|x| (x - largest).exp()).sum::<f64>().ln()))
}

/// The largest number, NaN if there is one, -∞ of none.
fn largest(xs: &[f64]) -> f64 {
    xs.iter().fold(f64::NEG_INFINITY, |m, x| if x.is_nan() || *x > m { *x } else { m })
}

fn softmax(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Value::Array(a) = &args[0] {
        let axis = ArrayOptions::read("softmax", args, AXIS)?.axis;
        return wrap(ops::scan(Scan::Softmax, a, axis));
    }
    no_axis("softmax", args)?;
    let items = elements(cx, "softmax", &args[0])?;
    if let Some(array) = variables(&items) {
        return rules::to_vectors(&rules::scan(Scan::Softmax, None, &[array?])?);
    }
    let xs = numbers("softmax", &items)?;
    let largest = largest(&xs);
    let terms: Vec<f64> = xs.iter().map(|x| (x - largest).exp()).collect();
    let sum: f64 = terms.iter().sum();
    Value::vector(terms.into_iter().map(|x| Value::float(x / sum)).collect())
}

fn position(cx: &mut Cx, op: Reduction, beats: fn(f64, f64) -> bool, args: &mut [Value]) -> Result<Value> {
    if let Value::Array(a) = &args[0] {
        return over_array(op, op.name(), a, args);
    }
    no_axis(op.name(), args)?;
    let xs = floats(cx, op.name(), &args[0])?;
    let Some(first) = xs.first() else {
        return Err(Error::raise(Code::Shape, format!("`{}` of no elements", op.name())).arg(0));
    };
    let best = xs.iter().enumerate().fold((0, *first), |(at, best), (i, x)| {
        if tensor::beats(*x, best, beats(*x, best)) { (i, *x) } else { (at, best) }
    });
    Ok(Value::Int(best.0 as i64))
}

fn running(cx: &mut Cx, op: Scan, by: Op, args: &mut [Value]) -> Result<Value> {
    if let Value::Array(a) = &args[0] {
        let axis = ArrayOptions::read(op.name(), args, AXIS)?.axis;
        return wrap(ops::scan(op, a, axis));
    }
    no_axis(op.name(), args)?;
    let mut items = elements(cx, op.name(), &args[0])?;
    for i in 1..items.len() {
        items[i] = apply(by, &items[i - 1], &items[i]).map_err(|e| e.arg(0))?;
    }
    Value::vector(items)
}

//! Functions on distributions: drawing, densities, moments.

use super::density::Density;
use super::derivatives;
use super::derived::make_distribution;
use super::object::{Constructor, Dist};
use super::support::Support;
use super::support_of::SupportOf;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::gradient::{plain, primal_of};
use crate::eval::numeric::{self, Unary};
use crate::eval::print::{brief, float};
use crate::eval::{Builtin, Cx, Value};

pub const TABLE: &[Builtin] = &[
    Builtin::new("sample", "[dist]", sample).draws(),
    Builtin::generic("logpdf", "[dist x]", logpdf).per_value(),
    Builtin::generic("support", "[dist]", support).per_value(),
    Builtin::generic("dist-mean", "[dist]", |cx, a| {
        if matches!(of("mean", a)?.support(), SupportOf::Numbers { of: Support::Angle, .. }) {
            // A direction jumps by a turn.
            derivatives::decide_by(a);
        }
        moment(cx, "mean", a, |d, cx, _| d.mean(cx))
    })
    .per_value(),
    Builtin::generic("dist-variance", "[dist]", |cx, a| moment(cx, "variance", a, |d, cx, _| d.variance(cx)))
        .per_value(),
    Builtin::generic("dist-std", "[dist]", |cx, a| {
        numeric::unary(Unary::Sqrt, &moment(cx, "std", a, |d, cx, _| d.variance(cx))?)
    })
    .per_value(),
    Builtin::generic("cdf", "[dist x]", |cx, a| {
        if !of("cdf", a)?.continuous() {
            // It has steps.
            derivatives::decide_by(a);
        }
        let found = derivatives::differentiable(
            cx,
            "cdf",
            &a[0],
            &a[1],
            |d, cx, x| d.cdf(cx, x),
            Some(derivatives::density_at),
        )?;
        known("cdf", a, found)
    })
    .per_value(),
    Builtin::generic("dist-quantile", "[dist p]", quantile).per_value(),
    Builtin::generic("make-distribution", "[name params doc spec]", make_distribution),
    Builtin::new("distribution?", "[x]", |_, a| Ok(Value::bool(a[0].as_host::<Dist>().is_some()))).asks_kind(),
];

pub(super) fn of<'a>(function: &str, args: &'a [Value]) -> Result<&'a dyn Density> {
    let dist = args[0].as_host::<Dist>().ok_or_else(|| {
        let error = wrong_type(function, "a distribution", &args[0], 0);
        match args[0].as_host::<Constructor>() {
            Some(constructor) => error.help(constructor.example()),
            None => error,
        }
    })?;
    Ok(dist.density())
}

/// Ends that parameters give are plain numbers, which would lose their derivatives.
fn support(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let found = of("support", args)?.support().data()?;
    if !derivatives::variables(&args[0]).is_empty() && !matches!(found, Value::Keyword(_)) {
        return Err(Error::raise(Code::NoGradient, "the support of a distribution has no gradient by its parameters")
            .help("if its derivative is not wanted, give it `(stop-gradient x)`")
            .arg(0));
    }
    Ok(found)
}

/// A mean or variance.
fn moment(cx: &mut Cx, what: &'static str, args: &[Value], property: derivatives::Property) -> Result<Value> {
    of(what, args)?;
    let found = derivatives::differentiable(cx, what, &args[0], &Value::Nil, property, None)?;
    known(what, args, found)
}

/// What is known in closed form, or the error that it is not.
fn known(what: &str, args: &[Value], found: Option<Value>) -> Result<Value> {
    found.ok_or_else(|| {
        let shown = brief(&args[0]);
        Error::raise(Code::NoClosedForm, format!("the {what} of `{shown}` is not known in closed form"))
            .help(format!("estimate it from draws: `(repeatedly 1000 #(sample {shown}))`"))
            .arg(0)
    })
}

fn sample(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let dist = of("sample", args)?;
    let instead = || format!("make it a choice: `(trace :x {})`", brief(&args[0]));
    let key = cx.next_key("sample").map_err(|e| e.help(instead()))?;
    dist.sample(cx, &mut key.site(0, 0))
}

fn logpdf(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let dist = of("logpdf", args)?;
    let x = dist.check_value(&args[1]).map_err(|e: Stop| e.arg(1))?;
    let score = dist.score(cx, &x)?;
    if primal_of(&score).as_f64() == Some(f64::NEG_INFINITY) {
        // Off the support: between there and the support the density may jump.
        derivatives::decide_by(args);
    }
    Ok(score)
}

fn quantile(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let dist = of("quantile", args)?;
    // Of several shares a vector.
    if let Value::Vector(shares) = &args[1] {
        let each = shares.iter().map(|p| quantile(cx, &mut [args[0].clone(), p.clone()]));
        return Value::vector(each.collect::<Result<_>>()?);
    }
    if !dist.continuous() || matches!(dist.support(), SupportOf::Either(_)) {
        // It jumps over what has no probability.
        derivatives::decide_by(args);
    }
    let outside = |p: &f64| !(0.0..=1.0).contains(p);
    let shares = match primal_of(&args[1]) {
        Value::Array(shares) => shares.to_f64()?,
        share => share.as_f64().into_iter().collect(),
    };
    match shares.iter().copied().find(outside) {
        None if shares.is_empty() => Err(wrong_type("quantile", "a probability", &args[1], 1)),
        Some(p) => {
            Err(Error::raise(Code::Type, format!("`quantile` wants a share from 0 to 1, not `{}`", float(p))).arg(1))
        }
        None => {
            let property: derivatives::Property = |d, cx, p| d.quantile(cx, p);
            if !dist.continuous() && !dist.support().is_continuous() {
                // Counts do not move.
                let whole = derivatives::without(cx, &args[0], None)?;
                let found = of("quantile", &[whole])?.quantile(cx, &plain(&args[1])?)?;
                return known("quantile", args, found);
            }
            let found =
                derivatives::differentiable(cx, "quantile", &args[0], &args[1], property, Some(derivatives::width_at))?;
            known("quantile", args, found)
        }
    }
}

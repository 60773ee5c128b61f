//! A Gaussian process at given points: a multivariate normal whose covariance a kernel gives.

use super::arguments::arity;
use crate::distributions::elements::elements;
use crate::distributions::object::Built;
use crate::distributions::structured::{self, StructuredDist};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::gradient::primal_of;
use crate::eval::numeric::{self, Binary, Unary};
use crate::eval::print::brief;
use crate::eval::sequence;
use crate::eval::{Cx, Value, keys};

pub const GAUSSIAN_PROCESS: Built = Built {
    name: "gaussian-process",
    aliases: &[],
    arglist: "[xs kernel] [xs kernel noise]",
    make: |cx, args| {
        arity(&GAUSSIAN_PROCESS, args, 2, 3)?;
        let points = sequence::to_vec(cx, &args[0]).map_err(|e| e.arg(0))?;
        let noise = args.get(2).cloned().unwrap_or(Value::float(1e-4));
        if !primal_of(&noise).as_f64().is_some_and(|s| s >= 0.0 && s.is_finite()) {
            let message = format!("`noise` of `gaussian-process` must be 0 or greater, but is `{}`", brief(&noise));
            return Err(Error::raise(Code::Parameter, message).arg(2));
        }
        let kernel = CovarianceFunction::read(&args[1])?;
        let cov = covariance(cx, &points, &kernel, &numeric::unary(Unary::Square, &noise)?)?;
        let mean = Value::vector(vec![Value::float(0.0); points.len()])?;
        let process = StructuredDist::named("gaussian-process", structured::mvn(), &[mean, cov]);
        Ok(Box::new(process.map_err(|error| match error.is(Code::Parameter) {
            true => indefinite(),
            false => error,
        })?))
    },
};

#[cold]
fn indefinite() -> Stop {
    let message = "the covariance of `gaussian-process` at these points is not symmetric and positive definite";
    Error::raise(Code::Parameter, message).arg(1).help("a kernel is symmetric; more noise keeps near points apart")
}

/// Points at most: the work grows with the cube.
const MAX_POINTS: usize = 2_000;

enum CovarianceFunction {
    Function(Value),
    /// Squared exponential, by scale and length.
    Rbf(Value, Value),
}

impl CovarianceFunction {
    fn read(arg: &Value) -> Result<CovarianceFunction> {
        let Value::Map(options) = arg else {
            super::transformed::function("gaussian-process", arg).map_err(|e| e.arg(1))?;
            return Ok(CovarianceFunction::Function(arg.clone()));
        };
        keys::check("the kernel of `gaussian-process`", "part", options, "kernel scale length")
            .map_err(|e| e.arg(1))?;
        if options.get(&Value::keyword("kernel")).and_then(Value::as_keyword) != Some("rbf") {
            return Err(wrong_type("gaussian-process", "`:kernel :rbf`", arg, 1));
        }
        let option = |name: &str| match options.get(&Value::keyword(name)) {
            None => Ok(Value::float(1.0)),
            Some(x) if primal_of(x).as_f64().is_some_and(|x| x > 0.0 && x.is_finite()) => Ok(x.clone()),
            Some(x) => {
                let message = format!("`{name}` of the kernel must be greater than 0, but is `{}`", brief(x));
                Err(Error::raise(Code::Parameter, message).arg(1))
            }
        };
        Ok(CovarianceFunction::Rbf(option("scale")?, option("length")?))
    }

    fn at(&self, cx: &mut Cx, x: &Value, y: &Value) -> Result<Value> {
        let (scale, length) = match self {
            CovarianceFunction::Function(f) => return cx.isolated(|cx| cx.call(f, &mut [x.clone(), y.clone()])),
            CovarianceFunction::Rbf(scale, length) => (scale, length),
        };
        let mut square = Value::float(0.0);
        for (x, y) in elements(x)?.iter().zip(&elements(y)?) {
            let difference = numeric::binary(Binary::Div, &numeric::binary(Binary::Sub, x, y)?, length)?;
            square = numeric::binary(Binary::Add, &square, &numeric::unary(Unary::Square, &difference)?)?;
        }
        let fall = numeric::unary(Unary::Exp, &numeric::binary(Binary::Mul, &Value::float(-0.5), &square)?)?;
        numeric::binary(Binary::Mul, &numeric::unary(Unary::Square, scale)?, &fall)
    }
}

/// The kernel of all pairs, with the noise added on the diagonal.
fn covariance(cx: &mut Cx, points: &[Value], kernel: &CovarianceFunction, noise: &Value) -> Result<Value> {
    let n = points.len();
    if n > MAX_POINTS {
        let message = format!("`gaussian-process` at {n} points; at most {MAX_POINTS}");
        return Err(Error::raise(Code::TooLarge, message).arg(0));
    }
    cx.charge(n * n)?;
    let mut rows: Vec<Value> = Vec::with_capacity(n);
    for (i, x) in points.iter().enumerate() {
        let mut row = Vec::with_capacity(n);
        for (j, y) in points.iter().enumerate() {
            let entry = kernel.at(cx, x, y)?;
            row.push(if i == j { numeric::binary(Binary::Add, &entry, noise)? } else { entry });
        }
        rows.push(Value::vector(row)?);
    }
    Value::vector(rows)
}

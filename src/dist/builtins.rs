//! Functions on distributions: drawing, densities, moments.

use super::object::{Dist, FamilyObject};
use super::score::check_value;
use crate::error::{Error, Result};
use crate::eval::builtins::args::wrong_type;
use crate::eval::{Builtin, Cx, Value};

pub const TABLE: &[Builtin] = &[
    Builtin::new(
        "sample",
        "[dist]",
        "A draw from a distribution, outside models. In a model use `trace`.\n(<= 0 (sample (uniform 0 1)) 1) ;=> true",
        sample,
    )
    .state(),
    Builtin::new(
        "logpdf",
        "[dist x]",
        "The log-density (of counts: log-probability) at x; ##-Inf off the support.\n(logpdf (exponential 1) 2) ;=> -2.0",
        logpdf,
    ),
    Builtin::new(
        "support",
        "[dist]",
        "Where the values of a distribution lie, as a keyword.\n(support (beta 1 1)) ;=> :unit-interval",
        support,
    ),
    Builtin::new(
        "dist-mean",
        "[dist]",
        "The mean of a distribution; `mean` calls it.\n(dist-mean (gamma 3 2)) ;=> 1.5",
        |_, a| of("mean", a)?.moment(|d| d.family.mean),
    ),
    Builtin::new(
        "dist-variance",
        "[dist]",
        "The variance of a distribution; `variance` calls it.\n(dist-variance (normal 0 2)) ;=> 4.0",
        |_, a| of("variance", a)?.moment(|d| d.family.variance),
    ),
    Builtin::new(
        "dist-std",
        "[dist]",
        "The standard deviation of a distribution; `std` calls it.\n(dist-std (normal 0 2)) ;=> 2.0",
        |_, a| match of("std", a)?.moment(|d| d.family.variance)? {
            Value::Array(v) => {
                crate::eval::arrays::wrap(crate::tensor::ops::unary(crate::tensor::ops::UnaryOp::Sqrt, &v))
            }
            v => Ok(Value::float(v.as_f64().unwrap_or(f64::NAN).sqrt())),
        },
    ),
    Builtin::new("distribution?", "[x]", "True of a distribution.\n(distribution? (flip 0.5)) ;=> true", |_, a| {
        Ok(Value::bool(a[0].as_host::<Dist>().is_some()))
    }),
];

/// A moment as a function of the parameters.
type Moment = fn(&[f64]) -> f64;

impl Dist {
    fn moment(&self, pick: fn(&Dist) -> Moment) -> Result<Value> {
        self.params.moment(pick(self))
    }
}

fn of<'a>(function: &str, args: &'a [Value]) -> Result<&'a Dist> {
    args[0].as_host::<Dist>().ok_or_else(|| {
        let error = wrong_type(function, "a distribution", &args[0], 0);
        match args[0].as_host::<FamilyObject>() {
            Some(family) => error.help(format!(
                "give it parameters: `({} {})`",
                family.0.name,
                family.0.arglist().trim_matches(['[', ']'])
            )),
            None => error,
        }
    })
}

fn sample(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let dist = of("sample", args)?;
    let key = cx.next_key("sample")?;
    dist.params.sample(dist.family, &mut key.site(0, 0))
}

fn logpdf(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let dist = of("logpdf", args)?;
    let x = check_value(dist.family, &dist.params, &args[1]).map_err(|e: Box<Error>| e.arg(1))?;
    Ok(Value::float(dist.params.logpdf(dist.family, &x)?))
}

fn support(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    use super::family::Support::*;
    let dist = of("support", args)?;
    let name = match dist.family.support {
        Reals => "reals",
        Positive => "positive",
        NonNegative => "non-negative",
        Probability | UnitInterval => "unit-interval",
        Between => "interval",
        Binary => "binary",
        Booleans => "booleans",
        Counts => "counts",
        Indices => "indices",
        Weights => "weights",
    };
    Ok(Value::keyword(name))
}

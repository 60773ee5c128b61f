//! Distributions built from others: the table of their constructors, and what they share.

mod censored;
mod cut;
mod defined;
mod defined_dist;
mod delta;
mod elementwise;
mod gaussian_process;
mod iid;
mod jacobian;
mod mass;
mod mixture;
mod points;
mod product;
mod sums;
mod told;
mod transformed;
mod truncated;

pub use defined::{Defined, make_distribution};
pub use jacobian::{log_abs_det, with_log_det};
pub use mixture::{MIXTURE, log_mixture};
pub use points::points;

use super::density::Density;
use super::graded::Graded;
use super::object::{Built, Constructor, Dist};
use super::region::SupportOf;
use super::transform::Transform;
use crate::error::{Code, Error, Result};
use crate::eval::builtins::args::wrong_type;
use crate::eval::gradient::primal_of;
use crate::eval::key::Draws;
use crate::eval::run::arity_error;
use crate::eval::value::with_stack;
use crate::eval::{Cx, Value};

/// Every constructor of a distribution from others.
pub static BUILT: &[Built] = &[
    delta::DELTA,
    mixture::MIXTURE,
    mixture::ZERO_INFLATED,
    iid::IID,
    product::PRODUCT,
    truncated::TRUNCATED,
    censored::CENSORED,
    transformed::TRANSFORMED,
    gaussian_process::GAUSSIAN_PROCESS,
];

/// Maps from coordinates are as deep as their distributions.
const MAX_LEVELS: u32 = 1_000;

/// A distribution inside another.
#[derive(Clone)]
pub struct Part(Value);

impl Part {
    /// An argument that must be a distribution.
    pub fn of(function: &str, args: &[Value], index: usize) -> Result<Part> {
        Part::new(function, &args[index]).map_err(|e| e.arg(index))
    }

    pub fn new(function: &str, value: &Value) -> Result<Part> {
        if value.as_host::<Dist>().is_some() {
            return Ok(Part(value.clone()));
        }
        let error = wrong_type(function, "a distribution", value, 0);
        Err(match value.as_host::<Constructor>() {
            Some(constructor) => error.help(constructor.example()),
            None if matches!(value, Value::Vector(_) | Value::List(_) | Value::Lazy(_)) => {
                error.help(format!("those of a vector one by one: `(apply {function} ds)`"))
            }
            None => error,
        })
    }

    pub fn dist(&self) -> Option<&Dist> {
        self.0.as_host()
    }

    pub fn density(&self) -> &dyn Density {
        self
    }

    fn inner(&self) -> &dyn Density {
        // Only distributions become parts.
        self.dist().map_or(&NOTHING, Dist::density)
    }

    /// Parts may lie deep inside each other: with stack enough, and counted.
    fn deeper<T>(&self, cx: &mut Cx, f: impl FnOnce(&mut Cx, &dyn Density) -> Result<T>) -> Result<T> {
        cx.step()?;
        cx.with_stack(|cx| f(cx, self.inner()))
    }

    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The log-densities of the elements of a value, or that of the whole where they are not independent.
    pub fn scores_or_score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        match self.scores(cx, value)? {
            Some(scores) => Ok(scores),
            None => self.logpdf(cx, value).map(Value::float),
        }
    }
}

impl Density for Part {
    fn name(&self) -> &str {
        self.dist().map_or("nothing", |dist| dist.constructor.name())
    }
    fn sample(&self, cx: &mut Cx, draws: &mut Draws) -> Result<Value> {
        self.deeper(cx, |cx, d| d.sample(cx, draws))
    }
    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        self.deeper(cx, |cx, d| d.logpdf(cx, value))
    }
    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        self.deeper(cx, |cx, d| d.score(cx, value))
    }
    fn graded(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        self.deeper(cx, |cx, d| d.graded(cx, value))
    }
    fn scores(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        self.deeper(cx, |cx, d| d.scores(cx, value))
    }
    fn check_value(&self, value: &Value) -> Result<Value> {
        with_stack(self.0.depth(), || self.inner().check_value(value))
    }
    fn support(&self) -> SupportOf {
        with_stack(self.0.depth(), || self.inner().support())
    }
    fn continuous(&self) -> bool {
        with_stack(self.0.depth(), || self.inner().continuous())
    }
    fn coordinates(&self, cx: &mut Cx, value: &Value) -> Result<usize> {
        self.deeper(cx, |cx, d| d.coordinates(cx, value))
    }
    fn atom_near(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        self.deeper(cx, |cx, d| d.atom_near(cx, x))
    }
    fn is_mixed(&self) -> bool {
        with_stack(self.0.depth(), || self.inner().is_mixed())
    }
    fn is_dense_at(&self, below: &[Value]) -> bool {
        with_stack(self.0.depth(), || self.inner().is_dense_at(below))
    }
    fn support_moves(&self) -> bool {
        with_stack(self.0.depth(), || self.inner().support_moves())
    }
    fn shape(&self) -> Option<Vec<usize>> {
        with_stack(self.0.depth(), || self.inner().shape())
    }
    fn axes(&self, cx: &mut Cx) -> Result<Vec<usize>> {
        self.deeper(cx, |cx, d| d.axes(cx))
    }
    fn elements(&self, cx: &mut Cx, axes: &[usize]) -> Result<Option<Vec<Value>>> {
        self.deeper(cx, |cx, d| d.elements(cx, axes))
    }
    fn pathwise(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        self.deeper(cx, |cx, d| d.pathwise(cx, value))
    }
    fn transform(&self, cx: &mut Cx) -> Result<Transform> {
        if self.0.depth() > MAX_LEVELS {
            let message = format!("a distribution nested more than {MAX_LEVELS} levels deep has no coordinates");
            return Err(Error::new(Code::TooNested, message));
        }
        self.deeper(cx, |cx, d| d.transform(cx))
    }
    fn mean(&self, cx: &mut Cx) -> Result<Option<Value>> {
        self.deeper(cx, |cx, d| d.mean(cx))
    }
    fn variance(&self, cx: &mut Cx) -> Result<Option<Value>> {
        self.deeper(cx, |cx, d| d.variance(cx))
    }
    fn cdf(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        self.deeper(cx, |cx, d| d.cdf(cx, x))
    }
    fn log_mass(&self, cx: &mut Cx, lo: f64, hi: f64) -> Result<Option<f64>> {
        self.deeper(cx, |cx, d| d.log_mass(cx, lo, hi))
    }
    fn quantile(&self, cx: &mut Cx, p: &Value) -> Result<Option<Value>> {
        self.deeper(cx, |cx, d| d.quantile(cx, p))
    }
}

/// Stands for no distribution.
static NOTHING: delta::Delta = delta::Delta(Value::Nil);

/// An error unless there are between `least` and `most` arguments.
fn arity(built: &Built, args: &[Value], least: usize, most: usize) -> Result<()> {
    if (least..=most).contains(&args.len()) { Ok(()) } else { Err(arity_error(built.name, built.arglist, args.len())) }
}

/// An end of an interval: a number or a variable, perhaps infinite.
fn end(built: &Built, args: &[Value], index: usize) -> Result<f64> {
    match primal_of(&args[index]).as_f64() {
        Some(x) if !x.is_nan() => Ok(x),
        _ => Err(wrong_type(built.name, "a number", &args[index], index)),
    }
}

/// Both ends of an interval, in order.
fn ends(built: &Built, args: &[Value]) -> Result<(f64, f64)> {
    let (lo, hi) = (end(built, args, 1)?, end(built, args, 2)?);
    if lo < hi {
        return Ok((lo, hi));
    }
    let shown = |x| crate::eval::print::float(x);
    let message = format!("`{}`: lo must be less than hi, but they are {} and {}", built.name, shown(lo), shown(hi));
    Err(Error::new(Code::Parameter, message).arg(2))
}

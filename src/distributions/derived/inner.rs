//! A distribution inside another, however deep.

use super::delta::Delta;
use crate::distributions::bijector::Bijector;
use crate::distributions::density::Density;
use crate::distributions::graded::Graded;
use crate::distributions::object::{Constructor, Dist};
use crate::distributions::support_of::SupportOf;
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::key::SiteRng;
use crate::eval::value::with_stack;
use crate::eval::{Cx, Value};

/// Maps from coordinates are as deep as their distributions.
const MAX_LEVELS: u32 = 1_000;

/// A distribution inside another.
#[derive(Clone)]
pub struct InnerDist(Value);

impl InnerDist {
    /// An argument that must be a distribution.
    pub fn of(function: &str, args: &[Value], index: usize) -> Result<InnerDist> {
        InnerDist::new(function, &args[index]).map_err(|e| e.arg(index))
    }

    pub fn new(function: &str, value: &Value) -> Result<InnerDist> {
        if value.as_host::<Dist>().is_some() {
            return Ok(InnerDist(value.clone()));
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

impl Density for InnerDist {
    fn name(&self) -> &str {
        self.dist().map_or("nothing", |dist| dist.constructor.name())
    }
    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
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
    fn transform(&self, cx: &mut Cx) -> Result<Bijector> {
        if self.0.depth() > MAX_LEVELS {
            let message = format!("a distribution nested more than {MAX_LEVELS} levels deep has no coordinates");
            return Err(Error::raise(Code::TooNested, message));
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
static NOTHING: Delta = Delta(Value::Nil);

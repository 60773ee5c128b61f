//! Independent elements: what array parameters make of a distribution built from others, one distribution for each.

use super::inner::InnerDist;
use super::sums;
use crate::distributions::bijector::{self, Bijector, ElementwiseBijector};
use crate::distributions::broadcast::{common, nested, shape_of, spread};
use crate::distributions::density::Density;
use crate::distributions::graded::Graded;
use crate::distributions::object::{Built, Constructor, Dist};
use crate::distributions::support_of::SupportOf;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arrays::from_value;
use crate::eval::gradient::arrays::reshape;
use crate::eval::gradient::rules::from_nested;
use crate::eval::gradient::{holds_var, primal_of};
use crate::eval::key::SiteRng;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};

/// An argument of a constructor, by what of it belongs to each element.
pub enum Arg<'a> {
    Dist(&'a Value),
    /// A vector of distributions.
    Dists(&'a Value),
    /// A number, or an array of them.
    Number(&'a Value),
    /// A vector of numbers, or an array of vectors along its last axis.
    Row(&'a Value),
    /// The same for all elements.
    Whole(&'a Value),
}

impl Arg<'_> {
    /// An argument of a program's distribution: of arrays each element, anything else whole.
    pub fn of(value: &Value) -> Arg<'_> {
        match primal_of(value) {
            Value::Array(_) => Arg::Number(value),
            _ => Arg::Whole(value),
        }
    }

    fn axes(&self, cx: &mut Cx, name: &str) -> Result<Vec<usize>> {
        match self {
            Arg::Dist(dist) => dist.as_host::<Dist>().map_or(Ok(Vec::new()), |dist| dist.density().axes(cx)),
            Arg::Dists(dists) => {
                let mut axes = Vec::new();
                for dist in nested(dists) {
                    let own = dist.as_host::<Dist>().map_or(Ok(Vec::new()), |dist| dist.density().axes(cx))?;
                    axes = common(name, &axes, &own)?;
                }
                Ok(axes)
            }
            Arg::Number(number) => match primal_of(number) {
                Value::Array(array) => Ok(array.shape().to_vec()),
                _ => Ok(Vec::new()),
            },
            Arg::Whole(_) => Ok(Vec::new()),
            Arg::Row(row) => {
                let mut shape = shape_of(row).unwrap_or_default();
                shape.pop();
                Ok(shape)
            }
        }
    }

    /// The argument of each of the elements.
    fn spread(&self, cx: &mut Cx, name: &str, axes: &[usize]) -> Result<Vec<Value>> {
        let n: usize = axes.iter().product();
        match self {
            Arg::Dist(dist) => of_each(cx, name, dist, axes),
            Arg::Dists(dists) => {
                let columns = nested(dists).into_iter().map(|dist| of_each(cx, name, &dist, axes));
                let columns = columns.collect::<Result<Vec<_>>>()?;
                let row = |i: usize| Value::vector(columns.iter().map(|column| column[i].clone()).collect());
                (0..n).map(row).collect()
            }
            Arg::Number(number) => spread(number, 0, axes),
            Arg::Row(row) => spread(row, 1, axes),
            Arg::Whole(value) => Ok(vec![(*value).clone(); n]),
        }
    }
}

/// A distribution of each element, whose values must be single ones.
fn of_each(cx: &mut Cx, name: &str, dist: &Value, axes: &[usize]) -> Result<Vec<Value>> {
    let part = InnerDist::new(name, dist)?;
    let each = part.elements(cx, axes)?.unwrap_or_else(|| vec![dist.clone(); axes.iter().product()]);
    let Some(first) = each.first() else { return Ok(each) };
    let first = InnerDist::new(name, first)?;
    let several = |value: &Value| matches!(value, Value::Vector(_) | Value::Map(_) | Value::Array(_));
    let single = || match first.support() {
        SupportOf::Each(_) => false,
        SupportOf::Finite(values) => !values.iter().any(several),
        _ => true,
    };
    match first.shape() {
        Some(shape) if shape.is_empty() => Ok(each),
        // What a program defines may not tell its shape.
        None if single() => Ok(each),
        _ => {
            let message = format!("`{name}` here has elements of shape {axes:?}, which `{}` cannot give", brief(dist));
            Err(Error::raise(Code::Shape, message)
                .help("array parameters mean independent elements, such as those of `(normal (array [0 1]) 1)`"))
        }
    }
}

/// The distribution that a constructor makes of arguments of which one is an array; `None` when none is.
pub fn broadcast(cx: &mut Cx, built: &'static Built, args: &[Arg<'_>]) -> Result<Option<Box<dyn Density>>> {
    let mut axes = Vec::new();
    for arg in args {
        axes = common(built.name, &axes, &arg.axes(cx, built.name)?)?;
    }
    if axes.is_empty() {
        return Ok(None);
    }
    each_of(cx, built.name, &Constructor::Built(built), axes, args).map(Some)
}

/// The distributions that a constructor makes for each element along the axes, as one.
pub fn each_of(
    cx: &mut Cx,
    name: &'static str,
    constructor: &Constructor,
    axes: Vec<usize>,
    args: &[Arg<'_>],
) -> Result<Box<dyn Density>> {
    let n = axes.iter().product();
    cx.charge(n)?;
    let columns = args.iter().map(|arg| arg.spread(cx, name, &axes)).collect::<Result<Vec<_>>>()?;
    let make = |i: usize| {
        let args: Vec<Value> = columns.iter().map(|column| column[i].clone()).collect();
        InnerDist::new(name, &constructor.value(cx, &args)?)
    };
    let parts = (0..n).map(make).collect::<Result<_>>()?;
    Ok(Box::new(Elementwise { name, axes, parts }))
}

/// The numbers of all elements as an array.
pub fn join(values: Vec<Value>, axes: &[usize]) -> Result<Value> {
    let vector = Value::vector(values)?;
    let whole = if holds_var(&vector) { from_nested(&vector)? } else { Value::array(from_value(&vector)?) };
    reshape(&whole, axes)
}

/// Independent elements along axes, each with a distribution of its own over single values.
struct Elementwise {
    name: &'static str,
    axes: Vec<usize>,
    parts: Vec<InnerDist>,
}

impl Elementwise {
    /// The elements of a value; `None` of a value of another shape.
    fn split(&self, value: &Value) -> Result<Option<Vec<Value>>> {
        match shape_of(value) {
            Some(shape) if shape == self.axes => spread(value, 0, &self.axes).map(Some),
            _ => Ok(None),
        }
    }

    fn join(&self, values: Vec<Value>) -> Result<Value> {
        join(values, &self.axes)
    }

    /// What each element knows of itself, if all do.
    fn each(&self, mut f: impl FnMut(&InnerDist) -> Result<Option<Value>>) -> Result<Option<Value>> {
        let found: Option<Vec<Value>> = self.parts.iter().map(&mut f).collect::<Result<_>>()?;
        found.map(|values| self.join(values)).transpose()
    }

    /// A function of each element at a number, or at its place of an array.
    fn at(
        &self,
        cx: &mut Cx,
        x: &Value,
        f: fn(&InnerDist, &mut Cx, &Value) -> Result<Option<Value>>,
    ) -> Result<Option<Value>> {
        common(self.name, &self.axes, &shape_of(x).unwrap_or_default())?;
        let mut xs = spread(x, 0, &self.axes)?.into_iter();
        self.each(|part| xs.next().map_or(Ok(None), |x| f(part, cx, &x)))
    }

    #[cold]
    fn wrong_shape(&self, value: &Value) -> Stop {
        let found = match shape_of(value) {
            Some(shape) if !shape.is_empty() => format!("{shape:?}"),
            _ => format!("{} `{}`", value.kind(), brief(value)),
        };
        let message = format!("`{}` here draws an array of shape {:?}, not {found}", self.name, self.axes);
        Error::raise(Code::Shape, message)
    }
}

impl Density for Elementwise {
    fn name(&self) -> &str {
        self.name
    }

    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        self.join(self.parts.iter().map(|part| part.sample(cx, draws)).collect::<Result<_>>()?)
    }

    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        sums::logpdf(cx, &self.parts, self.split(value)?.as_deref())
    }

    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        sums::score(cx, &self.parts, self.split(value)?.as_deref())
    }

    fn graded(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        sums::graded(cx, &self.parts, self.split(value)?.as_deref())
    }

    fn scores(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        let Some(values) = self.split(value)? else { return Ok(None) };
        let scores = self.parts.iter().zip(&values).map(|(part, value)| part.score(cx, value));
        self.join(scores.collect::<Result<_>>()?).map(Some)
    }

    fn check_value(&self, value: &Value) -> Result<Value> {
        let Some(values) = self.split(value)? else { return Err(self.wrong_shape(value)) };
        self.join(self.parts.iter().zip(&values).map(|(part, value)| part.check_value(value)).collect::<Result<_>>()?)
    }

    /// That of the elements; numbers whose ends differ have none in common.
    fn support(&self) -> SupportOf {
        let mut supports = self.parts.iter().map(|part| part.support());
        let first = supports.next().unwrap_or(SupportOf::Vectors(0));
        supports.fold(first, |all, next| match (&all, &next) {
            (SupportOf::Numbers { of, lo, hi }, SupportOf::Numbers { of: other, lo: l, hi: h }) if of == other => {
                let same = |a: f64, b: f64| if a == b { a } else { f64::NAN };
                SupportOf::Numbers { of: *of, lo: same(*lo, *l), hi: same(*hi, *h) }
            }
            _ => all,
        })
    }

    fn continuous(&self) -> bool {
        self.parts.iter().all(|part| part.continuous())
    }

    fn atom_near(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        let Some(values) = self.split(x)? else { return Ok(None) };
        self.join(sums::atoms_near(cx, &self.parts, &values)?).map(Some)
    }

    fn is_mixed(&self) -> bool {
        !self.continuous() && self.parts.iter().any(|part| part.has_densities())
    }

    fn support_moves(&self) -> bool {
        self.parts.iter().any(|part| part.support_moves())
    }

    fn shape(&self) -> Option<Vec<usize>> {
        Some(self.axes.clone())
    }

    fn axes(&self, _cx: &mut Cx) -> Result<Vec<usize>> {
        Ok(self.axes.clone())
    }

    fn elements(&self, _cx: &mut Cx, axes: &[usize]) -> Result<Option<Vec<Value>>> {
        let n = axes.iter().product();
        let at = |i| self.parts[crate::distributions::broadcast::position(&self.axes, axes, i)].value().clone();
        Ok(Some((0..n).map(at).collect()))
    }

    /// Onto numbers between the ends of each.
    fn transform(&self, cx: &mut Cx) -> Result<Bijector> {
        let (mut los, mut his) = (Vec::new(), Vec::new());
        for part in &self.parts {
            let Some((lo, hi)) = part.transform(cx)?.ends() else {
                return Err(bijector::none(self.name, &self.support(), self.continuous()));
            };
            los.push(lo);
            his.push(hi);
        }
        ElementwiseBijector::between(self.join(los)?, self.join(his)?, Some(self.axes.clone())).map(Bijector::Numbers)
    }

    fn mean(&self, cx: &mut Cx) -> Result<Option<Value>> {
        self.each(|part| part.mean(cx))
    }

    fn variance(&self, cx: &mut Cx) -> Result<Option<Value>> {
        self.each(|part| part.variance(cx))
    }

    fn cdf(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        self.at(cx, x, |part, cx, x| part.cdf(cx, x))
    }

    fn quantile(&self, cx: &mut Cx, p: &Value) -> Result<Option<Value>> {
        self.at(cx, p, |part, cx, p| part.quantile(cx, p))
    }
}

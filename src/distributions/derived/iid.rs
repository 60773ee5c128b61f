//! Independent draws of one distribution as one value: an array of a shape.

use super::arguments::arity;
use super::inner::InnerDist;
use super::sums;
use crate::distributions::bijector::Bijector;
use crate::distributions::density::Density;
use crate::distributions::elements::{check_size, elements, stack};
use crate::distributions::graded::Graded;
use crate::distributions::object::{Built, Constructor};
use crate::distributions::scalar::ScalarDist;
use crate::distributions::support_of::SupportOf;
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::arrays::{from_value, leaves, rows, wrap};
use crate::eval::gradient::{broadcast_to, primal_of};
use crate::eval::key::SiteRng;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::tensor::{DType, ops};

pub const IID: Built = Built {
    name: "iid",
    aliases: &[],
    arglist: "[dist n]",
    make: |cx, args| {
        arity(&IID, args, 2, 2)?;
        let part = InnerDist::of("iid", args, 0)?;
        let shape = shape(&args[1])?;
        check_size("iid", shape.iter().copied().fold(1, usize::saturating_mul))?;
        if let Some(wide) = wide(&part, &shape)? {
            return Ok(Box::new(Iid { shape, each: part, all: Some(wide) }));
        }
        // Of a shape: draws of draws.
        let Some((n, inner)) = shape.split_first() else { return Ok(Box::new(Iid { shape, each: part, all: None })) };
        let each = match inner {
            [] => part,
            inner => {
                let inner = Value::vector(inner.iter().map(|n| Value::Int(*n as i64)).collect())?;
                InnerDist::new("iid", &Constructor::Built(&IID).value(cx, &[part.value().clone(), inner])?)?
            }
        };
        Ok(Box::new(Iid { shape: vec![*n], each, all: None }))
    },
};

/// A count, or a vector of them.
fn shape(arg: &Value) -> Result<Vec<usize>> {
    let sizes = match arg {
        Value::Int(_) => vec![arg.clone()],
        Value::Vector(sizes) if !sizes.is_empty() => sizes.iter().cloned().collect(),
        Value::Array(sizes) if sizes.ndim() == 1 && !sizes.is_empty() => leaves(sizes)?,
        other => return Err(wrong_type("iid", "a count or a shape", other, 1)),
    };
    let size = |n: &Value| n.as_int().and_then(|n| usize::try_from(n).ok());
    sizes.iter().map(size).collect::<Option<_>>().ok_or_else(|| wrong_type("iid", "a count or a shape", arg, 1))
}

/// A scalar family takes array parameters: the same draws in one operation.
fn wide(part: &InnerDist, shape: &[usize]) -> Result<Option<ScalarDist>> {
    let Some(dist) = part.dist() else { return Ok(None) };
    let Constructor::Scalar(family) = dist.constructor else { return Ok(None) };
    if dist.args.is_empty() || dist.args.iter().any(|arg| primal_of(arg).as_f64().is_none()) {
        return Ok(None);
    }
    let mut args = dist.args.clone();
    args[0] = broadcast_to(&args[0], shape)?;
    ScalarDist::new(family, &args).map(Some)
}

/// Draws of `each`: `n` in a row, or of any shape when a scalar family draws them all at once.
struct Iid {
    shape: Vec<usize>,
    each: InnerDist,
    all: Option<ScalarDist>,
}

impl Iid {
    fn count(&self) -> usize {
        self.shape.first().copied().unwrap_or(1)
    }

    /// The draws of a value; `None` of a value with another number of them.
    fn split(&self, value: &Value) -> Result<Option<Vec<Value>>> {
        let values = match (value, primal_of(value)) {
            (Value::Vector(items), _) => items.iter().cloned().collect(),
            (Value::List(items), _) => items.iter().cloned().collect(),
            (Value::Array(array), _) if array.ndim() > 0 => rows(array)?,
            (Value::Var(_), Value::Array(array)) if array.ndim() > 0 => {
                let inner = &array.shape()[1..];
                let size = inner.iter().product::<usize>().max(1);
                let all = elements(value)?;
                let row = |part: &[Value]| if inner.is_empty() { Ok(part[0].clone()) } else { stack(part, inner) };
                all.chunks(size).map(row).collect::<Result<_>>()?
            }
            _ => return Ok(None),
        };
        Ok((values.len() == self.count()).then_some(values))
    }

    /// Numbers and arrays of one shape become an array.
    fn join(&self, values: Vec<Value>) -> Result<Value> {
        let numeric = |v: &Value| v.is_bool() || matches!(v, Value::Int(_) | Value::Float(_) | Value::Array(_));
        let all = values.iter().all(numeric) && !values.is_empty();
        let vector = Value::vector(values)?;
        if all && let Ok(array) = from_value(&vector) {
            return Ok(Value::array(array));
        }
        Ok(vector)
    }

    /// A moment of one draw, repeated.
    fn repeated(&self, moment: Option<Value>) -> Result<Option<Value>> {
        match moment {
            Some(Value::Array(a)) => {
                let shape: Vec<usize> = self.shape.iter().copied().chain(a.shape().iter().copied()).collect();
                wrap(ops::broadcast_to(&a, &shape)).map(Some)
            }
            Some(x) if x.as_f64().is_some() => {
                let x = x.as_f64().unwrap_or(f64::NAN);
                wrap(crate::tensor::Array::full(&self.shape, x, DType::Float64)).map(Some)
            }
            _ => Ok(None),
        }
    }
}

impl Density for Iid {
    fn name(&self) -> &str {
        "iid"
    }

    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        cx.charge(self.shape.iter().product())?;
        if let Some(all) = &self.all {
            return all.sample(cx, draws);
        }
        let mut values = Vec::new();
        for _ in 0..self.count() {
            values.push(self.each.density().sample(cx, draws)?);
        }
        self.join(values)
    }

    fn pathwise(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        match &self.all {
            Some(all) => all.pathwise(cx, value),
            None => Ok(None),
        }
    }

    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        if let Some(all) = &self.all {
            return all.logpdf(cx, value);
        }
        sums::logpdf(cx, std::iter::repeat(&self.each), self.split(value)?.as_deref())
    }

    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        if let Some(all) = &self.all {
            return all.score(cx, value);
        }
        sums::score(cx, std::iter::repeat(&self.each), self.split(value)?.as_deref())
    }

    fn graded(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        if let Some(all) = &self.all {
            return all.graded(cx, value);
        }
        sums::graded(cx, std::iter::repeat(&self.each), self.split(value)?.as_deref())
    }

    fn scores(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        if let Some(all) = &self.all {
            return all.scores(cx, value);
        }
        let Some(values) = self.split(value)? else { return Ok(None) };
        let scores = values.iter().map(|value| self.each.scores_or_score(cx, value));
        Value::vector(scores.collect::<Result<_>>()?).map(Some)
    }

    fn check_value(&self, value: &Value) -> Result<Value> {
        if let Some(all) = &self.all {
            return all.check_value(value);
        }
        let Some(values) = self.split(value)? else {
            let (n, kind) = (self.count(), value.kind());
            let message = format!("`iid` here has values of {n} draws, not {kind} `{}`", brief(value));
            return Err(Error::raise(Code::Shape, message));
        };
        if matches!(value, Value::Var(_)) {
            return Ok(value.clone());
        }
        let checked = values.iter().map(|value| self.each.density().check_value(value));
        self.join(checked.collect::<Result<_>>()?)
    }

    fn support(&self) -> SupportOf {
        self.each.density().support()
    }

    fn continuous(&self) -> bool {
        self.each.density().continuous()
    }

    fn coordinates(&self, cx: &mut Cx, value: &Value) -> Result<usize> {
        match &self.all {
            Some(all) => all.coordinates(cx, value),
            None => sums::coordinates(cx, std::iter::repeat(&self.each), self.split(value)?.as_deref()),
        }
    }

    fn atom_near(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        if let Some(all) = &self.all {
            return all.atom_near(cx, x);
        }
        let Some(values) = self.split(x)? else { return Ok(None) };
        self.join(sums::atoms_near(cx, std::iter::repeat(&self.each), &values)?).map(Some)
    }

    fn is_mixed(&self) -> bool {
        self.each.density().is_mixed()
    }

    fn is_dense_at(&self, below: &[Value]) -> bool {
        self.each.density().is_dense_at(below.get(self.shape.len()..).unwrap_or_default())
    }

    fn support_moves(&self) -> bool {
        self.each.density().support_moves()
    }

    fn shape(&self) -> Option<Vec<usize>> {
        match &self.all {
            Some(all) => all.shape(),
            None => Some([&self.shape[..], &self.each.shape()?].concat()),
        }
    }

    fn transform(&self, cx: &mut Cx) -> Result<Bijector> {
        if let Some(all) = &self.all {
            return all.transform(cx);
        }
        Ok(self.each.density().transform(cx)?.repeated(self.count()))
    }

    fn mean(&self, cx: &mut Cx) -> Result<Option<Value>> {
        let moment = self.each.density().mean(cx)?;
        self.repeated(moment)
    }

    fn variance(&self, cx: &mut Cx) -> Result<Option<Value>> {
        let moment = self.each.density().variance(cx)?;
        self.repeated(moment)
    }
}

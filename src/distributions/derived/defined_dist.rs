//! A distribution of a program with its parameters. Its functions see arrays whole; where the density is a sum over
//! their elements, the elements are independent, and each is drawn by itself.

use super::declared_support::{declared_support, ends};
use super::defined::Defined;
use super::elementwise::join;
use super::made_draw::onto_support;
use crate::distributions::bijector::{Bijector, ElementwiseBijector};
use crate::distributions::broadcast::{merged, shape_of, spread};
use crate::distributions::density::{Density, draw_of_variables};
use crate::distributions::graded::{Graded, NumberRole, numbers_of};
use crate::distributions::object::Constructor;
use crate::distributions::support_of::SupportOf;
use crate::error::{Caught, Code, Error, Result};
use crate::eval::arrays::from_value;
use crate::eval::gradient::arrays::reshape;
use crate::eval::gradient::rules::from_nested;
use crate::eval::gradient::{holds_var, plain, primal_of};
use crate::eval::key::{Key, SiteRng, Stream};
use crate::eval::numeric::{self, Binary};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use rand::TryRng;
use std::sync::{Arc, OnceLock};

pub struct DefinedDist {
    defined: Arc<Defined>,
    args: Vec<Value>,
    /// The support as the program declares it.
    declared: Option<Value>,
    support: SupportOf,
    /// The shape in common of parameters that are arrays; `[]` when none is.
    shape: Vec<usize>,
    /// Are the elements of arrays independent? Found when it is asked for.
    independent: OnceLock<bool>,
}

impl DefinedDist {
    pub fn new(defined: Arc<Defined>, args: &[Value], said: Option<Value>) -> Result<DefinedDist> {
        let support = match &said {
            Some(said) => declared_support(&defined.name, said)?,
            None => SupportOf::numbers(crate::distributions::Support::Reals, Some(&[])),
        };
        let mut arrays = args.iter().filter_map(|arg| match primal_of(arg) {
            Value::Array(array) => Some(array.shape().to_vec()),
            _ => None,
        });
        let shape = arrays.try_fold(Vec::new(), |all, next| merged(&all, &next)).unwrap_or_default();
        Ok(DefinedDist { defined, args: args.to_vec(), declared: said, support, shape, independent: OnceLock::new() })
    }

    fn call(&self, cx: &mut Cx, f: &Value, first: Option<&Value>) -> Result<Value> {
        let mut args: Vec<Value> = first.into_iter().chain(&self.args).cloned().collect();
        cx.isolated(|cx| cx.call(f, &mut args))
    }

    fn moment(&self, cx: &mut Cx, name: &str) -> Result<Option<Value>> {
        self.defined.function(name).map(|f| self.call(cx, f, None)).transpose()
    }

    /// The sampler has a random stream of its own, from the site's draws.
    fn draw(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        let Some(f) = self.defined.function("sample") else { return Ok(Value::Nil) };
        let Ok(seed) = draws.try_next_u64();
        cx.outside_model(Stream::new(Key(seed)), |cx| cx.call(f, &mut self.args.clone()))
    }

    /// What `:logpdf` says of a value, with the arrays seen whole: a number, or one for each element.
    fn whole(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        let Some(f) = self.defined.function("logpdf") else { return Ok(Value::float(f64::NAN)) };
        let score = self.call(cx, f, Some(value))?;
        match primal_of(&score) {
            Value::Int(n) => Ok(Value::float(*n as f64)),
            Value::Float(_) => Ok(score),
            Value::Array(array) if !self.shape.is_empty() && array.shape() == self.shape => Ok(score),
            other => {
                let name = &self.defined.name;
                let message =
                    format!("`:logpdf` of `{name}` must give a number, not {} `{}`", other.kind(), brief(other));
                Err(Error::raise(Code::Type, message))
            }
        }
    }

    /// The distribution of each element, with the parameters that it has there.
    fn parts(&self, axes: &[usize]) -> Result<Vec<DefinedDist>> {
        let columns = self.args.iter().map(|arg| match primal_of(arg) {
            Value::Array(_) => spread(arg, 0, axes),
            _ => Ok(vec![arg.clone(); axes.iter().product()]),
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let part = |i: usize| {
            let args: Vec<Value> = columns.iter().map(|column| column[i].clone()).collect();
            DefinedDist::new(self.defined.clone(), &args, self.declared.clone())
        };
        (0..axes.iter().product()).map(part).collect()
    }

    /// The sum of what `:logpdf` says of each element by itself.
    fn by_elements(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        let mut sum = Value::float(0.0);
        for (part, value) in self.parts(&self.shape)?.iter().zip(&spread(value, 0, &self.shape)?) {
            sum = numeric::binary(Binary::Add, &sum, &part.whole(cx, value)?)?;
        }
        Ok(sum)
    }

    /// Is the density of an array the sum of those of its elements, as far as a draw shows?
    fn is_independent(&self, cx: &mut Cx) -> Result<bool> {
        if self.shape.is_empty() {
            return Ok(false);
        }
        if let Some(known) = self.independent.get() {
            return Ok(*known);
        }
        let args = self.args.iter().map(plain).collect::<Result<Vec<Value>>>()?;
        let plain = DefinedDist::new(self.defined.clone(), &args, self.declared.clone())?;
        let found = plain.tells_independence(cx)?;
        Ok(*self.independent.get_or_init(|| found))
    }

    fn tells_independence(&self, cx: &mut Cx) -> Result<bool> {
        let mut draws = Key(0).site(0, 0);
        let value = match tried(self.draw(cx, &mut draws))? {
            Some(value) if shape_of(&value).as_ref() == Some(&self.shape) => self.as_array(&value)?,
            // A sampler of numbers alone may refuse arrays.
            None => return Ok(tried(self.draw_elements(cx, &mut draws))?.is_some()),
            Some(_) => return Ok(false),
        };
        let number = |x: &Value| primal_of(x).as_f64();
        let whole = tried(self.whole(cx, &value))?;
        match (whole.as_ref().map(number), tried(self.by_elements(cx, &value))?.as_ref().and_then(number)) {
            (_, None) => Ok(false),
            // One for each element.
            (None | Some(None), Some(_)) => Ok(true),
            (Some(Some(whole)), Some(sum)) => Ok(whole == sum || (whole - sum).abs() <= 1e-9 * (1.0 + sum.abs())),
        }
    }

    /// On the support, of arrays each element, which may have ends of its own?
    fn may_hold(&self, value: &Value) -> Result<bool> {
        match &self.support {
            SupportOf::Numbers { lo, hi, .. } if (lo.is_nan() || hi.is_nan()) && !self.shape.is_empty() => {
                if shape_of(value).as_ref() != Some(&self.shape) {
                    return Ok(false);
                }
                let ends = self.declared.as_ref().and_then(ends);
                let Some((lo, hi)) = ends else { return Ok(true) };
                let (los, his) = (spread(&plain(lo)?, 0, &self.shape)?, spread(&plain(hi)?, 0, &self.shape)?);
                let within = |((x, lo), hi): ((&Value, &Value), &Value)| {
                    let x = primal_of(x).as_f64();
                    lo.as_f64().zip(hi.as_f64()).zip(x).is_some_and(|((lo, hi), x)| lo <= x && x <= hi)
                };
                Ok(spread(value, 0, &self.shape)?.iter().zip(&los).zip(&his).all(within))
            }
            support => Ok(support.may_hold(value)),
        }
    }

    fn draw_elements(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        let parts = self.parts(&self.shape)?;
        let drawn = parts.iter().map(|part| part.draw(cx, draws)).collect::<Result<Vec<Value>>>()?;
        reshape(&Value::array(from_value(&Value::vector(drawn)?)?), &self.shape)
    }

    fn as_array(&self, value: &Value) -> Result<Value> {
        match value {
            Value::Vector(_) | Value::List(_) if holds_var(value) => from_nested(value),
            Value::Vector(_) | Value::List(_) => from_value(value).map(Value::array),
            array => Ok(array.clone()),
        }
    }
}

/// Errors of functions that were given arrays and take numbers; every other stays one.
const OF_ARRAYS: [Code; 6] = [Code::Type, Code::Shape, Code::Value, Code::Parameter, Code::Index, Code::Condition];

/// `None` where a function does not take what it was given.
pub(super) fn tried(result: Result<Value>) -> Result<Option<Value>> {
    match result.caught()? {
        Ok(value) => Ok(Some(value)),
        Err(e) if OF_ARRAYS.contains(&e.code) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

impl Density for DefinedDist {
    fn name(&self) -> &str {
        &self.defined.name
    }

    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        if self.args.iter().any(holds_var) {
            return Err(draw_of_variables(&self.defined.name));
        }
        let value = if self.is_independent(cx)? { self.draw_elements(cx, draws) } else { self.draw(cx, draws) }?;
        // What a program draws is as it says, but for what storing it in single precision changes.
        if draws.single && self.continuous() { onto_support(cx, self, value, draws) } else { Ok(value) }
    }

    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        Ok(primal_of(&self.score(cx, value)?).as_f64().unwrap_or(f64::NAN) + 0.0)
    }

    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        let number = || primal_of(value).as_f64().is_some();
        if (self.declared.is_some() || number()) && !self.may_hold(value)? {
            return Ok(Value::float(f64::NEG_INFINITY));
        }
        match self.whole(cx, value) {
            Ok(score) => numeric::sum(&score),
            // A density of numbers alone may refuse arrays.
            Err(error) if !self.shape.is_empty() && shape_of(value).as_ref() == Some(&self.shape) => {
                match tried(self.by_elements(cx, value))? {
                    Some(sum) => Ok(sum),
                    None => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    fn scores(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        if !self.is_independent(cx)? || shape_of(value).as_ref() != Some(&self.shape) {
            return Ok(None);
        }
        let (parts, values) = (self.parts(&self.shape)?, spread(value, 0, &self.shape)?);
        let scores = parts.iter().zip(&values).map(|(part, value)| part.score(cx, value));
        join(scores.collect::<Result<_>>()?, &self.shape).map(Some)
    }

    /// Vectors of numbers are arrays where the parameters are. A map is a value where the support does not say otherwise.
    fn check_value(&self, value: &Value) -> Result<Value> {
        let is_map = |value: &Value| matches!(value, Value::Map(_));
        let takes_maps = match &self.support {
            SupportOf::Numbers { .. } => false,
            SupportOf::Finite(values) => values.iter().any(is_map),
            _ => true,
        };
        if is_map(value) && !takes_maps {
            let message = format!("`{}` has no value `{}`", self.name(), brief(value));
            return Err(Error::raise(Code::Value, message));
        }
        match shape_of(value) {
            Some(shape) if !shape.is_empty() && shape == self.shape => self.as_array(value),
            _ => Ok(value.clone()),
        }
    }

    fn support(&self) -> SupportOf {
        self.support.clone()
    }

    fn support_moves(&self) -> bool {
        self.declared.as_ref().is_some_and(holds_var)
    }

    fn continuous(&self) -> bool {
        !self.support.has_atoms()
    }

    fn is_mixed(&self) -> bool {
        self.support.has_atoms() && self.support.has_densities()
    }

    /// Where both kinds of values are declared, those that are declared one by one, or whole, have probabilities.
    fn graded(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        let mut graded = Graded::uniform(self.score(cx, value)?, value, self.has_densities());
        if self.is_mixed() {
            let at_atoms = graded
                .numbers
                .iter_mut()
                .zip(numbers_of(value))
                .filter(|(_, x)| self.support.is_atom(&Value::float(*x)));
            at_atoms.for_each(|(number, _)| *number = NumberRole::Atom);
        }
        Ok(graded)
    }

    fn shape(&self) -> Option<Vec<usize>> {
        (!self.shape.is_empty()).then(|| self.shape.clone())
    }

    fn axes(&self, cx: &mut Cx) -> Result<Vec<usize>> {
        Ok(if self.is_independent(cx)? { self.shape.clone() } else { Vec::new() })
    }

    fn elements(&self, cx: &mut Cx, axes: &[usize]) -> Result<Option<Vec<Value>>> {
        if !self.is_independent(cx)? {
            return Ok(None);
        }
        let constructor = Constructor::Defined(self.defined.clone());
        self.parts(axes)?.iter().map(|part| constructor.value(cx, &part.args)).collect::<Result<_>>().map(Some)
    }

    fn transform(&self, _cx: &mut Cx) -> Result<Bijector> {
        let shape = (!self.shape.is_empty()).then(|| self.shape.clone());
        let known = Bijector::onto(self.name(), &self.support, self.continuous())?;
        match (self.declared.as_ref().and_then(ends), &self.support) {
            (Some((lo, hi)), _) => ElementwiseBijector::between(lo.clone(), hi.clone(), shape).map(Bijector::Numbers),
            (None, SupportOf::Numbers { lo, hi, .. }) if shape.is_some() => {
                ElementwiseBijector::between(Value::float(*lo), Value::float(*hi), shape).map(Bijector::Numbers)
            }
            _ => Ok(known),
        }
    }

    fn mean(&self, cx: &mut Cx) -> Result<Option<Value>> {
        self.moment(cx, "mean")
    }

    fn variance(&self, cx: &mut Cx) -> Result<Option<Value>> {
        self.moment(cx, "variance")
    }

    fn cdf(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        self.defined.function("cdf").map(|f| self.call(cx, f, Some(x))).transpose()
    }

    fn quantile(&self, cx: &mut Cx, p: &Value) -> Result<Option<Value>> {
        self.defined.function("quantile").map(|f| self.call(cx, f, Some(p))).transpose()
    }
}

//! A scalar family with its parameters as a distribution: of one number, or of an array of independent ones.

use super::bijector::{self, Bijector, ElementwiseBijector};
use super::broadcast::spread;
use super::density::{Density, draw_of_variables};
use super::elements::stack_nested;
use super::family::{Family, Kind};
use super::lifted::Lifted;
use super::object::Constructor;
use super::params::{Params, broadcast, row};
use super::pathwise::ValuePair;
use super::rounding::hold;
use super::support::Support;
use super::support_of::SupportOf;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arrays::{from_value, leaf_where, wrap};
use crate::eval::gradient::{holds_var, plain, primal_of};
use crate::eval::key::SiteRng;
use crate::eval::print::brief;
use crate::eval::{Cx, Value, numeric};
use crate::tensor::{Array, DType};

/// A family of the table with checked parameters; on the stack when they are numbers.
#[derive(Clone)]
pub struct ScalarDist {
    pub family: &'static Family,
    pub params: Params,
}

impl ScalarDist {
    #[inline]
    pub fn new(family: &'static Family, args: &[Value]) -> Result<ScalarDist> {
        Ok(ScalarDist { family, params: Params::check(family, args)? })
    }

    /// Drawing and scoring take time in proportion to the numbers of a choice.
    #[inline]
    fn charge(&self, cx: &mut Cx) -> Result<()> {
        match &self.params {
            Params::Few(..) => Ok(()),
            params => cx.charge(params.count()),
        }
    }

    /// The family without its parameters, for checks of values alone.
    pub fn kind_only(family: &'static Family) -> ScalarDist {
        ScalarDist { family, params: Params::Few([0.0; 4], 0) }
    }

    /// The log-density of a number, for parameters that are numbers; −∞ for others.
    pub fn at_number(&self, x: f64) -> f64 {
        self.params.numbers().map_or(f64::NEG_INFINITY, |params| (self.family.logpdf)(x, params) + 0.0)
    }

    /// A function of the family at a number, or at each element of an array.
    pub fn at(&self, f: impl Fn(&Family, f64, &[f64]) -> Option<f64>, x: &Value) -> Result<Option<Value>> {
        if let (Some(params), Some(x)) = (self.params.numbers(), x.as_f64()) {
            return Ok(f(self.family, x, params).map(Value::float));
        }
        let arrays = match &self.params {
            Params::Variables(both) => both.0.clone(),
            other => other.clone(),
        };
        let params = match arrays {
            Params::Arrays(arrays) => arrays,
            Params::Few(few, n) => few[..n].iter().map(|p| Array::scalar(*p)).collect::<Result<_>>()?,
            Params::Variables(_) => return Ok(None),
        };
        let mut all = vec![from_value(x)?];
        all.extend(params);
        let (columns, shape) = broadcast(&all)?;
        let values = (0..shape.iter().product()).map(|i| {
            let row = row(&columns, i);
            f(self.family, row[0], &row[1..])
        });
        values.collect::<Option<Vec<f64>>>().map(|values| wrap(Array::from_f64(values, &shape))).transpose()
    }

    /// The number that a density sees of a value; `None` when it is of another type.
    #[inline]
    pub fn number_of(&self, value: &Value) -> Option<f64> {
        match (self.family.kind, value) {
            (Kind::Boolean, Value::True) => Some(1.0),
            (Kind::Boolean, Value::False) => Some(0.0),
            (Kind::Boolean, _) => None,
            (_, Value::Var(_)) => primal_of(value).as_f64(),
            (_, v) => v.as_f64(),
        }
    }

    /// The log-density where a parameter or the value is an array or a variable: −∞ where it has another shape.
    #[inline(never)]
    fn score_wide(&self, value: &Value) -> Result<Value> {
        let impossible = || Ok(Value::float(f64::NEG_INFINITY));
        let seen = plain(value)?;
        let seen = match (self.params.shape()?, seen) {
            (None, seen) => match self.number_of(&seen) {
                Some(x) => Value::float(x),
                None => return impossible(),
            },
            (Some(shape), Value::Array(array)) if array.shape() == shape && self.is_of_kind(&array) => {
                wrap(array.cast(DType::Float64))?
            }
            _ => return impossible(),
        };
        // The value of a discrete choice has no derivative.
        let x = if self.family.kind == Kind::Real && holds_var(value) { value.clone() } else { seen };
        let params: Vec<Lifted> = self.params.values().into_iter().map(Lifted::of).collect();
        numeric::sum(&(self.family.logpdf_lifted)(Lifted::of(x), &params).value()?)
    }

    #[cold]
    fn wrong_value(&self, value: &Value) -> Stop {
        let (name, kind) = (self.family.name, value.kind());
        let wanted = self.support().describe();
        let error =
            Error::raise(Code::Value, format!("`{name}` has values that are {wanted}, not {kind} `{}`", brief(value)));
        match (self.family.kind, value) {
            (Kind::Boolean, Value::Int(_) | Value::Float(_)) => {
                error.help("use `true` or `false`, or `bernoulli` for 0 and 1")
            }
            (_, Value::True | Value::False) => error.help("use 1 or 0, or `flip` for true and false"),
            (_, Value::Vector(_)) => {
                error.help("several values need several addresses, `(trace [:y i] …)`, or array parameters")
            }
            _ => error,
        }
    }

    #[cold]
    fn wrong_shape(&self, shape: &[usize], found: &str) -> Stop {
        let message = format!("`{}` here draws an array of shape {shape:?}, not {found}", self.family.name);
        Error::raise(Code::Shape, message)
    }

    /// Has an array booleans where the family has, and numbers where it has those?
    fn is_of_kind(&self, array: &Array) -> bool {
        array.is_empty() || (array.dtype() == DType::Bool) == (self.family.kind == Kind::Boolean)
    }

    /// A constraint on a choice that is an array.
    fn check_array(&self, value: &Value, shape: &[usize]) -> Result<Value> {
        match primal_of(value) {
            Value::Vector(_) | Value::List(_) | Value::Array(_) => {
                let plain = plain(value)?;
                if let Some(odd) = leaf_where(&plain, |leaf| leaf.is_bool() != (self.family.kind == Kind::Boolean)) {
                    return Err(self.wrong_value(&odd));
                }
                let array = from_value(&plain)?;
                if shape != array.shape() {
                    return Err(self.wrong_shape(shape, &format!("{:?}", array.shape())));
                }
                if !self.is_of_kind(&array) {
                    return Err(self.wrong_value(&first_of(&array)?));
                }
                match self.family.kind {
                    _ if holds_var(value) => stack_nested(value, shape),
                    Kind::Real if !array.dtype().is_float() => wrap(array.cast(DType::Float64)),
                    _ => Ok(Value::array(array)),
                }
            }
            other => Err(self.wrong_shape(shape, &format!("{} `{}`", other.kind(), brief(other)))),
        }
    }
}

/// The first element, as the example of what all are.
fn first_of(array: &Array) -> Result<Value> {
    let first = array.to_f64()?.first().copied().unwrap_or(f64::NAN);
    Ok(match array.dtype() {
        DType::Bool => value_of(Kind::Boolean, first),
        DType::Int64 => value_of(Kind::Integer, first),
        _ => Value::float(first),
    })
}

/// A number as the kind of value that a choice has.
pub fn value_of(kind: Kind, x: f64) -> Value {
    match kind {
        Kind::Real => Value::float(x),
        Kind::Boolean => Value::bool(x != 0.0),
        Kind::Integer if x.abs() < 9.0e15 => Value::Int(x as i64),
        Kind::Integer => Value::float(x),
    }
}

/// A draw within the support, at the width of the draws.
#[inline]
fn drawn(family: &Family, params: &[f64], draws: &mut SiteRng) -> f64 {
    let x = (family.sample)(params, draws);
    let held = family.kind != Kind::Real || matches!(family.support, Support::Reals) && !draws.single && x.is_finite();
    if held { x } else { hold(x, family.support, family.support.ends(params), draws) }
}

fn sample_array(family: &Family, params: &[Array], draws: &mut SiteRng) -> Result<Value> {
    let (columns, shape) = broadcast(params)?;
    let len: usize = shape.iter().product();
    let values: Vec<f64> = (0..len).map(|i| drawn(family, &row(&columns, i), draws)).collect();
    wrap(match family.kind {
        Kind::Real => Array::from_f64(values, &shape),
        Kind::Integer => Array::from_i64(values.into_iter().map(|x| x as i64).collect(), &shape),
        Kind::Boolean => Array::from_bool(values.into_iter().map(|x| x != 0.0).collect(), &shape),
    })
}

impl Density for ScalarDist {
    fn name(&self) -> &str {
        self.family.name
    }

    #[inline]
    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        match &self.params {
            Params::Few(few, n) => Ok(value_of(self.family.kind, drawn(self.family, &few[..*n], draws))),
            Params::Arrays(arrays) => {
                self.charge(cx)?;
                sample_array(self.family, arrays, draws)
            }
            Params::Variables(_) => Err(draw_of_variables(self.family.name)),
        }
    }

    #[inline]
    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        let Params::Few(few, n) = &self.params else {
            self.charge(cx)?;
            let score = self.score_wide(&plain(value)?)?;
            return Ok(primal_of(&score).as_f64().unwrap_or(f64::NAN) + 0.0);
        };
        match self.number_of(value) {
            // Adding 0 turns −0, which only puzzles people, into 0.
            Some(x) => Ok((self.family.logpdf)(x, &few[..*n]) + 0.0),
            None => Ok(f64::NEG_INFINITY),
        }
    }

    #[inline]
    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        match (&self.params, value) {
            (Params::Variables(_), _) | (_, Value::Var(_)) => {
                self.charge(cx)?;
                self.score_wide(value)
            }
            _ => self.logpdf(cx, value).map(Value::float),
        }
    }

    fn scores(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        self.charge(cx)?;
        match (self.params.shape()?, value) {
            (Some(shape), Value::Array(array)) if array.shape() == shape && self.is_of_kind(array) => {
                self.at(|family, x, params| Some((family.logpdf)(x, params) + 0.0), value)
            }
            _ => Ok(None),
        }
    }

    fn check_value(&self, value: &Value) -> Result<Value> {
        if let Some(shape) = self.params.shape()? {
            return self.check_array(value, &shape);
        }
        if let Value::Array(array) = primal_of(value) {
            let message =
                format!("`{}` here draws one value, not an array of shape {:?}", self.family.name, array.shape());
            return Err(
                Error::raise(Code::Shape, message).help("array parameters draw arrays: `(normal (zeros [3]) 1)`")
            );
        }
        match (self.family.kind, value) {
            _ if self.number_of(value).is_none() => Err(self.wrong_value(value)),
            (Kind::Integer, Value::Float(x)) if x.get().fract() == 0.0 => Ok(value_of(Kind::Integer, x.get())),
            (Kind::Real, Value::Int(n)) => Ok(Value::float(*n as f64)),
            _ => Ok(value.clone()),
        }
    }

    fn support(&self) -> SupportOf {
        SupportOf::numbers(self.family.support, self.params.numbers())
    }

    fn continuous(&self) -> bool {
        self.family.kind == Kind::Real
    }

    fn support_moves(&self) -> bool {
        let Params::Variables(both) = &self.params else { return false };
        let moves = |i: usize| both.1.get(i).is_some_and(holds_var);
        match self.family.support {
            Support::Between(lo, hi) | Support::IntegersBetween(lo, hi) => moves(lo) || moves(hi),
            Support::AtLeast(i) | Support::UpTo(i) => moves(i),
            _ => false,
        }
    }

    fn shape(&self) -> Option<Vec<usize>> {
        self.params.shape().ok().map(Option::unwrap_or_default)
    }

    fn axes(&self, _cx: &mut Cx) -> Result<Vec<usize>> {
        Ok(self.params.shape()?.unwrap_or_default())
    }

    fn elements(&self, cx: &mut Cx, axes: &[usize]) -> Result<Option<Vec<Value>>> {
        if self.params.shape()?.is_none() {
            return Ok(None);
        }
        let columns = self.params.values().iter().map(|param| spread(param, 0, axes)).collect::<Result<Vec<_>>>()?;
        let constructor = Constructor::Scalar(self.family);
        let element = |i: usize| {
            let args: Vec<Value> = columns.iter().map(|column| column[i].clone()).collect();
            constructor.value(cx, &args)
        };
        (0..axes.iter().product()).map(element).collect::<Result<_>>().map(Some)
    }

    fn pathwise(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        self.reparameterized(cx, value)
    }

    fn pairs(&self, draws: &mut SiteRng) -> Option<Vec<ValuePair>> {
        self.measure_valued_pairs(draws)
    }

    fn transform(&self, _cx: &mut Cx) -> Result<Bijector> {
        let (lo, hi) = match self.family.support {
            _ if !self.continuous() => return Err(bijector::none(self.name(), &self.support(), false)),
            Support::Between(lo, hi) => (self.params.values().swap_remove(lo), self.params.values().swap_remove(hi)),
            Support::AtLeast(lo) => (self.params.values().swap_remove(lo), Value::float(f64::INFINITY)),
            fixed => {
                let (lo, hi) = fixed.ends(&[]);
                (Value::float(lo), Value::float(hi))
            }
        };
        ElementwiseBijector::between(lo, hi, self.params.shape()?).map(Bijector::Numbers)
    }

    fn mean(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        self.params.moment(self.family.mean).map(Some)
    }

    fn variance(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        self.params.moment(self.family.variance).map(Some)
    }

    fn cdf(&self, _cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        self.at(Family::cdf_at, x)
    }

    fn quantile(&self, _cx: &mut Cx, p: &Value) -> Result<Option<Value>> {
        let found = self.at(Family::quantile_at, p)?;
        Ok(found.map(|x| x.as_f64().map_or(x, |x| value_of(self.family.kind, x))))
    }
}

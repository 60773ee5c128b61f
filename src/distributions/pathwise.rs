//! Reparameterized draws: a value as a differentiable function of the parameters, through which gradients pass.
//!
//! The value keeps its probability u = F(x; θ) when the parameters move, so x(θ) = F⁻¹(u; θ); where that has no formula
//! its derivative still is −∂F/∂θ / p(x) (implicit reparameterization; Figurnov, Mohamed and Mnih 2018, equation 6).
//! Discrete values cannot move: for some families the derivative of an expectation is a difference of two (weak, or
//! measure-valued derivatives; Mohamed, Rosca, Figurnov and Mnih 2020, section 6).

use super::density::Density;
use super::family::{Family, Kind};
use super::lifted::Lifted;
use super::params::Params;
use super::scalar::{ScalarDist, value_of};
use super::support::Support;
use super::support_of::SupportOf;
use crate::error::Result;
use crate::eval::gradient::{innermost_in, plain};
use crate::eval::key::SiteRng;
use crate::eval::numeric::{self, Binary};
use crate::eval::{Cx, Value};

/// ∂/∂θ E f(x) = `scale` (E f(`plus`) − E f(`minus`)) for the parameter θ of that number, for values drawn so.
pub struct MeasureValuedPair {
    pub param: usize,
    pub scale: f64,
    pub plus: f64,
    pub minus: f64,
}

/// Draws the pairs of all parameters.
pub type MeasureValuedPairs = fn(&[f64], &mut SiteRng) -> Vec<MeasureValuedPair>;

/// A pair of values, with the parameter itself.
pub struct ValuePair {
    pub param: Value,
    pub scale: f64,
    pub plus: Value,
    pub minus: Value,
}

/// No more values than this are listed.
const MOST: f64 = 10_000.0;

impl SupportOf {
    /// All values, where they are few.
    pub fn values(&self) -> Option<Vec<Value>> {
        match self {
            SupportOf::Numbers { of: Support::Booleans, .. } => Some(vec![Value::True, Value::False]),
            SupportOf::Numbers { lo, hi, .. } if !self.is_continuous() && hi - lo < MOST => {
                Some((*lo as i64..=*hi as i64).map(Value::Int).collect())
            }
            SupportOf::Only(value) => Some(vec![value.clone()]),
            _ => None,
        }
    }
}

impl ScalarDist {
    /// See [`Density::pathwise`].
    pub fn reparameterized(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        let (family, Params::Variables(both)) = (self.family, &self.params) else {
            return Ok((self.family.kind == Kind::Real).then(|| value.clone()));
        };
        if family.kind != Kind::Real || family.cdf.is_none() {
            return Ok(None);
        }
        let value = plain(value)?;
        match self.by_formula(cx, &value)? {
            Some(moving) => Ok(Some(moving)),
            None => self.implicit(&value, &both.1),
        }
    }

    /// F⁻¹(u; θ) by the formula of draws, which may fall with u as well as rise.
    fn by_formula(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        let Some(u) = self.cdf(cx, value)? else { return Ok(None) };
        let one = Value::float(1.0);
        // An end of the interval is rounding: no draw lies there.
        let (lo, hi) = (Value::float(f64::EPSILON / 2.0), Value::float(1.0 - f64::EPSILON / 2.0));
        for u in [u.clone(), numeric::binary(Binary::Sub, &one, &u)?] {
            let u = numeric::binary(Binary::Min, &numeric::binary(Binary::Max, &u, &lo)?, &hi)?;
            let params = self.params.values().into_iter().map(Lifted::of).collect::<Vec<_>>();
            let Some(moving) = (self.family.from_uniform_lifted)(Lifted::of(u), &params) else { return Ok(None) };
            let moving = moving.value()?;
            let away = numeric::binary(Binary::Sub, value, &plain(&moving)?)?;
            if small(&away, value)? {
                // The very value, but for what moves it.
                return numeric::binary(Binary::Add, &moving, &away).map(Some);
            }
        }
        Ok(None)
    }

    /// The value with derivatives −∂F/∂θ / p(x).
    fn implicit(&self, value: &Value, params: &[Value]) -> Result<Option<Value>> {
        let Some(tape) = innermost_in(params) else { return Ok(Some(value.clone())) };
        let mut edges = Vec::new();
        for (i, param) in params.iter().enumerate().filter(|(_, param)| tape.owns(param)) {
            let partial =
                |family: &Family, x: f64, p: &[f64]| Some(-slope(family, x, p, i) / (family.logpdf)(x, p).exp());
            let Some(partials) = self.at(partial, value)? else { return Ok(None) };
            edges.push((param.clone(), partials));
        }
        tape.record(value.clone(), &edges).map(Some)
    }

    /// See [`Density::pairs`].
    pub fn measure_valued_pairs(&self, draws: &mut SiteRng) -> Option<Vec<ValuePair>> {
        let (pairs, numbers, params) = (self.family.pairs?, self.params.numbers()?, self.params.values());
        let value = |x: f64| value_of(self.family.kind, x);
        let whole = pairs(numbers, draws).into_iter().map(|pair| ValuePair {
            param: params[pair.param].clone(),
            scale: pair.scale,
            plus: value(pair.plus),
            minus: value(pair.minus),
        });
        Some(whole.collect())
    }
}

/// Is a difference no more than what rounding makes of a value?
fn small(difference: &Value, value: &Value) -> Result<bool> {
    let numbers = |x: &Value| crate::eval::arrays::from_value(x)?.to_f64();
    Ok(numbers(difference)?.iter().zip(numbers(value)?).all(|(d, x)| d.abs() <= 1e-4 * (x.abs() + 1e-3)))
}

/// ∂F/∂θᵢ by a central difference of fourth order.
fn slope(family: &Family, x: f64, params: &[f64], i: usize) -> f64 {
    let at = |step: f64| {
        let mut moved = params.to_vec();
        moved[i] += step;
        family.cdf_at(x, &moved).unwrap_or(f64::NAN)
    };
    let support = family.params[i].support;
    // A step that moves values by a small part of their spread, be it a shift or a factor.
    let spread = spread(family, params);
    let mut h = 1e-3 * if support.admits(-1.0) { spread } else { params[i].abs() * (spread / x.abs()).min(1.0) };
    while h > 0.0 && !(support.admits(params[i] - 2.0 * h) && support.admits(params[i] + 2.0 * h)) {
        h *= 0.5;
    }
    (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h)
}

/// How far the values are from each other: the standard deviation, else the distance between the quartiles.
fn spread(family: &Family, params: &[f64]) -> f64 {
    let quartile = |p| family.quantile_at(p, params).unwrap_or(f64::NAN);
    match (family.variance)(params).sqrt() {
        sd if sd.is_finite() && sd > 0.0 => sd,
        _ => quartile(0.75) - quartile(0.25),
    }
}

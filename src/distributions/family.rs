//! What a distribution declares: parameters with their supports, sampler, density, moments, documentation.

use super::bisection::invert;
use super::lanes::Formulas;
use super::lifted::Lifted;
use super::pathwise::MeasureValuedPairs;
use super::real::Real;
pub use super::support::Support;
use crate::error::Result;
use crate::eval::Value;
use crate::eval::key::SiteRng;

/// What kind of value a choice has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Real,
    Integer,
    Boolean,
}

/// A parameter's name and where it may lie.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub support: Support,
}

pub const fn param(name: &'static str, support: Support) -> Param {
    Param { name, support }
}

/// A function of one number and the parameters.
pub type Cdf = fn(f64, &[f64]) -> f64;

/// What must hold of the parameters together, if it does not.
pub type Joint = fn(&[f64]) -> Option<&'static str>;

/// One distribution over numbers, as its file declares it. Parameters are checked before any of this is called.
pub trait Distribution {
    const NAME: &'static str;
    const ALIASES: &'static [&'static str] = &[];
    const PARAMS: &'static [Param];
    const SUPPORT: Support;
    const KIND: Kind = Kind::Real;

    /// log-density of `x`; −∞ off the support, never NaN.
    fn logpdf<R: Real>(x: R, params: &[R]) -> R;
    fn sample(params: &[f64], draws: &mut SiteRng) -> f64;
    /// A draw from one number of the open interval (0, 1), where there is a formula: how many lanes draw at once.
    /// Up to rounding at the ends of the support, which is taken care of outside.
    fn from_uniform<R: Real>(_u: R, _params: &[R]) -> Option<R> {
        None
    }
    fn mean(params: &[f64]) -> f64;
    fn variance(params: &[f64]) -> f64;
    /// P(X ≤ x), where it can be said.
    const CDF: Option<Cdf> = None;
    /// The smallest x with P(X ≤ x) ≥ p, for p strictly between 0 and 1.
    const QUANTILE: Option<Cdf> = None;
    /// Differences that make the derivatives of an expectation by the parameters.
    const PAIRS: Option<MeasureValuedPairs> = None;
    /// Parameters that the generic tests try.
    const CASES: &'static [&'static [f64]];
    /// Do models use it so much that its formulas have loops of their own? They take room in the program, and must be
    /// `#[inline(always)]`, so that they are compiled for the vectors of the machine.
    const COMMON: bool = false;
    /// Conditions on several parameters at once.
    const INVALID: Option<Joint> = None;
}

/// A [`Distribution`] as a row of the table: its declaration and its density for every kind of number.
pub struct Family {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub params: &'static [Param],
    pub support: Support,
    pub kind: Kind,
    pub logpdf: fn(f64, &[f64]) -> f64,
    pub logpdf_lifted: fn(Lifted, &[Lifted]) -> Lifted,
    pub from_uniform_lifted: fn(Lifted, &[Lifted]) -> Option<Lifted>,
    pub pairs: Option<MeasureValuedPairs>,
    pub sample: fn(&[f64], &mut SiteRng) -> f64,
    /// Density and draws over many lanes.
    pub lanes: Formulas,
    pub mean: fn(&[f64]) -> f64,
    pub variance: fn(&[f64]) -> f64,
    pub cdf: Option<Cdf>,
    pub quantile: Option<Cdf>,
    /// Parameters that the generic tests try.
    pub cases: &'static [&'static [f64]],
    pub joint: Option<Joint>,
}

impl Family {
    /// The log-density over values that may be lanes and variables; parameters and value were checked.
    pub fn log_density_of_values(&self, x: Value, params: Vec<Value>) -> Result<Value> {
        let params: Vec<Lifted> = params.into_iter().map(Lifted::of).collect();
        (self.logpdf_lifted)(Lifted::of(x), &params).value()
    }

    pub const fn of<D: Distribution>() -> Family {
        Family {
            name: D::NAME,
            aliases: D::ALIASES,
            params: D::PARAMS,
            support: D::SUPPORT,
            kind: D::KIND,
            logpdf: D::logpdf::<f64>,
            logpdf_lifted: D::logpdf::<Lifted>,
            from_uniform_lifted: D::from_uniform::<Lifted>,
            pairs: D::PAIRS,
            sample: D::sample,
            lanes: Formulas::of::<D>(),
            mean: D::mean,
            variance: D::variance,
            cdf: D::CDF,
            quantile: D::QUANTILE,
            cases: D::CASES,
            joint: D::INVALID,
        }
    }

    /// What must hold of the parameters together, if it does not.
    #[inline]
    pub fn invalid(&self, params: &[f64]) -> Option<&'static str> {
        self.joint.and_then(|joint| joint(params))
    }

    /// P(X ≤ x), where it can be said.
    pub fn cdf_at(&self, x: f64, params: &[f64]) -> Option<f64> {
        let (cdf, (lo, hi)) = (self.cdf?, self.support.ends(params));
        let x = if self.kind == Kind::Real { x } else { x.floor() };
        Some(if x < lo || x == f64::NEG_INFINITY {
            0.0
        } else if x >= hi {
            1.0
        } else {
            cdf(x, params).clamp(0.0, 1.0)
        })
    }

    /// The least x with P(X ≤ x) ≥ p, where it can be said, for p between 0 and 1; at 0 and 1 the ends of the support.
    pub fn quantile_at(&self, p: f64, params: &[f64]) -> Option<f64> {
        let (cdf, (lo, hi)) = (self.cdf?, self.support.ends(params));
        Some(match self.quantile {
            _ if p <= 0.0 => lo,
            _ if p >= 1.0 => hi,
            Some(quantile) => quantile(p, params),
            None => invert(p, lo, hi, |x| self.cdf_at(x, params).unwrap_or_else(|| cdf(x, params))),
        })
    }

    /// `[mu sigma]`.
    pub fn arglist(&self) -> String {
        let names: Vec<&str> = self.params.iter().map(|p| p.name).collect();
        format!("[{}]", names.join(" "))
    }
}

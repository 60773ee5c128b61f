//! What a distribution declares: parameters with their supports, sampler, density, moments, documentation.

use super::real::{Lifted, Real};
use crate::eval::key::Draws;

/// Where numbers may lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Support {
    Reals,
    Positive,
    NonNegative,
    /// The closed interval from 0 to 1, of parameters.
    Probability,
    /// The open interval from 0 to 1.
    UnitInterval,
    /// Between two parameters, ends included.
    Between,
    /// 0 or 1.
    Binary,
    Booleans,
    /// 0, 1, 2, …
    Counts,
    /// 0 … k−1 for k weights.
    Indices,
    /// Non-negative numbers, not all 0.
    Weights,
}

impl Support {
    /// For error messages: `sigma` must be …
    pub fn describe(self) -> &'static str {
        match self {
            Support::Reals => "a finite number",
            Support::Positive => "greater than 0",
            Support::NonNegative => "0 or greater",
            Support::Probability => "between 0 and 1",
            Support::UnitInterval => "strictly between 0 and 1",
            Support::Between => "between the two ends",
            Support::Binary => "0 or 1",
            Support::Booleans => "true or false",
            Support::Counts => "one of 0, 1, 2, …",
            Support::Indices => "one of 0 … k−1",
            Support::Weights => "a vector of non-negative numbers, not all 0",
        }
    }

    /// As data: `:positive`.
    pub fn keyword(self) -> &'static str {
        match self {
            Support::Reals => "reals",
            Support::Positive => "positive",
            Support::NonNegative => "non-negative",
            Support::Probability | Support::UnitInterval => "unit-interval",
            Support::Between => "interval",
            Support::Binary => "binary",
            Support::Booleans => "booleans",
            Support::Counts => "counts",
            Support::Indices => "indices",
            Support::Weights => "weights",
        }
    }

    /// True when a parameter with this support may be `x`.
    #[inline]
    pub fn admits(self, x: f64) -> bool {
        match self {
            Support::Reals | Support::Between => x.is_finite(),
            Support::Positive => x > 0.0 && x.is_finite(),
            Support::NonNegative => x >= 0.0 && x.is_finite(),
            Support::Probability => (0.0..=1.0).contains(&x),
            Support::UnitInterval => x > 0.0 && x < 1.0,
            Support::Binary | Support::Booleans => x == 0.0 || x == 1.0,
            Support::Counts | Support::Indices => x >= 0.0 && x.fract() == 0.0,
            Support::Weights => x >= 0.0 && x.is_finite(),
        }
    }
}

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

/// One distribution over numbers, as its file declares it. Parameters are checked before any of this is called.
pub trait Distribution {
    const NAME: &'static str;
    const ALIASES: &'static [&'static str] = &[];
    const PARAMS: &'static [Param];
    const SUPPORT: Support;
    const KIND: Kind = Kind::Real;
    /// A sentence, the density, and an example `(…) ;=> …`.
    const DOC: &'static str;

    /// log-density of `x`; −∞ off the support, never NaN.
    fn logpdf<R: Real>(x: R, params: &[R]) -> R;
    fn sample(params: &[f64], draws: &mut Draws) -> f64;
    fn mean(params: &[f64]) -> f64;
    fn variance(params: &[f64]) -> f64;
    /// Conditions on several parameters at once: what must hold, if it does not.
    fn invalid(_params: &[f64]) -> Option<&'static str> {
        None
    }
    /// A density of one argument that is a whole vector of numbers, for families such as `categorical`.
    const WEIGHTED: bool = false;
}

/// A [`Distribution`] as a row of the table: its declaration and its density for every kind of number.
pub struct Family {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub params: &'static [Param],
    pub support: Support,
    pub kind: Kind,
    pub doc: &'static str,
    /// The single parameter is a vector, passed as the slice of parameters.
    pub weighted: bool,
    pub logpdf: fn(f64, &[f64]) -> f64,
    pub logpdf_array: fn(Lifted, &[Lifted]) -> Lifted,
    pub sample: fn(&[f64], &mut Draws) -> f64,
    pub mean: fn(&[f64]) -> f64,
    pub variance: fn(&[f64]) -> f64,
    pub invalid: fn(&[f64]) -> Option<&'static str>,
}

impl Family {
    pub const fn of<D: Distribution>() -> Family {
        Family {
            name: D::NAME,
            aliases: D::ALIASES,
            params: D::PARAMS,
            support: D::SUPPORT,
            kind: D::KIND,
            doc: D::DOC,
            weighted: D::WEIGHTED,
            logpdf: D::logpdf::<f64>,
            logpdf_array: D::logpdf::<Lifted>,
            sample: D::sample,
            mean: D::mean,
            variance: D::variance,
            invalid: D::invalid,
        }
    }

    /// `[mu sigma]`.
    pub fn arglist(&self) -> String {
        let names: Vec<&str> = self.params.iter().map(|p| p.name).collect();
        format!("[{}]", names.join(" "))
    }
}

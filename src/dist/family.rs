//! What a distribution declares: parameters with their supports, sampler, density, moments, documentation.

use super::real::{Lifted, Real};
pub use super::support::Support;
use crate::eval::key::Draws;

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

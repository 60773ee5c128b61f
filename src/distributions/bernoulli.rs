//! Coins: `bernoulli` gives 0 or 1 and `flip` false or true, by a probability; `bernoulli-logits` by its log-odds.

use super::family::{Cdf, Distribution, Kind, Param, Support, param};
use super::pathwise::{MeasureValuedPair, MeasureValuedPairs};
use super::real::Real;
use super::saddle_point::safe;
use crate::eval::key::SiteRng;
use crate::tensor::special::sigmoid;

pub struct Bernoulli;
pub struct Flip;
pub struct BernoulliLogits;

impl Distribution for Bernoulli {
    const NAME: &'static str = "bernoulli";
    const PARAMS: &'static [Param] = &[param("p", Support::Probability)];
    const SUPPORT: Support = Support::Binary;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [&'static [f64]] = &[&[0.3], &[0.95]];
    const CDF: Option<Cdf> = Some(|_, p| 1.0 - p[0]);
    const PAIRS: Option<MeasureValuedPairs> =
        Some(|_, _| vec![MeasureValuedPair { param: 0, scale: 1.0, plus: 1.0, minus: 0.0 }]);

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let (one, zero) = (x.equals(&R::constant(1.0)), x.equals(&R::constant(0.0)));
        // Each logarithm sees p only where it counts: log 0 has no derivative.
        let failed = R::on(&zero, safe(&zero, -p[0].clone(), 0.0).ln_1p());
        R::select(&one, safe(&one, p[0].clone(), 1.0).ln(), failed)
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        f64::from(u8::from(draws.open01() < p[0]))
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Some(R::select(&u.lt(&p[0]), R::constant(1.0), R::constant(0.0)))
    }

    fn mean(p: &[f64]) -> f64 {
        p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        p[0] * (1.0 - p[0])
    }
}

impl Distribution for Flip {
    const NAME: &'static str = "flip";
    const PARAMS: &'static [Param] = Bernoulli::PARAMS;
    const SUPPORT: Support = Support::Booleans;
    const KIND: Kind = Kind::Boolean;
    const CASES: &'static [&'static [f64]] = Bernoulli::CASES;
    const PAIRS: Option<MeasureValuedPairs> = Bernoulli::PAIRS;

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        Bernoulli::logpdf(x, p)
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        Bernoulli::sample(p, draws)
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Bernoulli::from_uniform(u, p)
    }

    fn mean(p: &[f64]) -> f64 {
        Bernoulli::mean(p)
    }

    fn variance(p: &[f64]) -> f64 {
        Bernoulli::variance(p)
    }
}

impl Distribution for BernoulliLogits {
    const NAME: &'static str = "bernoulli-logits";
    const PARAMS: &'static [Param] = &[param("logit", Support::Reals)];
    const SUPPORT: Support = Support::Binary;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [&'static [f64]] = &[&[0.5], &[-3.0]];
    const CDF: Option<Cdf> = Some(|_, p| sigmoid(-p[0]));

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let (one, zero) = (x.equals(&R::constant(1.0)), x.equals(&R::constant(0.0)));
        let odds_against = R::select(&one, -p[0].clone(), p[0].clone());
        let value = -odds_against.softplus();
        R::select(&one, value.clone(), R::on(&zero, value))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        Bernoulli::sample(&[sigmoid(p[0])], draws)
    }

    fn from_uniform<R: Real>(u: R, p: &[R]) -> Option<R> {
        Bernoulli::from_uniform(u, &[p[0].clone().sigmoid()])
    }

    fn mean(p: &[f64]) -> f64 {
        sigmoid(p[0])
    }

    fn variance(p: &[f64]) -> f64 {
        sigmoid(p[0]) * sigmoid(-p[0])
    }
}

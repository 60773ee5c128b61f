//! Coins: `bernoulli` gives 0 or 1, `flip` false or true; one density.

use super::family::{Distribution, Kind, Param, Support, param};
use super::real::Real;
use crate::eval::key::Draws;

pub struct Bernoulli;
pub struct Flip;

impl Distribution for Bernoulli {
    const NAME: &'static str = "bernoulli";
    const PARAMS: &'static [Param] = &[param("p", Support::Probability)];
    const SUPPORT: Support = Support::Binary;
    const KIND: Kind = Kind::Integer;
    const DOC: &'static str = "1 with probability p, else 0. For a condition use `flip`: in Clojure every number is true.\n(logpdf (bernoulli 0.25) 1) ;=> -1.3862943611198906\n(mean (bernoulli 0.25)) ;=> 0.25";

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let (one, zero) = (R::constant(1.0), R::constant(0.0));
        let failed = R::on(&x.equals(&zero), (-p[0].clone()).ln_1p());
        R::select(&x.equals(&one), p[0].clone().ln(), failed)
    }

    fn sample(p: &[f64], draws: &mut Draws) -> f64 {
        f64::from(u8::from(draws.open01() < p[0]))
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
    const DOC: &'static str = "true with probability p, else false.\n(logpdf (flip 0.25) true) ;=> -1.3862943611198906\n(logpdf (flip 1) false) ;=> ##-Inf";

    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        Bernoulli::logpdf(x, p)
    }

    fn sample(p: &[f64], draws: &mut Draws) -> f64 {
        Bernoulli::sample(p, draws)
    }

    fn mean(p: &[f64]) -> f64 {
        Bernoulli::mean(p)
    }

    fn variance(p: &[f64]) -> f64 {
        Bernoulli::variance(p)
    }
}

//! The Poisson distribution.

use super::family::{Distribution, Kind, Param, Support, param};
use super::real::Real;
use crate::eval::key::Draws;
use rand_distr::{Distribution as _, Poisson as Sampler};

pub struct Poisson;

impl Distribution for Poisson {
    const NAME: &'static str = "poisson";
    const PARAMS: &'static [Param] = &[param("rate", Support::NonNegative)];
    const SUPPORT: Support = Support::Counts;
    const KIND: Kind = Kind::Integer;
    const DOC: &'static str = "Counts 0, 1, 2, … with the given mean rate.\n(logpdf (poisson 2) 0) ;=> -2.0\n(logpdf (poisson 2) 0.5) ;=> ##-Inf";

    fn logpdf<R: Real>(k: R, p: &[R]) -> R {
        let zero = R::constant(0.0);
        let inside = R::and(zero.le(&k), R::and(k.equals(&k.clone().floor()), k.lt(&R::constant(f64::INFINITY))));
        let k = R::select(&inside, k, zero);
        let rate = p[0].clone();
        R::on(&inside, R::xlogy(k.clone(), rate.clone()) - rate - (k + R::constant(1.0)).lgamma())
    }

    fn sample(p: &[f64], draws: &mut Draws) -> f64 {
        // The sampler refuses rate 0, where the count is surely 0, and rates at which f64 has no neighbouring integers.
        match Sampler::new(p[0]) {
            Ok(sampler) => sampler.sample(draws),
            Err(_) => p[0].round(),
        }
    }

    fn mean(p: &[f64]) -> f64 {
        p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        p[0]
    }
}

//! The Poisson distribution, by its rate and by the rate's logarithm.

use super::draw::standard_normal;
use super::family::{Cdf, Distribution, Kind, Param, Support, param};
use super::pathwise::{MeasureValuedPair, MeasureValuedPairs};
use super::real::Real;
use super::saddle_point::{is_count, poisson_kernel, safe};
use crate::eval::key::SiteRng;
use crate::tensor::special::gammainc_upper;
use rand_distr::{Distribution as _, Poisson as Sampler};

pub struct Poisson;
pub struct PoissonLog;

/// A count of this mean.
pub fn draw(rate: f64, draws: &mut SiteRng) -> f64 {
    match Sampler::new(rate) {
        Ok(sampler) => sampler.sample(draws),
        Err(_) if rate == 0.0 => 0.0,
        // Beyond the sampler's 2⁶⁴ the doubles are thousands apart, and the law is normal to their precision.
        Err(_) => (rate + rate.sqrt() * standard_normal(draws)).min(f64::MAX).floor(),
    }
}

impl Distribution for Poisson {
    const NAME: &'static str = "poisson";
    const PARAMS: &'static [Param] = &[param("rate", Support::NonNegative)];
    const SUPPORT: Support = Support::Counts;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [&'static [f64]] = &[&[0.8], &[12.0], &[400.0]];
    const CDF: Option<Cdf> = Some(|k, p| gammainc_upper(k + 1.0, p[0]));
    const PAIRS: Option<MeasureValuedPairs> = Some(|p, draws| {
        let k = draw(p[0], draws);
        vec![MeasureValuedPair { param: 0, scale: 1.0, plus: k + 1.0, minus: k }]
    });

    fn logpdf<R: Real>(k: R, p: &[R]) -> R {
        let inside = is_count(&k);
        R::on(&inside, poisson_kernel(safe(&inside, k, 0.0), p[0].clone()))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        draw(p[0], draws)
    }

    fn mean(p: &[f64]) -> f64 {
        p[0]
    }

    fn variance(p: &[f64]) -> f64 {
        p[0]
    }
}

impl Distribution for PoissonLog {
    const NAME: &'static str = "poisson-log";
    const PARAMS: &'static [Param] = &[param("log-rate", Support::Reals)];
    const SUPPORT: Support = Support::Counts;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [&'static [f64]] = &[&[1.5], &[-0.7]];
    const CDF: Option<Cdf> = Some(|k, p| gammainc_upper(k + 1.0, p[0].exp()));

    /// Where the rate would underflow, k log λ − log k! − λ as it stands: there nothing cancels.
    fn logpdf<R: Real>(k: R, p: &[R]) -> R {
        let inside = is_count(&k);
        let (k, log_rate) = (safe(&inside, k, 0.0), p[0].clone());
        let usual = R::constant(-500.0).lt(&log_rate);
        let tiny = k.clone() * log_rate.clone() - (k.clone() + R::constant(1.0)).lgamma() - log_rate.clone().exp();
        let kernel = poisson_kernel(k, safe(&usual, log_rate, 0.0).exp());
        R::on(&inside, R::select(&usual, kernel, tiny))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        draw(p[0].exp().min(f64::MAX), draws)
    }

    fn mean(p: &[f64]) -> f64 {
        p[0].exp()
    }

    fn variance(p: &[f64]) -> f64 {
        p[0].exp()
    }
}

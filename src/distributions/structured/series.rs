//! Series of normal steps: the Gaussian random walk and the stationary autoregression of order 1.

use super::linear::sum;
use super::{Block, Case, Point, Requirement, ShapedParam, Structured, shaped};
use crate::distributions::draw::standard_normal;
use crate::distributions::family::Distribution as _;
use crate::distributions::normal::Normal;
use crate::distributions::real::Real;
use crate::distributions::support_of::SupportOf;
use crate::eval::key::SiteRng;

pub struct GaussianRandomWalk;
pub struct Ar1;

/// Each value is normal about what the one before it predicts.
fn chain<R: Real>(x: &[R], first: R, predict: impl Fn(R) -> R, sd: &R) -> R {
    let mut before = first;
    sum(x.iter().map(|x| {
        let mean = predict(std::mem::replace(&mut before, x.clone()));
        Normal::logpdf(x.clone(), &[mean, sd.clone()])
    }))
}

impl Structured for GaussianRandomWalk {
    const NAME: &'static str = "gaussian-random-walk";
    const PARAMS: &'static [ShapedParam] = &[
        shaped("n", 0, Requirement::Size),
        shaped("sigma", 0, Requirement::Positive),
        ShapedParam { name: "initial", rank: 0, must: Requirement::Reals, default: Some(0.0) },
    ];
    const RANK: usize = 1;
    const CASES: &'static [Case] =
        &[Case { args: "2 0.7 1.5", ends: &[(-5.5, 8.5), (-7.5, 10.5)], embed: |x| Some(x.to_vec()) }];

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Vectors(p[0].one() as usize)
    }

    fn logpdf<R: Real>(x: &Block<'_, R>, p: &[Block<'_, R>], _at: &Point<'_>) -> R {
        chain(x.items, p[2].one(), |before| before, &p[1].one())
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        let mut at = p[2].one();
        let step = |_| {
            at += p[1].one() * standard_normal(draws);
            at
        };
        (0..p[0].one() as usize).map(step).collect()
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(vec![p[2].one(); p[0].one() as usize])
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some((1..=p[0].one() as usize).map(|i| i as f64 * p[1].one().powi(2)).collect())
    }
}

impl Structured for Ar1 {
    const NAME: &'static str = "ar1";
    const PARAMS: &'static [ShapedParam] = &[
        shaped("n", 0, Requirement::Size),
        shaped("phi", 0, Requirement::InsideUnit),
        shaped("sigma", 0, Requirement::Positive),
    ];
    const RANK: usize = 1;
    const CASES: &'static [Case] =
        &[Case { args: "2 -0.6 0.5", ends: &[(-6.0, 6.0), (-6.0, 6.0)], embed: |x| Some(x.to_vec()) }];

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Vectors(p[0].one() as usize)
    }

    fn logpdf<R: Real>(x: &Block<'_, R>, p: &[Block<'_, R>], _at: &Point<'_>) -> R {
        let (phi, sigma) = (p[1].one(), p[2].one());
        let stationary = sigma.clone() / (R::constant(1.0) - phi.clone().square()).sqrt();
        let first = Normal::logpdf(x.items[0].clone(), &[R::constant(0.0), stationary]);
        if x.items.len() == 1 {
            return first;
        }
        first + chain(&x.items[1..], x.items[0].clone(), |before| phi.clone() * before, &sigma)
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        let (n, phi, sigma) = (p[0].one() as usize, p[1].one(), p[2].one());
        let mut at = sigma / (1.0 - phi * phi).sqrt() * standard_normal(draws);
        let mut series = vec![at];
        for _ in 1..n {
            at = phi * at + sigma * standard_normal(draws);
            series.push(at);
        }
        series
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(vec![0.0; p[0].one() as usize])
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(vec![p[2].one().powi(2) / (1.0 - p[1].one().powi(2)); p[0].one() as usize])
    }
}

//! The Dirichlet distribution over vectors of positive numbers that sum to 1.

use super::linear::sum;
use super::{Block, Case, Point, Requirement, ShapedParam, Structured, shaped};
use crate::distributions::draw::log_standard_gamma;
use crate::distributions::real::Real;
use crate::distributions::support_of::SupportOf;
use crate::eval::key::SiteRng;

pub struct Dirichlet;

/// Sums of alphas from here on make terms that cancel.
const LARGE: f64 = 1e3;

/// A draw from the Dirichlet distribution: gammas by their logarithms, divided by their sum.
pub fn proportions(alphas: &[f64], draws: &mut SiteRng) -> Vec<f64> {
    let logs: Vec<f64> = alphas.iter().map(|a| log_standard_gamma(*a, draws)).collect();
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = logs.iter().map(|l| (l - top).exp()).sum();
    logs.iter().map(|l| ((l - top).exp() / total).max(f64::MIN_POSITIVE)).collect()
}

impl Structured for Dirichlet {
    const NAME: &'static str = "dirichlet";
    const PARAMS: &'static [ShapedParam] = &[shaped("alphas", 1, Requirement::Positive)];
    const RANK: usize = 1;
    const CASES: &'static [Case] = &[Case {
        args: "[1.5 2 3.5]",
        ends: &[(0.0, 1.0), (0.0, 1.0)],
        embed: |x| (x[0] + x[1] < 1.0).then(|| vec![x[0], x[1], 1.0 - x[0] - x[1]]),
    }];

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Simplex(p[0].rows)
    }

    /// The textbook's formula, unless the alphas are large. With log Γ(a) = a log a − a − log a + excess, what grows
    /// with the alphas is how far they are from A xᵢ, for their sum A. Values count as summing to 1, but the slope by each
    /// is that of the textbook's formula.
    fn logpdf<R: Real>(x: &Block<'_, R>, p: &[Block<'_, R>], at: &Point<'_>) -> R {
        let total = sum(p[0].items.iter().cloned());
        if at.p[0].items.iter().sum::<f64>() < LARGE {
            let one = R::constant(1.0);
            let kernel = x.items.iter().zip(p[0].items).map(|(x, a)| (a.clone() - one.clone()) * x.clone().ln());
            return total.lgamma() - sum(p[0].items.iter().map(|a| a.clone().lgamma())) + sum(kernel);
        }
        let of_all: f64 = at.x.iter().sum();
        let part = |(x, a): (&R, &R)| {
            let deviance = R::deviance(a.clone(), total.clone() * x.clone() / R::constant(of_all));
            a.clone().ln() - x.clone().ln() - a.clone().stirling_excess() - deviance
        };
        let rest = total.clone() * (sum(x.items.iter().cloned()) / R::constant(of_all) - R::constant(1.0));
        total.clone().stirling_excess() - total.clone().ln() + sum(x.items.iter().zip(p[0].items).map(part)) + rest
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        proportions(p[0].items, draws)
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        let total: f64 = p[0].items.iter().sum();
        Some(p[0].items.iter().map(|a| a / total).collect())
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        let total: f64 = p[0].items.iter().sum();
        Some(p[0].items.iter().map(|a| a / total * (1.0 - a / total) / (total + 1.0)).collect())
    }
}

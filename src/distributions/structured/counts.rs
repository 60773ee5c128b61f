//! Counts of n draws by category: multinomial, and Dirichlet-multinomial, where the probabilities are drawn first.

use super::dirichlet::proportions;
use super::linear::{shares_of, sum};
use super::{Block, Case, Point, Requirement, ShapedParam, Structured, shaped};
use crate::distributions::family::Kind;
use crate::distributions::real::Real;
use crate::distributions::support_of::SupportOf;
use crate::eval::key::SiteRng;
use rand_distr::{Binomial, Distribution as _};

pub struct Multinomial;
pub struct DirichletMultinomial;

/// Counts of `n` draws: of each category a binomial share of what is left.
fn shares(n: f64, weights: &[f64], draws: &mut SiteRng) -> Vec<f64> {
    let weights = &shares_of(weights, weights);
    let (mut left, mut total) = (n as u64, weights.iter().sum::<f64>());
    let mut counts: Vec<f64> = Vec::with_capacity(weights.len());
    for (i, weight) in weights.iter().enumerate() {
        // Rounding must not leave draws for categories without weight.
        let last = weights[i + 1..].iter().all(|w| *w == 0.0);
        let share = if last && *weight > 0.0 { 1.0 } else { (weight / total).clamp(0.0, 1.0) };
        let count = Binomial::new(left, share).map_or(0, |b| b.sample(draws));
        counts.push(count as f64);
        left -= count;
        total -= weight;
    }
    counts
}

/// By Stirling's formula, log x! = x log x − x + excess, what grows falls out: see Loader, "Fast and accurate
/// computation of binomial probabilities" (2000). What is left of log n! − Σ log xᵢ! are the excesses.
fn excesses<R: Real>(at: &Point<'_>) -> R {
    let n: f64 = at.x.iter().sum();
    R::constant(n.stirling_excess() - at.x.iter().map(|x| x.stirling_excess()).sum::<f64>())
}

/// Three categories with the sum 4.
fn three_of_four(x: &[f64]) -> Option<Vec<f64>> {
    (x[0] + x[1] <= 4.0).then(|| vec![x[0], x[1], 4.0 - x[0] - x[1]])
}

impl Structured for Multinomial {
    const NAME: &'static str = "multinomial";
    const PARAMS: &'static [ShapedParam] =
        &[shaped("n", 0, Requirement::Count), shaped("probs", 1, Requirement::Weights)];
    const RANK: usize = 1;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [Case] = &[Case { args: "4 [1 2 5]", ends: &[(0.0, 4.0), (0.0, 4.0)], embed: three_of_four }];

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Counts { total: p[0].one(), size: p[1].rows }
    }

    fn logpdf<R: Real>(_x: &Block<'_, R>, p: &[Block<'_, R>], at: &Point<'_>) -> R {
        let shares = shares_of(p[1].items, at.p[1].items);
        let n: f64 = at.x.iter().sum();
        // Σ xᵢ log(n pᵢ / xᵢ), whose terms are 0 at the most likely counts.
        let deviance = |(x, share): (&f64, R)| R::deviance(R::constant(*x), R::constant(n) * share);
        excesses::<R>(at) - sum(at.x.iter().zip(shares).map(deviance))
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        shares(p[0].one(), p[1].items, draws)
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(shares_of(p[1].items, p[1].items).into_iter().map(|share| p[0].one() * share).collect())
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        let shares = shares_of(p[1].items, p[1].items).into_iter();
        Some(shares.map(|share| p[0].one() * share * (1.0 - share)).collect())
    }
}

impl Structured for DirichletMultinomial {
    const NAME: &'static str = "dirichlet-multinomial";
    const PARAMS: &'static [ShapedParam] =
        &[shaped("n", 0, Requirement::Count), shaped("alphas", 1, Requirement::Positive)];
    const RANK: usize = 1;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [Case] =
        &[Case { args: "4 [0.5 2 1.2]", ends: &[(0.0, 4.0), (0.0, 4.0)], embed: three_of_four }];

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Counts { total: p[0].one(), size: p[1].rows }
    }

    fn logpdf<R: Real>(_x: &Block<'_, R>, p: &[Block<'_, R>], at: &Point<'_>) -> R {
        let (total, n) = (sum(p[1].items.iter().cloned()), at.x.iter().sum::<f64>());
        let all = total.clone() + R::constant(n);
        // log(N / A), of whichever of the two is small without cancellation.
        let growth = match at.p[1].items.iter().sum::<f64>() < n {
            true => all.clone().ln() - total.clone().ln(),
            false => -(-(R::constant(n) / all.clone())).ln_1p(),
        };
        // Counts and pseudo-counts against what both together let expect of each; with that nothing cancels.
        let part = |(x, a): (&f64, &R)| {
            if *x == 0.0 {
                return -(a.clone() * growth.clone());
            }
            let both = a.clone() + R::constant(*x);
            let share = both.clone() / all.clone();
            let deviance = R::deviance(a.clone(), total.clone() * share.clone())
                + R::deviance(R::constant(*x), R::constant(n) * share);
            both.clone().stirling_excess() - a.clone().stirling_excess() + a.clone().ln() - both.ln() - deviance
        };
        let whole =
            all.clone().stirling_excess() - total.clone().stirling_excess() + total.clone().ln() - all.clone().ln();
        excesses::<R>(at) + sum(at.x.iter().zip(p[1].items).map(part)) - whole
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        let weights = proportions(p[1].items, draws);
        shares(p[0].one(), &weights, draws)
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Multinomial::mean(p)
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        let (n, total) = (p[0].one(), p[1].items.iter().sum::<f64>());
        let spread = (n + total) / (1.0 + total);
        Some(Multinomial::variance(p)?.iter().map(|v| v * spread).collect())
    }
}

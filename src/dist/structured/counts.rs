//! Counts of n draws by category: multinomial, and Dirichlet-multinomial, where the probabilities are drawn first.

use super::dirichlet::proportions;
use super::linear::sum;
use super::{At, Block, Case, Must, Shaped, Structured, shaped};
use crate::dist::family::Kind;
use crate::dist::real::Real;
use crate::dist::region::SupportOf;
use crate::eval::key::Draws;
use rand_distr::{Binomial, Distribution as _};

pub struct Multinomial;
pub struct DirichletMultinomial;

/// Counts of `n` draws: of each category a binomial share of what is left.
fn shares(n: f64, weights: &[f64], draws: &mut Draws) -> Vec<f64> {
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

/// log n! − Σ log xᵢ!
fn log_orders<R: Real>(at: &At<'_>) -> R {
    let factorial = |n: f64| Real::lgamma(n + 1.0);
    let n: f64 = at.x.iter().sum();
    R::constant(factorial(n) - at.x.iter().map(|x| factorial(*x)).sum::<f64>())
}

/// Three categories with the sum 4.
fn three_of_four(x: &[f64]) -> Option<Vec<f64>> {
    (x[0] + x[1] <= 4.0).then(|| vec![x[0], x[1], 4.0 - x[0] - x[1]])
}

impl Structured for Multinomial {
    const NAME: &'static str = "multinomial";
    const PARAMS: &'static [Shaped] = &[shaped("n", 0, Must::Count), shaped("probs", 1, Must::Weights)];
    const RANK: usize = 1;
    const KIND: Kind = Kind::Integer;
    const DOC: &'static str = "How often each index comes up in n draws with probabilities proportional to probs.\n(logpdf (multinomial 2 [1 1]) [1 1]) ;=> -0.6931471805599453\n(mean (multinomial 4 [1 3])) ;=> (array [1.0 3.0])";
    const CASES: &'static [Case] = &[Case { args: "4 [1 2 5]", ends: &[(0.0, 4.0), (0.0, 4.0)], embed: three_of_four }];

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Counts { total: p[0].one(), size: p[1].rows }
    }

    fn logpdf<R: Real>(_x: &Block<'_, R>, p: &[Block<'_, R>], at: &At<'_>) -> R {
        let total = sum(p[1].items.iter().cloned()).ln();
        // A category that did not come up says nothing, also where its weight is 0.
        let seen = at.x.iter().zip(p[1].items).filter(|(x, _)| **x > 0.0);
        log_orders::<R>(at) + sum(seen.map(|(x, w)| R::constant(*x) * (w.clone().ln() - total.clone())))
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut Draws) -> Vec<f64> {
        shares(p[0].one(), p[1].items, draws)
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        let total: f64 = p[1].items.iter().sum();
        Some(p[1].items.iter().map(|w| p[0].one() * w / total).collect())
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        let total: f64 = p[1].items.iter().sum();
        Some(p[1].items.iter().map(|w| p[0].one() * w / total * (1.0 - w / total)).collect())
    }
}

impl Structured for DirichletMultinomial {
    const NAME: &'static str = "dirichlet-multinomial";
    const PARAMS: &'static [Shaped] = &[shaped("n", 0, Must::Count), shaped("alphas", 1, Must::Positive)];
    const RANK: usize = 1;
    const KIND: Kind = Kind::Integer;
    const DOC: &'static str = "How often each index comes up in n draws whose probabilities come from a Dirichlet distribution.\n(logpdf (dirichlet-multinomial 2 [1 1]) [1 1]) ;=> -1.0986122886681096\n(mean (dirichlet-multinomial 4 [1 3])) ;=> (array [1.0 3.0])";
    const CASES: &'static [Case] =
        &[Case { args: "4 [0.5 2 1.2]", ends: &[(0.0, 4.0), (0.0, 4.0)], embed: three_of_four }];

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Counts { total: p[0].one(), size: p[1].rows }
    }

    fn logpdf<R: Real>(_x: &Block<'_, R>, p: &[Block<'_, R>], at: &At<'_>) -> R {
        let rising = |a: &R, n: f64| (a.clone() + R::constant(n)).lgamma() - a.clone().lgamma();
        let total = sum(p[1].items.iter().cloned());
        let seen = at.x.iter().zip(p[1].items).filter(|(x, _)| **x > 0.0);
        log_orders::<R>(at) + sum(seen.map(|(x, a)| rising(a, *x))) - rising(&total, at.x.iter().sum())
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut Draws) -> Vec<f64> {
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

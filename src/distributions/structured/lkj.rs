//! Cholesky factors of correlation matrices (Lewandowski, Kurowicka and Joe 2009).

use super::linear::sum;
use super::{Block, Case, Point, Requirement, ShapedParam, Structured, shaped};
use crate::distributions::draw::{log_standard_gamma, standard_normal};
use crate::distributions::real::Real;
use crate::distributions::support_of::SupportOf;
use crate::eval::key::SiteRng;
use std::f64::consts::PI;

pub struct LkjCholesky;

impl Structured for LkjCholesky {
    const NAME: &'static str = "lkj-cholesky";
    const PARAMS: &'static [ShapedParam] =
        &[shaped("k", 0, Requirement::Size), shaped("eta", 0, Requirement::Positive)];
    const RANK: usize = 2;
    const CASES: &'static [Case] = &[Case {
        args: "3 1.7",
        ends: &[(-1.0, 1.0), (-1.0, 1.0), (-1.0, 1.0)],
        embed: |x| {
            let (a, b) = (1.0 - x[0] * x[0], 1.0 - x[1] * x[1] - x[2] * x[2]);
            (a > 0.0 && b > 0.0).then(|| vec![1.0, 0.0, 0.0, x[0], a.sqrt(), 0.0, x[1], x[2], b.sqrt()])
        },
    }];

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::CorrelationFactor(p[0].one() as usize)
    }

    /// The product of Lᵢᵢ^(k−i+2η−2), i = 2 … k; the constant integrates each row over its ball.
    fn logpdf<R: Real>(x: &Block<'_, R>, p: &[Block<'_, R>], _at: &Point<'_>) -> R {
        let (k, eta) = (x.rows, p[1].one());
        // Row i (from 0) is a vector of i numbers with density ∝ (1 − |v|²)^(β−1), β = η + (k−1−i)/2.
        let row = |i: usize| {
            let beta = eta.clone() + R::constant(0.5 * (k - 1 - i) as f64);
            let ball = R::constant(0.5 * i as f64);
            let constant = (ball.clone() + beta.clone()).lgamma() - beta.clone().lgamma();
            let power = beta.clone() + beta - R::constant(2.0);
            constant - ball * R::constant(PI.ln()) + power * x.at(i, i).ln()
        };
        sum((1..k).map(row))
    }

    /// Row i has a squared length y ~ Beta(i/2, β) in a direction that is uniform on the sphere.
    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        let (k, eta) = (p[0].one() as usize, p[1].one());
        let mut l = vec![0.0; k * k];
        l[0] = 1.0;
        for i in 1..k {
            let direction: Vec<f64> = (0..i).map(|_| standard_normal(draws)).collect();
            let norm = direction.iter().map(|z| z * z).sum::<f64>().sqrt();
            let a = log_standard_gamma(0.5 * i as f64, draws);
            let b = log_standard_gamma(eta + 0.5 * (k - 1 - i) as f64, draws);
            // y = e^a / (e^a + e^b), and 1 − y by the same formula.
            let (length, rest) = ((1.0 / (1.0 + (b - a).exp())).sqrt(), (1.0 / (1.0 + (a - b).exp())).sqrt());
            for (j, z) in direction.iter().enumerate() {
                l[i * k + j] = length * z / norm;
            }
            l[i * k + i] = rest.max(f64::MIN_POSITIVE);
        }
        l
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        // Off the diagonal by symmetry; on it E √(1−y), 1 − y ~ Beta(β, i/2).
        let (k, eta) = (p[0].one() as usize, p[1].one());
        let diagonal = |i: usize| {
            let (b, a) = (eta + 0.5 * (k - 1 - i) as f64, 0.5 * i as f64);
            (Real::lgamma(b + 0.5) - Real::lgamma(b) + Real::lgamma(a + b) - Real::lgamma(a + b + 0.5)).exp()
        };
        let entry = |i: usize, j: usize| match (i, j) {
            (0, 0) => 1.0,
            (i, j) if i == j => diagonal(i),
            _ => 0.0,
        };
        Some((0..k * k).map(|n| entry(n / k, n % k)).collect())
    }
}

//! Distributions over symmetric positive definite matrices: Wishart, and the inverse of one.

use super::linear::{cholesky, log_diagonal, log_multigamma, solve_columns, sum, symmetric};
use super::{Block, Case, Clash, Point, Requirement, ShapedParam, Structured, shaped};
use crate::distributions::draw::{log_standard_gamma, standard_normal};
use crate::distributions::real::Real;
use crate::distributions::support_of::SupportOf;
use crate::eval::key::SiteRng;
use std::f64::consts::LN_2;

pub struct Wishart;
pub struct InverseWishart;

/// Bartlett's factor A of a Wishart draw A Aᵀ with scale I: normals below a diagonal of roots of chi-squared draws.
fn bartlett(df: f64, n: usize, draws: &mut SiteRng) -> Vec<f64> {
    let mut a = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..i {
            a[i * n + j] = standard_normal(draws);
        }
        // χ²(ν) is twice a gamma of shape ν/2.
        a[i * n + i] = (0.5 * (log_standard_gamma(0.5 * (df - i as f64), draws) + LN_2)).exp();
    }
    a
}

/// B Bᵀ of a matrix given by its columns.
fn squared(columns: &[Vec<f64>]) -> Vec<f64> {
    let n = columns.len();
    (0..n * n).map(|k| columns.iter().map(|c| c[k / n] * c[k % n]).sum()).collect()
}

fn transposed(a: &[f64], n: usize) -> Vec<f64> {
    (0..n * n).map(|k| a[k % n * n + k / n]).collect()
}

fn clash_of(name: &str, p: &[Block<'_, f64>]) -> Option<Clash> {
    let (df, n) = (p[0].one(), p[1].rows);
    let least = n as f64 - 1.0;
    let sentence = || format!("`df` must be greater than {least} for {n} rows of `{name}`, but is `{df}`");
    (df <= least).then(|| (0, sentence()))
}

/// The matrix [[a b] [b c]].
fn two_by_two(x: &[f64]) -> Option<Vec<f64>> {
    (x[0] * x[2] > x[1] * x[1]).then(|| vec![x[0], x[1], x[1], x[2]])
}

impl Structured for Wishart {
    const NAME: &'static str = "wishart";
    const PARAMS: &'static [ShapedParam] =
        &[shaped("df", 0, Requirement::Positive), shaped("V", 2, Requirement::PositiveDefinite)];
    const RANK: usize = 2;
    const CASES: &'static [Case] =
        &[Case { args: "5 [[0.5 0.1] [0.1 0.3]]", ends: &[(0.0, 16.0), (-6.0, 7.0), (0.0, 10.0)], embed: two_by_two }];

    fn clash(p: &[Block<'_, f64>]) -> Option<Clash> {
        clash_of("V", p)
    }

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Covariance(p[1].rows)
    }

    /// (ν−k−1)/2 log|X| − tr(V⁻¹X)/2 − νk/2 log 2 − ν/2 log|V| − log Γₖ(ν/2).
    fn logpdf<R: Real>(x: &Block<'_, R>, p: &[Block<'_, R>], _at: &Point<'_>) -> R {
        let (df, k) = (p[0].one(), p[1].rows);
        let (x, v) = (cholesky(&symmetric(x), k), cholesky(&symmetric(&p[1]), k));
        let trace = sum(solve_columns(&v, k, &x).into_iter().flatten().map(R::square));
        let half = R::constant(0.5);
        (df.clone() - R::constant(k as f64 + 1.0)) * log_diagonal(&x, k)
            - half.clone() * trace
            - df.clone() * (R::constant(0.5 * k as f64 * LN_2) + log_diagonal(&v, k))
            - log_multigamma(half * df, k)
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        let n = p[1].rows;
        let (l, a) = (cholesky(&symmetric(&p[1]), n), bartlett(p[0].one(), n, draws));
        let column = |j: usize| (0..n).map(|i| (0..n).map(|k| l[i * n + k] * a[k * n + j]).sum()).collect();
        squared(&(0..n).map(column).collect::<Vec<Vec<f64>>>())
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(p[1].items.iter().map(|v| p[0].one() * v).collect())
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        let (v, n) = (&p[1], p[1].rows);
        let of = |i: usize, j: usize| p[0].one() * (v.at(i, j).powi(2) + v.at(i, i) * v.at(j, j));
        Some((0..n * n).map(|k| of(k / n, k % n)).collect())
    }
}

impl Structured for InverseWishart {
    const NAME: &'static str = "inverse-wishart";
    const PARAMS: &'static [ShapedParam] =
        &[shaped("df", 0, Requirement::Positive), shaped("Psi", 2, Requirement::PositiveDefinite)];
    const RANK: usize = 2;
    const CASES: &'static [Case] =
        &[Case { args: "12 [[2 0.4] [0.4 1]]", ends: &[(0.0, 1.3), (-0.5, 0.7), (0.0, 0.75)], embed: two_by_two }];

    fn clash(p: &[Block<'_, f64>]) -> Option<Clash> {
        clash_of("Psi", p)
    }

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Covariance(p[1].rows)
    }

    /// ν/2 log|Ψ| − (ν+k+1)/2 log|X| − tr(Ψ X⁻¹)/2 − νk/2 log 2 − log Γₖ(ν/2).
    fn logpdf<R: Real>(x: &Block<'_, R>, p: &[Block<'_, R>], _at: &Point<'_>) -> R {
        let (df, k) = (p[0].one(), p[1].rows);
        let (x, psi) = (cholesky(&symmetric(x), k), cholesky(&symmetric(&p[1]), k));
        let trace = sum(solve_columns(&x, k, &psi).into_iter().flatten().map(R::square));
        let half = R::constant(0.5);
        df.clone() * (log_diagonal(&psi, k) - R::constant(0.5 * k as f64 * LN_2))
            - (df.clone() + R::constant(k as f64 + 1.0)) * log_diagonal(&x, k)
            - half.clone() * trace
            - log_multigamma(half * df, k)
    }

    /// With Ψ = L Lᵀ and Bartlett's A the draw is B Bᵀ, B = L A⁻ᵀ.
    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        let n = p[1].rows;
        let (l, a) = (cholesky(&symmetric(&p[1]), n), bartlett(p[0].one(), n, draws));
        // The columns of A⁻¹ Lᵀ are the rows of B.
        let rows: Vec<f64> = solve_columns(&a, n, &transposed(&l, n)).into_iter().flatten().collect();
        let column = |j: usize| (0..n).map(|i| rows[i * n + j]).collect();
        squared(&(0..n).map(column).collect::<Vec<Vec<f64>>>())
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        let spare = p[0].one() - p[1].rows as f64 - 1.0;
        (spare > 0.0).then(|| p[1].items.iter().map(|x| x / spare).collect())
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        let (psi, n) = (&p[1], p[1].rows);
        let spare = p[0].one() - n as f64;
        let of = |i: usize, j: usize| {
            let (square, product) = (psi.at(i, j).powi(2), psi.at(i, i) * psi.at(j, j));
            ((spare + 1.0) * square + (spare - 1.0) * product) / (spare * (spare - 1.0).powi(2) * (spare - 3.0))
        };
        (spare > 3.0).then(|| (0..n * n).map(|k| of(k / n, k % n)).collect())
    }
}

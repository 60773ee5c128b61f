//! The multivariate normal distribution by covariance, by its Cholesky factor, or by standard deviations.

use super::linear::{cholesky, log_diagonal, solve_lower, sum, symmetric};
use super::{Block, Case, Clash, Factored, Point, Requirement, ShapedParam, Structured, StructuredFamily, shaped};
use crate::distributions::draw::standard_normal;
use crate::distributions::family::Distribution as _;
use crate::distributions::normal::Normal;
use crate::distributions::real::Real;
use crate::distributions::support_of::SupportOf;
use crate::eval::key::SiteRng;

pub struct Mvn;
pub struct MvnChol;
pub struct MvnDiag;

/// With z = L⁻¹(x − m): Σ log N(zᵢ; 0, 1) − Σ log Lᵢᵢ.
fn by_factor<R: Real>(x: &[R], mean: &[R], l: &[R]) -> R {
    let n = mean.len();
    let away: Vec<R> = x.iter().zip(mean).map(|(x, m)| x.clone() - m.clone()).collect();
    let standard = [R::constant(0.0), R::constant(1.0)];
    let z = solve_lower(l, n, &away);
    sum(z.into_iter().map(|z| Normal::logpdf(z, &standard))) - log_diagonal(l, n)
}

/// m + L z.
fn place<R: Real>(mean: &[R], l: &[R], z: &[R]) -> Vec<R> {
    let n = mean.len();
    let at = |i: usize| sum((0..=i).map(|j| l[i * n + j].clone() * z[j].clone()));
    (0..n).map(|i| mean[i].clone() + at(i)).collect()
}

fn draw(mean: &[f64], l: &[f64], draws: &mut SiteRng) -> Vec<f64> {
    let z: Vec<f64> = mean.iter().map(|_| standard_normal(draws)).collect();
    place(mean, l, &z)
}

/// L⁻¹ (x − m).
fn noise_of(x: &[f64], mean: &[f64], l: &[f64]) -> Vec<f64> {
    solve_lower(l, mean.len(), &x.iter().zip(mean).map(|(x, m)| x - m).collect::<Vec<_>>())
}

/// A matrix that must fit the mean.
fn clash_of(name: &str, p: &[Block<'_, f64>]) -> Option<Clash> {
    let (n, k) = (p[0].rows, p[1].rows);
    let shape = if p[1].cols == 1 { format!("{k} elements") } else { format!("{k} rows") };
    (n != k || n == 0).then(|| (1, format!("`{name}` has {shape}, but the mean has {n}")))
}

fn plane(x: &[f64]) -> Option<Vec<f64>> {
    Some(x.to_vec())
}

/// The multivariate normal, by mean and covariance.
pub fn mvn() -> &'static StructuredFamily {
    static MVN: StructuredFamily = StructuredFamily::of::<Mvn>();
    &MVN
}

/// The multivariate normal, by mean and Cholesky factor.
fn mvn_chol() -> &'static StructuredFamily {
    static MVN_CHOL: StructuredFamily = StructuredFamily::of::<MvnChol>();
    &MVN_CHOL
}

impl Structured for Mvn {
    const NAME: &'static str = "multivariate-normal";
    const ALIASES: &'static [&'static str] = &["mvn"];
    const PARAMS: &'static [ShapedParam] =
        &[shaped("mean", 1, Requirement::Reals), shaped("cov", 2, Requirement::PositiveDefinite)];
    const RANK: usize = 1;
    const CASES: &'static [Case] =
        &[Case { args: "[1 -1] [[1 0.6] [0.6 2]]", ends: &[(-8.0, 10.0), (-13.0, 11.0)], embed: plane }];

    const FACTORED: Option<Factored> =
        Some(Factored { param: 1, factor: |cov| cholesky(&symmetric(cov), cov.rows), family: mvn_chol });

    fn clash(p: &[Block<'_, f64>]) -> Option<Clash> {
        clash_of("cov", p)
    }

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Vectors(p[0].rows)
    }

    fn logpdf<R: Real>(x: &Block<'_, R>, p: &[Block<'_, R>], _at: &Point<'_>) -> R {
        by_factor(x.items, p[0].items, &cholesky(&symmetric(&p[1]), p[1].rows))
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        draw(p[0].items, &cholesky(&symmetric(&p[1]), p[1].rows), draws)
    }

    fn noise(x: &[f64], p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(noise_of(x, p[0].items, &cholesky(&symmetric(&p[1]), p[1].rows)))
    }

    fn from_noise<R: Real>(z: &[R], p: &[Block<'_, R>]) -> Vec<R> {
        place(p[0].items, &cholesky(&symmetric(&p[1]), p[1].rows), z)
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(p[0].items.to_vec())
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some((0..p[1].rows).map(|i| p[1].at(i, i)).collect())
    }
}

impl Structured for MvnChol {
    const NAME: &'static str = "mvn-chol";
    const PARAMS: &'static [ShapedParam] =
        &[shaped("mean", 1, Requirement::Reals), shaped("L", 2, Requirement::Cholesky)];
    const RANK: usize = 1;
    const CASES: &'static [Case] =
        &[Case { args: "[1 -1] [[0.8 0] [-0.4 1.1]]", ends: &[(-6.0, 8.0), (-11.0, 9.0)], embed: plane }];

    fn clash(p: &[Block<'_, f64>]) -> Option<Clash> {
        clash_of("L", p)
    }

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Vectors(p[0].rows)
    }

    fn logpdf<R: Real>(x: &Block<'_, R>, p: &[Block<'_, R>], _at: &Point<'_>) -> R {
        by_factor(x.items, p[0].items, p[1].items)
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        draw(p[0].items, p[1].items, draws)
    }

    fn noise(x: &[f64], p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(noise_of(x, p[0].items, p[1].items))
    }

    fn from_noise<R: Real>(z: &[R], p: &[Block<'_, R>]) -> Vec<R> {
        place(p[0].items, p[1].items, z)
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(p[0].items.to_vec())
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(p[1].items.chunks(p[1].cols).map(|row| row.iter().map(|x| x * x).sum()).collect())
    }
}

impl Structured for MvnDiag {
    const NAME: &'static str = "mvn-diag";
    const PARAMS: &'static [ShapedParam] =
        &[shaped("mean", 1, Requirement::Reals), shaped("sds", 1, Requirement::Positive)];
    const RANK: usize = 1;
    const CASES: &'static [Case] =
        &[Case { args: "[1 -1] [0.8 1.5]", ends: &[(-6.0, 8.0), (-13.0, 11.0)], embed: plane }];

    fn clash(p: &[Block<'_, f64>]) -> Option<Clash> {
        clash_of("sds", p)
    }

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        SupportOf::Vectors(p[0].rows)
    }

    fn logpdf<R: Real>(x: &Block<'_, R>, p: &[Block<'_, R>], _at: &Point<'_>) -> R {
        let each = x.items.iter().zip(p[0].items.iter().zip(p[1].items));
        sum(each.map(|(x, (m, s))| Normal::logpdf(x.clone(), &[m.clone(), s.clone()])))
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        p[0].items.iter().zip(p[1].items).map(|(m, s)| m + s * standard_normal(draws)).collect()
    }

    fn noise(x: &[f64], p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some((0..x.len()).map(|i| (x[i] - p[0].items[i]) / p[1].items[i]).collect())
    }

    fn from_noise<R: Real>(z: &[R], p: &[Block<'_, R>]) -> Vec<R> {
        let at = |i: usize| p[0].items[i].clone() + p[1].items[i].clone() * z[i].clone();
        (0..z.len()).map(at).collect()
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(p[0].items.to_vec())
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(p[1].items.iter().map(|s| s * s).collect())
    }
}

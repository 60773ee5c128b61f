//! Linear algebra on small matrices in formulas: row-major slices of any kind of number.

use super::block::Block;
use crate::distributions::real::Real;
use crate::tensor::ops::{cholesky_in_place, root_of_pivot};
use std::convert::Infallible;

/// The mean of a matrix and its transpose, so that a gradient treats both halves alike.
pub fn symmetric<R: Real>(a: &Block<'_, R>) -> Vec<R> {
    let n = a.rows;
    let half = R::constant(0.5);
    let entry = |i: usize, j: usize| if i == j { a.at(i, i) } else { half.clone() * (a.at(i, j) + a.at(j, i)) };
    (0..n * n).map(|k| entry(k / n, k % n)).collect()
}

/// The lower triangular L with L Lᵀ = a, for a symmetric positive definite a; a pivot that is not positive makes its root
/// NaN or 0.
pub fn cholesky<R: Real>(a: &[R], n: usize) -> Vec<R> {
    let mut l = a.to_vec();
    match cholesky_in_place(&mut l, n, &R::constant(0.0), |_, pivot| Ok::<R, Infallible>(pivot.sqrt())) {
        Ok(()) => l,
    }
}

/// The pivot at which a symmetric matrix turns out not to be positive definite, and its value.
pub fn bad_pivot(a: &Block<'_, f64>) -> Option<(usize, f64)> {
    let root = |i: usize, pivot: f64| root_of_pivot(pivot).ok_or((i, pivot));
    cholesky_in_place(&mut symmetric(a), a.rows, &0.0, root).err()
}

pub fn dot<R: Real>(a: &[R], b: &[R]) -> R {
    a.iter().zip(b).map(|(x, y)| x.clone() * y.clone()).reduce(|s, x| s + x).unwrap_or(R::constant(0.0))
}

pub fn sum<R: Real>(items: impl IntoIterator<Item = R>) -> R {
    items.into_iter().reduce(|s, x| s + x).unwrap_or(R::constant(0.0))
}

/// What brings weights to a size at which their sum neither overflows nor underflows: a power of 2, mostly 1.
pub fn scale_of(weights: &[f64]) -> f64 {
    match weights.iter().sum::<f64>() {
        total if total.is_infinite() => 2f64.powi(-30),
        total if total < 1e-280 => 2f64.powi(300),
        _ => 1.0,
    }
}

/// Weights over their sum; `plain` are the same as doubles.
pub fn shares_of<R: Real>(weights: &[R], plain: &[f64]) -> Vec<R> {
    let scale = R::constant(scale_of(plain));
    let scaled: Vec<R> = weights.iter().map(|w| w.clone() * scale.clone()).collect();
    let total = sum(scaled.iter().cloned());
    scaled.into_iter().map(|w| w / total.clone()).collect()
}

/// log(wₖ / Σ w); `plain` are the weights as doubles. The weight itself is not scaled: it may be too small for that.
pub fn log_share_of<R: Real>(weights: &[R], plain: &[f64], k: usize) -> R {
    let scale = scale_of(plain);
    let total = sum(weights.iter().map(|w| w.clone() * R::constant(scale))).ln();
    weights[k].clone().ln() - (total - R::constant(scale.ln()))
}

/// x with L x = b, for a lower triangular L.
pub fn solve_lower<R: Real>(l: &[R], n: usize, b: &[R]) -> Vec<R> {
    let mut x: Vec<R> = Vec::with_capacity(n);
    for i in 0..n {
        let rest = b[i].clone() - dot(&l[i * n..i * n + i], &x);
        x.push(rest / l[i * n + i].clone());
    }
    x
}

/// L⁻¹ B for a lower triangular L and a matrix B, both n × n; the result by columns.
pub fn solve_columns<R: Real>(l: &[R], n: usize, b: &[R]) -> Vec<Vec<R>> {
    let column = |j: usize| (0..n).map(|i| b[i * n + j].clone()).collect::<Vec<R>>();
    (0..n).map(|j| solve_lower(l, n, &column(j))).collect()
}

/// The sum of the logarithms of the diagonal: half the log-determinant of L Lᵀ.
pub fn log_diagonal<R: Real>(l: &[R], n: usize) -> R {
    sum((0..n).map(|i| l[i * n + i].clone().ln()))
}

/// log Γₙ(a) = n(n−1)/4 log π + Σⱼ log Γ(a − j/2), j = 0 … n−1.
pub fn log_multigamma<R: Real>(a: R, n: usize) -> R {
    let constant = 0.25 * (n * n.saturating_sub(1)) as f64 * std::f64::consts::PI.ln();
    R::constant(constant) + sum((0..n).map(|j| (a.clone() - R::constant(0.5 * j as f64)).lgamma()))
}

/// log(exp(itemsₖ) / Σ exp(items)), safe at −∞ and for large numbers.
pub fn log_share<R: Real>(items: &[R], k: usize) -> R {
    let greatest = items.iter().cloned().reduce(|a, b| R::select(&a.lt(&b), b.clone(), a));
    let top = greatest.unwrap_or(R::constant(f64::NEG_INFINITY));
    // All −∞: the difference would be NaN.
    let none = top.equals(&R::constant(f64::NEG_INFINITY));
    let top = R::select(&none, R::constant(0.0), top);
    items[k].clone() - top.clone() - sum(items.iter().map(|x| (x.clone() - top.clone()).exp())).ln()
}

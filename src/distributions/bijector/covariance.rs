//! Symmetric positive definite matrices, by their Cholesky factors (Pinheiro and Bates 1996, Log-Cholesky).

use super::event::Event;
use super::interval::{LN_HUGE, LN_TINY, greatest, least};
use crate::distributions::real::Real;
use crate::distributions::structured::Block;
use crate::distributions::structured::linear::{cholesky, dot, symmetric};
use std::f64::consts::LN_2;

pub struct Covariance;

impl Event for Covariance {
    fn size(n: usize) -> usize {
        n * (n + 1) / 2
    }

    /// The rows of L up to the diagonal, which is given by its logarithm; then L Lᵀ, as a function of its lower
    /// triangle: log |det| = n log 2 + Σᵢ (n − i + 1) log Lᵢᵢ for i from 0 (Muirhead 1982, theorem 2.1.9).
    fn constrain<R: Real>(n: usize, u: &[R]) -> (Vec<R>, R) {
        // Its square must not vanish.
        let length = |log: R| least(greatest(log, R::constant(0.5 * LN_TINY)), R::constant(LN_HUGE)).exp();
        let mut slope = R::constant(n as f64 * LN_2);
        let mut rows: Vec<Vec<R>> = Vec::with_capacity(n);
        for i in 0..n {
            let given = &u[Covariance::size(i)..Covariance::size(i + 1)];
            slope = slope + R::constant((n - i + 1) as f64) * given[i].clone();
            let mut row = given.to_vec();
            row[i] = length(row[i].clone());
            rows.push(row);
        }
        let entry = |i: usize, j: usize| dot(&rows[i], &rows[j]);
        let lower: Vec<Vec<R>> = (0..n).map(|i| (0..=i).map(|j| entry(i, j)).collect()).collect();
        ((0..n * n).map(|k| lower[(k / n).max(k % n)][(k / n).min(k % n)].clone()).collect(), slope)
    }

    fn unconstrain<R: Real>(n: usize, x: &[R]) -> Vec<R> {
        let l = cholesky(&symmetric(&Block { items: x, rows: n, cols: n }), n);
        let coordinate = |i: usize, j: usize| if i == j { l[i * n + i].clone().ln() } else { l[i * n + j].clone() };
        (0..n).flat_map(|i| (0..=i).map(move |j| (i, j))).map(|(i, j)| coordinate(i, j)).collect()
    }
}

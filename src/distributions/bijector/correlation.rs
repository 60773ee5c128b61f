//! Cholesky factors of correlation matrices, by canonical partial correlations (Lewandowski, Kurowicka and Joe 2009).

use super::event::Event;
use super::interval::{LN_TINY, greatest};
use crate::distributions::real::Real;
use std::f64::consts::LN_2;

pub struct CorrelationFactor;

/// log √(1 − tanh²u) = −log cosh u.
fn log_sech<R: Real>(u: R) -> R {
    let twice = R::constant(2.0) * u;
    R::constant(LN_2) - R::constant(0.5) * (twice.clone().softplus() + (-twice).softplus())
}

/// √(a² + b²) for positive numbers, without squares that overflow or vanish.
fn hypotenuse<R: Real>(a: R, b: R) -> R {
    let longer = greatest(a.clone(), b.clone());
    longer.clone() * ((a / longer.clone()).square() + (b / longer).square()).sqrt()
}

impl Event for CorrelationFactor {
    fn size(n: usize) -> usize {
        n * n.saturating_sub(1) / 2
    }

    /// Each element takes the share tanh u of the length that its row has left; the diagonal is the rest.
    fn constrain<R: Real>(n: usize, u: &[R]) -> (Vec<R>, R) {
        let (mut x, mut slope) = (Vec::with_capacity(n * n), R::constant(0.0));
        for i in 0..n {
            let mut log_rest = R::constant(0.0);
            for u in &u[CorrelationFactor::size(i)..CorrelationFactor::size(i + 1)] {
                let log_left = log_sech(u.clone());
                x.push(u.clone().tanh() * log_rest.clone().exp());
                // dx/du = (1 − tanh²u) times the length left, and the Jacobian is triangular.
                slope = slope + log_left.clone() + log_left.clone() + log_rest.clone();
                log_rest = log_rest + log_left;
            }
            x.push(greatest(log_rest, R::constant(LN_TINY)).exp());
            x.extend((i + 1..n).map(|_| R::constant(0.0)));
        }
        (x, slope)
    }

    /// u = asinh(x / r), r being the length of what comes after x in its row.
    fn unconstrain<R: Real>(n: usize, x: &[R]) -> Vec<R> {
        let mut u = Vec::with_capacity(CorrelationFactor::size(n));
        for (i, row) in x.chunks(n).enumerate() {
            let (mut rest, start) = (row[i].clone(), u.len());
            for entry in row[..i].iter().rev() {
                u.push((entry.clone() / rest.clone()).asinh());
                rest = hypotenuse(entry.clone().abs(), rest);
            }
            u[start..].reverse();
        }
        u
    }
}

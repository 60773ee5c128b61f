//! Vectors of positive numbers that sum to 1, by breaking a stick (Betancourt, "Cruising the simplex", 2012).

use super::event::Event;
use super::interval::{LN_TINY, greatest};
use crate::distributions::real::Real;

pub struct Simplex;

/// The logarithm of how many parts come after part `k` of `n`: with it the coordinates 0 give equal parts.
fn log_after<R: Real>(n: usize, k: usize) -> R {
    R::constant(((n - 1 - k) as f64).ln())
}

impl Event for Simplex {
    fn size(n: usize) -> usize {
        n.saturating_sub(1)
    }

    /// Each part takes the share σ(u − log m) of what is left; all in logarithms.
    fn constrain<R: Real>(n: usize, u: &[R]) -> (Vec<R>, R) {
        let part = |log: R| greatest(log, R::constant(LN_TINY)).exp();
        let (mut log_rest, mut slope) = (R::constant(0.0), R::constant(0.0));
        let mut x = Vec::with_capacity(n);
        for (k, u) in u.iter().enumerate() {
            let v = u.clone() - log_after(n, k);
            let (log_taken, log_left) = (-(-v.clone()).softplus(), -v.softplus());
            let log_x = log_rest.clone() + log_taken;
            // dx/du = rest σ(v) σ(−v), and the Jacobian is triangular.
            slope = slope + log_x.clone() + log_left.clone();
            x.push(part(log_x));
            log_rest = log_rest + log_left;
        }
        x.push(part(log_rest));
        (x, slope)
    }

    /// What is left after a part is the sum of the later ones, which does not cancel.
    fn unconstrain<R: Real>(n: usize, x: &[R]) -> Vec<R> {
        let mut rest = x[n - 1].clone();
        let mut u = Vec::with_capacity(n);
        for k in (0..n - 1).rev() {
            u.push(x[k].clone().ln() - rest.clone().ln() + log_after(n, k));
            rest = rest + x[k].clone();
        }
        u.reverse();
        u
    }
}

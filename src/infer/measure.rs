//! Runs compared where what is a density in one is a probability in another. Beside a probability a density is nothing,
//! and so is one of more numbers beside one of fewer: it is the limit of probabilities of smaller and smaller cells.

use super::weighed::Weighed;
use crate::error::{Code, Error, Result, Stop};
use crate::gfi::Dimension;

/// The code of the error of log-densities that have no ratio.
pub const MEASURE: Code = Code::Measure;

/// The least dimension of all possible runs.
fn least<N: Ord>(log_weights: &[f64], of: impl Fn(usize) -> N) -> Option<N> {
    let possible = (0..log_weights.len()).filter(|at| log_weights[*at] > f64::NEG_INFINITY);
    possible.map(of).min()
}

/// By how many numbers the densities of the first are ones of more than those of the second, in each of n lanes; none
/// where all lanes have the same.
pub fn excess(of: &Dimension, than: &Dimension, n: usize) -> Vec<i32> {
    match (of, than) {
        (Dimension::One(_), Dimension::One(_)) => Vec::new(),
        _ => (0..n).map(|at| of.beyond(than, at)).collect(),
    }
}

/// Takes the weight of each run whose excess is more than that of others.
pub fn least_remain(log_weights: &mut [f64], excess: &[i32]) {
    if excess.is_empty() {
        return;
    }
    let Some(least) = least(log_weights, |at| excess[at]) else { return };
    log_weights.iter_mut().zip(excess).filter(|(_, own)| **own > least).for_each(|(w, _)| *w = f64::NEG_INFINITY);
}

impl Weighed {
    /// The same of runs one by one; those that are not comparable, with a NaN for a weight, stay as they are.
    pub fn least_remain<N: Ord + Copy>(&mut self, dimensions: &[N]) {
        let Some(least) = least(&self.plain, |at| dimensions[at]) else { return };
        for (at, _) in dimensions.iter().enumerate().filter(|(_, own)| **own > least) {
            if !self.plain[at].is_nan() {
                self.forbid(at);
            }
        }
    }
}

/// An error where the data of some possible particles has a density of more numbers than that of others: a step later it
/// may be the other way round, and which of them count is known when all data is there.
pub fn check_alike(log_weights: &[f64], excess: &[i32]) -> Result<()> {
    if excess.is_empty() {
        return Ok(());
    }
    let least = least(log_weights, |at| excess[at]);
    let mut possible = log_weights.iter().zip(excess).filter(|(weight, _)| **weight > f64::NEG_INFINITY);
    match possible.all(|(_, own)| Some(*own) == least) {
        true => Ok(()),
        false => Err(unlike()),
    }
}

#[cold]
pub fn unlike() -> Stop {
    Error::raise(MEASURE, "what is observed or proposed has a probability in one run and a density in another: they have no ratio")
        .help("let it have a density in all of them, such as `(normal 0 0.001)` for `(delta 0)`; `importance` and `enumerate` compare such runs")
}

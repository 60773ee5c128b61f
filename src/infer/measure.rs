//! Runs compared where what is a density in one is a probability in another. Beside a probability a density is nothing,
//! and so is one of more numbers beside one of fewer: it is the limit of probabilities of smaller and smaller cells.

use super::weighed::Weighed;
use crate::error::{Error, Result};
use crate::gfi::batch::dimension::Dimension;

/// The code of the error of log-densities that have no ratio.
pub const MEASURE: &str = "gen::measure";

/// The least dimension of all possible runs.
fn least<N: Ord>(log_weights: &[f64], of: impl Fn(usize) -> N) -> Option<N> {
    let possible = (0..log_weights.len()).filter(|at| log_weights[*at] > f64::NEG_INFINITY);
    possible.map(of).min()
}

/// Takes the weight of each run whose data has a density of more numbers than that of others.
pub fn least_remain(log_weights: &mut [f64], dimension: &Dimension) {
    let Dimension::Each(each) = dimension else { return };
    let Some(least) = least(log_weights, |at| each[at]) else { return };
    log_weights.iter_mut().zip(&**each).filter(|(_, own)| **own > least).for_each(|(w, _)| *w = f64::NEG_INFINITY);
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
pub fn check_alike(log_weights: &[f64], dimension: &Dimension) -> Result<()> {
    let Dimension::Each(each) = dimension else { return Ok(()) };
    let Some(least) = least(log_weights, |at| each[at]) else { return Ok(()) };
    let more = |(weight, own): (&f64, &u32)| *weight > f64::NEG_INFINITY && *own > least;
    match log_weights.iter().zip(&**each).any(more) {
        true => Err(unlike()),
        false => Ok(()),
    }
}

#[cold]
pub fn unlike() -> Box<Error> {
    Error::new(MEASURE, "what is observed has a probability in some runs and a density in others: they have no ratio")
        .help("let it have a density in all of them, such as `(normal 0 0.001)` for `(delta 0)`; `importance` and `enumerate` compare such runs")
}

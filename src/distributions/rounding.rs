//! Draws as they are stored: at the width of a run, and within the support at that width, so that each has a density.

use super::structured::Block;
use super::structured::linear::bad_pivot;
use super::support::{self, Support};
use super::support_of::SupportOf;
use crate::eval::key::SiteRng;

/// A number at the width of these draws.
pub fn stored(x: f64, draws: &SiteRng) -> f64 {
    if draws.single { f64::from(x as f32) } else { x }
}

/// Is it this number, perhaps as single precision keeps one of them?
pub fn is_stored(x: f64, number: f64) -> bool {
    x == number || x == f64::from(number as f32) || number == f64::from(x as f32)
}

/// The next number up or down at that width.
pub fn next(x: f64, up: bool, draws: &SiteRng) -> f64 {
    match (draws.single, up) {
        (true, true) => f64::from((x as f32).next_up()),
        (true, false) => f64::from((x as f32).next_down()),
        (false, true) => x.next_up(),
        (false, false) => x.next_down(),
    }
}

/// The numbers of a support at a width, from the least to the greatest. Ends that parameters give lie in it.
fn ends(of: Support, lo: f64, hi: f64, draws: &SiteRng) -> (f64, f64) {
    let (least, most) = support::bounds(of, draws.single);
    let inward = |end: f64, up: bool| match stored(end, draws) {
        x if (up && x < end) || (!up && x > end) => next(x, up, draws),
        x => x,
    };
    match of {
        Support::Between(..) | Support::AtLeast(_) => {
            let lo = if lo.is_finite() { inward(lo, true) } else { least };
            let hi = if hi.is_finite() { inward(hi, false) } else { most };
            (lo, hi)
        }
        _ => (least, most),
    }
}

/// A draw of a family of numbers within its support, whose ends these are.
#[inline]
pub fn hold(x: f64, of: Support, (lo, hi): (f64, f64), draws: &SiteRng) -> f64 {
    let (least, most) = ends(of, lo, hi, draws);
    // Too narrow for the width: the nearest number.
    stored(x, draws).min(most).max(least)
}

impl SupportOf {
    /// The numbers of one drawn value, row by row, within the support.
    pub(super) fn hold(&self, items: &mut [f64], draws: &SiteRng) {
        let tiny = if draws.single { f64::from(f32::MIN_POSITIVE) } else { f64::MIN_POSITIVE };
        let width = self.size().1;
        for (i, x) in items.iter_mut().enumerate() {
            *x = match self {
                SupportOf::Numbers { of, lo, hi } => hold(*x, *of, (*lo, *hi), draws),
                SupportOf::Simplex(_) => stored(*x, draws).max(tiny),
                // The diagonal is positive.
                SupportOf::CorrelationFactor(_) | SupportOf::Covariance(_) if i / width == i % width => {
                    stored(*x, draws).max(tiny)
                }
                _ => hold(*x, Support::Reals, (f64::NAN, f64::NAN), draws),
            };
        }
        if let SupportOf::Covariance(n) = self {
            keep_definite(items, *n, draws);
        }
    }
}

/// Rounded elements of a nearly singular matrix may be those of none that is positive definite: what is off the diagonal
/// shrinks by ever more units in the last place until they are.
fn keep_definite(items: &mut [f64], n: usize, draws: &SiteRng) {
    let mut less = if draws.single { f64::from(f32::EPSILON) } else { f64::EPSILON };
    while less <= 1.0 && bad_pivot(&Block { items, rows: n, cols: n }).is_some() {
        for (_, x) in items.iter_mut().enumerate().filter(|(i, _)| i / n != i % n) {
            *x = stored(*x * (1.0 - less), draws);
        }
        less *= 2.0;
    }
}

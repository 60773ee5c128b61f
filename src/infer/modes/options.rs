//! The search for a mode from several starts.

use super::lbfgs::{Peak, climb};
use crate::error::{Code, Error, Result};
use crate::eval::Cx;
use crate::eval::key::Key;
use crate::gfi::BadPoints;
use crate::infer::space::{Height, Space};
use crate::infer::start::Problem;
use std::cmp::Ordering;

/// The highest mode that some starts found.
pub struct Mode {
    pub space: Space,
    pub peak: Peak,
    /// Points on the way at which the model raised an error: the step to them was shortened.
    pub bad: BadPoints,
}

/// The best of several climbs, each from a prior draw.
pub fn mode(cx: &mut Cx, problem: &Problem, jacobian: bool, starts: usize, steps: usize, key: Key) -> Result<Mode> {
    let (mut best, mut bad): (Option<(Space, Peak)>, _) = (None, BadPoints::default());
    for i in 0..starts {
        let mut found = None;
        problem.start(cx, key.fold(i as u64), |cx, trace, bad| {
            let (space, start) = Space::of(cx, trace, &trace.latent())?;
            let height = space.height(cx, &start, jacobian);
            let fine = bad.good(height)?.is_some();
            found = Some((space, start));
            Ok(fine)
        })?;
        let Some((space, start)) = found else { continue };
        let height = |u: &[f64]| {
            let height = space.height(cx, u, jacobian);
            Ok(bad.good(height)?.unwrap_or_else(|| Height::impossible(u.len())))
        };
        let peak = climb(height, start, steps)?;
        // Beside a probability a density is nothing, however high.
        let higher = |(old, best): &(Space, Peak)| match space.measure.cmp(&old.measure) {
            Ordering::Equal => best.height.value < peak.height.value,
            fewer => fewer == Ordering::Less,
        };
        if best.as_ref().is_none_or(higher) {
            best = Some((space, peak));
        }
    }
    match best {
        Some((space, peak)) => Ok(Mode { space, peak, bad }),
        None => Err(Error::raise(Code::Internal, "no start was tried")),
    }
}

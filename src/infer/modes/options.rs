//! The search for a mode from several starts.

use crate::error::{Code, Error, Result};
use crate::eval::Cx;
use crate::eval::key::Key;
use crate::gfi::{BadPoints, Trace};
use crate::infer::climb::{Peak, climb, foot};
use crate::infer::log_density::LogDensity;
use crate::infer::model_density::ModelDensity;
use crate::infer::start::Problem;
use std::cmp::Ordering;
use std::sync::Arc;

/// The highest mode that some starts found.
pub struct Mode {
    pub space: ModelDensity,
    pub peak: Peak,
    /// The run that the climb to it began with.
    pub start: Arc<Trace>,
}

/// A search for the mode by several climbs, each from a prior draw: what it has found until it is halted.
#[derive(Default)]
pub struct ModeSearch {
    pub best: Option<Mode>,
    /// Points on the way at which the model raised an error: the step to them was shortened.
    pub bad: BadPoints,
}

impl ModeSearch {
    pub fn run(
        &mut self,
        cx: &mut Cx,
        problem: &Problem,
        jacobian: bool,
        (starts, steps): (usize, usize),
        key: Key,
    ) -> Result<()> {
        for i in 0..starts {
            let mut found = None;
            let start = problem.start(cx, 0, key.fold(i as u64), |cx, trace, bad| {
                let (mut space, start) = ModelDensity::of(cx, trace, &trace.latent())?;
                space.jacobian = jacobian;
                let value = (&space).at(cx, &start, None);
                let fine = bad.good(value)?.is_some();
                found = Some((space, start));
                Ok(fine)
            })?;
            let Some((space, u)) = found else { continue };
            let mut peak = Peak { point: foot(cx, &mut &space, u, &mut self.bad)?, converged: false };
            let climbed = climb(cx, &mut &space, &mut peak, steps, &mut self.bad, |_| {});
            // Where the climb was halted it has come so far.
            self.take(Mode { space, peak, start });
            climbed?;
        }
        Ok(())
    }

    /// Keeps the higher of two modes.
    fn take(&mut self, new: Mode) {
        // Beside a probability a density is nothing, however high.
        let higher = |best: &Mode| match new.space.measure.cmp(&best.space.measure) {
            Ordering::Equal => best.peak.point.value < new.peak.point.value,
            fewer => fewer == Ordering::Less,
        };
        if self.best.as_ref().is_none_or(higher) {
            self.best = Some(new);
        }
    }

    /// The highest mode that was found; there is one when all climbs have ended.
    pub fn found(self) -> Result<(Mode, BadPoints)> {
        let none = || Error::raise(Code::Internal, "no start was tried");
        Ok((self.best.ok_or_else(none)?, self.bad))
    }
}

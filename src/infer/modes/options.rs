//! The search for a mode from several starts.

use super::lbfgs::{Peak, climb};
use crate::error::{Code, Error, Result};
use crate::eval::Cx;
use crate::eval::key::Key;
use crate::gfi::BadPoints;
use crate::infer::log_density::{DensityPoint, LogDensity};
use crate::infer::model_density::ModelDensity;
use crate::infer::start::Problem;
use std::cmp::Ordering;

/// The highest mode that some starts found.
pub struct Mode {
    pub space: ModelDensity,
    pub peak: Peak,
    /// Points on the way at which the model raised an error: the step to them was shortened.
    pub bad: BadPoints,
}

/// The best of several climbs, each from a prior draw.
pub fn mode(cx: &mut Cx, problem: &Problem, jacobian: bool, starts: usize, steps: usize, key: Key) -> Result<Mode> {
    let (mut best, mut bad): (Option<(ModelDensity, Peak)>, _) = (None, BadPoints::default());
    for i in 0..starts {
        let mut found = None;
        problem.start(cx, key.fold(i as u64), |cx, trace, bad| {
            let (mut space, start) = ModelDensity::of(cx, trace, &trace.latent())?;
            space.jacobian = jacobian;
            let value = (&space).at(cx, &start, None);
            let fine = bad.good(value)?.is_some();
            found = Some((space, start));
            Ok(fine)
        })?;
        let Some((space, start)) = found else { continue };
        let density = |u: Vec<f64>| {
            let nowhere = DensityPoint { value: f64::NEG_INFINITY, gradient: vec![0.0; u.len()], u: u.clone() };
            let found = DensityPoint::at(cx, &mut &space, u);
            Ok(bad.good(found)?.flatten().unwrap_or(nowhere))
        };
        let peak = climb(density, start, steps)?;
        // Beside a probability a density is nothing, however high.
        let higher = |(old, best): &(ModelDensity, Peak)| match space.measure.cmp(&old.measure) {
            Ordering::Equal => best.point.value < peak.point.value,
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

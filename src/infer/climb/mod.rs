//! Climbs to the modes of log densities, and normal approximations that lie on the way.

mod curvature;
mod lbfgs;
mod pathfinder;

use super::log_density::{DensityPoint, LogDensity};
use crate::error::Result;
use crate::eval::Cx;
use crate::gfi::BadPoints;
pub use lbfgs::Peak;
pub use pathfinder::pathfinder;

/// Where a climb starts. Of points at which the model raises an error, or makes other choices, none is higher.
pub fn foot(cx: &mut Cx, density: &mut dyn LogDensity, u: Vec<f64>, bad: &mut BadPoints) -> Result<DensityPoint> {
    let nowhere = DensityPoint { value: f64::NEG_INFINITY, gradient: vec![0.0; u.len()], u: u.clone() };
    let found = DensityPoint::at(cx, density, u);
    Ok(bad.good(found)?.flatten().unwrap_or(nowhere))
}

/// Climbs on from the highest point so far, for so many steps at most, and shows each point on the way.
pub fn climb(
    cx: &mut Cx,
    density: &mut dyn LogDensity,
    peak: &mut Peak,
    steps: usize,
    bad: &mut BadPoints,
    reached: impl FnMut(&DensityPoint),
) -> Result<()> {
    lbfgs::climb(|u| foot(cx, density, u, bad), peak, steps, reached)
}

//! One move from a point: static trajectories and their acceptance.

use super::leapfrog::Hamiltonian;
use super::leapfrog::Phase;
use super::mass::Mass;
use super::nuts;
use crate::broken::broken;
use crate::error::Result;
use crate::eval::Cx;
use crate::eval::Value;
use crate::eval::key::{Key, SiteRng};
use crate::infer::log_density::{DensityPoint, LogDensity};

#[derive(Clone, Copy, Debug)]
pub enum Method {
    /// So many leapfrog steps; one is a Langevin move.
    Static {
        steps: usize,
    },
    Nuts {
        max_depth: usize,
    },
}

/// What a move did.
pub struct Trajectory {
    /// Where it leads, if it is accepted.
    pub point: Option<DensityPoint>,
    pub log_alpha: f64,
    /// The mean probability of acceptance along the way, for the step size to adapt to.
    pub accept: f64,
    pub stats: Vec<(&'static str, Value)>,
}

/// An energy that has grown by more is a divergence (Stan's threshold).
pub const DIVERGENCE: f64 = 1000.0;

impl Method {
    pub fn apply(
        self,
        cx: &mut Cx,
        density: &mut dyn LogDensity,
        from: &DensityPoint,
        mass: &Mass,
        size: f64,
        key: Key,
    ) -> Result<Trajectory> {
        let mut draws = key.site(0, 0);
        let p = mass.momentum(from.u.len(), &mut draws);
        let start = Phase { point: from.clone(), p };
        let way = Hamiltonian::new(density, mass);
        match self {
            Method::Static { steps } => fixed(cx, way, start, size, steps, &mut draws),
            Method::Nuts { max_depth } => nuts::apply(cx, way, start, size, max_depth, &mut draws),
        }
    }
}

/// A trajectory of so many steps, accepted by its change of energy (Duane et al. 1987).
fn fixed(
    cx: &mut Cx,
    mut way: Hamiltonian<'_>,
    mut phase: Phase,
    size: f64,
    steps: usize,
    draws: &mut SiteRng,
) -> Result<Trajectory> {
    let energy = way.energy(&phase);
    if !way.steps(cx, &mut phase, size, steps)? {
        let stats = vec![("structure-changed", Value::True), ("diverging", Value::False)];
        return Ok(Trajectory { point: None, log_alpha: f64::NEG_INFINITY, accept: 0.0, stats });
    }
    let end = way.energy(&phase);
    let log_alpha = energy - end;
    let accepted = draws.open01().ln() < log_alpha || broken!("hmc-acceptance");
    let stats = vec![
        ("structure-changed", Value::False),
        ("diverging", Value::bool(log_alpha < -DIVERGENCE)),
        ("energy", Value::float(if accepted { end } else { energy })),
    ];
    Ok(Trajectory { point: accepted.then_some(phase.point), log_alpha, accept: log_alpha.exp().min(1.0), stats })
}

//! One move from a point: static trajectories and their acceptance.

use super::leapfrog::Phase;
use super::mass::Mass;
use super::nuts;
use super::target::{Point, Target};
use crate::error::Result;
use crate::eval::Value;
use crate::eval::key::{Key, SiteRng};

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
pub struct Moved {
    /// Where it leads, if it is accepted.
    pub point: Option<Point>,
    pub log_alpha: f64,
    /// The mean probability of acceptance along the way, for the step size to adapt to.
    pub accept: f64,
    pub stats: Vec<(&'static str, Value)>,
}

/// An energy that has grown by more is a divergence (Stan's threshold).
pub const DIVERGENCE: f64 = 1000.0;

impl Method {
    pub fn apply(self, target: &mut dyn Target, from: &Point, mass: &Mass, size: f64, key: Key) -> Result<Moved> {
        let mut draws = key.site(0, 0);
        let p = mass.momentum(from.u.len(), &mut draws);
        let start = Phase { point: from.clone(), p };
        match self {
            Method::Static { steps } => fixed(target, start, mass, size, steps, &mut draws),
            Method::Nuts { max_depth } => nuts::apply(target, start, mass, size, max_depth, &mut draws),
        }
    }
}

/// A trajectory of so many steps, accepted by its change of energy (Duane et al. 1987).
fn fixed(
    target: &mut dyn Target,
    start: Phase,
    mass: &Mass,
    size: f64,
    steps: usize,
    draws: &mut SiteRng,
) -> Result<Moved> {
    let energy = start.energy(mass);
    let Some(end) = start.steps(target, mass, size, steps)? else {
        let stats = vec![("structure-changed", Value::True), ("diverging", Value::False)];
        return Ok(Moved { point: None, log_alpha: f64::NEG_INFINITY, accept: 0.0, stats });
    };
    let log_alpha = energy - end.energy(mass);
    let accepted = draws.open01().ln() < log_alpha;
    let stats = vec![
        ("structure-changed", Value::False),
        ("diverging", Value::bool(log_alpha < -DIVERGENCE)),
        ("energy", Value::float(if accepted { end.energy(mass) } else { energy })),
    ];
    Ok(Moved { point: accepted.then_some(end.point), log_alpha, accept: log_alpha.exp().min(1.0), stats })
}

//! Climbing to a maximum with gradients (L-BFGS; Nocedal and Wright 2006, algorithms 7.4 and 7.5).

use crate::distributions::dot;
use crate::error::Result;
use crate::infer::log_density::DensityPoint;
use std::collections::VecDeque;

/// Steps that are remembered.
const MEMORY: usize = 10;
/// Halvings of a step before there is nothing higher.
const HALVINGS: usize = 60;
/// The share of the slope's promise that a step must keep.
const ARMIJO: f64 = 1e-4;

/// The highest point of a climb.
pub struct Peak {
    pub point: DensityPoint,
    /// The gradient is as good as 0.
    pub converged: bool,
}

pub fn plus(a: &[f64], scale: f64, b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| x + scale * y).collect()
}

/// Steps, and how the gradient fell along them: the newest is the last.
pub type Memory = VecDeque<(Vec<f64>, Vec<f64>)>;

/// Climbs on from the highest point so far, for so many steps at most.
pub fn climb(
    mut f: impl FnMut(Vec<f64>) -> Result<DensityPoint>,
    peak: &mut Peak,
    steps: usize,
    mut reached: impl FnMut(&DensityPoint),
) -> Result<()> {
    let mut memory = Memory::new();
    for _ in 0..steps {
        let size = peak.point.gradient.iter().fold(0.0_f64, |m, g| m.max(g.abs()));
        peak.converged = size <= 1e-9 * peak.point.value.abs().max(1.0);
        if peak.converged {
            break;
        }
        let mut direction = direction(&peak.point.gradient, &memory);
        let mut slope = dot(&direction, &peak.point.gradient);
        if slope <= 0.0 {
            memory.clear();
            direction = peak.point.gradient.clone();
            slope = dot(&direction, &direction);
        }
        let first = if memory.is_empty() { (1.0 / dot(&direction, &direction).sqrt()).min(1.0) } else { 1.0 };
        let Some(higher) = search(&mut f, peak, &direction, slope, first)? else {
            // Rounding hides what is left, unless the memory misleads.
            peak.converged = size <= 1e-4 * peak.point.value.abs().max(1.0);
            if memory.is_empty() || peak.converged {
                break;
            }
            memory.clear();
            continue;
        };
        let step = plus(&higher.u, -1.0, &peak.point.u);
        let bend = plus(&peak.point.gradient, -1.0, &higher.gradient);
        if dot(&step, &bend) > 1e-14 * dot(&bend, &bend) {
            memory.push_back((step, bend));
            memory.truncate(MEMORY + 1);
            if memory.len() > MEMORY {
                memory.pop_front();
            }
        }
        reached(&higher);
        *peak = Peak { point: higher, converged: false };
    }
    Ok(())
}

/// The gradient through the inverse curvature that the remembered steps tell, on top of one number for all directions.
fn direction(gradient: &[f64], memory: &Memory) -> Vec<f64> {
    through(gradient, memory, |q| {
        if let Some((step, bend)) = memory.back() {
            let scale = dot(step, bend) / dot(bend, bend);
            q.iter_mut().for_each(|x| *x *= scale);
        }
    })
}

/// A vector through the inverse curvature that remembered steps tell on top of a first one (algorithm 7.4).
pub fn through(vector: &[f64], memory: &Memory, first: impl FnOnce(&mut [f64])) -> Vec<f64> {
    let mut q = vector.to_vec();
    let mut shares = Vec::with_capacity(memory.len());
    for (step, bend) in memory.iter().rev() {
        let share = dot(step, &q) / dot(step, bend);
        q = plus(&q, -share, bend);
        shares.push(share);
    }
    first(&mut q);
    for ((step, bend), share) in memory.iter().zip(shares.into_iter().rev()) {
        let back = dot(bend, &q) / dot(step, bend);
        q = plus(&q, share - back, step);
    }
    q
}

/// A point along a direction that is higher, as the slope promises.
fn search(
    f: &mut impl FnMut(Vec<f64>) -> Result<DensityPoint>,
    peak: &Peak,
    direction: &[f64],
    slope: f64,
    first: f64,
) -> Result<Option<DensityPoint>> {
    let mut size = first;
    for _ in 0..HALVINGS {
        let higher = f(plus(&peak.point.u, size, direction))?;
        if higher.value >= peak.point.value + ARMIJO * size * slope && higher.value > peak.point.value {
            return Ok(Some(higher));
        }
        size *= 0.5;
    }
    Ok(None)
}

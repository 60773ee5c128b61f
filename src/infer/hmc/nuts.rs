//! The No-U-Turn sampler: trajectories that double until they turn back (Hoffman and Gelman 2014), with draws by weight
//! along them and the criterion for any metric (Betancourt 2017, appendix A), as Stan has it.

use super::leapfrog::Phase;
use super::mass::{Mass, dot};
use super::method::{DIVERGENCE, Moved};
use super::target::{Point, Target};
use crate::error::Result;
use crate::eval::Value;
use crate::eval::key::SiteRng;

/// A trajectory.
struct Tree {
    left: Phase,
    right: Phase,
    /// Σ p.
    rho: Vec<f64>,
    /// A point drawn by weight.
    point: Point,
    energy: f64,
    /// log Σ exp(−H), against the start.
    log_weight: f64,
    turning: bool,
}

/// What all trees of a move share.
struct Walk<'a> {
    target: &'a mut dyn Target,
    mass: &'a Mass,
    size: f64,
    start: f64,
    draws: &'a mut SiteRng,
    accept: f64,
    steps: usize,
    diverging: bool,
    changed: bool,
}

pub fn apply(
    target: &mut dyn Target,
    start: Phase,
    mass: &Mass,
    size: f64,
    max_depth: usize,
    draws: &mut SiteRng,
) -> Result<Moved> {
    let energy = start.energy(mass);
    let mut walk =
        Walk { target, mass, size, start: energy, draws, accept: 0.0, steps: 0, diverging: false, changed: false };
    let mut tree = Tree {
        rho: start.p.clone(),
        point: start.point.clone(),
        left: start.clone(),
        right: start.clone(),
        energy,
        log_weight: 0.0,
        turning: false,
    };
    let (mut depth, mut moved) = (0, false);
    while depth < max_depth && !tree.turning {
        let forward = walk.draws.open01() < 0.5;
        let from = if forward { tree.right.clone() } else { tree.left.clone() };
        let Some(new) = walk.grow(&from, depth, forward)? else { break };
        depth += 1;
        // The new half is favoured: the move goes far (Betancourt 2017, A.3.2).
        let takes = walk.draws.open01().ln() < new.log_weight - tree.log_weight;
        moved |= takes;
        tree = walk.join(tree, new, forward, takes);
    }
    let accept = if walk.steps == 0 { 0.0 } else { walk.accept / walk.steps as f64 };
    let stats = vec![
        ("structure-changed", Value::bool(walk.changed)),
        ("diverging", Value::bool(walk.diverging)),
        ("energy", Value::float(tree.energy)),
        ("tree-depth", Value::Int(depth as i64)),
        ("leapfrog-steps", Value::Int(walk.steps as i64)),
        ("accept-prob", Value::float(accept)),
    ];
    let log_alpha = energy - tree.energy;
    Ok(Moved { point: moved.then_some(tree.point), log_alpha, accept, stats })
}

impl Walk<'_> {
    /// A tree of 2^depth steps onward from a phase; `None` if somewhere in it the way ends or turns.
    fn grow(&mut self, from: &Phase, depth: usize, forward: bool) -> Result<Option<Tree>> {
        if depth == 0 {
            return self.leaf(from, forward);
        }
        let Some(first) = self.grow(from, depth - 1, forward)? else { return Ok(None) };
        let end = if forward { first.right.clone() } else { first.left.clone() };
        let Some(second) = self.grow(&end, depth - 1, forward)? else { return Ok(None) };
        // Within the new half every point counts by its weight alone.
        let takes = self.draws.open01().ln() < second.log_weight - log_add(first.log_weight, second.log_weight);
        let tree = self.join(first, second, forward, takes);
        Ok((!tree.turning).then_some(tree))
    }

    fn leaf(&mut self, from: &Phase, forward: bool) -> Result<Option<Tree>> {
        let size = if forward { self.size } else { -self.size };
        let Some(phase) = from.step(self.target, self.mass, size)? else {
            self.changed = true;
            return Ok(None);
        };
        let energy = phase.energy(self.mass);
        let gain = self.start - energy;
        self.steps += 1;
        self.accept += gain.exp().min(1.0);
        if gain < -DIVERGENCE || !phase.point.is_finite() {
            self.diverging = true;
            return Ok(None);
        }
        let (rho, point) = (phase.p.clone(), phase.point.clone());
        Ok(Some(Tree { left: phase.clone(), right: phase, rho, point, energy, log_weight: gain, turning: false }))
    }

    /// Two trajectories that follow each other as one, with the point of the second if it `takes`.
    fn join(&self, first: Tree, second: Tree, forward: bool, takes: bool) -> Tree {
        let log_weight = log_add(first.log_weight, second.log_weight);
        let (left, right) = if forward { (&first, &second) } else { (&second, &first) };
        let rho: Vec<f64> = left.rho.iter().zip(&right.rho).map(|(a, b)| a + b).collect();
        let add = |rho: &[f64], p: &[f64]| -> Vec<f64> { rho.iter().zip(p).map(|(a, b)| a + b).collect() };
        // Also between the halves, where a turn could hide (Stan 2.21).
        let turning = self.turns(&left.left, &right.right, &rho)
            || self.turns(&left.left, &right.left, &add(&left.rho, &right.left.p))
            || self.turns(&left.right, &right.right, &add(&right.rho, &left.right.p));
        let (point, energy) =
            if takes { (second.point.clone(), second.energy) } else { (first.point.clone(), first.energy) };
        let (left, right) = (left.left.clone(), right.right.clone());
        Tree { left, right, rho, point, energy, log_weight, turning }
    }

    fn turns(&self, left: &Phase, right: &Phase, rho: &[f64]) -> bool {
        let onward = |phase: &Phase| dot(&self.mass.velocity(&phase.p), rho) > 0.0;
        !(onward(left) && onward(right))
    }
}

fn log_add(a: f64, b: f64) -> f64 {
    let (most, least) = if a > b { (a, b) } else { (b, a) };
    if most == f64::NEG_INFINITY { most } else { most + (least - most).exp().ln_1p() }
}

//! The No-U-Turn sampler: trajectories that double until they turn back (Hoffman and Gelman 2014), with draws by weight
//! along them and the criterion for any metric (Betancourt 2017, appendix A), as Stan has it.

use super::leapfrog::Hamiltonian;
use super::leapfrog::Phase;
use super::method::{DIVERGENCE, Trajectory};
use crate::broken::broken;
use crate::error::Result;
use crate::eval::Cx;
use crate::eval::Value;
use crate::eval::key::SiteRng;
use crate::infer::log_density::DensityPoint;

/// A trajectory.
#[derive(Default)]
struct Tree {
    left: Phase,
    right: Phase,
    /// Σ p.
    rho: Vec<f64>,
    /// A point drawn by weight.
    point: DensityPoint,
    energy: f64,
    /// log Σ exp(−H), against the start.
    log_weight: f64,
    turning: bool,
}

/// What all trees of a move share.
struct Growth<'a, 'd> {
    way: Hamiltonian<'a>,
    size: f64,
    start: f64,
    draws: &'d mut SiteRng,
    /// Trees that are done with: new ones are made in their place.
    spare: Vec<Tree>,
    accept: f64,
    steps: usize,
    diverging: bool,
    changed: bool,
}

pub fn apply(
    cx: &mut Cx,
    mut way: Hamiltonian<'_>,
    start: Phase,
    size: f64,
    max_depth: usize,
    draws: &mut SiteRng,
) -> Result<Trajectory> {
    let energy = way.energy(&start);
    let (spare, diverging, changed) = (Vec::new(), false, false);
    let mut growth = Growth { way, size, start: energy, draws, spare, accept: 0.0, steps: 0, diverging, changed };
    let mut tree = growth.single(start, energy, 0.0);
    let (mut depth, mut moved) = (0, false);
    while depth < max_depth && !tree.turning {
        let forward = growth.draws.open01() < 0.5;
        let from = if forward { &tree.right } else { &tree.left };
        let Some(new) = growth.grow(cx, from, depth, forward)? else { break };
        depth += 1;
        // The new half is favoured: the move goes far (Betancourt 2017, A.3.2).
        let takes = growth.draws.open01().ln() < new.log_weight - tree.log_weight;
        moved |= takes;
        tree = growth.join(tree, new, forward, takes);
    }
    let accept = if growth.steps == 0 { 0.0 } else { growth.accept / growth.steps as f64 };
    let stats = vec![
        ("structure-changed", Value::bool(growth.changed)),
        ("diverging", Value::bool(growth.diverging)),
        ("energy", Value::float(tree.energy)),
        ("tree-depth", Value::Int(depth as i64)),
        ("saturated", Value::bool(depth == max_depth && !tree.turning)),
        ("leapfrog-steps", Value::Int(growth.steps as i64)),
        ("accept-prob", Value::float(accept)),
    ];
    let log_alpha = energy - tree.energy;
    Ok(Trajectory { point: moved.then_some(tree.point), log_alpha, accept, stats })
}

impl Growth<'_, '_> {
    /// A tree of 2^depth steps onward from a phase; `None` if somewhere in it the way ends or turns.
    fn grow(&mut self, cx: &mut Cx, from: &Phase, depth: usize, forward: bool) -> Result<Option<Tree>> {
        if depth == 0 {
            return self.leaf(cx, from, forward);
        }
        let Some(first) = self.grow(cx, from, depth - 1, forward)? else { return Ok(None) };
        let end = if forward { &first.right } else { &first.left };
        let Some(second) = self.grow(cx, end, depth - 1, forward)? else {
            self.spare.push(first);
            return Ok(None);
        };
        // Within the new half every point counts by its weight alone.
        let both = log_add(first.log_weight, second.log_weight);
        let all = if broken!("nuts-subtree") { first.log_weight } else { both };
        let takes = self.draws.open01().ln() < second.log_weight - all;
        let tree = self.join(first, second, forward, takes);
        if tree.turning {
            self.spare.push(tree);
            return Ok(None);
        }
        Ok(Some(tree))
    }

    fn leaf(&mut self, cx: &mut Cx, from: &Phase, forward: bool) -> Result<Option<Tree>> {
        let size = if forward { self.size } else { -self.size };
        let mut phase = self.spare.last_mut().map(|tree| std::mem::take(&mut tree.left)).unwrap_or_default();
        phase.copy(from);
        if !self.way.step(cx, &mut phase, size)? {
            self.changed = true;
            return Ok(None);
        }
        let energy = self.way.energy(&phase);
        let gain = self.start - energy;
        self.steps += 1;
        self.accept += gain.exp().min(1.0);
        if gain < -DIVERGENCE || !phase.point.is_finite() {
            self.diverging = true;
            return Ok(None);
        }
        Ok(Some(self.single(phase, energy, gain)))
    }

    /// A trajectory of one phase.
    fn single(&mut self, phase: Phase, energy: f64, log_weight: f64) -> Tree {
        let mut tree = self.spare.pop().unwrap_or_default();
        tree.right.copy(&phase);
        tree.rho.clone_from(&phase.p);
        tree.point.copy(&phase.point);
        Tree { left: phase, energy, log_weight, turning: false, ..tree }
    }

    /// Two trajectories that follow each other as one, with the point of the second if it `takes`.
    fn join(&mut self, first: Tree, second: Tree, forward: bool, takes: bool) -> Tree {
        let (left, right) = if forward { (&first, &second) } else { (&second, &first) };
        let both = |i: usize| left.rho[i] + right.rho[i];
        // Also between the halves, where a turn could hide (Stan 2.21).
        let turning = self.turns(&left.left, &right.right, both)
            || self.turns(&left.left, &right.left, |i| left.rho[i] + right.left.p[i])
            || self.turns(&left.right, &right.right, |i| right.rho[i] + left.right.p[i]);
        let (mut tree, mut other) = (first, second);
        tree.turning = turning;
        tree.log_weight = log_add(tree.log_weight, other.log_weight);
        tree.rho.iter_mut().zip(&other.rho).for_each(|(sum, p)| *sum += p);
        let (end, new) = if forward { (&mut tree.right, &mut other.right) } else { (&mut tree.left, &mut other.left) };
        std::mem::swap(end, new);
        if takes {
            std::mem::swap(&mut tree.point, &mut other.point);
            tree.energy = other.energy;
        }
        self.spare.push(other);
        tree
    }

    /// Does a trajectory of this Σ p turn back at one of its ends?
    fn turns(&mut self, left: &Phase, right: &Phase, rho: impl Fn(usize) -> f64) -> bool {
        let mut onward = |phase: &Phase| {
            let velocity = self.way.velocity(&phase.p).iter().enumerate();
            velocity.map(|(i, v)| v * rho(i)).sum::<f64>() > 0.0
        };
        !(onward(left) && onward(right))
    }
}

fn log_add(a: f64, b: f64) -> f64 {
    let (most, least) = if a > b { (a, b) } else { (b, a) };
    if most == f64::NEG_INFINITY { most } else { most + (least - most).exp().ln_1p() }
}

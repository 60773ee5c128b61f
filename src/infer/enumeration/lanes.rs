//! All combinations as the lanes of one batched run, where every one of them makes the same choices.

use super::{Level, Space, values_of};
use crate::error::{Caught, Result};
use crate::eval::key::Key;
use crate::eval::lanes::Group;
use crate::eval::{Cx, Value};
use crate::gfi::{
    BatchRequest, BatchedTrace, ChoiceMap, Dimension, Goal, LaneMode, Trace, Trie, collect_lanes, count, has_elements,
    run_batch,
};

/// Fewer combinations are run one by one.
const LEAST: usize = 8;
/// More are too many for one run.
const MOST: usize = 1 << 20;

/// The values of all combinations, their log-densities, and their runs.
type Combinations = (Vec<ChoiceMap>, Vec<f64>, BatchedTrace);

/// All combinations; `None` where they differ in their choices or in the values
/// that these may take, so that they have to be run one by one. The levels and the run are those of the first.
pub fn at_once(cx: &mut Cx, space: &Space, levels: &[Level], first: &Trace) -> Result<Option<Combinations>> {
    // What a value of a grid stands for, and whether it is possible, depends on the run.
    if levels.iter().any(|level| space.grid.has(&level.path)) {
        return Ok(None);
    }
    let lanes = levels.iter().try_fold(1usize, |n, level| n.checked_mul(level.values.len())).unwrap_or(usize::MAX);
    if !(LEAST..=MOST).contains(&lanes) {
        return Ok(None);
    }
    // Whatever went wrong, the runs one by one say where.
    Ok(run(cx, space, levels, lanes, first).caught()?.unwrap_or_default())
}

fn run(cx: &mut Cx, space: &Space, levels: &[Level], lanes: usize, first: &Trace) -> Result<Option<Combinations>> {
    let group = Group::whole(0, lanes as u32, space.width);
    let strides = strides(levels, lanes);
    let (mut choices, mut weights) = (space.fixed.clone(), vec![0.0; lanes]);
    for (level, stride) in levels.iter().zip(&strides) {
        let of = |lane: usize| &level.values[lane / stride % level.values.len()];
        choices.put(&level.path, collect_lanes((0..lanes).map(|lane| of(lane).0.clone()).collect(), &group)?)?;
        weights.iter_mut().enumerate().for_each(|(lane, weight)| *weight += of(lane).1);
    }
    let goal = Goal::observe(choices);
    let (this, args, key, width) = (&space.model, &space.args, Key::default(), space.width);
    let request = BatchRequest { this, args, goal: &goal, key, lanes, width, past: None, how: LaneMode::Together };
    let mut trace = run_batch(cx, &request)?.trace;
    let walked = |path: &[Value]| levels.iter().any(|level| level.path == path);
    trace.observe_only(&|path| Ok(if walked(path) { Trie::Empty } else { Trie::Leaf(()) }))?;
    if !matches!(trace.of_data(), Dimension::One(_)) {
        return Ok(None);
    }
    let own = first.all_choices();
    if trace.addresses().len() != own.len() {
        return Ok(None);
    }
    let values = trace.choices()?;
    for (path, value, _) in &own {
        if has_elements(value) && values.value_at(path)?.as_ref().and_then(count) != count(value) {
            return Ok(None);
        }
        let Some(densities) = trace.log_densities(cx, path)? else { return Ok(None) };
        if let Some(at) = levels.iter().position(|level| level.path == *path)
            && levels[at].complete
            && !sums_to_one(&densities, levels[at].values.len(), strides[at])
        {
            return Ok(None);
        }
    }
    weights.iter_mut().zip(trace.scores()).for_each(|(weight, score)| *weight += score);
    let values = |lane: usize| {
        values_of(
            levels
                .iter()
                .zip(&strides)
                .map(|(level, stride)| (level, &level.values[lane / stride % level.values.len()].0)),
        )
    };
    Ok(Some(((0..lanes).map(values).collect(), weights, trace)))
}

/// How many lanes a level's value stays the same: the last changes fastest.
fn strides(levels: &[Level], lanes: usize) -> Vec<usize> {
    let mut stride = lanes;
    let below = |level: &Level| {
        stride /= level.values.len();
        stride
    };
    levels.iter().map(below).collect()
}

/// True when the values of a level have all the mass, whatever the levels before it are: none was left out.
fn sums_to_one(densities: &[f64], values: usize, stride: usize) -> bool {
    densities.chunks(values * stride).all(|context| {
        let mass: f64 = context.iter().step_by(stride).map(|l| l.exp()).sum();
        (mass - 1.0).abs() < 1e-6
    })
}

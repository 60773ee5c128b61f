//! The runs of single lanes, taken out of a batched trace.

use super::densities::{changed, close};
use super::marks::in_value;
use super::object::{BatchedTrace, Chunk};
use super::site::{Site, Visit};
use crate::error::{Code, Result};
use crate::eval::lanes::lane_of;
use crate::eval::{Cx, Value};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::goal::Goal;
use crate::gfi::interface;
use crate::gfi::ops;
use crate::gfi::past::Past;
use crate::gfi::request::{Origin, Request};
use crate::gfi::trace::{Record, Trace, UNKNOWN_DIMENSION};
use crate::gfi::trace_object::trace_value;
use crate::gfi::trie::Trie;
use crate::tensor::DType;
use std::sync::Arc;

/// What a batched run has of one lane.
#[derive(Clone, Default)]
struct OfLane {
    choices: Trie<Value>,
    observed: Trie<()>,
    /// Choices of custom functions, which tell their log-density together.
    told: ChoiceMap,
}

impl OfLane {
    fn add(&mut self, path: &[Value], site: &Site, visit: &Visit, id: u32) -> Result<()> {
        let value = lane_of(&visit.value, id)?;
        if visit.density.as_ref().is_some_and(|density| density.told().is_some()) {
            self.told.put(path, value.clone())?;
        }
        if !site.observed.is_empty() {
            self.observed.set(path, in_value(&site.observed, &value));
        }
        self.choices.set(path, Trie::Leaf(value));
        Ok(())
    }
}

/// The run of one lane.
pub fn trace_of_lane(cx: &mut Cx, batched: &BatchedTrace, id: u32) -> Result<Arc<Trace>> {
    let mut of_lane = OfLane::default();
    let chunk = batched.flat()?.chunks.iter().find(|chunk| chunk.group.find(id).is_some());
    for (path, site) in chunk.iter().flat_map(|chunk| &chunk.sites.list) {
        if let Some(visit) = site.visits.iter().find(|visit| visit.group.find(id).is_some()) {
            of_lane.add(path, site, visit, id)?;
        }
    }
    trace_of(cx, batched, id, of_lane)
}

/// The traces of all lanes, each choice of which is looked at once.
pub fn traces_of_lanes(cx: &mut Cx, batched: &BatchedTrace) -> Result<Value> {
    let mut lanes = vec![OfLane::default(); batched.group.len()];
    for (path, site) in batched.flat()?.chunks.iter().flat_map(|chunk| &chunk.sites.list) {
        for visit in &site.visits {
            cx.charge(visit.group.len())?;
            for id in visit.group.iter() {
                if let Some(at) = batched.group.find(id) {
                    lanes[at].add(path, site, visit, id)?;
                }
            }
        }
    }
    let ids: Vec<u32> = batched.group.iter().collect();
    let trace = |(id, of_lane): (u32, OfLane)| {
        cx.step()?;
        trace_of(cx, batched, id, of_lane).map(trace_value)
    };
    Value::vector(ids.into_iter().zip(lanes).map(trace).collect::<Result<_>>()?)
}

/// The run of a lane that has these choices.
fn trace_of(cx: &mut Cx, batched: &BatchedTrace, id: u32, of_lane: OfLane) -> Result<Arc<Trace>> {
    let trace = batched.surroundings.again(cx, |cx| run_again(cx, batched, id, of_lane))?;
    let score = |chunk: &Arc<Chunk>| chunk.group.find(id).and_then(|at| chunk.score.get(at).copied());
    let tolerance = if batched.group.width == DType::Float64 { 1e-9 } else { 1e-3 };
    match batched.chunks.iter().find_map(score) {
        Some(score)
            if !batched.surroundings.hold(cx, &batched.function, &batched.args)
                && !close(score, trace.score, tolerance) =>
        {
            Err(changed())
        }
        _ => Ok(trace),
    }
}

fn run_again(cx: &mut Cx, batched: &BatchedTrace, id: u32, of_lane: OfLane) -> Result<Arc<Trace>> {
    let OfLane { choices, observed, told } = of_lane;
    let args = batched.args.iter().map(|arg| lane_of(arg, id)).collect::<Result<Vec<Value>>>()?;
    let origin = Origin::default();
    let mut trace = match ops::generate(cx, &batched.function, &args, &ChoiceMap::of(choices.clone()), origin) {
        // A choice may have kept a value of a kind that it cannot have now, which is impossible, or an integer among reals.
        Err(e) if e.is(Code::Value) => kept(cx, &batched.function, &args, choices, told)?,
        Ok(run) if made_real(&run.trace, &choices) => kept(cx, &batched.function, &args, choices, told)?,
        run => run?.trace,
    };
    Arc::make_mut(&mut trace).observed = observed;
    Ok(trace)
}

/// Did an integer become a real?
fn made_real(trace: &Trace, choices: &Trie<Value>) -> bool {
    let real = |path: &[Value]| matches!(trace.choice_at(path), Some((Value::Float(_), _)));
    choices.leaves().into_iter().any(|(path, value)| matches!(value, Value::Int(_)) && real(&path))
}

/// A run that keeps the choices of an old one, whatever their values; those `told` by custom functions, which take over
/// their own runs only, are given.
fn kept(cx: &mut Cx, function: &Value, args: &[Value], choices: Trie<Value>, told: ChoiceMap) -> Result<Arc<Trace>> {
    let mut records = Trie::Empty;
    for (path, value) in choices.leaves() {
        records.set(&path, Trie::Leaf(Record::choice(value.clone(), 0.0, UNKNOWN_DIMENSION)));
    }
    let goal = Goal::update(told);
    let (past, diffs, origin) = (Past::Records(records), Vec::new(), Origin::default());
    let args = interface::function("lane", function)?.complete(cx, args)?;
    let run = Request { this: function, args, goal: &goal, past: &past, diffs, origin };
    Ok(interface::run(cx, &run)?.trace)
}

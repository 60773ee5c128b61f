//! choice-gradients of batched traces: one tape whose variables are lanes, and one pass backwards for all of them.
//!
//! What such a tape cannot record (arrays in lanes, distributions over other than numbers) is differentiated lane by
//! lane.

use super::lanes_of::collect_lanes;
use super::object::{BatchedTrace, Chunk};
use super::runner::Batch;
use super::site::Site;
use crate::distributions::{Constructor, Dist, Family, Kind};
use crate::error::{Caught, Code, Error, Result, Stop};
use crate::eval::builtins::gradients::with_tape;
use crate::eval::gradient::{self, Tape, holds_var, map_leaves, primal_of};
use crate::eval::key::Key;
use crate::eval::lanes::numbers::floats;
use crate::eval::lanes::{Group, LanePart, adopt, merge, splat};
use crate::eval::{Cx, Value};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::choicemap_lanes::put;
use crate::gfi::goal::Goal;
use crate::gfi::gradient::{discrete, gradient_of, holds_int, pair, scalar_gradients};
use crate::gfi::interface::function;
use crate::gfi::ops::assess::not_given;
use crate::gfi::selection::Selection;
use crate::gfi::trie::Trie;
use crate::tensor::DType;
use crate::tensor::lanes::Column;
use std::collections::HashMap;
use std::sync::Arc;

/// What is asked for.
pub struct Slopes<'a> {
    pub trace: &'a BatchedTrace,
    pub selection: &'a Selection,
    pub retval_grad: Option<&'a Value>,
}

/// Gradients by arguments, and by choices: path, lanes, value.
type ChunkGradients = (Vec<Value>, Vec<(Arc<[Value]>, Arc<Group>, Value)>);

impl Slopes<'_> {
    /// The gradients of all lanes: those by arguments, and those by choices.
    pub fn run(&self, cx: &mut Cx) -> Result<(Value, ChoiceMap)> {
        let flat = self.trace.flat()?;
        let possible = flat.chunks.iter().all(|chunk| chunk.score.iter().all(|score| score.is_finite()));
        let integers: Vec<usize> = (0..flat.args.len()).filter(|i| holds_int(&flat.args[*i])).collect();
        // With integers that count or index there is no gradient for all at once.
        let attempts: &[&[usize]] = if integers.is_empty() { &[&[]] } else { &[&integers] };
        for integers in attempts.iter().filter(|_| possible) {
            if let Ok(found) = self.chunks(cx, flat, integers).caught()? {
                return found;
            }
        }
        self.lane_by_lane(cx)
    }

    /// All chunks, one after the other; the inner error is one of the selection.
    fn chunks(&self, cx: &mut Cx, flat: &BatchedTrace, integers: &[usize]) -> Result<Result<(Value, ChoiceMap)>> {
        let mut found = Vec::with_capacity(flat.chunks.len());
        for chunk in &flat.chunks {
            let mut worker = cx.worker();
            found.push((chunk.group.clone(), self.chunk(&mut worker, chunk, integers)?));
            cx.charge(worker.steps() as usize)?;
        }
        let (mut smooth, mut lifted) = (Trie::Empty, HashMap::<&[Value], Vec<LanePart>>::new());
        for (path, group, value) in found.iter().flat_map(|(_, (_, sites))| sites) {
            smooth.mark(path);
            lifted.entry(path).or_default().push((group.clone(), value.clone()));
        }
        let named = self.selection.named();
        let stays = |path: &[Value]| self.selection.contains(path) && smooth.at(path).is_none_or(Trie::is_empty);
        if let Some(odd) = named.iter().find(|path| stays(path)) {
            let value = self.trace.choice(odd)?.unwrap_or_default();
            return Ok(Err(discrete(odd, crate::eval::lanes::lane_of(&value, 0).unwrap_or(value))));
        }
        let all = &self.trace.group;
        let args = (0..found.first().map_or(0, |(_, (args, _))| args.len()))
            .map(|i| merge(found.iter().map(|(group, (args, _))| (group.clone(), args[i].clone())).collect(), all));
        let args = Value::vector(args.collect::<Result<Vec<Value>>>()?)?;
        let mut choices = Trie::Empty;
        for path in flat.addresses() {
            let Some(parts) = lifted.remove(&*path) else { continue };
            if let Some(lanes) = all.union(parts.iter().map(|(part, _)| part)) {
                let (whole, value) = (lanes.same(all), merge(parts, &lanes)?);
                put(&mut choices, &path, if whole { value } else { splat(&lanes, value) })?;
            }
        }
        Ok(Ok((args, ChoiceMap::of(choices))))
    }

    /// One chunk: its choices as variables, the run that assesses them, and the way back.
    fn chunk(&self, cx: &mut Cx, chunk: &Chunk, integers: &[usize]) -> Result<ChunkGradients> {
        with_tape(cx, |cx, tape| {
            // Defaults are arguments like the others: see the traces of single lanes.
            let callee = function("choice-gradients", &self.trace.function)?;
            let args = cx.under(chunk.group.clone(), |cx| callee.complete(cx, &self.trace.args))?;
            let args = (args.iter().enumerate())
                .map(|(i, arg)| lift(tape, arg, &chunk.group, integers.contains(&i)))
                .collect::<Result<Vec<_>>>()?;
            let (mut choices, mut lifted) = (Trie::Empty, Vec::new());
            for (path, site) in &chunk.sites.list {
                let Some(lanes) = site.lanes(&chunk.group) else { continue };
                let mut value = site.value(&chunk.group)?;
                if self.selection.contains(path) {
                    one_kind(site)?;
                    value = lift(tape, &value, &lanes, false)?;
                }
                if holds_var(&value) {
                    lifted.push((path.clone(), lanes, value.clone()));
                }
                put(&mut choices, path, value)?;
            }
            let (slopes, retval) = assessed(cx, self.trace, chunk, &args, ChoiceMap::of(choices))?;
            let mut seeds: Vec<_> = slopes.into_iter().map(|slope| (slope, Value::float(1.0))).collect();
            if let Some(gradient) = self.retval_grad {
                pair(&retval, &projected(gradient, &chunk.group)?, &mut seeds)?;
            }
            let cotangents = tape.backward(cx, &seeds)?;
            let of = |(path, lanes, value): (Arc<[Value]>, Arc<Group>, Value)| {
                Ok((path, lanes, gradient_of(&cotangents, &value)?))
            };
            let args = args.iter().map(|arg| gradient_of(&cotangents, arg)).collect::<Result<Vec<_>>>()?;
            Ok((args, lifted.into_iter().map(of).collect::<Result<Vec<_>>>()?))
        })
    }

    /// The trace of each lane on its own.
    fn lane_by_lane(&self, cx: &mut Cx) -> Result<(Value, ChoiceMap)> {
        let group = &self.trace.group;
        let (mut args, mut choices) = (Vec::new(), Vec::<(Vec<Value>, Vec<u32>, Vec<Value>)>::new());
        let mut places: HashMap<Vec<Value>, usize> = HashMap::new();
        for (position, id) in group.iter().enumerate() {
            cx.step()?;
            let one = super::scalar::trace_of_lane(cx, self.trace, id)?;
            let gradient = self.retval_grad.map(|g| crate::eval::lanes::lane_of(g, id)).transpose()?;
            let in_lane = |e| crate::eval::lanes::numbers::in_lane(e, id);
            let (own, found) = scalar_gradients(cx, &one, self.selection, gradient.as_ref()).map_err(in_lane)?;
            args.push(own);
            for (path, value) in found.leaves() {
                let at = *places.entry(path).or_insert_with_key(|path| {
                    choices.push((path.clone(), Vec::new(), Vec::new()));
                    choices.len() - 1
                });
                choices[at].1.push(position as u32);
                choices[at].2.push(value.clone());
            }
        }
        let mut all = Trie::Empty;
        for (path, positions, values) in choices {
            let lanes = group.part(positions);
            let value = collect_lanes(values, &lanes)?;
            put(&mut all, &path, if lanes.same(group) { value } else { splat(&lanes, value) })?;
        }
        Ok((collect_lanes(args, group)?, ChoiceMap::of(all)))
    }
}

/// Runs the function with the choices given: the log-densities that depend on variables, and what it returns.
fn assessed(
    cx: &mut Cx,
    trace: &BatchedTrace,
    chunk: &Chunk,
    args: &[Value],
    choices: ChoiceMap,
) -> Result<(Vec<Value>, Value)> {
    let mut batch = Batch::new(Goal::Assess(choices), Key(0), chunk.group.clone(), None);
    batch.slopes = Some(Vec::new());
    let body = |cx: &mut Cx| batch.call(cx, &[], &trace.function, args);
    let result = cx.isolated(|cx| cx.run_of_its_own(|cx| cx.under(chunk.group.clone(), body)));
    Ok((batch.slopes.take().unwrap_or_default(), result?))
}

/// Numbers as variables of the lanes of a group; integers where they are wanted.
fn lift(tape: &Tape, value: &Value, group: &Arc<Group>, integers: bool) -> Result<Value> {
    map_leaves(value, &mut |leaf| match leaf {
        Value::Float(x) => tape.variable(gradient::lanes::constant(group, x.get())),
        Value::Int(n) if integers => tape.variable(gradient::lanes::constant(group, *n as f64)),
        Value::Lanes(lanes) => match lanes.column() {
            Some(column) if column.dtype().is_float() || integers && column.dtype() == DType::Int64 => {
                tape.variable(lanes.project(group)?)
            }
            Some(_) => Ok(leaf.clone()),
            None => Err(unfit()),
        },
        Value::Array(array) if array.dtype().is_float() => Err(unfit()),
        other => Ok(other.clone()),
    })
}

/// Integers that some lanes chose and floats of others make floats when they come together: they are told apart first.
fn one_kind(site: &Site) -> Result<()> {
    let mut visits = site.visits.iter().map(|visit| holds_int(&visit.value));
    let first = visits.next();
    if visits.all(|other| Some(other) == first) { Ok(()) } else { Err(unfit()) }
}

fn projected(value: &Value, group: &Arc<Group>) -> Result<Value> {
    map_leaves(value, &mut |leaf| adopt(leaf, group))
}

/// The error of what is differentiated lane by lane instead.
#[cold]
pub fn unfit() -> Stop {
    Error::raise(Code::NoGradient, "gradients of all lanes at once are those of numbers")
}

/// A choice whose log-density is recorded: its value; `None` of what is no distribution.
pub fn choice(batch: &mut Batch, cx: &Cx, path: &[Value], what: &Value, args: &[Value]) -> Result<Option<Value>> {
    let (constructor, params) = match (what.as_host::<Constructor>(), what.as_host::<Dist>()) {
        (Some(constructor), _) => (constructor, args),
        (None, Some(dist)) if args.is_empty() => (&dist.constructor, &dist.args[..]),
        (None, Some(_)) => return Err(unfit()),
        _ => return Ok(None),
    };
    let (Constructor::Scalar(family), Some(group)) = (constructor, &cx.group) else { return Err(unfit()) };
    let given = batch.goal.given().map(|choices| choices.value_at(path)).transpose()?.flatten();
    let given = given.ok_or_else(|| not_given(path))?;
    let value = gradient::lanes::in_group(&given, group)?;
    let x = number(family, &value)?;
    let params = params.iter().map(|param| parameter(param, group)).collect::<Result<Vec<Value>>>()?;
    if params.len() != family.params.len() {
        return Err(unfit());
    }
    let density = family.log_density_of_values(x, params)?;
    if let (Value::Var(_), Some(slopes)) = (&density, &mut batch.slopes) {
        slopes.push(density);
    }
    Ok(Some(value))
}

/// The value of a choice as a number of its formula.
fn number(family: &Family, value: &Value) -> Result<Value> {
    let boolean = family.kind == Kind::Boolean;
    match value {
        Value::True | Value::False if boolean => Ok(Value::float(f64::from(u8::from(value.truthy())))),
        Value::Lanes(lanes) if boolean && lanes.is_bool() => match lanes.column() {
            Some(column) if column.event().is_empty() => {
                Ok(Value::lanes(&lanes.group, Column::from(column.to_f64()).cast(lanes.group.width)))
            }
            _ => Err(unfit()),
        },
        _ if boolean => Err(unfit()),
        other => plain_number(other),
    }
}

fn parameter(param: &Value, group: &Arc<Group>) -> Result<Value> {
    plain_number(&gradient::lanes::in_group(param, group)?)
}

fn plain_number(value: &Value) -> Result<Value> {
    let value = &*floats(value)?;
    let fine = match primal_of(value) {
        Value::Int(_) | Value::Float(_) => true,
        Value::Lanes(lanes) => gradient::lanes::kind(lanes).is_ok(),
        _ => false,
    };
    if fine { Ok(value.clone()) } else { Err(unfit()) }
}

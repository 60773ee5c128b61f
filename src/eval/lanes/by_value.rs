//! Lanes value by value: what cannot be done with all lanes at once is done once for each value that they have.

use super::nested_lanes::Replacing;
use super::numbers::raised_in;
use super::{Group, LanePart, LaneValues, Lanes, holds_lanes, merge, nested_lanes, number, project};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::builtins::strings::printing::settled;
use crate::eval::cx::Cx;
use crate::eval::gradient::any_leaf;
use crate::eval::value::Value;
use crate::tensor::lanes::{Column, distinct, gather};
use std::collections::HashMap;
use std::sync::Arc;

/// Different values that the lanes of one expression may have.
const MAX_PARTS: usize = 4_096;

/// Calls `f` once for each combination of values that lanes among `args` have, in the group of those lanes, and merges
/// what it gives. `deep` looks into collections too.
pub fn per_value(
    cx: &mut Cx,
    args: &[Value],
    deep: bool,
    f: &mut dyn FnMut(&mut Cx, &mut [Value]) -> Result<Value>,
) -> Result<Value> {
    let group = group_of(cx, args)?;
    let mut parts: Vec<LanePart> = Vec::new();
    // Each value has the randomness that it would have alone.
    let stream = cx.stream;
    for (part, mut values) in split(cx, args, deep)? {
        cx.stream = stream;
        let some = part.len() < group.len();
        let value = cx.under(part.clone(), |cx| f(cx, &mut values)).map_err(|e| raised_in(e, &part, some))?;
        parts.push((part, value));
    }
    merge(parts, &group)
}

/// Calls `f` with a value, or where lanes have several once for each.
pub fn for_each_value(
    cx: &mut Cx,
    value: &Value,
    f: &mut dyn FnMut(&mut Cx, &Value) -> Result<Value>,
) -> Result<Value> {
    match value {
        Value::Lanes(_) => per_value(cx, std::slice::from_ref(value), false, &mut |cx, one| f(cx, &one[0])),
        one => f(cx, one),
    }
}

/// Calls `f` once for each combination of values of the arguments that `differ` is true of, the others as they are;
/// `None` when there are no such.
pub fn per_value_where(
    cx: &mut Cx,
    args: &[Value],
    differ: impl Fn(usize, &Value) -> bool,
    f: &mut dyn FnMut(&mut Cx, &[Value]) -> Result<Value>,
) -> Result<Option<Value>> {
    let places: Vec<usize> = (0..args.len()).filter(|at| differ(*at, &args[*at])).collect();
    if places.is_empty() {
        return Ok(None);
    }
    let chosen: Vec<Value> = places.iter().map(|at| args[*at].clone()).collect();
    let each = &mut |cx: &mut Cx, values: &mut [Value]| {
        let mut args = args.iter().map(|arg| super::in_force(cx, arg)).collect::<Result<Vec<Value>>>()?;
        places.iter().zip(values.iter()).for_each(|(at, value)| args[*at] = value.clone());
        f(cx, &args)
    };
    per_value(cx, &chosen, false, each).map(Some)
}

/// Calls `f` with keys, or where they hold lanes once for each combination of their values.
pub fn by_keys(cx: &mut Cx, keys: &[Value], f: &mut dyn FnMut(&mut Cx, &[Value]) -> Result<Value>) -> Result<Value> {
    if cx.group.is_some() && keys.iter().any(holds_lazy) {
        let made = keys.iter().map(|key| settled(cx, key.clone())).collect::<Result<Vec<Value>>>()?;
        return by_keys(cx, &made, f);
    }
    if keys.iter().any(holds_lanes) { per_value(cx, keys, true, &mut |cx, keys| f(cx, keys)) } else { f(cx, keys) }
}

/// Is there a lazy sequence in data? What it will hold cannot be seen.
pub fn holds_lazy(value: &Value) -> bool {
    value.depth() > 0 && any_leaf(value, &mut |leaf| matches!(leaf, Value::Lazy(_)))
}

/// The lanes in force, or the fewest among the arguments' where these are of other batches.
pub fn group_of(cx: &Cx, args: &[Value]) -> Result<Arc<Group>> {
    let (mut found, mut own, mut failed): (Option<Arc<Group>>, _, _) = (None, false, None);
    let mut look = |lanes: &Arc<Lanes>| {
        let here = cx.group.as_ref().map_or(Ok(false), |group| lanes.group.meets(group))?;
        own |= here;
        if here {
            return Ok(());
        }
        if let Some(other) = &found
            && !other.meets(&lanes.group)?
        {
            return Err(super::foreign(other, &lanes.group));
        }
        if found.as_ref().is_none_or(|group| group.len() > lanes.group.len()) {
            found = Some(lanes.group.clone());
        }
        Ok(())
    };
    for arg in args {
        nested_lanes::each(arg, &mut |lanes| {
            if failed.is_none() {
                failed = look(lanes).err();
            }
        });
    }
    match (failed, &cx.group, found) {
        (Some(error), ..) => Err(error),
        (None, Some(group), Some(other)) if own => Err(super::foreign(group, &other)),
        (None, _, Some(other)) => Ok(other),
        (None, Some(group), None) => Ok(group.clone()),
        (None, None, None) => Ok(Group::whole(0, 1, cx.width())),
    }
}

/// The arguments for each combination of values that lanes among them have, with the lanes that have it.
pub fn split(cx: &mut Cx, args: &[Value], deep: bool) -> Result<Vec<(Arc<Group>, Vec<Value>)>> {
    args.iter().try_for_each(|arg| cx.decides(arg))?;
    let group = group_of(cx, args)?;
    if args.iter().all(|arg| matches!(arg, Value::Lanes(lanes) if lanes.column().is_none())) && !deep {
        return by_parts(cx, args, group);
    }
    let mut labels = vec![0u32; group.len()];
    let mut count = 1;
    let mut failed = None;
    for arg in args {
        let mut visit = |lanes: &Arc<Lanes>| {
            if failed.is_none() {
                match which(lanes, &group).and_then(|which| refine(&mut labels, &mut count, &which)) {
                    Ok(()) => {}
                    Err(e) => failed = Some(e),
                }
            }
        };
        match arg {
            Value::Lanes(lanes) => visit(lanes),
            other if deep => nested_lanes::each(other, &mut visit),
            _ => {}
        }
    }
    if let Some(error) = failed {
        return Err(error);
    }
    cx.charge(count)?;
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); count];
    for (position, label) in labels.iter().enumerate() {
        members[*label as usize].push(position as u32);
    }
    let mut all = Vec::with_capacity(count);
    for positions in members {
        let part = group.part(positions);
        let values = in_part(cx, args, &part, deep)?;
        if deep && values.iter().any(|value| held_in(value, &part)) {
            // A value of some part holds lanes itself.
            let inner = cx.under(part, |cx| split(cx, &values, true))?;
            all.extend(inner);
        } else {
            all.push((part, values));
        }
    }
    Ok(all)
}

/// Which of its different values each lane of a group has.
fn which(lanes: &Lanes, group: &Arc<Group>) -> Result<Vec<u32>> {
    match &lanes.of {
        LaneValues::Numbers(column) if lanes.group.same(group) => Ok(labels_of(column)),
        LaneValues::Numbers(column) => {
            let at = group.within(&lanes.group).ok_or_else(|| super::other_lanes(&lanes.group, group))?;
            Ok(labels_of(&gather(column, &at)))
        }
        LaneValues::Parts(parts) => {
            let mut which = vec![0; group.len()];
            for (label, (part, _)) in parts.iter().enumerate() {
                for position in group.split_by(part).0 {
                    which[position as usize] = label as u32;
                }
            }
            Ok(which)
        }
    }
}

/// The same for values in parts, whose lanes are known already.
fn by_parts(cx: &mut Cx, args: &[Value], group: Arc<Group>) -> Result<Vec<(Arc<Group>, Vec<Value>)>> {
    let mut pieces = vec![group];
    for arg in args {
        let Value::Lanes(lanes) = arg else { continue };
        let LaneValues::Parts(parts) = &lanes.of else { continue };
        let mut finer = Vec::with_capacity(parts.len());
        for piece in pieces {
            if piece.is(&lanes.group) {
                finer.extend(parts.iter().map(|(part, _)| part.clone()));
                continue;
            }
            for (part, _) in parts {
                let (with, _) = piece.split_by(part);
                if !with.is_empty() {
                    finer.push(piece.part(with));
                }
            }
        }
        pieces = finer;
        if pieces.len() > MAX_PARTS {
            return Err(too_many());
        }
    }
    cx.charge(pieces.len())?;
    // What is wrong in the first of all lanes is said first.
    pieces.sort_by_key(|piece| piece.id(0));
    pieces.into_iter().map(|piece| Ok((piece.clone(), in_part(cx, args, &piece, false)?))).collect()
}

/// The number of each lane's value.
fn labels_of(column: &Column) -> Vec<u32> {
    distinct(column).map_or_else(|| labels_of_arrays(column), |(_, which)| which)
}

/// Arrays are compared by their elements, bit by bit.
fn labels_of_arrays(column: &Column) -> Vec<u32> {
    let width = column.width().max(1);
    let bits: Vec<u64> = match column.values::<i64>() {
        Some(whole) => whole.iter().map(|n| *n as u64).collect(),
        None => column.to_f64().into_iter().map(f64::to_bits).collect(),
    };
    let mut known: HashMap<&[u64], u32> = HashMap::new();
    if bits.is_empty() {
        return vec![0; column.len()];
    }
    bits.chunks(width)
        .map(|row| {
            let next = known.len() as u32;
            *known.entry(row).or_insert(next)
        })
        .collect()
}

/// Gives lanes of one label that differ in `which` labels of their own; labels count from 0 in the order of the lanes.
fn refine(labels: &mut [u32], count: &mut usize, which: &[u32]) -> Result<()> {
    let mut known: HashMap<(u32, u32), u32> = HashMap::new();
    for (label, which) in labels.iter_mut().zip(which) {
        let next = known.len() as u32;
        *label = *known.entry((*label, *which)).or_insert(next);
    }
    *count = known.len().max(1);
    if *count > MAX_PARTS { Err(too_many()) } else { Ok(()) }
}

#[cold]
fn too_many() -> Stop {
    Error::raise(
        Code::Lanes,
        format!("the lanes have more than {MAX_PARTS} different values where each needs a run of its own"),
    )
    .help("compute with numbers and arrays, which all lanes share, or use fewer particles")
}

/// The arguments as a part has them, where lanes have one value.
fn in_part(cx: &mut Cx, args: &[Value], part: &Arc<Group>, deep: bool) -> Result<Vec<Value>> {
    let one = |lanes: &Arc<Lanes>| match &lanes.of {
        LaneValues::Numbers(column) => match lanes.group.find(part.id(0)) {
            Some(position) => Ok(number(column, position)),
            None => Err(super::other_lanes(&lanes.group, part)),
        },
        // The part's lanes have one of the values; that itself may be lanes.
        LaneValues::Parts(values) => match values.iter().find(|(lanes, _)| lanes.find(part.id(0)).is_some()) {
            Some((_, value)) => project(value, part),
            None => Err(super::other_lanes(&lanes.group, part)),
        },
    };
    let mut each = |_: &mut Cx, lanes: &Arc<Lanes>| one(lanes);
    let mut replacing = Replacing::by(&mut each);
    args.iter()
        .map(|arg| match arg {
            Value::Lanes(lanes) => one(lanes),
            other if deep => replacing.of(cx, other),
            other => Ok(other.clone()),
        })
        .collect()
}

/// Are there lanes in a value that these lanes have, which are not those of another run?
fn held_in(value: &Value, part: &Group) -> bool {
    let mut some = false;
    nested_lanes::each(value, &mut |lanes| some |= lanes.group.meets(part).unwrap_or(true));
    some
}

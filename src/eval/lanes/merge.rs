//! Merging: what different lanes came to, as one value. Merging never fails for what the values are.

use super::{Group, LanePart, LaneValues, Lanes, number, project};
use crate::error::Result;
use crate::eval::collections::{List, Map, Vector};
use crate::eval::equality::{alike, identical};
use crate::eval::gradient;
use crate::eval::value::{Value, with_stack};
use crate::tensor::DType;
use crate::tensor::lanes::{self, Column, Operand, gather};
use std::sync::Arc;

/// The values of some parts that share out `group`, as one value of it: numbers and booleans become a column, equal
/// values stay, collections of one shape merge leaf by leaf, everything else becomes parts. Integers of some lanes stay
/// integers beside the floats of others: these are two parts, each a column.
pub fn merge(mut parts: Vec<LanePart>, group: &Arc<Group>) -> Result<Value> {
    if parts.len() == 1 {
        return Ok(parts.swap_remove(0).1);
    }
    let Some((_, first)) = parts.first() else { return Ok(Value::Nil) };
    if parts.iter().all(|(_, value)| one_value(value, first)) {
        return Ok(first.clone());
    }
    if parts.iter().any(|(_, value)| super::in_parts(value)) {
        parts = flat(parts)?;
    }
    if let Some(merged) = merge_numbers(&parts, group)? {
        return Ok(merged);
    }
    let first = &parts[0].1;
    let depth = first.depth();
    match with_stack(depth, || merge_collections(&parts, group))? {
        Some(merged) => Ok(merged),
        None => in_parts(parts, group),
    }
}

/// Values that no lane can tell apart: of zeros those of one sign.
fn one_value(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(x), Value::Float(y)) => x.get().to_bits() == y.get().to_bits(),
        _ => identical(a, b),
    }
}

/// Is a number, or a column of them, whole? `None` of anything else.
pub fn is_whole(value: &Value) -> Option<bool> {
    match value {
        Value::Int(_) => Some(true),
        Value::Float(_) | Value::Var(_) => Some(false),
        Value::Lanes(lanes) => match lanes.column()?.dtype() {
            DType::Bool => None,
            dtype => Some(dtype == DType::Int64),
        },
        Value::Array(array) => match array.dtype() {
            DType::Bool => None,
            dtype => Some(dtype == DType::Int64),
        },
        _ => None,
    }
}

/// A column when every value is a number or every one a boolean, and two parts of integers beside floats.
fn merge_numbers(parts: &[LanePart], group: &Arc<Group>) -> Result<Option<Value>> {
    let kinds: Vec<Option<bool>> = parts.iter().map(|(_, value)| is_whole(value)).collect();
    let of_kind =
        |kind| parts.iter().zip(&kinds).filter(move |(_, own)| **own == Some(kind)).map(|(part, _)| part.clone());
    let tracked = parts.iter().any(|(_, value)| matches!(value, Value::Var(_)));
    if tracked || kinds.contains(&None) || !kinds.contains(&Some(true)) || !kinds.contains(&Some(false)) {
        return one_column(parts, group);
    }
    let (ints, floats): (Vec<LanePart>, Vec<LanePart>) = (of_kind(true).collect(), of_kind(false).collect());
    let mut both = Vec::with_capacity(2);
    for side in [ints, floats] {
        let Some(lanes) = group.union(side.iter().map(|(part, _)| part)) else { return Ok(None) };
        let value = match side.iter().all(|(_, value)| one_value(value, &side[0].1)) {
            true => side[0].1.clone(),
            false => match one_column(&side, &lanes)? {
                Some(column) => column,
                None => return Ok(None),
            },
        };
        both.push((lanes, value));
    }
    both.sort_by_key(|(lanes, _)| lanes.id(0));
    Ok(Some(Value::Lanes(Arc::new(Lanes { group: group.clone(), of: LaneValues::Parts(both.into()) }))))
}

/// Numbers of several kinds as one column of floats, for where only the number matters; `None` of any other parts.
pub fn as_floats(lanes: &Lanes) -> Result<Option<Value>> {
    let LaneValues::Parts(parts) = &lanes.of else { return Ok(None) };
    match parts.iter().all(|(_, value)| is_whole(value).is_some()) {
        true => one_column(parts, &lanes.group),
        false => Ok(None),
    }
}

/// A column, when every value is a number or every one a boolean; integers become floats beside floats.
pub fn one_column(parts: &[LanePart], group: &Arc<Group>) -> Result<Option<Value>> {
    if parts.iter().any(|(_, value)| matches!(value, Value::Var(_))) {
        return gradient::lanes::merged(parts, group);
    }
    let mut sources = Vec::with_capacity(parts.len());
    for (part, value) in parts {
        match source(part, value)? {
            Some(source) => sources.push(source),
            None => return Ok(None),
        }
    }
    if let Some(column) = in_a_row(parts, &sources, group) {
        return Ok(Some(Value::lanes(group, column)));
    }
    let columns = sources.iter().map(|source| match source {
        ColumnSource::One(x) => *x,
        ColumnSource::Each(column) => Operand::Column(column),
    });
    let mut places = Vec::with_capacity(parts.len());
    for (part, _) in parts {
        match part.within(group) {
            Some(positions) => places.push(positions),
            None => return Err(super::other_lanes(part, group)),
        }
    }
    let pieces: Vec<(&[u32], Operand<'_>)> = places.iter().map(|p| &**p).zip(columns).collect();
    Ok(lanes::merge(group.len(), &pieces, group.width).map(|column| Value::lanes(group, column)))
}

/// Columns of ranges that follow each other, as those of chunks do.
fn in_a_row(parts: &[LanePart], sources: &[ColumnSource], group: &Group) -> Option<Column> {
    let mut next = 0;
    let mut columns = Vec::with_capacity(parts.len());
    for ((part, _), source) in parts.iter().zip(sources) {
        let (range, ColumnSource::Each(column)) = (part.range_in(group)?, source) else { return None };
        if range.start != next {
            return None;
        }
        next = range.end;
        columns.push(column.clone());
    }
    (next == group.len()).then(|| Column::concat(&columns))?
}

/// What a value gives to a column.
enum ColumnSource {
    /// One number for all.
    One(Operand<'static>),
    Each(Column),
}

fn source(part: &Arc<Group>, value: &Value) -> Result<Option<ColumnSource>> {
    if matches!(value, Value::Lanes(lanes) if !lanes.group.meets(part)?) {
        return Ok(None);
    }
    Ok(numbers_of(part, value))
}

fn numbers_of(part: &Arc<Group>, value: &Value) -> Option<ColumnSource> {
    match value {
        Value::Int(n) => Some(ColumnSource::One(Operand::Int(*n))),
        Value::Float(x) => Some(ColumnSource::One(Operand::Float(x.get()))),
        Value::True | Value::False => Some(ColumnSource::One(Operand::Bool(value.truthy()))),
        Value::Lanes(lanes) => {
            let column = lanes.column()?;
            if lanes.group.same(part) {
                return Some(ColumnSource::Each(column.clone()));
            }
            Some(ColumnSource::Each(gather(column, &part.within(&lanes.group)?)))
        }
        // One without axes is no number.
        Value::Array(array) if array.ndim() > 0 => {
            super::numbers::array_column(array, part.len()).map(ColumnSource::Each)
        }
        _ => None,
    }
}

/// Vectors, lists and maps of one shape, leaf by leaf.
fn merge_collections(parts: &[LanePart], group: &Arc<Group>) -> Result<Option<Value>> {
    match &parts[0].1 {
        Value::Vector(first) => {
            let Some(items) = each(parts, |value| match value {
                Value::Vector(v) if v.len() == first.len() => Some(v.iter().cloned().collect()),
                _ => None,
            }) else {
                return Ok(None);
            };
            Ok(Some(Value::Vector(Vector::from_vec(columns(parts, items, group)?)?)))
        }
        Value::List(first) => {
            let Some(items) = each(parts, |value| match value {
                Value::List(v) if v.len() == first.len() => Some(v.to_vec()),
                _ => None,
            }) else {
                return Ok(None);
            };
            Ok(Some(Value::List(List::from_vec(columns(parts, items, group)?)?)))
        }
        Value::Map(first) => {
            let keys: Vec<Value> = first.iter().map(|(key, _)| key.clone()).collect();
            // Walks and texts of a map show the order of its keys.
            let in_order =
                |m: &Map| m.len() == keys.len() && m.iter().zip(&keys).all(|((key, _), own)| alike(key, own));
            let Some(items) = each(parts, |value| match value {
                Value::Map(m) if in_order(m) => Some(m.iter().map(|(_, value)| value.clone()).collect()),
                _ => None,
            }) else {
                return Ok(None);
            };
            let values = columns(parts, items, group)?;
            Ok(Some(Value::Map(Map::from_pairs(keys.into_iter().zip(values))?)))
        }
        _ => Ok(None),
    }
}

/// The items of every part, when each has them in the same shape.
fn each(parts: &[LanePart], items: impl Fn(&Value) -> Option<Vec<Value>>) -> Option<Vec<Vec<Value>>> {
    parts.iter().map(|(_, value)| items(value)).collect()
}

/// Merges the items of the parts by their position.
fn columns(parts: &[LanePart], items: Vec<Vec<Value>>, group: &Arc<Group>) -> Result<Vec<Value>> {
    let count = items.first().map_or(0, Vec::len);
    let mut rows: Vec<_> = items.into_iter().map(Vec::into_iter).collect();
    (0..count)
        .map(|_| {
            let here = parts.iter().zip(&mut rows).filter_map(|((part, _), row)| Some((part.clone(), row.next()?)));
            merge(here.collect(), group)
        })
        .collect()
}

/// A value in parts; those of equal values are joined.
fn in_parts(parts: Vec<LanePart>, group: &Arc<Group>) -> Result<Value> {
    let mut joined: Vec<LanePart> = Vec::with_capacity(parts.len());
    for (part, value) in parts {
        match joined.iter_mut().find(|(_, other)| one_value(other, &value)) {
            Some((lanes, _)) => {
                if let Some(both) = group.union([&*lanes, &part]) {
                    *lanes = both;
                }
            }
            None => joined.push((part, value)),
        }
    }
    Ok(Value::Lanes(Arc::new(Lanes { group: group.clone(), of: LaneValues::Parts(joined.into()) })))
}

/// Parts of parts are parts.
fn flat(parts: Vec<LanePart>) -> Result<Vec<LanePart>> {
    let mut flat: Vec<LanePart> = Vec::with_capacity(parts.len());
    for (part, value) in parts {
        match &value {
            Value::Lanes(lanes) => match &lanes.of {
                LaneValues::Parts(inner) if lanes.group.meets(&part)? => {
                    for (sub, value) in inner {
                        let (with, _) = part.split_by(sub);
                        if !with.is_empty() {
                            let sub = part.part(with);
                            flat.push((sub.clone(), project(value, &sub)?));
                        }
                    }
                }
                _ => flat.push((part, value)),
            },
            _ => flat.push((part, value)),
        }
    }
    Ok(flat)
}

/// The values of all lanes in order, of data that may hold lanes.
pub fn values_of(value: &Value, group: &Arc<Group>) -> Result<Vec<Value>> {
    match project(value, group)? {
        Value::Lanes(lanes) if lanes.column().is_some() => {
            Ok((0..group.len()).filter_map(|at| Some(number(lanes.column()?, at))).collect())
        }
        value => group.iter().map(|id| super::lane_of(&value, id)).collect(),
    }
}

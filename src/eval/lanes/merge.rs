//! Merging: what different lanes came to, as one value. Merging never fails for what the values are.

use super::{Group, Lanes, Of, Part, number, project};
use crate::error::Result;
use crate::eval::collections::{List, Map, Vector};
use crate::eval::equality::{alike, identical};
use crate::eval::value::{Value, with_stack};
use crate::tensor::lanes::{self, Column, Operand, gather};
use std::sync::Arc;

/// The values of some parts that share out `group`, as one value of it: numbers and booleans become a column, equal
/// values stay, collections of one shape merge leaf by leaf, everything else becomes parts.
pub fn merge(mut parts: Vec<Part>, group: &Arc<Group>) -> Result<Value> {
    if parts.len() == 1 {
        return Ok(parts.swap_remove(0).1);
    }
    let Some((_, first)) = parts.first() else { return Ok(Value::Nil) };
    if parts.iter().all(|(_, value)| identical(value, first)) {
        return Ok(first.clone());
    }
    if parts.iter().any(|(_, value)| matches!(value, Value::Var(_)))
        && let Some(merged) = crate::eval::gradient::lanes::merged(&parts, group)?
    {
        return Ok(merged);
    }
    if let Some(merged) = merge_numbers(&parts, group)? {
        return Ok(merged);
    }
    let depth = first.depth();
    match with_stack(depth, || merge_collections(&parts, group))? {
        Some(merged) => Ok(merged),
        None => in_parts(parts, group),
    }
}

/// A column, when every value is a number or every one a boolean.
fn merge_numbers(parts: &[Part], group: &Arc<Group>) -> Result<Option<Value>> {
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
        Source::One(x) => *x,
        Source::Each(column) => Operand::Column(column),
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
fn in_a_row(parts: &[Part], sources: &[Source], group: &Group) -> Option<Column> {
    let mut next = 0;
    let mut columns = Vec::with_capacity(parts.len());
    for ((part, _), source) in parts.iter().zip(sources) {
        let (range, Source::Each(column)) = (part.range_in(group)?, source) else { return None };
        if range.start != next {
            return None;
        }
        next = range.end;
        columns.push(column.clone());
    }
    (next == group.len()).then(|| Column::concat(&columns))?
}

/// What a value gives to a column.
enum Source {
    /// One number for all.
    One(Operand<'static>),
    Each(Column),
}

fn source(part: &Arc<Group>, value: &Value) -> Result<Option<Source>> {
    if matches!(value, Value::Lanes(lanes) if !lanes.group.meets(part)?) {
        return Ok(None);
    }
    Ok(numbers_of(part, value))
}

fn numbers_of(part: &Arc<Group>, value: &Value) -> Option<Source> {
    match value {
        Value::Int(n) => Some(Source::One(Operand::Int(*n))),
        Value::Float(x) => Some(Source::One(Operand::Float(x.get()))),
        Value::True | Value::False => Some(Source::One(Operand::Bool(value.truthy()))),
        Value::Lanes(lanes) => {
            let column = lanes.column()?;
            if lanes.group.same(part) {
                return Some(Source::Each(column.clone()));
            }
            Some(Source::Each(gather(column, &part.within(&lanes.group)?)))
        }
        Value::Array(array) => super::numbers::array_column(array, part.len()).map(Source::Each),
        _ => None,
    }
}

/// Vectors, lists and maps of one shape, leaf by leaf.
fn merge_collections(parts: &[Part], group: &Arc<Group>) -> Result<Option<Value>> {
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
fn each(parts: &[Part], items: impl Fn(&Value) -> Option<Vec<Value>>) -> Option<Vec<Vec<Value>>> {
    parts.iter().map(|(_, value)| items(value)).collect()
}

/// Merges the items of the parts by their position.
fn columns(parts: &[Part], items: Vec<Vec<Value>>, group: &Arc<Group>) -> Result<Vec<Value>> {
    let count = items.first().map_or(0, Vec::len);
    let mut rows: Vec<_> = items.into_iter().map(Vec::into_iter).collect();
    (0..count)
        .map(|_| {
            let here = parts.iter().zip(&mut rows).filter_map(|((part, _), row)| Some((part.clone(), row.next()?)));
            merge(here.collect(), group)
        })
        .collect()
}

/// A value in parts; those of equal values are joined, parts of parts are parts.
fn in_parts(parts: Vec<Part>, group: &Arc<Group>) -> Result<Value> {
    let mut flat: Vec<Part> = Vec::with_capacity(parts.len());
    for (part, value) in parts {
        match &value {
            Value::Lanes(lanes) => match &lanes.of {
                Of::Parts(inner) if lanes.group.meets(&part)? => {
                    for (sub, value) in inner {
                        let (with, _) = part.split_by(sub);
                        if !with.is_empty() {
                            let sub = part.part(with);
                            join(&mut flat, sub.clone(), project(value, &sub)?, group);
                        }
                    }
                }
                _ => join(&mut flat, part, value, group),
            },
            _ => join(&mut flat, part, value, group),
        }
    }
    Ok(Value::Lanes(Arc::new(Lanes { group: group.clone(), of: Of::Parts(flat.into()) })))
}

fn join(flat: &mut Vec<Part>, part: Arc<Group>, value: Value, group: &Arc<Group>) {
    match flat.iter_mut().find(|(_, other)| identical(other, &value)) {
        Some((lanes, _)) => {
            if let Some(both) = group.union([&*lanes, &part]) {
                *lanes = both;
            }
        }
        None => flat.push((part, value)),
    }
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

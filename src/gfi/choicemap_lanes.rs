//! Choices of which lanes have a few: a value in some, choices below the same address or nothing in others.

use super::choicemap::ChoiceMap;
use super::data;
use super::trie::Trie;
use crate::error::Result;
use crate::eval::lanes::{Group, LanePart, LaneValues, Lanes, adopt, merge, splat};
use crate::eval::{Cx, Value};
use std::sync::Arc;

/// The parts of a value of which lanes differ in kind.
fn parts(value: &Value) -> Option<(&Arc<Group>, &[LanePart])> {
    match value {
        Value::Lanes(lanes) => match &lanes.of {
            LaneValues::Parts(parts) => Some((&lanes.group, parts)),
            LaneValues::Numbers(_) => None,
        },
        _ => None,
    }
}

fn is_choices(value: &Value) -> bool {
    value.as_host::<ChoiceMap>().is_some()
}

/// What was found for some lanes, as the lanes in force see it: nil in those that have nothing.
pub fn in_force(cx: &Cx, found: Value) -> Result<Value> {
    let (Value::Lanes(lanes), Some(group)) = (&found, &cx.group) else { return Ok(found) };
    let (with, without) = group.split_by(&lanes.group);
    if without.is_empty() {
        return Ok(found);
    }
    let mut parts = vec![(group.part(without), Value::Nil)];
    if !with.is_empty() {
        let part = group.part(with);
        parts.push((part.clone(), adopt(&found, &part)?));
    }
    merge(parts, group)
}

/// Do some lanes have choices below the address of this value?
pub fn mixed(value: &Value) -> bool {
    parts(value).is_some_and(|(_, parts)| parts.iter().any(|(_, value)| is_choices(value)))
}

/// The value in the lanes that have one, not choices below it.
pub fn plain(value: &Value) -> Result<Option<Value>> {
    match parts(value) {
        Some((group, parts)) if mixed(value) => {
            joined(group, parts.iter().filter(|(_, value)| !is_choices(value)).cloned().collect())
        }
        _ => Ok(Some(value.clone())),
    }
}

/// Values of some lanes of a group as one value that says which lanes have it.
fn joined(group: &Arc<Group>, parts: Vec<LanePart>) -> Result<Option<Value>> {
    match group.union(parts.iter().map(|(part, _)| part)) {
        Some(lanes) => Ok(Some(splat(&lanes, merge(parts, &lanes)?))),
        None => Ok(None),
    }
}

/// What `read` makes of each lane's value, as one choice map.
pub fn each_part(value: &Value, read: impl Fn(&Value) -> Result<ChoiceMap>) -> Result<Option<ChoiceMap>> {
    let Some((_, parts)) = parts(value) else { return Ok(None) };
    let mut all = Trie::Empty;
    for (group, value) in parts {
        for (path, value) in read(value)?.leaves().into_iter().filter(|(_, value)| !value.is_nil()) {
            if let Some(value) = in_group(group, value)? {
                put(&mut all, &path, value)?;
            }
        }
    }
    Ok(Some(ChoiceMap::of(all)))
}

/// A value in those lanes of a group that have it.
fn in_group(group: &Arc<Group>, value: &Value) -> Result<Option<Value>> {
    let Value::Lanes(lanes) = value else { return Ok(Some(splat(group, value.clone()))) };
    let (with, _) = group.split_by(&lanes.group);
    if with.is_empty() {
        return Ok(None);
    }
    let part = group.part(with);
    Ok(Some(splat(&part, adopt(value, &part)?)))
}

/// Adds what some lanes have at a path, beside what others have there, above or below.
pub fn put(trie: &mut Trie<Value>, path: &[Value], value: Value) -> Result<()> {
    let above = (0..=path.len()).find(|n| trie.at(&path[..*n]).is_some_and(|at| at.leaf().is_some()));
    let plain_above = above.filter(|n| *n < path.len()).and_then(|n| trie.at(&path[..n])?.leaf());
    let plain_above = plain_above.is_some_and(|value| !matches!(value, Value::Lanes(_)));
    let new = match &value {
        Value::Lanes(new) if !plain_above => new,
        _ => {
            // Other elements of data that stands above stay.
            if !data::put(trie, path, value.clone())? {
                trie.set(path, Trie::Leaf(value));
            }
            return Ok(());
        }
    };
    let (at, others) = match above {
        Some(n) => (n, trie.at(&path[..n]).and_then(Trie::leaf).cloned()),
        None => match trie.at(path) {
            Some(below @ Trie::Branch(_)) => {
                let lanes = lanes_of(below, &new.group);
                (path.len(), lanes.map(|lanes| splat(&lanes, ChoiceMap::of(below.clone()).into_value())))
            }
            _ => (path.len(), None),
        },
    };
    let (here, below) = path.split_at(at);
    let leaf = match others {
        Some(others) => beside(&others, below, value)?,
        None => value,
    };
    trie.set(here, Trie::Leaf(leaf));
    Ok(())
}

/// What lanes have at an address and what others have `below` it, as one leaf.
fn beside(others: &Value, below: &[Value], value: Value) -> Result<Value> {
    let (Value::Lanes(old), Value::Lanes(new)) = (others, &value) else { return Ok(value) };
    let whole = new.group.outermost();
    let mut all = match &old.of {
        LaneValues::Parts(parts) => parts.to_vec(),
        LaneValues::Numbers(_) => vec![(old.group.clone(), others.clone())],
    };
    if below.is_empty() {
        all.push((new.group.clone(), value));
    } else {
        let (mut choices, mut lanes) = (Trie::Empty, new.group.clone());
        if let Some(at) = all.iter().position(|(_, value)| is_choices(value)) {
            let (known, value) = all.swap_remove(at);
            lanes = whole.union([&known, &lanes]).unwrap_or(lanes);
            choices = value.as_host::<ChoiceMap>().map(|choices| choices.as_trie().clone()).unwrap_or_default();
        }
        put(&mut choices, below, value)?;
        all.push((lanes, ChoiceMap::of(choices).into_value()));
    }
    let Some(group) = whole.union(all.iter().map(|(part, _)| part)) else { return Ok(Value::Nil) };
    if all.iter().any(|(_, value)| is_choices(value)) {
        return Ok(Value::Lanes(Arc::new(Lanes { group, of: LaneValues::Parts(all.into()) })));
    }
    Ok(splat(&group, merge(all, &group)?))
}

/// The lanes that have one of some choices.
fn lanes_of(trie: &Trie<Value>, like: &Arc<Group>) -> Option<Arc<Group>> {
    let leaves = trie.leaves();
    let groups = leaves.iter().filter_map(|(_, value)| match value {
        Value::Lanes(lanes) => Some(&lanes.group),
        _ => None,
    });
    like.outermost().union(groups)
}

impl ChoiceMap {
    /// All leaves with their paths, those that only some lanes have below another's value included.
    pub(crate) fn leaves_of_lanes(&self) -> Result<Vec<(Vec<Value>, Value)>> {
        let mut all = Vec::new();
        for (path, value) in self.leaves() {
            let Some((_, parts)) = parts(value).filter(|_| mixed(value)) else {
                all.push((path, value.clone()));
                continue;
            };
            all.extend(plain(value)?.map(|value| (path.clone(), value)));
            for (group, value) in parts {
                let Some(choices) = value.as_host::<ChoiceMap>() else { continue };
                for (rest, value) in choices.leaves_of_lanes()? {
                    all.push(([&path[..], &rest].concat(), splat(group, value)));
                }
            }
        }
        Ok(all)
    }

    /// These choices, and those of others in the lanes that lack them here.
    pub fn or(&self, others: &ChoiceMap) -> Result<ChoiceMap> {
        let mut all = self.as_trie().clone();
        for (path, value) in others.leaves_of_lanes()? {
            match (self.value_at(&path)?, &value) {
                (None, _) => put(&mut all, &path, value)?,
                (Some(Value::Lanes(own)), Value::Lanes(other)) => {
                    let (_, without) = other.group.split_by(&own.group);
                    let part = other.group.part(without);
                    if let (false, Some(value)) = (part.is_empty(), in_group(&part, &value)?) {
                        put(&mut all, &path, value)?;
                    }
                }
                _ => {}
            }
        }
        Ok(ChoiceMap::of(all))
    }

    /// The choices of one lane, by its number.
    pub(crate) fn of_lane(&self, id: u32) -> Result<ChoiceMap> {
        let mut one = Trie::Empty;
        for (path, value) in self.leaves_of_lanes()? {
            let has = match &value {
                Value::Lanes(lanes) => lanes.group.find(id).is_some(),
                _ => true,
            };
            if has {
                one.set(&path, Trie::Leaf(crate::eval::lanes::lane_of(&value, id)?));
            }
        }
        Ok(ChoiceMap::of(one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What others have below data that misses it comes beside its elements.
    #[test]
    fn elements_of_others_leave_their_neighbours() {
        let (x, one) = (Value::keyword("x"), Value::Int(1));
        let given = Value::vector(vec![Value::float(1.0), Value::Nil, Value::float(3.0)]).expect("flat");
        let (mut own, mut others) = (ChoiceMap::default(), ChoiceMap::default());
        own.put(std::slice::from_ref(&x), given).expect("free");
        let lane = Group::whole(0, 1, crate::tensor::DType::Float64);
        for value in [Value::float(2.0), splat(&lane, Value::float(2.0))] {
            others.put(&[x.clone(), one.clone()], value.clone()).expect("free");
            let all = own.or(&others).expect("choices");
            let element = |i| all.value_at(&[x.clone(), Value::Int(i)]).expect("readable");
            assert_eq!(
                [element(0), element(1), element(2)],
                [1.0, 2.0, 3.0].map(|i| match i {
                    2.0 => Some(value.clone()),
                    other => Some(Value::float(other)),
                })
            );
        }
    }
}

//! Data in choices: one value at a choice, children at a call, and seen from one of several runs its element there.

use super::choicemap::ChoiceMap;
use super::choicemap_lanes::each_part;
use super::reading::is_partial;
use super::trie::{Trie, with_stack};
use crate::error::Result;
use crate::eval::collections::Map;
use crate::eval::gradient::{pick, primal_of};
use crate::eval::lanes::{LaneValues, Lanes, merge, splat};
use crate::eval::print::Printer;
use crate::eval::{HostObject, Value, arrays};

/// What is given for several runs, seen from one of them: a leaf that is read at the choice it is for, since only
/// there it shows which integers are an address and which count elements.
pub struct Row {
    of: ChoiceMap,
    t: usize,
}

impl Row {
    /// The choices of run `t` in those of all.
    pub fn of(all: &ChoiceMap, t: usize) -> ChoiceMap {
        match all.as_trie() {
            Trie::Empty => ChoiceMap::default(),
            _ => ChoiceMap::of(Trie::Leaf(Value::host(Row { of: all.clone(), t }))),
        }
    }

    fn child(&self, key: &Value) -> Result<ChoiceMap> {
        Ok(Row::of(&self.of.child(key)?, self.t))
    }

    /// What is given for the choice that stands here: element `t` of what is given for those of all runs.
    pub fn read(&self) -> Result<ChoiceMap> {
        let index = Value::Int(self.t as i64);
        match row(&self.of) {
            Some(outer) => outer.read()?.child(&index),
            None => self.of.child(&index),
        }
    }

    /// The same where nobody knows the choices: integer children that are no data themselves are taken for elements.
    fn spelled(&self) -> Result<ChoiceMap> {
        let all = spelled(&self.of)?;
        let mut own = ChoiceMap::default();
        for (path, value) in all.leaves() {
            match (path.split_last(), is_data(value)) {
                (_, true) => {
                    if let Some(element) = element(value, &Value::Int(self.t as i64))?.filter(|v| !v.is_nil()) {
                        own.put(&path, element)?;
                    }
                }
                (Some((Value::Int(t), before)), false) if *t == self.t as i64 && !before.is_empty() => {
                    own.put(before, value.clone())?;
                }
                _ => {}
            }
        }
        Ok(own)
    }
}

fn row(choices: &ChoiceMap) -> Option<&Row> {
    choices.as_trie().leaf()?.as_host::<Row>()
}

/// Choices as addresses and values, for a function that does not tell its choices one by one.
pub fn spelled(choices: &ChoiceMap) -> Result<ChoiceMap> {
    match row(choices) {
        Some(row) => with_stack(|| row.spelled()),
        None => Ok(choices.clone()),
    }
}

impl HostObject for Row {
    fn kind(&self) -> &'static str {
        "a row of choices"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("#<row {} of choices>", self.t));
    }
}

/// True of what may be read as children: not of a number or a map, whose keys are read beforehand.
pub fn is_data(value: &Value) -> bool {
    match value {
        Value::Vector(_) | Value::List(_) | Value::Array(_) => true,
        Value::Var(_) => matches!(primal_of(value), Value::Array(_)),
        Value::Lanes(lanes) => match &lanes.of {
            LaneValues::Numbers(column) => !column.event().is_empty(),
            LaneValues::Parts(parts) => parts.iter().any(|(_, value)| is_data(value)),
        },
        _ => false,
    }
}

/// True of a value with elements, as a choice may hold it.
pub fn has_elements(value: &Value) -> bool {
    match value {
        Value::Map(_) => true,
        Value::Lanes(lanes) => match &lanes.of {
            LaneValues::Numbers(_) => is_data(value),
            LaneValues::Parts(parts) => parts.iter().any(|(_, value)| has_elements(value)),
        },
        other => is_data(other),
    }
}

/// The number of elements of data; `None` of lanes that differ in kind.
pub fn count(value: &Value) -> Option<usize> {
    match value {
        Value::Vector(items) => Some(items.len()),
        Value::List(items) => Some(items.len()),
        Value::Array(array) => array.shape().first().copied(),
        Value::Var(_) => count(primal_of(value)).filter(|_| is_data(value)),
        Value::Lanes(lanes) => lanes.column()?.event().first().copied(),
        _ => None,
    }
}

/// An element of data, or the value of a map: of lanes in those that have it.
pub fn element(value: &Value, key: &Value) -> Result<Option<Value>> {
    match value {
        Value::Map(map) => return Ok(map.get(key).cloned()),
        Value::Lanes(lanes) if lanes.column().is_none() => return element_of_parts(lanes, key),
        _ => {}
    }
    let Some(i) = key.as_int().and_then(|i| usize::try_from(i).ok()) else { return Ok(None) };
    let inside = || count(value).is_some_and(|n| i < n);
    Ok(match value {
        Value::Vector(items) => items.get(i).cloned(),
        Value::List(items) => items.get(i).cloned(),
        Value::Array(array) if inside() => Some(arrays::index(array, key)?),
        Value::Var(_) if inside() => Some(pick::index(value, key)?),
        Value::Lanes(lanes) if inside() => lanes.element(i),
        _ => None,
    })
}

fn element_of_parts(lanes: &Lanes, key: &Value) -> Result<Option<Value>> {
    let LaneValues::Parts(parts) = &lanes.of else { return Ok(None) };
    let mut found = Vec::with_capacity(parts.len());
    for (group, value) in parts.iter() {
        if let Some(element) = element(value, key)? {
            found.push((group.clone(), element));
        }
    }
    match lanes.group.union(found.iter().map(|(group, _)| group)) {
        Some(group) => Ok(Some(splat(&group, merge(found, &group)?))),
        None => Ok(None),
    }
}

/// An element of an element … of data.
pub fn element_at(value: &Value, path: &[Value]) -> Result<Option<Value>> {
    path.iter().try_fold(Some(value.clone()), |value, key| value.map_or(Ok(None), |value| element(&value, key)))
}

/// Data at a key, read as children; nil is nothing.
pub fn below(data: &Value, key: &Value) -> Result<ChoiceMap> {
    if let Some(row) = data.as_host::<Row>() {
        return row.child(key);
    }
    let has_choices = |value: &Value| value.as_host::<ChoiceMap>().is_some();
    let child = match data {
        Value::Map(_) => return ChoiceMap::from_value(data)?.child(key),
        Value::Lanes(lanes) if matches!(&lanes.of, LaneValues::Parts(parts) if parts.iter().any(|(_, v)| has_choices(v))) =>
        {
            let each = |data: &Value| match data.as_host::<ChoiceMap>() {
                Some(choices) => choices.child(key),
                None => below(data, key),
            };
            return Ok(each_part(data, each)?.unwrap_or_default());
        }
        data => element(data, key)?,
    };
    Ok(match child {
        None | Some(Value::Nil) => ChoiceMap::default(),
        Some(map @ Value::Map(_)) => ChoiceMap::from_value(&map)?,
        Some(v) => v.as_host::<ChoiceMap>().cloned().unwrap_or_else(|| ChoiceMap::of(Trie::Leaf(v))),
    })
}

/// The elements of data as children; what is missing is left out.
pub fn opened(data: &Value) -> Result<Trie<Value>> {
    let mut children = Trie::Empty;
    for i in 0..count(data).unwrap_or(0) as i64 {
        if let Some(value) = element(data, &Value::Int(i))?.filter(|value| !value.is_nil()) {
            children.set(&[Value::Int(i)], Trie::Leaf(value));
        }
    }
    Ok(children)
}

/// Puts a value at a path: over a value, among the elements of data that stands above it, with its own elements among
/// children that stand there. False when it clashes with what is no data.
pub fn put(trie: &mut Trie<Value>, path: &[Value], value: Value) -> Result<bool> {
    if !open_above(trie, path)? {
        return Ok(false);
    }
    match trie.at(path) {
        Some(Trie::Branch(_)) if is_data(&value) => {
            for (below, element) in opened(&value)?.leaves() {
                if !with_stack(|| put(trie, &[path, &below].concat(), element.clone()))? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Some(Trie::Branch(_)) => Ok(false),
        _ => {
            trie.set(path, Trie::Leaf(value));
            Ok(true)
        }
    }
}

/// Takes away what stands at a path, which may be an element of data that stands above it.
pub fn remove(trie: &mut Trie<Value>, path: &[Value]) -> Result<()> {
    let above = (0..path.len()).find_map(|n| Some((n, trie.at(&path[..n])?.leaf()?)));
    let there = match above {
        None => trie.at(path).is_some(),
        Some((n, data)) => is_data(data) && element_at(data, &path[n..])?.is_some_and(|element| !element.is_nil()),
    };
    if there && open_above(trie, path)? {
        trie.set(path, Trie::Empty);
    }
    Ok(())
}

/// Spells out data that stands above a path as children; false where what stands there is no data.
fn open_above(trie: &mut Trie<Value>, path: &[Value]) -> Result<bool> {
    for n in 0..path.len() {
        match trie.at(&path[..n]) {
            Some(Trie::Leaf(data)) if is_data(data) => {
                let children = opened(data)?;
                trie.set(&path[..n], children);
            }
            Some(Trie::Leaf(_)) => return Ok(false),
            Some(_) => {}
            None => break,
        }
    }
    Ok(true)
}

/// Which elements are given: a leaf where nothing is missing.
pub fn mask(given: &Trie<Value>) -> Trie<()> {
    let children: Vec<(Value, Trie<()>)> = match given {
        Trie::Empty | Trie::Leaf(Value::Nil) => return Trie::Empty,
        Trie::Leaf(data) if is_partial(data) => {
            let elements = (0..count(data).unwrap_or(0) as i64).map(Value::Int);
            let below = |key: Value| element(data, &key).ok().flatten().map(|value| (key, mask(&Trie::Leaf(value))));
            elements.filter_map(below).collect()
        }
        Trie::Leaf(_) => return Trie::Leaf(()),
        branch => branch.children().into_iter().map(|(key, t)| (key.clone(), with_stack(|| mask(t)))).collect(),
    };
    let mut all = Trie::Empty;
    children.into_iter().for_each(|(key, below)| all.set(&[key], below));
    all
}

/// Nested maps and values.
pub fn to_map(trie: &Trie<Value>) -> Result<Value> {
    match trie {
        Trie::Leaf(v) => Ok(v.clone()),
        _ => {
            let entries = trie.children().into_iter().map(|(k, t)| Ok((k.clone(), with_stack(|| to_map(t))?)));
            Ok(Value::Map(Map::from_pairs(entries.collect::<Result<Vec<_>>>()?)?))
        }
    }
}

/// Children as the value that they spell out: a vector where they are its elements, all of them, else a map.
pub fn whole(trie: &Trie<Value>) -> Result<Value> {
    let Trie::Branch(_) = trie else { return to_map(trie) };
    let values = (0..trie.width() as i64).map(|i| trie.child(&Value::Int(i)));
    match values.collect::<Option<Vec<_>>>() {
        Some(values) => Value::vector(values.into_iter().map(|t| with_stack(|| whole(t))).collect::<Result<_>>()?),
        None => {
            let entries = trie.children().into_iter().map(|(k, t)| Ok((k.clone(), with_stack(|| whole(t))?)));
            Ok(Value::Map(Map::from_pairs(entries.collect::<Result<Vec<_>>>()?)?))
        }
    }
}

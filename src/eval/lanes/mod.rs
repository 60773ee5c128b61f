//! Lanes: one value per particle of a batched run, and control flow over them.
//!
//! A condition that differs by lane splits the lanes in force, the group, in two; each side runs on columns of its own
//! lanes alone, and the results are merged. So nothing ever computes with a lane that is not there: checks, errors and
//! cost concern the lanes that took the side.

pub mod answer;
pub mod branch;
pub mod by_value;
pub mod call;
pub mod deferred;
pub mod group;
mod lazy;
pub mod merge;
pub mod nested_lanes;
pub mod numbers;
mod once;
pub mod output;

pub use by_value::{for_each_value, per_value, per_value_where};
pub use group::{Group, Ids};
pub use merge::merge;

use super::gradient::any_leaf;
use super::print::Printer;
use super::value::Value;
use crate::error::{Code, Error, Result, Stop};
use crate::tensor::lanes::{self, Column, ScalarItem, gather, same_shape};
use crate::tensor::{Array, DType};
use std::sync::Arc;

/// A value for each lane of a group.
pub struct Lanes {
    pub group: Arc<Group>,
    pub of: LaneValues,
}

pub enum LaneValues {
    /// Numbers or booleans, or arrays of them of one shape.
    Numbers(Column),
    /// Values of other or of different kinds: a few, each with the lanes that have it, which share out the group.
    Parts(Box<[LanePart]>),
}

/// A value and the lanes that have it.
pub type LanePart = (Arc<Group>, Value);

impl Value {
    /// A value for each lane of the group.
    pub fn lanes(group: &Arc<Group>, column: Column) -> Value {
        Value::Lanes(Arc::new(Lanes { group: group.clone(), of: LaneValues::Numbers(column) }))
    }
}

impl Lanes {
    /// The numbers, if they are such.
    pub fn column(&self) -> Option<&Column> {
        match &self.of {
            LaneValues::Numbers(column) => Some(column),
            LaneValues::Parts(_) => None,
        }
    }

    /// Element `i` of each lane's array; `None` past the end, and of what is no array in all lanes.
    pub fn element(&self, i: usize) -> Option<Value> {
        Some(Value::lanes(&self.group, lanes::element(self.column()?, i)?))
    }

    /// The elements of each lane's array; `None` of what is no array in all lanes.
    pub fn elements(&self) -> Option<Vec<Value>> {
        let count = *self.column()?.event().first()?;
        (0..count).map(|i| self.element(i)).collect()
    }

    /// Are they booleans?
    pub fn is_bool(&self) -> bool {
        self.column().is_some_and(|column| column.dtype() == DType::Bool)
    }

    /// Equal values in the same lanes.
    pub fn equals(&self, other: &Lanes) -> bool {
        self.group.same(&other.group)
            && match (&self.of, &other.of) {
                (LaneValues::Numbers(a), LaneValues::Numbers(b)) if a.dtype() == b.dtype() => {
                    same_shape(a.event(), b.event())
                        && match (a.values::<i64>(), b.values::<i64>()) {
                            (Some(a), Some(b)) => a == b,
                            _ => a.to_f64() == b.to_f64(),
                        }
                }
                (LaneValues::Parts(a), LaneValues::Parts(b))
                    if a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.0.same(&y.0)) =>
                {
                    a.iter().zip(b).all(|(x, y)| x.1 == y.1)
                }
                // Numbers of several kinds may be equal all the same.
                _ => self.group.iter().all(|id| matches!((self.at(id), other.at(id)), (Ok(x), Ok(y)) if x == y)),
            }
    }

    /// The value of one lane, by its number.
    fn at(&self, id: u32) -> Result<Value> {
        match &self.of {
            LaneValues::Numbers(column) => Ok(number(column, self.group.find(id).ok_or_else(|| no_lane(id))?)),
            LaneValues::Parts(parts) => match parts.iter().find(|(group, _)| group.find(id).is_some()) {
                // Lanes of another run are one value.
                Some((_, Value::Lanes(inner))) if !inner.group.meets(&self.group)? => Ok(Value::Lanes(inner.clone())),
                Some((_, value)) => lane_of(value, id),
                None => Err(no_lane(id)),
            },
        }
    }

    /// The depth of the values inside.
    pub fn depth(&self) -> u32 {
        match &self.of {
            LaneValues::Numbers(_) => 0,
            LaneValues::Parts(parts) => parts.iter().map(|(_, value)| value.depth()).max().unwrap_or(0),
        }
    }

    /// The values in the lanes of a smaller group.
    pub fn project(&self, to: &Arc<Group>) -> Result<Value> {
        match &self.of {
            LaneValues::Numbers(column) => {
                if let Some(range) = to.range_in(&self.group) {
                    return Ok(Value::lanes(to, column.slice(range)));
                }
                let positions = to.within(&self.group).ok_or_else(|| other_lanes(&self.group, to))?;
                Ok(Value::lanes(to, gather(column, &positions)))
            }
            LaneValues::Parts(parts) => {
                let mut kept = Vec::with_capacity(parts.len());
                for (group, value) in parts {
                    let (with, _) = to.split_by(group);
                    if !with.is_empty() {
                        let group = to.part(with);
                        kept.push((group.clone(), self.nested(value, &group)?));
                    }
                }
                merge(kept, to)
            }
        }
    }

    /// A value that some lanes have, as fewer of them see it.
    fn nested(&self, value: &Value, to: &Arc<Group>) -> Result<Value> {
        match value {
            Value::Lanes(lanes) if lanes.group.meets(&self.group)? => adopt(value, to),
            other => Ok(other.clone()),
        }
    }

    /// How a lane prints: the first few and how many there are.
    pub fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("#<{} lanes", self.group.len()));
        out.cut |= self.group.len() > 4;
        match &self.of {
            LaneValues::Numbers(column) => {
                for at in 0..self.group.len().min(4) {
                    out.text(" ");
                    match column.values::<f32>() {
                        // In as many digits as single precision has.
                        Some(values) if column.event().is_empty() => out.text(&super::print::single(values[at])),
                        _ => out.value(&number(column, at)),
                    }
                }
                out.text(if self.group.len() > 4 { " …>" } else { ">" });
            }
            LaneValues::Parts(parts) => {
                for (group, value) in parts.iter().take(4) {
                    out.text(&format!(" {} × ", group.len()));
                    out.value(value);
                }
                out.text(if parts.len() > 4 { " …>" } else { ">" });
            }
        }
    }
}

/// The value of one lane of a column, by its position.
pub fn number(column: &Column, position: usize) -> Value {
    match column.get(position) {
        Some(item) if column.event().is_empty() => item_value(item),
        _ => array(&column.slice(position..position + 1), &[]).unwrap_or_default(),
    }
}

/// A number or boolean of a column.
pub fn item_value(item: ScalarItem) -> Value {
    match item {
        ScalarItem::Float(x) => Value::float(x),
        ScalarItem::Int(n) => Value::Int(n),
        ScalarItem::Bool(b) => Value::bool(b),
    }
}

/// A column as an array: axis 0 counts as `axes` say, then comes the shape of each value.
pub fn array(column: &Column, axes: &[usize]) -> Result<Value> {
    let shape = [axes, column.event()].concat();
    if let Some(array) = column.array() {
        let sizes: Vec<i64> = shape.iter().map(|n| *n as i64).collect();
        return super::arrays::wrap(crate::tensor::ops::reshape(array, &sizes));
    }
    let made = match (column.dtype(), column.values::<i64>(), column.values::<bool>()) {
        (_, Some(values), _) => Array::from_i64(values.to_vec(), &shape),
        (_, _, Some(values)) => Array::from_bool(values.to_vec(), &shape),
        (DType::Float32, ..) => Array::from_f64(column.to_f64(), &shape).and_then(|a| a.cast(DType::Float32)),
        _ => Array::from_f64(column.to_f64(), &shape),
    };
    super::arrays::wrap(made)
}

/// A value as the lanes of a group see it, where it is lanes itself; what it holds is brought when it is used. Lanes of
/// another run are one value to all of them.
pub fn project(value: &Value, to: &Arc<Group>) -> Result<Value> {
    match value {
        Value::Lanes(lanes) if lanes.group.meets(to)? && !lanes.group.same(to) => lanes.project(to),
        other => Ok(other.clone()),
    }
}

/// A value of another batch of as many lanes as that of these lanes, which have it by their numbers: arguments,
/// constraints and what an older run has.
pub fn adopt(value: &Value, to: &Arc<Group>) -> Result<Value> {
    match value {
        Value::Lanes(lanes) if lanes.group.is(to) => Ok(value.clone()),
        Value::Lanes(lanes) => match lanes.column() {
            Some(column) if lanes.group.same(to) => Ok(Value::lanes(to, column.clone())),
            _ => lanes.project(to),
        },
        other => Ok(other.clone()),
    }
}

/// A value as the lanes in force see it.
pub fn in_force(cx: &super::cx::Cx, value: &Value) -> Result<Value> {
    match &cx.group {
        Some(group) => project(value, group),
        None => Ok(value.clone()),
    }
}

/// The same value in each lane of a group, as lanes: so that it says which lanes have it.
pub fn splat(group: &Arc<Group>, value: Value) -> Value {
    match value {
        Value::Lanes(_) => value,
        plain => Value::Lanes(Arc::new(Lanes {
            group: group.clone(),
            of: LaneValues::Parts([(group.clone(), plain)].into()),
        })),
    }
}

/// Values of several kinds in different lanes?
pub fn in_parts(value: &Value) -> bool {
    matches!(value, Value::Lanes(lanes) if lanes.column().is_none())
}

/// The values of lanes, by their numbers in any order, as those of the lanes of `to`.
pub fn gather_value(value: &Value, lanes: &[u32], to: &Arc<Group>) -> Result<Value> {
    if !holds_lanes(value) {
        return Ok(value.clone());
    }
    super::gradient::map_leaves(value, &mut |leaf| {
        let Value::Lanes(held) = leaf else { return Ok(leaf.clone()) };
        match &held.of {
            LaneValues::Numbers(column) => Ok(Value::lanes(to, gather(column, &held.group.positions(lanes)?))),
            LaneValues::Parts(parts) => {
                let mut moved = Vec::with_capacity(parts.len());
                for (group, value) in parts {
                    let positions: Vec<u32> =
                        (0..lanes.len() as u32).filter(|at| group.find(lanes[*at as usize]).is_some()).collect();
                    if !positions.is_empty() {
                        let lanes: Vec<u32> = positions.iter().map(|at| lanes[*at as usize]).collect();
                        let part = to.part(positions);
                        moved.push((part.clone(), gather_value(value, &lanes, &part)?));
                    }
                }
                merge(moved, to)
            }
        }
    })
}

/// Are there lanes in data?
pub fn holds_lanes(value: &Value) -> bool {
    match value {
        Value::Lanes(_) => true,
        Value::Int(_) | Value::Float(_) => false,
        data => any_leaf(data, &mut |leaf| match leaf {
            Value::Lanes(_) => true,
            Value::Host(host) => host.object().parts().iter().any(nested_lanes::any_in_part),
            _ => false,
        }),
    }
}

/// The value of one lane, by its number, of data that may hold lanes.
pub fn lane_of(value: &Value, id: u32) -> Result<Value> {
    if !holds_lanes(value) {
        return Ok(value.clone());
    }
    super::gradient::map_leaves(value, &mut |leaf| match leaf {
        Value::Lanes(lanes) => lanes.at(id),
        other => Ok(other.clone()),
    })
}

#[cold]
fn no_lane(id: u32) -> Stop {
    Error::raise(Code::Lanes, format!("there is no lane {id} here"))
}

/// The error of batches of two sizes.
#[cold]
pub fn sizes(a: &Group, b: &Group) -> Stop {
    Error::raise(Code::Lanes, format!("{} lanes meet {} lanes", a.of_batch(), b.of_batch()))
        .help("values of one batched run, or of batches of one size, go together")
}

/// The error of lanes of one run in another.
#[cold]
pub fn foreign(a: &Group, b: &Group) -> Stop {
    let message = format!("{} lanes of one run meet {} lanes of another", a.of_batch(), b.of_batch());
    Error::raise(Code::Lanes, message)
        .help("pass them to the model as an argument, or take them out first: `(lanes->vector x)`")
}

#[cold]
pub fn other_lanes(a: &Group, b: &Group) -> Stop {
    let message = format!("values of {} lanes meet values of {} other lanes", a.len(), b.len());
    Error::raise(Code::Lanes, message).help("values of one batched run, or of batches of one size, go together")
}

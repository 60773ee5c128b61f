//! From lanes to the values of each, and back.

use crate::error::Result;
use crate::eval::equality::alike;
use crate::eval::lanes::nested_lanes::{Replacing, any_in_part};
use crate::eval::lanes::{Group, LanePart, LaneValues, Lanes, lane_of, merge};
use crate::eval::{Cx, Value};
use crate::gfi::choicemap::ChoiceMap;
use crate::tensor::DType;
use crate::tensor::lanes::{Column, partition};
use std::collections::HashMap;
use std::sync::Arc;

/// The value of one lane, also inside a distribution's parameters, a choice map, and in what functions close over.
pub fn lane_value(cx: &mut Cx, value: &Value, id: u32) -> Result<Value> {
    if let Some(choices) = value.as_host::<ChoiceMap>() {
        return choices.of_lane(id).map(ChoiceMap::into_value);
    }
    Replacing::by(&mut |cx, lanes| match &lanes.of {
        LaneValues::Numbers(_) => lane_of(&Value::Lanes(lanes.clone()), id),
        LaneValues::Parts(parts) => match parts.iter().find(|(group, _)| group.find(id).is_some()) {
            Some((_, value)) if !matches!(value, Value::Lanes(_)) => lane_value(cx, value, id),
            _ => lane_of(&Value::Lanes(lanes.clone()), id),
        },
    })
    .of_part(cx, value)
}

/// Does a distribution differ by lane, in its parameters or in what its functions close over?
pub fn varies(what: &Value, args: &[Value]) -> bool {
    std::iter::once(what).chain(args).any(any_in_part)
}

/// The values of the lanes of a group, in order, as one.
pub fn collect_lanes(values: Vec<Value>, group: &Arc<Group>) -> Result<Value> {
    let Some(first) = values.first() else { return Ok(Value::Nil) };
    let single = group.width == DType::Float32;
    let is_int = |v: &Value| matches!(v, Value::Int(_));
    match first {
        Value::Float(_) if values.iter().all(|v| matches!(v, Value::Float(_))) => {
            let numbers = values.iter().filter_map(Value::as_f64);
            let column = if single {
                Column::from(numbers.map(|x| x as f32).collect::<Vec<f32>>())
            } else {
                Column::from(numbers.collect::<Vec<f64>>())
            };
            Ok(Value::lanes(group, column))
        }
        Value::Int(_) if values.iter().all(is_int) => {
            Ok(Value::lanes(group, Column::from(values.iter().filter_map(Value::as_int).collect::<Vec<i64>>())))
        }
        Value::Int(_) | Value::Float(_) if values.iter().all(|v| matches!(v, Value::Float(_) | Value::Int(_))) => {
            // Each keeps its kind.
            let (ints, floats) = partition(&values.iter().map(is_int).collect::<Vec<bool>>());
            let parts = [ints, floats].into_iter().map(|places| {
                let own = places.iter().map(|at| values[*at as usize].clone()).collect();
                let part = group.part(places);
                Ok((part.clone(), collect_lanes(own, &part)?))
            });
            merge(parts.collect::<Result<Vec<LanePart>>>()?, group)
        }
        Value::True | Value::False if values.iter().all(Value::is_bool) => {
            Ok(Value::lanes(group, Column::from(values.iter().map(Value::truthy).collect::<Vec<bool>>())))
        }
        // One without axes is no number.
        Value::Array(array) if array.ndim() > 0 => {
            let shape = array.shape().to_vec();
            let mut all = Vec::with_capacity(values.len() * array.len());
            for value in &values {
                match value {
                    Value::Array(array) if array.shape() == shape && array.dtype().is_float() => {
                        all.extend(array.to_f64()?);
                    }
                    _ => return Ok(in_parts(&values, group)),
                }
            }
            let column = Column::of_shape(all, values.len(), &shape);
            Ok(column.map_or(Value::Nil, |column| {
                Value::lanes(group, if single { column.cast(DType::Float32) } else { column })
            }))
        }
        Value::Vector(v) if values.iter().all(|other| matches!(other, Value::Vector(o) if o.len() == v.len())) => {
            let width = v.len();
            let columns = (0..width).map(|i| {
                let column = values.iter().filter_map(|value| match value {
                    Value::Vector(items) => items.get(i).cloned(),
                    _ => None,
                });
                collect_lanes(column.collect(), group)
            });
            Value::vector(columns.collect::<Result<Vec<Value>>>()?)
        }
        _ => Ok(in_parts(&values, group)),
    }
}

/// The different values with the lanes that have them.
fn in_parts(values: &[Value], group: &Arc<Group>) -> Value {
    let mut order: Vec<(Vec<u32>, &Value)> = Vec::new();
    // Equal values may differ in kind, or in the order of their entries.
    let mut known: HashMap<&Value, Vec<usize>> = HashMap::new();
    for (position, value) in values.iter().enumerate() {
        let same = known.entry(value).or_default();
        let at = match same.iter().find(|at| alike(order[**at].1, value)) {
            Some(at) => *at,
            None => {
                same.push(order.len());
                order.push((Vec::new(), value));
                order.len() - 1
            }
        };
        order[at].0.push(position as u32);
    }
    if let [(_, value)] = &order[..] {
        return (*value).clone();
    }
    let parts: Vec<LanePart> = order.into_iter().map(|(at, value)| (group.part(at), value.clone())).collect();
    Value::Lanes(Arc::new(Lanes { group: group.clone(), of: LaneValues::Parts(parts.into()) }))
}

//! From lanes to the values of each, and back.

use crate::dist::Dist;
use crate::error::Result;
use crate::eval::lanes::{Group, Lanes, Of, Part, lane_of};
use crate::eval::{Cx, Value};
use crate::gfi::choicemap::ChoiceMap;
use crate::tensor::DType;
use crate::tensor::lanes::Column;
use std::collections::HashMap;
use std::sync::Arc;

/// The value of one lane, also inside a distribution's parameters and a choice map.
pub fn lane_value(cx: &mut Cx, value: &Value, id: u32) -> Result<Value> {
    if let Some(choices) = value.as_host::<ChoiceMap>() {
        return choices.of_lane(id).map(ChoiceMap::into_value);
    }
    match value.as_host::<Dist>() {
        Some(dist) if dist.args.iter().any(crate::eval::lanes::holds_lanes) => {
            let args = dist.args.iter().map(|arg| lane_value(cx, arg, id)).collect::<Result<Vec<Value>>>()?;
            dist.constructor.value(cx, &args)
        }
        Some(_) => Ok(value.clone()),
        None => match value {
            Value::Vector(items) if crate::eval::lanes::holds_lanes(value) => {
                Value::vector(items.iter().map(|item| lane_value(cx, item, id)).collect::<Result<Vec<Value>>>()?)
            }
            other => lane_of(other, id),
        },
    }
}

/// The values of the lanes of a group, in order, as one.
pub fn collect(values: Vec<Value>, group: &Arc<Group>) -> Result<Value> {
    let Some(first) = values.first() else { return Ok(Value::Nil) };
    let single = group.width == DType::Float32;
    match first {
        Value::Float(_) if values.iter().all(|v| matches!(v, Value::Float(_) | Value::Int(_))) => {
            let numbers = values.iter().filter_map(Value::as_f64);
            let column = if single {
                Column::from(numbers.map(|x| x as f32).collect::<Vec<f32>>())
            } else {
                Column::from(numbers.collect::<Vec<f64>>())
            };
            Ok(Value::lanes(group, column))
        }
        Value::Int(_) if values.iter().all(|v| matches!(v, Value::Int(_))) => {
            Ok(Value::lanes(group, Column::from(values.iter().filter_map(Value::as_int).collect::<Vec<i64>>())))
        }
        Value::True | Value::False if values.iter().all(Value::is_bool) => {
            Ok(Value::lanes(group, Column::from(values.iter().map(Value::truthy).collect::<Vec<bool>>())))
        }
        Value::Array(array) => {
            let shape = array.shape().to_vec();
            let mut all = Vec::with_capacity(values.len() * array.len());
            for value in &values {
                match value {
                    Value::Array(array) if array.shape() == shape && array.dtype().is_float() => {
                        all.extend(array.to_f64().map_err(crate::eval::arrays::raise)?);
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
                collect(column.collect(), group)
            });
            Value::vector(columns.collect::<Result<Vec<Value>>>()?)
        }
        _ => Ok(in_parts(&values, group)),
    }
}

/// The different values with the lanes that have them.
fn in_parts(values: &[Value], group: &Arc<Group>) -> Value {
    let mut order: Vec<(Vec<u32>, &Value)> = Vec::new();
    let mut known: HashMap<&Value, usize> = HashMap::new();
    for (position, value) in values.iter().enumerate() {
        let at = *known.entry(value).or_insert_with(|| {
            order.push((Vec::new(), value));
            order.len() - 1
        });
        order[at].0.push(position as u32);
    }
    if let [(_, value)] = &order[..] {
        return (*value).clone();
    }
    let parts: Vec<Part> = order.into_iter().map(|(at, value)| (group.part(at), value.clone())).collect();
    Value::Lanes(Arc::new(Lanes { group: group.clone(), of: Of::Parts(parts.into()) }))
}

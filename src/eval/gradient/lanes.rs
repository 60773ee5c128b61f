//! Variables that have a number in each lane: control flow splits and merges them as it does lanes.
//!
//! A variable may have more lanes than are in force: operations take the lanes that both operands have, and cotangents
//! of fewer lanes are 0 in the others.

pub use super::kind::{constant, kind};
use super::ruled::{linear, ruled};
use super::{no_gradient, primal_of};
use crate::error::Result;
use crate::eval::lanes::merge::one_column;
use crate::eval::lanes::{Group, LanePart, merge, project};
use crate::eval::value::Value;
use std::sync::Arc;

/// The lanes that a group has of a cotangent, and 0 in those that it has not.
pub fn fit(x: &Value, to: &Arc<Group>) -> Result<Value> {
    let Value::Lanes(lanes) = x else {
        return x.as_f64().map(|x| constant(to, x)).ok_or_else(|| no_gradient("a cotangent of other lanes"));
    };
    if lanes.group.same(to) {
        return Ok(x.clone());
    }
    if to.len() <= lanes.group.len() {
        return lanes.project(to);
    }
    let (_, rest) = to.split_by(&lanes.group);
    let zero = (to.part(rest), Value::float(0.0));
    merge(vec![(lanes.group.clone(), x.clone()), zero], to)
}

/// A variable in the lanes of a smaller group; any other value as its lanes have it.
pub fn in_group(x: &Value, group: &Arc<Group>) -> Result<Value> {
    match primal_of(x) {
        Value::Lanes(lanes) if matches!(x, Value::Var(_)) && !lanes.group.same(group) => {
            linear(x, |x| project(x, group), |cotangent| Ok(cotangent.clone()))
        }
        _ => project(x, group),
    }
}

/// What lanes came to, some of it variables; `None` when not all of it is numbers.
pub fn merged(parts: &[LanePart], group: &Arc<Group>) -> Result<Option<Value>> {
    let number = |value: &Value| match primal_of(value) {
        Value::Lanes(lanes) => kind(lanes).is_ok(),
        Value::Int(_) | Value::Float(_) => true,
        _ => false,
    };
    if !parts.iter().all(|(_, value)| number(value)) {
        return Ok(None);
    }
    let values: Vec<Value> = parts.iter().map(|(_, value)| value.clone()).collect();
    let groups: Vec<Arc<Group>> = parts.iter().map(|(part, _)| part.clone()).collect();
    let forward = |values: &[Value]| {
        let parts: Vec<LanePart> = groups.iter().cloned().zip(values.iter().cloned()).collect();
        one_column(&parts, group)?.ok_or_else(|| no_gradient("numbers of several kinds"))
    };
    let back = groups.clone();
    let rule = move |_: &mut _, flow: &super::RuleInput| back.iter().map(|part| fit(flow.cotangent, part)).collect();
    ruled(&values, forward, rule).map(Some)
}

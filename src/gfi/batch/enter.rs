//! What enters a batched run from outside: lanes of other batches, which become its own by their numbers.

use crate::error::Result;
use crate::eval::Value;
use crate::eval::gradient::{any_leaf, map_leaves};
use crate::eval::lanes::{Group, LaneValues, Lanes, adopt};
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::trie::Trie;
use std::sync::Arc;

/// An argument as lanes of a run, also inside choice maps: it computes with them in its own width.
pub fn entered(arg: &Value, group: &Arc<Group>) -> Result<Value> {
    match any_leaf(arg, &mut |leaf| has_lanes(leaf)) {
        true => map_leaves(arg, &mut |leaf| enter(leaf, group)),
        false => Ok(arg.clone()),
    }
}

fn has_lanes(leaf: &Value) -> bool {
    match leaf {
        Value::Lanes(_) => true,
        Value::Host(host) => {
            host.downcast::<ChoiceMap>().is_some_and(|all| all.as_trie().any(&|value| matches!(value, Value::Lanes(_))))
        }
        _ => false,
    }
}

fn enter(leaf: &Value, group: &Arc<Group>) -> Result<Value> {
    match leaf {
        Value::Lanes(lanes) if group.lies_in(&lanes.group) => match lanes.column() {
            Some(_) => adopt(leaf, group),
            None => adopt(&renamed(leaf, group), group),
        },
        other => Ok(renamed(other, group)),
    }
}

/// The same values as those of another batch.
fn renamed(value: &Value, group: &Arc<Group>) -> Value {
    match value {
        Value::Lanes(lanes) => {
            let own = part_of(group, &lanes.group).unwrap_or_else(|| lanes.group.in_batch_of(group));
            let of = match &lanes.of {
                LaneValues::Numbers(column) => LaneValues::Numbers(column.clone()),
                LaneValues::Parts(parts) => {
                    let part = |part: &Group| part_of(&own, part).unwrap_or_else(|| part.in_batch_of(group));
                    LaneValues::Parts(parts.iter().map(|(lanes, x)| (part(lanes), renamed(x, group))).collect())
                }
            };
            Value::Lanes(Arc::new(Lanes { group: own, of }))
        }
        Value::Host(host) => match host.downcast::<ChoiceMap>() {
            Some(choices) => {
                let mut all = Trie::Empty;
                choices.leaves().into_iter().for_each(|(path, x)| all.set(&path, Trie::Leaf(renamed(x, group))));
                ChoiceMap::of(all).into_value()
            }
            None => value.clone(),
        },
        other => other.clone(),
    }
}

/// The lanes of another batch as a part of this group, if it has all of them.
fn part_of(group: &Arc<Group>, other: &Group) -> Option<Arc<Group>> {
    if group.same(other) {
        return Some(group.clone());
    }
    let (with, _) = group.split_by(other);
    (with.len() == other.len()).then(|| group.part(with))
}

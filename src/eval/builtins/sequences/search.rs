//! Asking about all elements: some, every?, not-any?, not-every?.

use super::{super::sequences, owned};
use crate::error::Result;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::lanes::answer::{self, LaneAnswer, WalkStep};
use crate::eval::value::Value;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("some", "[pred coll]", |cx, a| first_result(cx, a, true, None)),
    Builtin::generic("every?", "[pred coll]", |cx, a| first_result(cx, a, false, Some(false))),
    Builtin::generic("not-every?", "[pred coll]", |cx, a| first_result(cx, a, false, Some(true))),
    Builtin::generic("not-any?", "[pred coll]", |cx, a| first_result(cx, a, true, Some(false))),
];

/// The first result of the predicate whose truth is as wanted, or what `says` tells of there being one.
fn first_result(cx: &mut Cx, args: &mut [Value], wanted: bool, says: Option<bool>) -> Result<Value> {
    let [pred, coll] = owned(args);
    let mut items = sequences::walk(cx, &coll, 1)?;
    answer::walk(cx, |cx| {
        let Some(item) = items.next(cx)? else {
            return Ok(WalkStep::End(says.map_or(Value::Nil, |found| Value::bool(!found))));
        };
        let result = cx.call(&pred, &mut [item])?;
        let found = LaneAnswer::of(cx, &result)?.when(wanted);
        Ok(WalkStep::Done(found, says.map_or(result, Value::bool)))
    })
}

//! Asking about all elements: some, every?, not-any?, not-every?.

use super::{each, owned};
use crate::error::Result;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::value::Value;

pub const TABLE: &[Builtin] = &[
    Builtin::generic(
        "some",
        "[pred coll]",
        "The first result of pred that is neither nil nor false; nil when there is none. A set is a predicate too.\n(some even? [1 2 3]) ;=> true\n(some #{:b} [:a :b]) ;=> :b",
        |cx, a| Ok(first_result(cx, a, true)?.unwrap_or_default()),
    ),
    Builtin::generic(
        "every?",
        "[pred coll]",
        "True when pred is true for all elements, also for none.\n(every? odd? [1 3]) ;=> true\n(every? odd? []) ;=> true",
        |cx, a| Ok(Value::bool(first_result(cx, a, false)?.is_none())),
    ),
    Builtin::generic(
        "not-every?",
        "[pred coll]",
        "True when pred is not true for some element.\n(not-every? odd? [1 2]) ;=> true",
        |cx, a| Ok(Value::bool(first_result(cx, a, false)?.is_some())),
    ),
    Builtin::generic(
        "not-any?",
        "[pred coll]",
        "True when pred is true for no element.\n(not-any? odd? [2 4]) ;=> true",
        |cx, a| Ok(Value::bool(first_result(cx, a, true)?.is_none())),
    ),
];

/// The first result of the predicate whose truth is as wanted.
fn first_result(cx: &mut Cx, args: &mut [Value], wanted: bool) -> Result<Option<Value>> {
    let [pred, coll] = owned(args);
    let mut found = None;
    each(cx, &coll, 1, |cx, item| {
        let result = cx.call(&pred, &mut [item])?;
        if result.truthy() == wanted {
            found = Some(result);
        }
        Ok(found.is_none())
    })?;
    Ok(found)
}

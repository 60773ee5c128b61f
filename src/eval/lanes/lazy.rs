//! Lazy sequences of which each lane has its own.

use super::per_value;
use crate::error::Result;
use crate::eval::collections::Lazy;
use crate::eval::collections::lazy::{decoded, encoded};
use crate::eval::cx::Cx;
use crate::eval::sequence;
use crate::eval::value::Value;

impl Lazy {
    /// The sequence that each lane has.
    pub(in crate::eval) fn by_lanes(cx: &mut Cx, each: Value) -> Result<Lazy> {
        Lazy::new(cx, each.depth(), move |cx| {
            let pair = per_value(cx, &[each], false, &mut |cx, each| match sequence::first(cx, &each[0])? {
                Some(first) => encoded(Some((first, sequence::rest(cx, &each[0])?))),
                None => Ok(Value::Nil),
            })?;
            match decoded(pair)? {
                Some((first, rest @ Value::Lanes(_))) => Ok(Some((first, Value::Lazy(Lazy::by_lanes(cx, rest)?)))),
                pair => Ok(pair),
            }
        })
    }
}

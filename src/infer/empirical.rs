//! `empirical`: the result of an inference as a distribution, to be traced like any other.

use super::enumerate::weighed_values;
use super::samples::{Pick, ResultDraws};
use crate::distributions::points;
use crate::error::Result;
use crate::eval::collections::Map;
use crate::eval::{Builtin, Cx, Value};

pub const TABLE: &[Builtin] = &[Builtin::new("empirical", "[weights] [result address-or-function]", empirical)];

fn empirical(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let weights = match args {
        [result, what] => {
            let draws = ResultDraws::of_value(cx, "empirical", result)?;
            let pick = Pick::of("empirical", what)?;
            if let Some(solved) = pick.solved(&draws) {
                return Ok(solved);
            }
            Value::Map(Map::from_pairs(weighed_values(cx, &draws, &pick)?)?)
        }
        _ => args[0].clone(),
    };
    points(cx, &weights)
}

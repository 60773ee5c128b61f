//! Errors as values: making them, and looking into them.

use crate::error::Result;
use crate::eval::args::{string, wrong_type};
use crate::eval::collections::Map;
use crate::eval::cx::Cx;
use crate::eval::error_value::ErrorValue;
use crate::eval::function::Builtin;
use crate::eval::value::{Value, nest};
use crate::eval::{keys, sequence};

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::generic("known-keys", "[owner map keys]", known_keys),
    Builtin::generic("ex-info", "[message] [message data] [message data cause]", ex_info),
    Builtin::generic("ex-data", "[error]", |_, a| a[0].as_host::<ErrorValue>().map_or(Ok(Value::Nil), ErrorValue::data)),
    Builtin::generic("ex-message", "[error]", |_, a| Ok(a[0].as_host::<ErrorValue>().map_or(Value::Nil, |e| Value::str(e.message())))),
    Builtin::generic("ex-cause", "[error]", |_, a| Ok(a[0].as_host::<ErrorValue>().map_or(Value::Nil, ErrorValue::cause))),
];

fn ex_info(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let message = string("ex-info", args, 0)?;
    let data = match args.get(1) {
        None | Some(Value::Nil) => Value::Map(Map::empty()),
        Some(map @ Value::Map(_)) => map.clone(),
        Some(other) => {
            let help = "put it into a map: `{:value …}`";
            return Err(wrong_type("ex-info", "a map of data", other, 1).help(help));
        }
    };
    let cause = match args.get(2) {
        None | Some(Value::Nil) => None,
        Some(error) if error.as_host::<ErrorValue>().is_some() => Some(error.clone()),
        Some(other) => return Err(wrong_type("ex-info", "an error as the cause", other, 2)),
    };
    nest(data.depth().max(cause.as_ref().map_or(0, Value::depth)))?;
    Ok(Value::host(ErrorValue::info(message, data, cause)))
}

fn known_keys(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let owner = string("known-keys", args, 0)?.to_string();
    let Value::Map(map) = &args[1] else { return Err(wrong_type("known-keys", "a map", &args[1], 1)) };
    let keys = sequence::to_vec(cx, &args[2])?;
    let known: Vec<&str> = keys.iter().filter_map(Value::as_keyword).collect();
    keys::check(&owner, "key", map, &known.join(" "))?;
    Ok(args[1].clone())
}

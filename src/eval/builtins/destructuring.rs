//! What patterns compile to: `nth`, the rest, and maps from `& {:keys …}` arguments.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::collections::Map;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::print::brief;
use crate::eval::value::Value;
use crate::eval::{lookup, sequence};

/// The element of a vector pattern; absent ones are nil.
pub static NTH: Builtin = Builtin::generic("destructure", "[value index]", |cx, args| {
    if !sequence::is_seqable(&args[0]) {
        return Err(cannot_take_apart(&args[0], "a vector pattern"));
    }
    let sequential = matches!(
        args[0],
        Value::Vector(_)
            | Value::List(_)
            | Value::Nil
            | Value::Lazy(_)
            | Value::Str(_)
            | Value::Array(_)
            | Value::Lanes(_)
    );
    if sequential && !matches!(args[0], Value::Array(_)) {
        return lookup::nth(cx, &args[0], &args[1], Some(&Value::Nil));
    }
    let rows = sequence::to_vec(cx, &args[0])?;
    Ok(args[1].as_int().and_then(|i| rows.get(i as usize)).cloned().unwrap_or_default())
});

/// What `& rest` binds: a sequence, or nil when nothing is left.
pub static REST: Builtin = Builtin::generic("destructure", "[value from]", |cx, args| {
    let mut rest = args[0].clone();
    for _ in 0..args[1].as_int().unwrap_or(0) {
        rest = sequence::rest(cx, &rest)?;
    }
    sequence::seq(cx, &rest)
});

/// What a map pattern looks into; a sequence of keys and values becomes a map.
pub static MAP: Builtin = Builtin::generic("destructure", "[value]", map_of);

fn map_of(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    match &args[0] {
        Value::List(_) | Value::Lazy(_) => {
            let items = sequence::to_vec(cx, &args[0])?;
            if let [only @ Value::Map(_)] = &items[..] {
                return Ok(only.clone());
            }
            if !items.len().is_multiple_of(2) {
                let last = items.last().unwrap_or(&Value::Nil);
                let message = format!("the options come in pairs of key and value, but `{}` has no value", brief(last));
                return Err(Error::raise(Code::Type, message).help("write `:key value`"));
            }
            let pairs = items.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone()));
            Ok(Value::Map(Map::from_pairs(pairs)?))
        }
        Value::Int(_)
        | Value::Float(_)
        | Value::True
        | Value::False
        | Value::Fn(_)
        | Value::Native(_)
        | Value::Keyword(_) => Err(cannot_take_apart(&args[0], "a map pattern")),
        _ => Ok(std::mem::take(&mut args[0])),
    }
}

fn cannot_take_apart(value: &Value, pattern: &str) -> Stop {
    Error::raise(Code::Type, format!("{pattern} cannot take apart {} `{}`", value.kind(), brief(value)))
}

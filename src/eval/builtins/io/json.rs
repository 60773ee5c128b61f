//! JSON texts of values, and values of JSON texts.

use crate::error::{Code, Error, Result};
use crate::eval::collections::Map;
use crate::eval::cx::Cx;
use crate::eval::json::to_json;
use crate::eval::value::Value;

pub fn to_text(cx: &mut Cx, value: &Value) -> Result<String> {
    Ok(to_json(value, cx)?.to_string())
}

/// The value of a JSON text; keys become keywords.
pub fn from_text(text: &str) -> Result<Value> {
    match serde_json::from_str(text) {
        Ok(json) => from_json(&json),
        Err(e) => Err(Error::raise(Code::Json, format!("not JSON: {e}"))),
    }
}

/// serde_json reads at most 128 levels, so this may recurse.
fn from_json(json: &serde_json::Value) -> Result<Value> {
    use serde_json::Value as Json;
    Ok(match json {
        Json::Null => Value::Nil,
        Json::Bool(b) => Value::bool(*b),
        Json::Number(n) => n.as_i64().map_or_else(|| Value::float(n.as_f64().unwrap_or(f64::NAN)), Value::Int),
        Json::String(s) => Value::str(s.as_str()),
        Json::Array(items) => Value::vector(items.iter().map(from_json).collect::<Result<_>>()?)?,
        Json::Object(entries) => {
            let pairs: Vec<(Value, Value)> =
                entries.iter().map(|(k, v)| Ok((Value::keyword(k), from_json(v)?))).collect::<Result<_>>()?;
            Value::Map(Map::from_pairs(pairs)?)
        }
    })
}

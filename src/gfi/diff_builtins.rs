//! Constructors of diffs.

use super::diff::{Diff, MapDiff};
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::print::brief;
use crate::eval::{Builtin, Value, keys};
use std::collections::BTreeMap;
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("vector-diff", "[changed]", |_, args| vector_diff(&args[0]).map(Diff::into_value)),
    Builtin::new("map-diff", "[{:keys [added removed changed]}]", |_, args| map_diff(&args[0]).map(Diff::into_value)),
    Builtin::new("int-diff", "[d]", |_, args| match &args[0] {
        Value::Int(d) => Ok(Diff::Int(*d).into_value()),
        other => Err(wrong_type("int-diff", "an integer", other, 0)
            .help("of any other number: `(value-change old new)`, or `unknown-change`")),
    }),
    Builtin::new("value-change", "[old new]", |_, args| {
        Ok(Diff::Value(Arc::new((args[0].clone(), args[1].clone()))).into_value())
    }),
    Builtin::new("diff?", "[x]", |_, args| Ok(Value::bool(args[0].as_host::<Diff>().is_some()))),
];

fn vector_diff(value: &Value) -> Result<Diff> {
    let index = |key: &Value| {
        key.as_int().and_then(|i| usize::try_from(i).ok()).ok_or_else(|| {
            let message = format!("`vector-diff` wants indices, not {} `{}`", key.kind(), brief(key));
            Error::raise(Code::Diff, message).arg(0).help("write `(vector-diff #{0 3})`")
        })
    };
    let changed: Result<BTreeMap<usize, Diff>> = match value {
        Value::Set(keys) => keys.iter().map(|key| Ok((index(key)?, Diff::Unknown))).collect(),
        Value::Map(diffs) => {
            diffs.iter().map(|(key, diff)| Ok((index(key)?, Diff::from_value(diff).map_err(|e| e.arg(0))?))).collect()
        }
        other => {
            return Err(wrong_type("vector-diff", "a set of indices", other, 0).help("write `(vector-diff #{0 3})`"));
        }
    };
    Ok(Diff::Vector(Arc::new(changed?)))
}

fn map_diff(value: &Value) -> Result<Diff> {
    let Value::Map(parts) = value else {
        return Err(wrong_type("map-diff", "a map", value, 0).help("write `(map-diff {:changed #{:a}})`"));
    };
    keys::check("map-diff", "part", parts, "added removed changed").map_err(|e| e.arg(0))?;
    let keys = |name: &str| match parts.get_keyword(name) {
        None | Some(Value::Nil) => Ok(Vec::new()),
        Some(Value::Set(keys)) => Ok(keys.iter().cloned().collect()),
        Some(other) => {
            Err(wrong_type("map-diff", "sets of keys", other, 0).help(format!("write `{{:{name} #{{:a}}}}`")))
        }
    };
    Ok(Diff::Map(Arc::new(MapDiff { added: keys("added")?, removed: keys("removed")?, changed: keys("changed")? })))
}

//! Parameter stores: plain maps from names to values, in force while a body runs.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::{described, wrong_type};
use crate::eval::collections::Map;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::trace_object::of_value;

pub const TABLE: &[Builtin] = &[
    Builtin::new("with-params*", "[store f]", with_params).state(),
    Builtin::new("params", "[trace]", |_, args| match &of_value("params", &args[0], 0)?.params {
        Value::Nil => Ok(Value::Map(Map::empty())),
        read => Ok(read.clone()),
    }),
];

/// The error of a name that is no keyword.
#[cold]
pub fn no_name(name: &Value) -> Stop {
    Error::raise(Code::Param, format!("a parameter's name is a keyword, not {}", described(name)))
}

fn with_params(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let store = match &args[0] {
        Value::Nil => &Map::empty(),
        Value::Map(inner) => {
            if let Some((odd, _)) = inner.iter().find(|(name, _)| name.as_keyword().is_none()) {
                return Err(no_name(odd).arg(0).help("write `{:sigma 1.0}`"));
            }
            inner
        }
        other => {
            return Err(wrong_type("with-params", "a map from names to values", other, 0)
                .help("write `(with-params {:sigma 1.0} …)`"));
        }
    };
    within(cx, store, |cx| cx.call(&args[1], &mut []))
}

/// Runs `f` with parameters that shadow those in force, name by name.
pub fn within<R>(cx: &mut Cx, store: &Map, f: impl FnOnce(&mut Cx) -> Result<R>) -> Result<R> {
    let all = match &cx.params {
        Value::Map(outer) => {
            store.iter().try_fold(outer.clone(), |all, (name, value)| all.insert(name.clone(), value.clone()))?
        }
        _ => store.clone(),
    };
    let outer = std::mem::replace(&mut cx.params, Value::Map(all));
    let result = f(cx);
    cx.params = outer;
    result
}

//! A function that runs with parameters of its own: what training has made of it.

use super::wrapped::{CallTarget, Wrapped, Wrapper};
use crate::error::Result;
use crate::eval::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::{Cx, Value};
use crate::gfi::interface::Model;

/// The function, and the values of its parameters by name.
pub struct Stored {
    inner: Value,
    store: Map,
}

/// `(with-store gf store)`.
pub fn with_store(inner: &Value, store: &Value) -> Result<Value> {
    match store {
        Value::Map(store) => Ok(Model::value(Wrapped(Stored { inner: inner.clone(), store: store.clone() }))),
        other => Err(wrong_type("with-store", "a map from names to values", other, 1)),
    }
}

impl Wrapper for Stored {
    fn name(&self) -> &'static str {
        "with-store"
    }

    fn arglist(&self) -> &'static str {
        "[& args]"
    }

    fn gives(&self) -> &'static str {
        "its own arguments"
    }

    fn parts(&self) -> Vec<Value> {
        vec![self.inner.clone(), Value::Map(self.store.clone())]
    }

    fn store(&self) -> Option<&Map> {
        Some(&self.store)
    }

    fn target(&self, _cx: &mut Cx, _this: &Value, args: &[Value]) -> Result<Option<CallTarget>> {
        Ok(Some(CallTarget { function: self.inner.clone(), args: args.to_vec(), under: None }))
    }
}

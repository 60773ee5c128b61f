//! Multimethods: functions that choose their code by the value of a dispatch function.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::{string, wrong_type};
use crate::eval::collections::Map;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::host::HostObject;
use crate::eval::lanes::by_value::by_keys;
use crate::eval::print::{Printer, brief};
use crate::eval::value::{Value, nest};
use crate::eval::watch::Home;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub const TABLE: &[Builtin] = &[
    Builtin::generic("multimethod", "[name dispatch]", |cx, a| {
        let name = string("multimethod", a, 0)?.to_string();
        let dispatch = std::mem::take(&mut a[1]);
        let depth = nest(dispatch.depth())?;
        Ok(Value::host(MultiMethod { name, dispatch, methods: Mutex::new(Map::empty()), home: cx.born(), depth }))
    })
    .state(),
    Builtin::generic("add-method", "[multimethod value f]", |cx, a| {
        let (value, f) = (std::mem::take(&mut a[1]), std::mem::take(&mut a[2]));
        let multi = of(cx, "add-method", a)?;
        nest(value.depth().max(f.depth()))?;
        let mut methods = multi.lock();
        *methods = std::mem::take(&mut *methods).insert(value, f)?;
        drop(methods);
        Ok(std::mem::take(&mut a[0]))
    })
    .state(),
    Builtin::generic("remove-method", "[multimethod value]", |cx, a| {
        let value = std::mem::take(&mut a[1]);
        let mut methods = of(cx, "remove-method", a)?.lock();
        *methods = std::mem::take(&mut *methods).remove(&value);
        drop(methods);
        Ok(std::mem::take(&mut a[0]))
    })
    .state(),
    Builtin::generic("methods", "[multimethod]", |cx, a| Ok(Value::Map(of(cx, "methods", a)?.lock().clone()))).state(),
    Builtin::generic("get-method", "[multimethod value]", |cx, a| {
        Ok(of(cx, "get-method", a)?.method(&a[1]).unwrap_or_default())
    })
    .state(),
];

struct MultiMethod {
    name: String,
    dispatch: Value,
    methods: Mutex<Map>,
    home: Home,
    depth: u32,
}

/// The multimethod whose methods a function is about to look up or change.
fn of<'a>(cx: &mut Cx, function: &str, args: &'a [Value]) -> Result<&'a MultiMethod> {
    let multi = args[0].as_host::<MultiMethod>().ok_or_else(|| wrong_type(function, "a multimethod", &args[0], 0))?;
    cx.uses(&multi.home)?;
    Ok(multi)
}

impl MultiMethod {
    fn lock(&self) -> MutexGuard<'_, Map> {
        self.methods.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn method(&self, value: &Value) -> Option<Value> {
        let methods = self.lock().clone();
        methods.get(value).or_else(|| methods.get_keyword("default")).cloned()
    }

    fn missing(&self, value: &Value) -> Stop {
        let known: Vec<String> = self.lock().iter().map(|(k, _)| format!("`{}`", brief(k))).collect();
        let message = format!("the multimethod `{}` has no method for `{}`", self.name, brief(value));
        let known = if known.is_empty() { String::new() } else { format!(" (it has {})", known.join(", ")) };
        let help =
            format!("add one: `(defmethod {} {} […] …)`, or `:default` for all others{known}", self.name, brief(value));
        Error::raise(Code::NoMethod, message).help(help)
    }
}

impl HostObject for MultiMethod {
    fn code(&self) -> Option<Vec<Value>> {
        None
    }

    fn kind(&self) -> &'static str {
        "a multimethod function"
    }
    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("#<multimethod {}>", self.name));
    }
    fn depth(&self) -> u32 {
        self.depth
    }
    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        cx.uses(&self.home)?;
        let value = cx.call(&self.dispatch, &mut args.to_vec())?;
        by_keys(cx, &[value], &mut |cx, value| match self.method(&value[0]) {
            Some(f) => cx.call(&f, &mut args.to_vec()),
            None => Err(self.missing(&value[0])),
        })
    }
}

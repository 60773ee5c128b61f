//! Functions written in the host program, called like any other.

use super::cx::Cx;
use super::function::Effect;
use super::host::HostObject;
use super::print::Printer;
use super::run::arity_error;
use super::value::Value;
use crate::error::Result;
use std::sync::Arc;

/// What the host runs; unlike a builtin's code it may hold state of its own.
pub type HostCode = Box<dyn Fn(&mut Cx, &mut [Value]) -> Result<Value> + Send + Sync>;

pub struct HostFunction {
    pub name: Arc<str>,
    /// `None` takes any number of arguments.
    pub arity: Option<usize>,
    /// Unknown code counts as touching the world outside unless the host says otherwise.
    pub effect: Effect,
    pub code: HostCode,
}

impl HostFunction {
    fn arglist(&self) -> String {
        match self.arity {
            Some(n) => format!("[{}]", ["a", "b", "c", "d", "e", "f"][..n.min(6)].join(" ")),
            None => "[& args]".to_string(),
        }
    }
}

impl HostObject for HostFunction {
    fn kind(&self) -> &'static str {
        "a function"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("#<fn {}>", self.name));
    }

    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        if self.arity.is_some_and(|n| n != args.len()) {
            return Err(arity_error(&self.name, &self.arglist(), args.len()));
        }
        (self.code)(cx, args)
    }

    /// None, or none that anybody knows.
    fn code(&self) -> Option<Vec<Value>> {
        (self.effect <= Effect::Draws).then(Vec::new)
    }

    fn doc(&self) -> Option<(String, String)> {
        Some((self.arglist(), "A function of the host program.".to_string()))
    }
}

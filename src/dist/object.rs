//! Distributions as values: the constructor that a name means, and a distribution with its parameters.

use super::family::Family;
use super::score::Params;
use crate::error::Result;
use crate::eval::print::Printer;
use crate::eval::{Cx, HostObject, Value, hash_code};
use std::any::Any;

/// A distribution's constructor: what `normal` means.
pub struct FamilyObject(pub &'static Family);

impl HostObject for FamilyObject {
    fn kind(&self) -> &'static str {
        "a distribution's constructor"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("#<distribution {}>", self.0.name));
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        (other as &dyn Any).downcast_ref::<FamilyObject>().is_some_and(|o| std::ptr::eq(o.0, self.0))
    }

    fn call(&self, _this: &Value, _cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let params = Params::check(self.0, args)?;
        Ok(Value::host(Dist { family: self.0, args: args.to_vec(), params }))
    }

    fn fuses_with_trace(&self) -> bool {
        true
    }

    fn doc(&self) -> Option<(String, String)> {
        Some((self.0.arglist(), self.0.doc.to_string()))
    }
}

/// A distribution with checked parameters.
pub struct Dist {
    pub family: &'static Family,
    pub args: Vec<Value>,
    pub params: Params,
}

impl HostObject for Dist {
    fn kind(&self) -> &'static str {
        "a distribution"
    }

    /// As code that makes it again.
    fn print(&self, out: &mut Printer<'_>) {
        out.text("(");
        out.text(self.family.name);
        for arg in &self.args {
            out.text(" ");
            out.value(arg);
        }
        out.text(")");
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        (other as &dyn Any)
            .downcast_ref::<Dist>()
            .is_some_and(|o| std::ptr::eq(o.family, self.family) && o.args == self.args)
    }

    fn hash_code(&self) -> u64 {
        self.args
            .iter()
            .fold(crate::eval::name::hash_text(self.family.name), |h, a| crate::eval::name::mix(h ^ hash_code(a)))
    }

    fn depth(&self) -> u32 {
        self.args.iter().map(Value::depth).max().unwrap_or(0) + 1
    }

    /// Outside a model a distribution called without arguments draws.
    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        if !args.is_empty() {
            return Err(crate::eval::run::arity_error(self.family.name, "[]", args.len()));
        }
        let key = cx.next_key(self.family.name)?;
        self.params.sample(self.family, &mut key.site(0, 0))
    }
}

//! Variables of the program as values: what `#'x` is.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::cx::Cx;
use crate::eval::host::HostObject;
use crate::eval::name::hash_text;
use crate::eval::print::Printer;
use crate::eval::run::foreign_code;
use crate::eval::value::Value;
use std::any::Any;

/// A global name, which has the value that it has when it is asked for.
pub struct VarRef {
    pub name: String,
    pub holds: Holds,
}

pub enum Holds {
    Global(u32),
    /// A name of the core that no program changes.
    Core(Value),
}

impl VarRef {
    fn value(&self, cx: &Cx) -> Result<Value> {
        match &self.holds {
            Holds::Core(value) => Ok(value.clone()),
            Holds::Global(global) => cx.program.globals.get(*global as usize).cloned().ok_or_else(foreign_code),
        }
    }
}

impl HostObject for VarRef {
    fn code(&self) -> Option<Vec<Value>> {
        None
    }

    fn kind(&self) -> &'static str {
        "a var"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text("#'");
        out.text(&self.name);
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        (other as &dyn Any).downcast_ref::<VarRef>().is_some_and(|other| other.name == self.name)
    }

    fn hash_code(&self) -> u64 {
        hash_text(&self.name)
    }

    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let value = self.value(cx)?;
        cx.call(&value, args)
    }

    fn deref(&self, cx: &mut Cx) -> Option<Result<Value>> {
        Some(self.value(cx))
    }
}

/// The error of `#'x` where x is a local.
pub fn local(name: &str) -> Stop {
    Error::raise(Code::Syntax, format!("`{name}` is a local here, not a var"))
        .help(format!("write `{name}` for its value"))
}

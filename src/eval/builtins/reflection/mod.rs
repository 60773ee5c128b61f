//! Code as data: reading, evaluating, expanding; what is known of names and values.

mod code;
mod describe;
pub mod var;

pub use describe::documentation;

use crate::error::Result;
use crate::eval::args::wrong_type;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::value::Value;

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::generic("read-string", "[text]", code::read_string),
    Builtin::generic("eval", "[form]", code::eval).io(),
    Builtin::generic("load-string", "[text]", code::load_string).io(),
    Builtin::generic("macroexpand-1", "[form]", code::macroexpand_1).io(),
    Builtin::generic("macroexpand", "[form]", code::macroexpand).io(),
    Builtin::generic("doc*", "[name]", describe::doc).io(),
    Builtin::generic("source*", "[name]", describe::source).io(),
    Builtin::generic("dir*", "[namespace]", describe::dir).io(),
    Builtin::generic("apropos", "[pattern]", describe::apropos).io(),
    Builtin::generic("arglists", "[f]", describe::arglists).io(),
    Builtin::generic("resolve", "[name]", describe::resolve).io(),
    Builtin::generic("type", "[x]", |_, a| Ok(type_of(&a[0]))).primal().asks_kind(),
];

/// `a lazy sequence` is `:lazy-sequence`.
fn type_of(value: &Value) -> Value {
    match value {
        Value::Nil => Value::Nil,
        Value::Float(_) => Value::keyword("float"),
        other => {
            let kind = other.kind();
            let name = kind.strip_prefix("a ").or(kind.strip_prefix("an ")).unwrap_or(kind);
            Value::keyword(&name.replace(' ', "-"))
        }
    }
}

/// The name that a quoted symbol (or a string) is.
fn name_of<'a>(function: &str, args: &'a [Value]) -> Result<&'a str> {
    match &args[0] {
        Value::Symbol(name) => Ok(name.as_str()),
        Value::Str(text) => Ok(text),
        other => Err(wrong_type(function, "a quoted name", other, 0)),
    }
}

/// Prints a text and ends the line.
fn show(cx: &mut Cx, text: &str) -> Result<Value> {
    super::io::write(cx, &format!("{}\n", text.trim_end()))?;
    Ok(Value::Nil)
}

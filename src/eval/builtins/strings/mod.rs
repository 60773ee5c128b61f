//! Strings: making, cutting, formatting; names, keywords and symbols.

mod clojure_string;
mod format;
pub mod printing;
pub mod regex;
mod replace;
mod split;

pub use clojure_string::TABLE as CLOJURE_STRING;

use crate::error::{Code, Error, Result};
use crate::eval::args::{integer, string, wrong_type};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::{any_leaf, no_gradient};
use crate::eval::name::split_name;
use crate::eval::value::Value;

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::generic("str", "[& values]", str).per_value(),
    Builtin::generic("pr-str", "[& values]", |cx, a| text("pr-str", cx, a, true, "")).per_value(),
    Builtin::generic("prn-str", "[& values]", |cx, a| text("prn-str", cx, a, true, "\n")).per_value(),
    Builtin::generic("print-str", "[& values]", |cx, a| text("print-str", cx, a, false, "")).per_value(),
    Builtin::generic("println-str", "[& values]", |cx, a| printing::string(printing::spaced(cx, a, false)? + "\n")).per_value(),
    Builtin::new("subs", "[s start] [s start end]", subs),
    Builtin::new("format", "[template & values]", format::format),
    Builtin::new("name", "[x]", |_, a| Ok(Value::str(split_name(named("name", &a[0])?).1))),
    Builtin::new("namespace", "[x]", namespace),
    Builtin::new("keyword", "[name] [namespace name]", |_, a| named_value("keyword", a, Value::keyword)),
    Builtin::new("symbol", "[name] [namespace name]", |_, a| named_value("symbol", a, Value::symbol)),
    Builtin::new("gensym", "[] [prefix]", gensym).state(),
    Builtin::new("char", "[code]", char_of),
];

fn str(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let [Value::Str(_)] = args {
        return Ok(std::mem::take(&mut args[0]));
    }
    printed("str", args)?;
    let mut out = String::new();
    for value in args.iter() {
        printing::write_str(cx, value, &mut out)?;
    }
    Ok(Value::str(out))
}

/// Text has lost what a number that is differentiated hangs on, and may be read as a number again.
fn printed(name: &str, values: &[Value]) -> Result<()> {
    let mut differentiated = |leaf: &Value| matches!(leaf, Value::Var(var) if var.tape().is_open());
    match values.iter().any(|value| any_leaf(value, &mut differentiated)) {
        true => Err(no_gradient(name)
            .help("if its derivative is not wanted, write `(str (stop-gradient x))`; `println` prints it as it is")),
        false => Ok(()),
    }
}

fn text(name: &str, cx: &mut Cx, values: &[Value], readable: bool, end: &str) -> Result<Value> {
    printed(name, values)?;
    printing::string(printing::spaced(cx, values, readable)? + end)
}

fn subs(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let text = string("subs", args, 0)?;
    let start = integer("subs", args, 1)?;
    let end = if args.len() > 2 { integer("subs", args, 2)? } else { i64::MAX };
    let at = |index: i64| usize::try_from(index).ok().and_then(|i| byte_offset(text, i));
    let last = if args.len() > 2 { at(end) } else { Some(text.len()) };
    match (at(start), last) {
        (Some(from), Some(to)) if from <= to => Ok(Value::str(&text[from..to])),
        _ => {
            let range = if args.len() > 2 { format!("{start} to {end}") } else { format!("{start}") };
            let length = text.chars().count();
            Err(Error::raise(Code::Index, format!("`subs` from {range} is outside a string of {length} characters"))
                .help(format!("indices are 0 to {length}, the start first"))
                .arg(1))
        }
    }
}

/// The byte at which the `index`-th character starts; the end counts as one.
pub fn byte_offset(text: &str, index: usize) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(index)
}

/// The text of a keyword, symbol or string.
fn named<'a>(function: &str, value: &'a Value) -> Result<&'a str> {
    match value {
        Value::Keyword(n) | Value::Symbol(n) => Ok(n.as_str()),
        Value::Str(s) => Ok(s),
        other => Err(wrong_type(function, "a keyword, symbol or string", other, 0)),
    }
}

fn namespace(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    match &args[0] {
        Value::Str(_) => Err(wrong_type("namespace", "a keyword or symbol", &args[0], 0)),
        other => Ok(split_name(named("namespace", other)?).0.map_or(Value::Nil, Value::str)),
    }
}

fn named_value(function: &str, args: &[Value], make: fn(&str) -> Value) -> Result<Value> {
    match args {
        [Value::Keyword(_) | Value::Symbol(_) | Value::Str(_)] => Ok(make(named(function, &args[0])?)),
        [_] if function == "keyword" => Ok(Value::Nil),
        [Value::Nil, name] => Ok(make(named(function, name).map_err(|e| e.arg(1))?)),
        [space, name] => {
            let name = named(function, name).map_err(|e| e.arg(1))?;
            Ok(make(&format!("{}/{name}", named(function, space)?)))
        }
        _ => Err(wrong_type(function, "a string, keyword or symbol", &args[0], 0)),
    }
}

/// The counter lives in the program, so that names stay apart from all that its macros have made; `~` ends a name where
/// text is read, so no program can write one.
fn gensym(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let prefix = match args {
        [prefix] => named("gensym", prefix)?.to_string(),
        _ => "G".to_string(),
    };
    let program = cx.program_mut();
    let counter = program.intern(&"gen.internal".into(), "gensym counter") as usize;
    let number = program.globals[counter].as_int().unwrap_or(0) + 1;
    program.globals[counter] = Value::Int(number);
    Ok(Value::symbol(&format!("{prefix}~{number}")))
}

fn char_of(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let Value::Str(s) = &args[0]
        && s.chars().count() == 1
    {
        return Ok(std::mem::take(&mut args[0]));
    }
    let code = integer("char", args, 0)?;
    match u32::try_from(code).ok().and_then(char::from_u32) {
        Some(c) => Ok(Value::str(c.to_string())),
        None => Err(Error::raise(Code::Type, format!("`{code}` is no Unicode code point")).arg(0)),
    }
}

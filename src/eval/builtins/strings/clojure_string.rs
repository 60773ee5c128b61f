//! The functions of `clojure.string`, under their full names; `stdlib/string.gen` makes them known to aliases.

use super::{byte_offset, printing, replace, split};
use crate::error::Result;
use crate::eval::args::{integer, string, wrong_type};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::sequence;
use crate::eval::value::Value;

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::new("clojure.string/join", "[values] [separator values]", join),
    Builtin::new("clojure.string/split", "[s re] [s re limit]", split::split),
    Builtin::new("clojure.string/split-lines", "[s]", split::split_lines),
    Builtin::new("clojure.string/replace", "[s match replacement]", replace::replace),
    Builtin::new("clojure.string/replace-first", "[s match replacement]", replace::replace_first),
    Builtin::new("clojure.string/trim", "[s]", |cx, a| text(cx, "trim", a, |s| s.trim().into())),
    Builtin::new("clojure.string/triml", "[s]", |cx, a| text(cx, "triml", a, |s| s.trim_start().into())),
    Builtin::new("clojure.string/trimr", "[s]", |cx, a| text(cx, "trimr", a, |s| s.trim_end().into())),
    Builtin::new("clojure.string/trim-newline", "[s]", |cx, a| text(cx, "trim-newline", a, |s| s.trim_end_matches(['\n', '\r']).into())),
    Builtin::new("clojure.string/upper-case", "[s]", |cx, a| text(cx, "upper-case", a, str::to_uppercase)),
    Builtin::new("clojure.string/lower-case", "[s]", |cx, a| text(cx, "lower-case", a, str::to_lowercase)),
    Builtin::new("clojure.string/capitalize", "[s]", |cx, a| text(cx, "capitalize", a, capitalize)),
    Builtin::new("clojure.string/reverse", "[s]", |cx, a| text(cx, "reverse", a, |s| s.chars().rev().collect())),
    Builtin::new("clojure.string/blank?", "[s]", blank),
    Builtin::new("clojure.string/starts-with?", "[s part]", |_, a| test("starts-with?", a, |s, part| s.starts_with(part))),
    Builtin::new("clojure.string/ends-with?", "[s part]", |_, a| test("ends-with?", a, |s, part| s.ends_with(part))),
    Builtin::new("clojure.string/includes?", "[s part]", |_, a| test("includes?", a, |s, part| s.contains(part))),
    Builtin::new("clojure.string/index-of", "[s part] [s part from]", index_of),
    Builtin::new("clojure.string/last-index-of", "[s part] [s part from]", last_index_of),
    Builtin::new("clojure.string/escape", "[s replacements]", escape),
];

fn join(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let (separator, values) = match args {
        [values] => (&Value::Nil, &*values),
        [separator, values] => (&*separator, &*values),
        _ => return Ok(Value::Nil),
    };
    let mut items = sequence::Iter::new(cx, values)?;
    let mut out = String::new();
    let mut first = true;
    while let Some(item) = items.next(cx)? {
        cx.step()?;
        if !std::mem::replace(&mut first, false) {
            printing::write_str(cx, separator, &mut out)?;
        }
        printing::write_str(cx, &item, &mut out)?;
    }
    Ok(Value::str(out))
}

fn text(cx: &mut Cx, function: &str, args: &[Value], f: fn(&str) -> String) -> Result<Value> {
    let text = string(function, args, 0)?;
    printing::charge(cx, text.len())?;
    printing::string(f(text))
}

fn test(function: &str, args: &[Value], f: fn(&str, &str) -> bool) -> Result<Value> {
    Ok(Value::bool(f(string(function, args, 0)?, string(function, args, 1)?)))
}

fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars.as_str().to_lowercase().chars()).collect(),
        None => String::new(),
    }
}

fn blank(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if args[0].is_nil() {
        return Ok(Value::True);
    }
    Ok(Value::bool(string("blank?", args, 0)?.trim().is_empty()))
}

/// Counts characters, as all indices do.
fn index_of(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let (s, part) = (string("index-of", args, 0)?, string("index-of", args, 1)?);
    let from = if args.len() > 2 { usize::try_from(integer("index-of", args, 2)?).unwrap_or(0) } else { 0 };
    let found = byte_offset(s, from).and_then(|start| s[start..].find(part).map(|at| start + at));
    Ok(characters_before(s, found))
}

fn last_index_of(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let (s, part) = (string("last-index-of", args, 0)?, string("last-index-of", args, 1)?);
    let found = match args.len() > 2 {
        false => s.rfind(part),
        true => match usize::try_from(integer("last-index-of", args, 2)?) {
            Ok(from) => {
                let start = byte_offset(s, from).unwrap_or(s.len());
                // The part may start at `from` and reach beyond it.
                let end = (start + part.len()).min(s.len());
                let end = (end..=s.len()).find(|at| s.is_char_boundary(*at)).unwrap_or(s.len());
                s[..end].rmatch_indices(part).map(|(at, _)| at).find(|at| *at <= start)
            }
            Err(_) => None,
        },
    };
    Ok(characters_before(s, found))
}

fn characters_before(text: &str, byte: Option<usize>) -> Value {
    byte.map_or(Value::Nil, |at| Value::Int(text[..at].chars().count() as i64))
}

fn escape(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let s = string("escape", args, 0)?;
    let Value::Map(map) = &args[1] else {
        return Err(wrong_type("escape", "a map from characters to strings", &args[1], 1));
    };
    let mut out = String::new();
    for c in s.chars() {
        match map.get(&Value::str(c.to_string())) {
            Some(by) => printing::write_str(cx, by, &mut out)?,
            None => out.push(c),
        }
    }
    printing::string(out)
}

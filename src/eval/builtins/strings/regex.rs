//! Regular expressions: `#"…"`, `re-find`, `re-matches`, `re-seq`.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::{string, wrong_type};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::host::HostObject;
use crate::eval::print::{Printer, brief};
use crate::eval::value::Value;
use regex::{Captures, Regex, RegexBuilder};
use std::sync::OnceLock;

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::new("re-pattern", "[pattern]", re_pattern),
    Builtin::new("re-find", "[re s]", |_, a| find("re-find", a, |p| Ok(&p.find))),
    Builtin::new("re-matches", "[re s]", |_, a| find("re-matches", a, Pattern::whole)),
    Builtin::new("re-seq", "[re s]", re_seq),
];

/// A compiled pattern.
pub struct Pattern {
    pub find: Regex,
    /// The same, for the whole text; made when first needed.
    whole: OnceLock<Regex>,
}

impl Pattern {
    fn whole(&self) -> Result<&Regex> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole);
        }
        let text = self.find.as_str();
        // The line break ends a comment of the pattern's verbose mode.
        let whole = compile(&format!(r"\A(?:{text})\z")).or_else(|_| compile(&format!("\\A(?:{text}\n)\\z")));
        let whole = whole.map_err(|e| invalid(text, &e))?;
        Ok(self.whole.get_or_init(|| whole))
    }
}

impl HostObject for Pattern {
    fn kind(&self) -> &'static str {
        "a regular expression"
    }

    fn print(&self, out: &mut Printer<'_>) {
        if !out.readable {
            return out.text(self.find.as_str());
        }
        out.text(&format!("#\"{}\"", quote(self.find.as_str())));
    }
}

/// Quotes that no backslash precedes would end the literal.
fn quote(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut escaped = false;
    for c in pattern.chars() {
        if c == '"' && !escaped {
            out.push('\\');
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
}

/// Bytes that a compiled pattern may take.
const MAX_COMPILED: usize = 1 << 22;

fn re_pattern(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if args[0].as_host::<Pattern>().is_some() {
        return Ok(std::mem::take(&mut args[0]));
    }
    let text = string("re-pattern", args, 0)?;
    let find = compile(text).map_err(|e| invalid(text, &e))?;
    Ok(Value::host(Pattern { find, whole: OnceLock::new() }))
}

fn compile(text: &str) -> std::result::Result<Regex, regex::Error> {
    RegexBuilder::new(text).size_limit(MAX_COMPILED).build()
}

#[cold]
fn invalid(text: &str, error: &regex::Error) -> Stop {
    let detail = error.to_string();
    let reason = detail.lines().last().unwrap_or_default().trim_start_matches("error: ");
    let error = Error::raise(
        Code::Regex,
        format!("the regular expression {} is not valid: {reason}", brief(&Value::str(text))),
    )
    .arg(0);
    if reason.contains("look-around") || reason.contains("backreferences") {
        return error.help("match the context too, and take the part you want as a group");
    }
    error.help("a backslash takes a character literally: `#\"\\(\"`")
}

/// A pattern argument; a string stands for its pattern nowhere but in `clojure.string`.
pub fn pattern<'a>(function: &str, args: &'a [Value], index: usize) -> Result<&'a Pattern> {
    args[index].as_host().ok_or_else(|| {
        let error = wrong_type(function, "a regular expression", &args[index], index);
        match args[index].as_str() {
            Some(text) => error.help(format!("write `#\"{text}\"`, or `(re-pattern …)` for a computed one")),
            None => error,
        }
    })
}

/// The text of a match, or text and groups.
pub fn groups(captures: &Captures<'_>) -> Result<Value> {
    let group = |i| captures.get(i).map_or(Value::Nil, |m| Value::str(m.as_str()));
    if captures.len() == 1 { Ok(group(0)) } else { Value::vector((0..captures.len()).map(group).collect()) }
}

fn find(function: &str, args: &mut [Value], which: fn(&Pattern) -> Result<&Regex>) -> Result<Value> {
    let regex = which(pattern(function, args, 0)?)?;
    match regex.captures(string(function, args, 1)?) {
        Some(captures) => groups(&captures),
        None => Ok(Value::Nil),
    }
}

fn re_seq(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let regex = &pattern("re-seq", args, 0)?.find;
    let mut found = Vec::new();
    let text = string("re-seq", args, 1)?;
    let mut at = 0;
    // As in Clojure an empty match may start where the one before it has ended.
    while let Some(captures) = regex.captures_at(text, at) {
        cx.step()?;
        let end = captures.get(0).map_or(text.len(), |all| all.end());
        let empty = captures.get(0).is_none_or(|all| all.is_empty());
        found.push(groups(&captures)?);
        if !empty {
            at = end;
            continue;
        }
        let Some(next) = text[end..].chars().next() else { break };
        at = end + next.len_utf8();
    }
    if found.is_empty() { Ok(Value::Nil) } else { Value::list(found) }
}

//! Cutting strings: `split` and `split-lines`.

use super::printing;
use super::regex::Pattern;
use crate::error::Result;
use crate::eval::args::{integer, string, wrong_type};
use crate::eval::cx::Cx;
use crate::eval::value::Value;

/// At matches of a pattern or at a string; empty parts at the end are left out unless there is a limit.
pub fn split(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let text = string("split", args, 0)?;
    printing::charge(cx, text.len())?;
    let limit = if args.len() > 2 { integer("split", args, 2)? } else { 0 };
    let most = usize::try_from(limit).ok().filter(|n| *n > 0).unwrap_or(usize::MAX);
    let cuts: Vec<(usize, usize)> = match &args[1] {
        Value::Str(by) => text.match_indices(&**by).map(|(at, found)| (at, at + found.len())).collect(),
        other => match other.as_host::<Pattern>() {
            Some(pattern) => pattern.find.find_iter(text).map(|m| (m.start(), m.end())).collect(),
            None => {
                let help = "split at a pattern: `(str/split s #\",\")`";
                return Err(wrong_type("split", "a regular expression or a string", other, 1).help(help));
            }
        },
    };
    let mut parts = Vec::new();
    let mut from = 0;
    // What matches nothing at either end cuts nothing off.
    for (start, end) in cuts.into_iter().filter(|(start, end)| start < end || (*start > 0 && *end < text.len())) {
        if parts.len() + 1 >= most {
            break;
        }
        parts.push(&text[from..start]);
        from = end;
    }
    parts.push(&text[from..]);
    while limit == 0 && parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    Value::vector(parts.into_iter().map(Value::str).collect())
}

pub fn split_lines(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let text = string("split-lines", args, 0)?;
    printing::charge(cx, text.len())?;
    // Empty lines at the end are left out, as by `split`; of an empty text one is left.
    let lines = text.trim_end_matches(['\n', '\r']).split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    Value::vector(lines.map(Value::str).collect())
}

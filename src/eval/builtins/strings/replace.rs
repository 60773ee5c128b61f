//! Replacing in strings: text by text, matches of a pattern by a template or by what a function makes of them.

use super::printing;
use super::regex::{Pattern, groups};
use crate::error::{Code, Error, Result};
use crate::eval::args::{string, wrong_type};
use crate::eval::cx::Cx;
use crate::eval::lanes::by_value::by_keys;
use crate::eval::value::Value;
use regex::Captures;
use std::ops::Range;

pub fn replace(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    replaced(cx, "replace", args, usize::MAX)
}

pub fn replace_first(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    replaced(cx, "replace-first", args, 1)
}

fn replaced(cx: &mut Cx, function: &str, args: &mut [Value], most: usize) -> Result<Value> {
    let text = string(function, args, 0)?;
    printing::charge(cx, text.len())?;
    match &args[1] {
        Value::Str(from) => {
            let to = string(function, args, 2)?;
            let count = text.matches(&**from).take(most).count();
            printing::check_length(text.len().saturating_add(count.saturating_mul(to.len())))?;
            Ok(Value::str(text.replacen(&**from, to, most)))
        }
        other => match other.as_host::<Pattern>() {
            Some(pattern) => matches_replaced(cx, function, text, pattern, &args[2], most),
            None => Err(wrong_type(function, "a string or a regular expression to look for", other, 1)),
        },
    }
}

fn matches_replaced(
    cx: &mut Cx,
    function: &str,
    text: &str,
    pattern: &Pattern,
    by: &Value,
    most: usize,
) -> Result<Value> {
    let mut found = Vec::new();
    let mut news = Vec::new();
    for captures in pattern.find.captures_iter(text).take(most) {
        cx.step()?;
        let Some(whole) = captures.get(0) else { continue };
        found.push(whole.range());
        news.push(match by {
            Value::Str(template) => {
                let mut new = String::new();
                expand(template, &captures, &mut new)?;
                Value::str(new)
            }
            Value::Fn(_) | Value::Native(_) | Value::Map(_) => cx.call1(by, groups(&captures)?)?,
            other => return Err(wrong_type(function, "a string or a function for what is found", other, 2)),
        });
    }
    // What a function makes of a match may differ by lane.
    by_keys(cx, &news, &mut |cx, news| joined(cx, text, &found, news))
}

/// The text with what stands at these places replaced.
fn joined(cx: &mut Cx, text: &str, places: &[Range<usize>], news: &[Value]) -> Result<Value> {
    let (mut out, mut done) = (String::new(), 0);
    for (place, new) in places.iter().zip(news) {
        out.push_str(&text[done..place.start]);
        printing::write_str(cx, new, &mut out)?;
        printing::check_length(out.len())?;
        done = place.end;
    }
    out.push_str(&text[done..]);
    printing::string(out)
}

/// A template in which `$1` is the first group, `\$` a dollar sign.
fn expand(template: &str, captures: &Captures<'_>, out: &mut String) -> Result<()> {
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '$' => {
                let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) else {
                    let message =
                        format!("`$` in the replacement `{template}` is not followed by the number of a group");
                    return Err(Error::raise(Code::Regex, message).help("write `\\\\$` for a dollar sign").arg(2));
                };
                chars.next();
                out.push_str(group(captures, digit as usize)?);
            }
            c => out.push(c),
        }
    }
    Ok(())
}

fn group<'t>(captures: &Captures<'t>, number: usize) -> Result<&'t str> {
    if number >= captures.len() {
        let groups = captures.len() - 1;
        let plural = if groups == 1 { "" } else { "s" };
        let message =
            format!("the replacement names group {number}, the regular expression has {groups} group{plural}");
        return Err(Error::raise(Code::Regex, message).arg(2));
    }
    Ok(captures.get(number).map_or("", |m| m.as_str()))
}

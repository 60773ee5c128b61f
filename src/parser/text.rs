//! Strings, characters and patterns: what their escapes stand for.

use crate::error::{Code, Error};
use crate::lexer::Span;
use crate::parser::{Form, FormKind};
use std::borrow::Cow;

/// The text of a string literal, quotes included; an error points at the escape.
pub fn unescape(literal: &str, span: Span) -> Result<Cow<'_, str>, Box<Error>> {
    let text = literal.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(literal);
    if !text.contains('\\') {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at..];
        let start = span.start + 1 + (text.len() - escape.len()) as u32;
        let (c, length) = escaped(escape).map_err(|length| bad_escape(&escape[..length], span, start))?;
        out.push(c);
        rest = &escape[length..];
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

/// The character of the escape that `text` starts with and its bytes, or the bytes of what is wrong.
fn escaped(text: &str) -> Result<(char, usize), usize> {
    let simple = match text.chars().nth(1) {
        Some('n') => '\n',
        Some('t') => '\t',
        Some('r') => '\r',
        Some('0') => '\0',
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some(c @ ('\\' | '"')) => c,
        Some('u') => return unicode(text),
        Some(c) => return Err(1 + c.len_utf8()),
        None => return Err(1),
    };
    Ok((simple, 2))
}

/// `\u0041`, `\u{1F600}`, and the pair `\uD83D\uDE00` that JSON writes.
fn unicode(text: &str) -> Result<(char, usize), usize> {
    if let Some(braced) = text.strip_prefix("\\u{") {
        let digits = braced.bytes().take_while(u8::is_ascii_hexdigit).count();
        let closed = braced.as_bytes().get(digits) == Some(&b'}');
        let length = 3 + digits + usize::from(closed);
        let code = u32::from_str_radix(&braced[..digits], 16).ok().filter(|_| closed);
        return code.and_then(char::from_u32).map(|c| (c, length)).ok_or(length);
    }
    let unit = |at: usize| {
        let digits = text.get(at..at + 4)?;
        u16::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let length = 2 + text.bytes().skip(2).take(4).take_while(u8::is_ascii_hexdigit).count();
    let first = unit(2).ok_or(length)?;
    if let Some(c) = char::from_u32(first.into()) {
        return Ok((c, 6));
    }
    let second = if text.get(6..8) == Some("\\u") { unit(8) } else { None };
    match second.map(|second| char::decode_utf16([first, second]).next()) {
        Some(Some(Ok(c))) => Ok((c, 12)),
        _ => Err(6),
    }
}

fn bad_escape(escape: &str, span: Span, start: u32) -> Box<Error> {
    let help = if escape.starts_with("\\u") {
        "write `\\u0041` with four hexadecimal digits, or `\\u{1F600}`"
    } else {
        "write `\\\\` for a backslash; escapes are `\\n \\t \\r \\0 \\b \\f \\\" \\\\ \\u0041 \\u{1F600}`"
    };
    Error::new(Code::String, format!("unknown escape `{escape}` in a string"))
        .at(Span::new(span.source, start, start + escape.len() as u32))
        .label("not an escape")
        .help(help)
}

/// `\a` is the string `"a"`.
pub fn character(literal: &str) -> Result<String, Box<Error>> {
    let name = literal.strip_prefix('\\').unwrap_or(literal);
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return Ok(c.to_string());
    }
    let c = match name {
        "newline" => '\n',
        "space" => ' ',
        "tab" => '\t',
        "return" => '\r',
        "backspace" => '\u{8}',
        "formfeed" => '\u{c}',
        _ if name.starts_with('u') && unicode(literal).is_ok_and(|(_, length)| length == literal.len()) => {
            unicode(literal).map_or('?', |(c, _)| c)
        }
        _ => {
            let error = Error::new(Code::Character, format!("unknown character `{literal}`"));
            let help =
                "a character is `\\a`, `\\newline`, `\\space`, `\\tab` or `\\u0041`; longer text is a string: \"…\"";
            return Err(error.label("not a character").help(help));
        }
    };
    Ok(c.to_string())
}

/// `#"…"` is `(re-pattern "…")`; backslashes belong to the pattern.
pub fn regex(pattern: &str, span: Span) -> FormKind {
    let text = Form::new(FormKind::Str(pattern.into()), span);
    FormKind::List(vec![Form::symbol("gen.core/re-pattern", span), text])
}

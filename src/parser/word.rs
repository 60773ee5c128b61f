//! Symbols and keywords, and what people write for them who come from other languages.

use crate::error::{Code, Error};
use crate::parser::FormKind;

type Word = Result<FormKind, Box<Error>>;

/// Arguments that `#()` may have.
const MAX_ARGUMENTS: usize = 20;

pub fn symbol(text: &str) -> Word {
    if let Some(problem) = bad_name(text) {
        return Err(Error::new(Code::Symbol, format!("invalid symbol `{text}`")).label(problem.0).help(problem.1));
    }
    Ok(FormKind::Symbol(text.into()))
}

pub fn keyword(text: &str) -> Word {
    let name = text.strip_prefix(':').unwrap_or(text);
    let error = || Error::new(Code::Keyword, format!("invalid keyword `{text}`"));
    if let Some(plain) = name.strip_prefix(':') {
        let help = format!("write `:{}`, or the namespace in full: `:my.ns/a`", plain.trim_start_matches(':'));
        return Err(error().label("there are no automatic namespaces").help(help));
    }
    if name.is_empty() {
        return Err(error().label("a keyword needs a name").help("write `:name`"));
    }
    if let Some(problem) = bad_name(name) {
        return Err(error().label(problem.0).help(problem.1));
    }
    Ok(FormKind::Keyword(name.into()))
}

/// Number of a `%` argument: `%` is 1, `%&` is 0.
pub fn argument(text: &str) -> Option<usize> {
    match text.strip_prefix('%')? {
        "" => Some(1),
        "&" => Some(0),
        digits => digits.parse().ok().filter(|i| (1..=MAX_ARGUMENTS).contains(i) && !digits.starts_with(['0', '+'])),
    }
}

/// What is wrong with a name, and what to type.
fn bad_name(name: &str) -> Option<(&'static str, String)> {
    // the usual case first: one look at each byte
    let odd = |b: u8| b == b'/' || b == b':' || b >= 128;
    if !name.bytes().any(odd) {
        return None;
    }
    if name.contains(['“', '”', '„', '‘', '’']) {
        return Some(("typographic quotes", "write a string with plain quotes: \"…\"".to_string()));
    }
    if let Some(plain) = name.strip_suffix(':') {
        return Some(("ends in a colon", format!("a keyword has its colon first: `:{}`", plain.trim_matches(':'))));
    }
    if name.contains("::") {
        return Some(("two colons", "write one colon at most between parts".to_string()));
    }
    // `/` is division, and `ns//` is that of a namespace
    let rest = name.strip_suffix('/').filter(|rest| rest.is_empty() || rest.ends_with('/'));
    let (space, local) =
        rest.map_or_else(|| name.split_once('/').unwrap_or(("-", name)), |rest| (rest.trim_end_matches('/'), "-"));
    if name != "/" && (space.is_empty() || local.is_empty() || local.contains('/') || space.contains('/')) {
        return Some((
            "one `/` stands between namespace and name",
            "write `name` or `namespace/name`; a division is `(/ a b)`".to_string(),
        ));
    }
    None
}

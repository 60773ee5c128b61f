//! Tests of the reader, by theme.

mod forms;
mod hostile;
mod literals;
mod recovery;
mod reports;
mod roundtrip;
mod tools;

use super::*;
use crate::lexer::Sources;

fn source(text: &str) -> Source {
    Source::new(0, "a.gen", text)
}

/// All forms, printed.
fn forms(text: &str) -> String {
    parse(&source(text)).forms.iter().map(print).collect::<Vec<_>>().join(" ")
}

/// The forms of a text without errors.
#[track_caller]
fn good(text: &str) -> String {
    assert_eq!(errors(text), Vec::<String>::new(), "{text}");
    forms(text)
}

/// All errors as `code column: message` on one line, `code line:column: message` on several.
fn errors(text: &str) -> Vec<String> {
    let source = source(text);
    let place = |error: &Error| {
        let (line, column) = source.line_column(error.span().map_or(0, |span| span.start));
        if text.contains('\n') { format!("{line}:{column}") } else { format!("{column}") }
    };
    let errors = parse(&source).errors;
    errors.iter().map(|error| format!("{} {}: {}", &error.code.name()[5..], place(error), error.message)).collect()
}

/// The only error's help.
#[track_caller]
fn help(text: &str) -> String {
    let errors = parse(&source(text)).errors;
    assert_eq!(errors.len(), 1, "{text}: {errors:?}");
    errors[0].help.clone().unwrap_or_default()
}

/// The report of all errors.
fn report(text: &str) -> String {
    let mut sources = Sources::default();
    let source = sources.add("a.gen", text);
    let error = read(&source).err().map(|error| error.with_sources(&sources));
    error.map_or(String::new(), |error| error.report(&Default::default()))
}

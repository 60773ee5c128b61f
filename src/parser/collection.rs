//! Groups of forms: lists, vectors, maps, sets, and the function literal `#()`.

use super::lexemes::Lexeme;
use super::reader::{Reader, ShorthandArgument};
use crate::error::{Code, Error};
use crate::lexer::{Source, Span, Token};
use crate::parser::{Form, FormKind};
use std::collections::HashMap;

/// The form of a group, by its opener.
pub fn group(reader: &mut Reader<'_>, open: Lexeme, forms: Vec<Form>, close: Lexeme) -> Form {
    let span = open.span(reader.source).to(close.span(reader.source));
    let kind = match open.token {
        Token::BracketOpen => FormKind::Vector(forms),
        Token::BraceOpen => FormKind::Map(map(reader, forms, span, close.start < close.end)),
        Token::SetOpen => FormKind::Set(set(reader, forms)),
        Token::FnOpen => function(reader, forms, span),
        _ => FormKind::List(forms),
    };
    Form::new(kind, span)
}

/// Where the reader itself closed the map, a value may be behind the missing closer and its lack is no error.
fn map(reader: &mut Reader<'_>, forms: Vec<Form>, span: Span, closed: bool) -> Vec<(Form, Form)> {
    let mut pairs = Vec::with_capacity(forms.len() / 2);
    let mut forms = forms.into_iter();
    while let Some(key) = forms.next() {
        let Some(value) = forms.next() else {
            if closed {
                odd(reader, &key, pairs.len() * 2 + 1, span);
            }
            break;
        };
        pairs.push((key, value));
    }
    let twice = repeated(reader.source, pairs.iter().map(|(key, _)| key));
    for (key, first) in &twice {
        duplicate(reader, "map", "key", *key, *first);
    }
    pairs
}

fn odd(reader: &mut Reader<'_>, key: &Form, count: usize, span: Span) {
    let error = Error::new(Code::MapLiteral, format!("a map has keys and values in pairs, this one has {count} forms"))
        .at(key.span)
        .label("has no value")
        .also(Span::new(span.source, span.start, span.start + 1), "map starts here")
        .help("add a value, or look for a key without one further up");
    reader.errors.push(error);
}

fn set(reader: &mut Reader<'_>, forms: Vec<Form>) -> Vec<Form> {
    for (element, first) in repeated(reader.source, forms.iter()) {
        duplicate(reader, "set", "element", element, first);
    }
    forms
}

fn duplicate(reader: &mut Reader<'_>, what: &str, part: &str, place: Span, first: Span) {
    let text = reader.source.slice(place);
    let error = Error::new(Code::DuplicateKey, format!("the {what} has the {part} `{text}` twice"))
        .at(place)
        .label("again here")
        .also(first, "first here")
        .help("remove one of them");
    reader.errors.push(error);
}

/// A literal as `=` sees it.
#[derive(PartialEq, Eq, Hash)]
enum Literal<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    Float(u64),
    Str(&'a str),
    Keyword(&'a str),
    Symbol(&'a str),
}

fn literal<'a>(source: &Source, form: &'a Form) -> Option<Literal<'a>> {
    Some(match &form.kind {
        // a broken literal reads as nil as well
        FormKind::Nil if source.slice(form.span) == "nil" => Literal::Nil,
        FormKind::Bool(b) => Literal::Bool(*b),
        FormKind::Int(i) => Literal::Int(*i),
        // 1 and 1.0 are equal
        FormKind::Float(f) if *f as i64 as f64 == *f && f.abs() < 9e15 => Literal::Int(*f as i64),
        FormKind::Float(f) if !f.is_nan() => Literal::Float(f.to_bits()),
        FormKind::Str(s) => Literal::Str(s),
        FormKind::Keyword(s) => Literal::Keyword(s),
        FormKind::Symbol(s) => Literal::Symbol(s),
        _ => return None,
    })
}

/// Literals that stand there a second time, each with the place of the first.
fn repeated<'a>(source: &Source, forms: impl Iterator<Item = &'a Form>) -> Vec<(Span, Span)> {
    let literals = forms.filter_map(|form| Some((literal(source, form)?, form.span)));
    let mut seen = HashMap::new();
    let mut twice = Vec::new();
    for (literal, span) in literals {
        match seen.entry(literal) {
            std::collections::hash_map::Entry::Occupied(first) => twice.push((span, *first.get())),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(span);
            }
        }
    }
    twice
}

/// `#(+ % %2)` is `(fn [%1 %2] (+ %1 %2))`, with `fn` in full, so that no local hides it.
fn function(reader: &mut Reader<'_>, forms: Vec<Form>, span: Span) -> FormKind {
    nested(reader, span);
    let own = reader.arguments.partition_point(|argument| argument.span.start < span.start);
    let arguments: Vec<ShorthandArgument> = reader.arguments.drain(own..).collect();
    let start = Span::new(span.source, span.start, span.start + 2);
    let count = arguments.iter().map(|argument| argument.index).max().unwrap_or(0);
    let mut params: Vec<Form> = (1..=count).map(|i| Form::symbol(&format!("%{i}"), start)).collect();
    if arguments.iter().any(|argument| argument.index == 0) {
        params.extend(["&", "%&"].map(|name| Form::symbol(name, start)));
    }
    let body = Form::list(forms, span);
    FormKind::List(vec![Form::symbol("gen.core/fn", start), Form::vector(params, start), body])
}

/// Which `%` would belong to which function? Clojure forbids it as well.
fn nested(reader: &mut Reader<'_>, span: Span) {
    let inner = reader.functions.partition_point(|function| function.start < span.start);
    for function in reader.functions.drain(inner..) {
        let error = Error::new(Code::ReaderMacro, "`#()` inside of `#()`")
            .at(Span::new(function.source, function.start, function.start + 2))
            .label("inner function")
            .also(Span::new(span.source, span.start, span.start + 2), "outer function")
            .help("write one of them as `(fn [x] …)`");
        reader.errors.push(error);
    }
    reader.functions.push(span);
}

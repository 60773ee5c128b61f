//! What stands before a form: quotes wrap it, `^` describes it, `#_` drops it.

use super::grammar::Prefix;
use super::lexemes::Lexeme;
use super::reader::Reader;
use crate::error::{Code, Error};
use crate::lexer::Token;
use crate::parser::{Form, FormKind};

/// The form that a prefix is short for; that of `@` and `#'` is written in full, so that no local hides it.
fn wrapper(token: Token) -> &'static str {
    match token {
        Token::SyntaxQuote => "syntax-quote",
        Token::Unquote => "unquote",
        Token::UnquoteSplicing => "unquote-splicing",
        Token::Deref => "gen.core/deref",
        Token::VarQuote => "gen.core/var-of",
        _ => "quote",
    }
}

/// Applies the prefixes of a form, the nearest first.
pub fn apply(reader: &mut Reader<'_>, prefixes: Vec<Prefix>, form: Option<Form>) -> Option<Form> {
    let mut result = form;
    for prefix in prefixes.into_iter().rev() {
        result = match prefix {
            Prefix::Done => result,
            Prefix::Wrap(lexeme) => Some(wrap(reader, lexeme, result)),
            Prefix::Meta(lexeme, meta) => describe(reader, lexeme, meta, result),
        };
    }
    result
}

/// `'x` is `(quote x)`; without a form it is reported and stands for nil.
fn wrap(reader: &mut Reader<'_>, lexeme: Lexeme, form: Option<Form>) -> Form {
    let span = lexeme.span(reader.source);
    let Some(form) = form else {
        lacks_form(reader, lexeme);
        return Form::new(FormKind::Nil, span);
    };
    let whole = span.to(form.span);
    Form::list(vec![Form::symbol(wrapper(lexeme.token), span), form], whole)
}

fn lacks_form(reader: &mut Reader<'_>, lexeme: Lexeme) {
    let text = lexeme.text(reader.source);
    let error = Error::new(Code::ReaderMacro, format!("`{text}` has no form after it"))
        .at(lexeme.span(reader.source))
        .label("belongs to the form after it")
        .help(format!("write a form right after `{text}`, or remove it"));
    reader.errors.push(error);
}

/// `#_form`: the form was read and is gone, with all that was wrong in it.
pub fn discard(reader: &mut Reader<'_>, lexeme: Lexeme, form: Option<Form>) -> Prefix {
    reader.forget_since(lexeme.start);
    if form.is_none() {
        lacks_form(reader, lexeme);
    }
    Prefix::Done
}

pub fn unknown_tag(reader: &mut Reader<'_>, lexeme: Lexeme) -> Prefix {
    let text = lexeme.text(reader.source);
    let help = match text {
        "#?" | "#?@" => "there is one platform here: keep the branch that you need".to_string(),
        "#inst" | "#uuid" => "write a string".to_string(),
        _ => "after `#` come `{` for a set, `(` for a function, `_` to drop a form, `\"` for a pattern".to_string(),
    };
    let error = Error::new(Code::ReaderMacro, format!("`{text}` has no meaning here"))
        .at(lexeme.span(reader.source))
        .label("unknown tag")
        .help(help);
    reader.errors.push(error);
    Prefix::Done
}

/// `^meta form`
fn describe(reader: &mut Reader<'_>, lexeme: Lexeme, meta: Option<Form>, form: Option<Form>) -> Option<Form> {
    let (Some(meta), Some(mut form)) = (meta, form) else {
        lacks_form(reader, lexeme);
        return None;
    };
    let Some(mut pairs) = meta_pairs(reader, &meta) else { return Some(form) };
    if !takes_meta(&form) {
        let error = Error::new(Code::Metadata, "only symbols and collections have metadata")
            .at(form.span)
            .label("cannot have metadata")
            .also(meta.span, "this metadata");
        reader.errors.push(error);
        return Some(form);
    }
    // of two values for one key, the one further left counts
    if let Some(FormKind::Map(inner)) = form.meta.take().map(|inner| inner.kind) {
        let fresh = |key: &Form| !pairs.iter().any(|(known, _)| super::same(known, key));
        let added: Vec<_> = inner.into_iter().filter(|(key, _)| fresh(key)).collect();
        pairs.extend(added);
    }
    form.meta = Some(Box::new(Form::new(FormKind::Map(pairs), meta.span)));
    Some(form)
}

fn takes_meta(form: &Form) -> bool {
    use FormKind::*;
    matches!(form.kind, Symbol(_) | List(_) | Vector(_) | Map(_) | Set(_))
}

/// `{…}` as it is, `:kw` as `{:kw true}`, a symbol or string as `{:tag …}`.
fn meta_pairs(reader: &mut Reader<'_>, meta: &Form) -> Option<Vec<(Form, Form)>> {
    let span = meta.span;
    match &meta.kind {
        FormKind::Map(pairs) => Some(pairs.clone()),
        FormKind::Keyword(_) => Some(vec![(meta.clone(), Form::new(FormKind::Bool(true), span))]),
        FormKind::Symbol(_) | FormKind::Str(_) => {
            Some(vec![(Form::new(FormKind::Keyword("tag".into()), span), meta.clone())])
        }
        _ => {
            let error = Error::new(Code::Metadata, "metadata is a map, a keyword, a symbol or a string")
                .at(span)
                .label("not metadata")
                .help("write `^{:doc \"…\"}` or `^:private` before the form");
            reader.errors.push(error);
            None
        }
    }
}

//! A form: what the reader makes of text, data with a span on every node.

use super::limits::with_stack;
use crate::lexer::Span;
use std::sync::Arc;

/// Code as data, before it becomes a value or a node.
#[derive(Debug)]
pub struct Form {
    pub kind: FormKind,
    pub span: Span,
    /// What `^{…}` before the form says; always a map form.
    pub meta: Option<Box<Form>>,
}

/// Reader syntax is already rewritten here: `'x` is `(quote x)`, `` `x `` is `(syntax-quote x)`, `~x` is `(unquote x)`,
/// `~@x` is `(unquote-splicing x)`, `@x` is `(gen.core/deref x)`, `#(…)` is `(gen.core/fn [%1 …] (…))`.
#[derive(Clone, Debug)]
pub enum FormKind {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Arc<str>),
    /// Without the colon: `a` or `ns/a`.
    Keyword(Arc<str>),
    /// `a` or `ns/a`.
    Symbol(Arc<str>),
    List(Vec<Form>),
    Vector(Vec<Form>),
    Map(Vec<(Form, Form)>),
    Set(Vec<Form>),
    /// A finished value put into code by a macro; `eval` alone knows what it is.
    Value(Embedded),
}

/// A value of the evaluator inside a form, opaque to the reader.
#[derive(Clone)]
pub struct Embedded(pub Arc<dyn std::any::Any + Send + Sync>);

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("#<value>")
    }
}

impl Clone for Form {
    fn clone(&self) -> Form {
        let kind = match &self.kind {
            // forms nest, so this recurses
            FormKind::List(_) | FormKind::Vector(_) | FormKind::Map(_) | FormKind::Set(_) => {
                with_stack(|| self.kind.clone())
            }
            kind => kind.clone(),
        };
        Form { kind, span: self.span, meta: self.meta.clone() }
    }
}

impl Form {
    pub fn new(kind: FormKind, span: Span) -> Form {
        Form { kind, span, meta: None }
    }

    pub fn symbol(name: &str, span: Span) -> Form {
        Form::new(FormKind::Symbol(name.into()), span)
    }

    pub fn list(items: Vec<Form>, span: Span) -> Form {
        Form::new(FormKind::List(items), span)
    }

    pub fn vector(items: Vec<Form>, span: Span) -> Form {
        Form::new(FormKind::Vector(items), span)
    }

    /// The symbol's text, if it is one.
    pub fn as_symbol(&self) -> Option<&Arc<str>> {
        match &self.kind {
            FormKind::Symbol(s) => Some(s),
            _ => None,
        }
    }

    pub fn as_keyword(&self) -> Option<&Arc<str>> {
        match &self.kind {
            FormKind::Keyword(s) => Some(s),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Form]> {
        match &self.kind {
            FormKind::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_vector(&self) -> Option<&[Form]> {
        match &self.kind {
            FormKind::Vector(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a list whose head is the symbol `name`, also written in full.
    pub fn call_of(&self, name: &str) -> Option<&[Form]> {
        let items = self.as_list()?;
        let head = items.first()?.as_symbol()?;
        (head.strip_prefix("gen.core/").unwrap_or(head) == name).then_some(items)
    }
}

//! Forms to values and back: what `quote`, `read-string` and macros see. Values keep the places of forms.

use super::collections::{List, Map, Set, Vector};
use super::name::Name;
use super::value::Value;
use crate::error::{Code, Result};
use crate::lexer::Span;
use crate::parser::{Embedded, Form, FormKind};
use std::sync::Arc;

/// The form as data.
pub fn to_value(form: &Form) -> Result<Value> {
    let items = |forms: &[Form]| forms.iter().map(to_value).collect::<Result<Vec<Value>>>();
    Ok(match &form.kind {
        FormKind::Nil => Value::Nil,
        FormKind::Bool(b) => Value::bool(*b),
        FormKind::Int(i) => Value::Int(*i),
        FormKind::Float(x) => Value::float(*x),
        FormKind::Str(s) => Value::str(&**s),
        FormKind::Keyword(k) => Value::keyword(k),
        FormKind::Symbol(s) => Value::Symbol(Name::spanned(s, form.span)),
        FormKind::List(forms) => Value::List(List::spanned(items(forms)?, form.span)?),
        FormKind::Vector(forms) => Value::Vector(Vector::spanned(items(forms)?, form.span)?),
        FormKind::Set(forms) => Value::Set(Set::from_items(items(forms)?)?.at(form.span)),
        FormKind::Map(entries) => {
            let pairs: Vec<(Value, Value)> =
                entries.iter().map(|(k, v)| Ok((to_value(k)?, to_value(v)?))).collect::<Result<_>>()?;
            Value::Map(Map::from_pairs(pairs)?.at(form.span))
        }
        FormKind::Value(v) => v.0.downcast_ref::<Value>().cloned().unwrap_or(Value::Nil),
    })
}

/// Levels of code that a macro may build; deeper code is data that ran away.
const MAX_CODE_DEPTH: u32 = 1000;

/// The value as code; parts without a place of their own stand at `span`.
pub fn to_form(value: &Value, span: Span) -> Result<Form> {
    if value.depth() > MAX_CODE_DEPTH {
        let message = format!("code nested more than {MAX_CODE_DEPTH} levels deep");
        return Err(crate::error::Error::raise(Code::TooNested, message).at(span));
    }
    let items = |values: &mut dyn Iterator<Item = &Value>, span| {
        values.map(|v| to_form(v, span)).collect::<Result<Vec<Form>>>()
    };
    let (kind, at) = match value {
        Value::Nil => (FormKind::Nil, span),
        Value::True => (FormKind::Bool(true), span),
        Value::False => (FormKind::Bool(false), span),
        Value::Int(i) => (FormKind::Int(*i), span),
        Value::Float(x) => (FormKind::Float(x.get()), span),
        Value::Str(s) => (FormKind::Str((**s).into()), span),
        Value::Keyword(k) => (FormKind::Keyword(k.as_str().into()), span),
        Value::Symbol(s) => (FormKind::Symbol(s.as_str().into()), s.span().unwrap_or(span)),
        Value::List(l) => {
            let at = l.span().unwrap_or(span);
            (FormKind::List(items(&mut l.iter(), at)?), at)
        }
        Value::Vector(v) => {
            let at = v.span().unwrap_or(span);
            (FormKind::Vector(items(&mut v.iter(), at)?), at)
        }
        Value::Set(s) => {
            let at = s.span().unwrap_or(span);
            (FormKind::Set(items(&mut s.iter(), at)?), at)
        }
        Value::Map(m) => {
            let at = m.span().unwrap_or(span);
            let entries = m.iter().map(|(k, v)| Ok((to_form(k, at)?, to_form(v, at)?)));
            (FormKind::Map(entries.collect::<Result<_>>()?), at)
        }
        other => (FormKind::Value(Embedded(Arc::new(other.clone()))), span),
    };
    Ok(Form::new(kind, at))
}

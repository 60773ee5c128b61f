//! What macros of `stdlib/` need besides sequences: errors that point into code, places for the code they build.

use crate::error::{Code, Error, Result};
use crate::eval::args::{string, wrong_type};
use crate::eval::collections::List;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::print::brief;
use crate::eval::sequence;
use crate::eval::value::Value;
use crate::lexer::Span;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("syntax-error", "[form message shape]", |_, a| {
        let error = Error::raise(Code::Syntax, string("syntax-error", a, 1)?)
            .help(format!("write `{}`", string("syntax-error", a, 2)?));
        Err(match place_of(&a[0]) {
            Some(span) => error.at(span),
            None => error,
        })
    }),
    Builtin::generic("with-place-of", "[original code]", |cx, a| {
        let (Some(span), Value::List(_)) = (place_of(&a[0]), &a[1]) else { return Ok(a[1].clone()) };
        Ok(Value::List(List::spanned(sequence::to_vec(cx, &a[1])?, span)?))
    }),
    Builtin::generic("assertion-failed", "[form] [form message]", |_, a| {
        let text = match a.get(1) {
            Some(Value::Str(s)) => format!("assertion failed: {}", &**s),
            Some(other) => format!("assertion failed: {}", brief(other)),
            None => format!("assertion failed: `{}`", brief(&a[0])),
        };
        Err(Error::raise(Code::Assert, text))
    }),
    Builtin::generic("defined?", "[symbol]", defined).state(),
];

/// Where a form was written.
fn place_of(form: &Value) -> Option<Span> {
    match form {
        Value::List(l) => l.span(),
        Value::Vector(v) => v.span(),
        Value::Map(m) => m.span(),
        Value::Set(s) => s.span(),
        Value::Symbol(s) => s.span(),
        _ => None,
    }
}

fn defined(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let Value::Symbol(name) = &args[0] else { return Err(wrong_type("defined?", "a symbol", &args[0], 0)) };
    let global = cx.program.lookup(&cx.namespace, name.as_str());
    Ok(Value::bool(global.is_some_and(|g| !cx.program.vars[g as usize].is_declared)))
}

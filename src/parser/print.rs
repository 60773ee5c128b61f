//! Prints forms so that they read back, and compares them by structure.

use super::limits::with_stack;
use super::{Form, FormKind};
use std::fmt::Write;

/// The form as text that reads back as the same form.
pub fn print(form: &Form) -> String {
    let mut out = String::new();
    write(form, &mut out);
    out
}

fn write(form: &Form, out: &mut String) {
    with_stack(|| {
        if let Some(meta) = &form.meta {
            out.push('^');
            write(meta, out);
            out.push(' ');
        }
        match &form.kind {
            FormKind::List(items) => sequence("(", items, ")", out),
            FormKind::Vector(items) => sequence("[", items, "]", out),
            FormKind::Set(items) => sequence("#{", items, "}", out),
            FormKind::Map(pairs) => map(pairs, out),
            kind => atom(kind, out),
        }
    });
}

fn atom(kind: &FormKind, out: &mut String) {
    // writing to a string cannot fail
    let _ = match kind {
        FormKind::Bool(b) => write!(out, "{b}"),
        FormKind::Int(i) => write!(out, "{i}"),
        FormKind::Float(f) if f.is_nan() => write!(out, "##NaN"),
        FormKind::Float(f) if f.is_infinite() => write!(out, "##{}Inf", if *f < 0.0 { "-" } else { "" }),
        FormKind::Float(f) => write!(out, "{f:?}"),
        FormKind::Keyword(name) => write!(out, ":{name}"),
        FormKind::Symbol(name) => write!(out, "{name}"),
        FormKind::Value(value) => write!(out, "{value:?}"),
        FormKind::Str(text) => {
            string(text, out);
            Ok(())
        }
        _ => write!(out, "nil"),
    };
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn sequence(open: &str, items: &[Form], close: &str, out: &mut String) {
    out.push_str(open);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        write(item, out);
    }
    out.push_str(close);
}

fn map(pairs: &[(Form, Form)], out: &mut String) {
    out.push('{');
    for (i, (key, value)) in pairs.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write(key, out);
        out.push(' ');
        write(value, out);
    }
    out.push('}');
}

/// Equal but for places; NaN is equal to itself, 1 and 1.0 are not equal.
pub fn same(a: &Form, b: &Form) -> bool {
    use FormKind::*;
    with_stack(|| {
        let meta = match (&a.meta, &b.meta) {
            (Some(a), Some(b)) => same(a, b),
            (None, None) => true,
            _ => false,
        };
        meta && match (&a.kind, &b.kind) {
            (Nil, Nil) => true,
            (Bool(a), Bool(b)) => a == b,
            (Int(a), Int(b)) => a == b,
            (Float(a), Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
            (Str(a), Str(b)) | (Keyword(a), Keyword(b)) | (Symbol(a), Symbol(b)) => a == b,
            (List(a), List(b)) | (Vector(a), Vector(b)) | (Set(a), Set(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Map(a), Map(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&a.0, &b.0) && same(&a.1, &b.1))
            }
            (Value(a), Value(b)) => std::sync::Arc::ptr_eq(&a.0, &b.0),
            _ => false,
        }
    })
}

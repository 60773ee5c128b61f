//! Namespaces: `ns`, `require`, `in-ns`, and the names they bring.

mod load;
pub mod refer;

use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::print::brief;
use crate::eval::value::Value;
use crate::lexer::Span;
use std::sync::Arc;

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::new("ns*", "[clauses]", ns).io(),
    Builtin::new("require", "[& specs]", require).io(),
    Builtin::new("in-ns", "[name]", in_ns).io(),
    Builtin::new("current-ns", "[]", |cx, _| Ok(Value::symbol(&cx.namespace))).io(),
    Builtin::new("alias", "[alias name]", alias).io(),
    Builtin::new("load-file", "[path]", load_file).io(),
];

/// What one spec of `require` asks for.
struct Spec {
    name: Arc<str>,
    alias: Option<Arc<str>>,
    refer: refer::Refer,
}

impl Spec {
    fn read(spec: &Value) -> Result<Spec> {
        let name = |v: &Value| match v {
            Value::Symbol(s) => Some(Arc::from(s.as_str())),
            _ => None,
        };
        if let Some(name) = name(spec) {
            return Ok(Spec { name, alias: None, refer: refer::Refer::None });
        }
        let items = match spec {
            Value::Vector(v) => v.to_vec(),
            Value::List(l) => l.to_vec(),
            _ => Vec::new(),
        };
        let Some((Some(first), options)) = items.split_first().map(|(first, options)| (name(first), options)) else {
            return Err(wrong_spec(spec));
        };
        let mut read = Spec { name: first, alias: None, refer: refer::Refer::None };
        for option in options.chunks(2) {
            match option {
                [key, value] if key.as_keyword() == Some("as") => {
                    read.alias = Some(name(value).ok_or_else(|| wrong_spec(spec))?)
                }
                [key, value] if key.as_keyword() == Some("refer") => {
                    read.refer = refer::Refer::read(value).ok_or_else(|| wrong_spec(spec))?
                }
                _ => return Err(wrong_spec(spec)),
            }
        }
        Ok(read)
    }
}

#[cold]
fn wrong_spec(spec: &Value) -> Stop {
    at(
        Error::raise(Code::Syntax, format!("`{}` does not say what to require", brief(spec))).help(
            "write `[clojure.string :as str]`, `[my.model :refer [fit]]`, or a quoted name: `(require 'my.model)`",
        ),
        spec,
    )
}

/// Points at where a quoted form was written.
fn at(error: Stop, form: &Value) -> Stop {
    match span_of(form) {
        Some(span) => error.or_at(span),
        None => error,
    }
}

fn span_of(form: &Value) -> Option<Span> {
    match form {
        Value::Symbol(s) => s.span(),
        Value::List(l) => l.span(),
        Value::Vector(v) => v.span(),
        _ => None,
    }
}

fn require(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let reload = args.iter().any(|a| a.as_keyword() == Some("reload"));
    for spec in args.iter().filter(|a| a.as_keyword() != Some("reload")) {
        require_one(cx, spec, reload)?;
    }
    Ok(Value::Nil)
}

fn require_one(cx: &mut Cx, form: &Value, reload: bool) -> Result<()> {
    let spec = Spec::read(form)?;
    load::namespace(cx, &spec.name, reload).map_err(|e| at(e, form))?;
    let here = cx.namespace.clone();
    if let Some(alias) = spec.alias {
        cx.program_mut().namespace(&here).aliases.insert(alias, spec.name.clone());
    }
    refer::refer(cx, &spec.name, &spec.refer).map_err(|e| at(e, form))
}

/// `(ns name "doc"? {meta}? (:require …) …)`.
fn ns(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let items = crate::eval::sequence::to_vec(cx, &args[0])?;
    let Some((Value::Symbol(name), clauses)) = items.split_first() else {
        return Err(Error::raise(Code::Syntax, "`ns` needs a name")
            .help("write `(ns my.model (:require [clojure.string :as str]))`"));
    };
    enter(cx, name.as_str());
    for clause in clauses.iter().filter(|c| !matches!(c, Value::Str(_) | Value::Map(_))) {
        let parts = match clause {
            Value::List(l) => l.to_vec(),
            _ => Vec::new(),
        };
        match parts.split_first().map(|(head, specs)| (head.as_keyword(), specs)) {
            Some((Some("require"), specs)) => {
                require(cx, &mut specs.to_vec())?;
            }
            // Names of the core are always visible, and one's own definitions come first.
            Some((Some("refer-clojure"), _)) => {}
            _ => {
                let message = format!("`ns` does not know the clause `{}`", brief(clause));
                return Err(at(
                    Error::raise(Code::Syntax, message).help("write `(:require [name :as alias :refer [names]])`"),
                    clause,
                ));
            }
        }
    }
    Ok(Value::Nil)
}

/// Makes a namespace the current one.
fn enter(cx: &mut Cx, name: &str) {
    let name: Arc<str> = name.into();
    cx.program_mut().namespace(&name);
    cx.namespace = name;
}

fn symbol<'a>(function: &str, args: &'a [Value], index: usize) -> Result<&'a str> {
    match &args[index] {
        Value::Symbol(name) => Ok(name.as_str()),
        other => Err(wrong_type(function, "a quoted name", other, index)),
    }
}

fn in_ns(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    enter(cx, symbol("in-ns", args, 0)?);
    Ok(Value::Nil)
}

fn alias(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let (alias, name) = (symbol("alias", args, 0)?, symbol("alias", args, 1)?);
    let Some(target) = cx.program.resolve_namespace(&cx.namespace, name) else {
        return Err(Error::raise(Code::Namespace, format!("there is no namespace `{name}` yet"))
            .help(format!("load it: `(require '[{name} :as {alias}])`"))
            .arg(1));
    };
    let here = cx.namespace.clone();
    cx.program_mut().namespace(&here).aliases.insert(alias.into(), target);
    Ok(Value::Nil)
}

fn load_file(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let path = super::io::files::path(cx, "load-file", args)?;
    let here = cx.namespace.clone();
    load::file(cx, &path, &here)
}

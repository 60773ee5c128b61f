//! What is known of names: documentation, source, arglists, searching.

use super::super::namespaces::refer::public_names;
use super::super::strings::regex::Pattern;
use super::{name_of, show};
use crate::docs;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::analyze::{Resolved, closest, global_value, resolve_global, special, visible_names};
use crate::eval::args::wrong_type;
use crate::eval::convert::to_value;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::options;
use crate::eval::print::shown;
use crate::eval::program::{CORE, Core, VarMeta};
use crate::eval::stdlib;
use crate::eval::value::Value;
use crate::lexer::Source;
use crate::parser;

/// The documentation of a name as `doc` prints it: name, arglists, text with examples.
pub fn documentation(cx: &mut Cx, name: &str) -> Option<String> {
    let text = of_name(cx, name).or_else(|| of_code(name))?;
    Some(docs::wrap(&text, cx.output.width()))
}

/// What an error of this code says.
fn of_code(name: &str) -> Option<String> {
    let code = Code::of_name(name)?;
    let keyword = code.name().replace("::", "/");
    Some(format!("{code}\nThe code of an error, `:{keyword}` in `catch`.\n{}", code.sentence()))
}

fn of_name(cx: &mut Cx, name: &str) -> Option<String> {
    let columns = cx.output.width();
    let shadowed = cx.program.lookup(&cx.namespace, name).is_some();
    if special(name).is_some() && !shadowed {
        return Some(format!("{name}\n{}", docs::of(name).unwrap_or_default()));
    }
    let text = match resolve_global(cx, name).ok()?? {
        Resolved::Global(global) => {
            let value = cx.program.globals[global as usize].clone();
            let var = cx.program.vars[global as usize].clone();
            of_var(&var).or_else(|| of_value(&value, columns)).unwrap_or_else(|| shown(&value))
        }
        Resolved::Core(core) => of_value(&core.value(), columns).unwrap_or_else(|| shown(&core.value())),
        Resolved::Local(_) | Resolved::Excused => return None,
    };
    Some(format!("{name}\n{text}"))
}

fn of_var(var: &VarMeta) -> Option<String> {
    let kind = var.is_macro.then_some("macro");
    let parts: Vec<&str> = [kind, var.arglists.as_deref(), var.doc.as_deref()].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn of_value(value: &Value, columns: usize) -> Option<String> {
    match value {
        Value::Native(row) => Some(format!("{}\n{}", row.arglists, of_row(row, columns))),
        Value::Fn(f) => Some(f.code.arglists.to_string()),
        Value::Host(host) => host.object().doc().map(|(arglists, doc)| format!("{arglists}\n{doc}")),
        _ => None,
    }
}

/// The text of a builtin, its options before the examples.
fn of_row(row: &Builtin, columns: usize) -> String {
    match row.options {
        Some((_, rows)) if !rows.is_empty() => {
            let doc = row.doc();
            let (text, examples) = doc.split_at(doc.find("\n(").unwrap_or(doc.len()));
            format!("{text}\nOptions:\n{}{examples}", options::table(rows, columns))
        }
        _ => row.doc().to_string(),
    }
}

pub fn doc(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let code = args[0].as_keyword().filter(|word| Code::of_name(word).is_some());
    let name = code.map_or_else(|| name_of("doc", args), Ok)?;
    match documentation(cx, name) {
        Some(text) => show(cx, &text),
        None => Err(unknown(cx, name)),
    }
}

#[cold]
fn unknown(cx: &Cx, name: &str) -> Stop {
    let names = visible_names(cx, &cx.namespace);
    let error = Error::raise(Code::UnknownName, format!("nothing is known of `{name}`"));
    match closest(name, &names) {
        Some(best) => error.help(format!("did you mean `{best}`?")),
        None => error.help(format!("search with `(apropos \"{name}\")`")),
    }
}

/// The text of a name's definition, if it was defined in the language.
pub fn source_text(cx: &mut Cx, name: &str) -> Option<String> {
    let Resolved::Global(global) = resolve_global(cx, name).ok()?? else { return None };
    let span = cx.program.vars[global as usize].span?;
    Some(cx.program.sources.get(span.source)?.slice(span).to_string()).filter(|text| !text.is_empty())
}

pub fn source(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let name = name_of("source", args)?;
    if let Some(text) = source_text(cx, name) {
        return show(cx, &text);
    }
    let native = special(name).is_some() || matches!(resolve_global(cx, name)?, Some(Resolved::Core(_)));
    if native { show(cx, &format!("{name} is built in")) } else { Err(unknown(cx, name)) }
}

pub fn dir(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let name = name_of("dir", args)?;
    stdlib::load_namespace(cx, name)?;
    let Some(target) = cx.program.resolve_namespace(&cx.namespace, name) else {
        return Err(Error::raise(Code::Namespace, format!("there is no namespace `{name}`"))
            .help(format!("load it: `(require '{name})`"))
            .arg(0));
    };
    let names = match &*target {
        CORE => visible_names(cx, CORE),
        _ => public_names(cx, &target).iter().map(|name| name.to_string()).collect(),
    };
    show(cx, &names.join("\n"))
}

pub fn apropos(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let matches: Box<dyn Fn(&str) -> bool> = match (&args[0], args[0].as_host::<Pattern>()) {
        (_, Some(pattern)) => Box::new(|name| pattern.find.is_match(name)),
        (Value::Str(text), _) => match regex::Regex::new(text) {
            Ok(pattern) => Box::new(move |name| pattern.is_match(name)),
            Err(_) => Box::new(|name| name.contains(&**text)),
        },
        (Value::Symbol(text), _) => Box::new(|name| name.contains(text.as_str())),
        (other, _) => return Err(wrong_type("apropos", "a string or a regular expression", other, 0)),
    };
    let mut names = visible_names(cx, &cx.namespace);
    for namespace in cx.program.namespaces.keys().filter(|n| &***n != CORE && **n != cx.namespace) {
        names.extend(public_names(cx, namespace).iter().map(|name| format!("{namespace}/{name}")));
    }
    names.sort();
    names.dedup();
    Value::list(
        names.iter().filter(|name| matches(name) && !name.contains(' ')).map(|name| Value::symbol(name)).collect(),
    )
}

pub fn arglists(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let value = match &args[0] {
        Value::Symbol(name) => {
            let name = name.as_str();
            match resolve_global(cx, name)? {
                Some(Resolved::Global(g)) => cx.program.globals[g as usize].clone(),
                Some(Resolved::Core(Core::Row(row))) => Value::Native(row),
                Some(Resolved::Core(Core::Constant(v))) => v,
                _ => return Err(unknown(cx, name).arg(0)),
            }
        }
        other => other.clone(),
    };
    let text = match &value {
        Value::Native(row) => row.arglists.to_string(),
        Value::Fn(f) => f.code.arglists.to_string(),
        Value::Host(host) => host.object().doc().map(|(arglists, _)| arglists).unwrap_or_default(),
        other => return Err(wrong_type("arglists", "a function or its name", other, 0)),
    };
    let forms = parser::read(&Source::new(u32::MAX, "<arglists>", text))?;
    Value::list(forms.iter().map(to_value).collect::<Result<_>>()?)
}

pub fn resolve(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let name = name_of("resolve", args)?;
    Ok(global_value(cx, name)?.unwrap_or_default())
}

//! Finding and running the code of a namespace: the library's, else a file's, once.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::analyze::closest;
use crate::eval::cx::Cx;
use crate::eval::program::{CORE, USER};
use crate::eval::stdlib;
use crate::eval::value::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Loads a namespace unless that has been done.
pub fn namespace(cx: &mut Cx, name: &Arc<str>, reload: bool) -> Result<()> {
    if let Some(start) = cx.loading.iter().position(|loading| loading == name) {
        return Err(circular(&cx.loading[start..], name));
    }
    if matches!(&**name, CORE | "clojure.core" | "cljs.core") {
        return Ok(());
    }
    let known = cx.program.namespaces.contains_key(name);
    if known && !reload {
        return Ok(());
    }
    if cx.library.has_namespace(name) {
        return stdlib::load_namespace(cx, name);
    }
    let path = find(cx, name)?;
    let before = cx.program.namespaces.get(name).cloned();
    cx.program_mut().namespace(name);
    cx.loading.push(name.clone());
    let result = file(cx, &path, name).and_then(|_| check(cx, name, &path));
    cx.loading.pop();
    if result.is_err() {
        // What failed half way is loaded again by the next `require`.
        let namespaces = &mut cx.program_mut().namespaces;
        match before {
            Some(before) => namespaces.insert(name.clone(), before),
            None => namespaces.remove(name),
        };
    }
    result
}

/// Runs a file in a namespace; the current one is the same afterwards.
pub fn file(cx: &mut Cx, path: &Path, namespace: &Arc<str>) -> Result<Value> {
    let text = crate::eval::files::read_program(path)?;
    let source = cx.program_mut().sources.add(path.display().to_string(), text);
    let outer = std::mem::replace(&mut cx.namespace, namespace.clone());
    let result = cx.deeper(|cx| cx.isolated(|cx| stdlib::load_source(&source, cx)));
    cx.namespace = outer;
    result
}

/// A file that names another namespace leaves the one asked for empty.
fn check(cx: &Cx, name: &str, path: &Path) -> Result<()> {
    if cx.program.namespaces.get(name).is_some_and(|ns| ns.vars.is_empty() && ns.aliases.is_empty()) {
        let message = format!("`{}` defines nothing in the namespace `{name}`", path.display());
        return Err(Error::raise(Code::Namespace, message).help(format!("start the file with `(ns {name})`")));
    }
    Ok(())
}

/// `a.b` is the file `a/b.gen` beside the program or in one of the search directories.
fn find(cx: &Cx, name: &str) -> Result<PathBuf> {
    let parts: Vec<&str> = name.split('.').collect();
    if parts.iter().any(|part| part.is_empty() || part.contains(['/', '\\', ':'])) {
        return Err(Error::raise(Code::Namespace, format!("`{name}` cannot be the name of a namespace"))
            .help("names have parts between dots: `my.model` is the file `my/model.gen`"));
    }
    if !cx.capabilities.files {
        return Err(missing(cx, name, "the library has none, and files are off in this interpreter"));
    }
    let relative = format!("{}.gen", parts.join("/"));
    let places: Vec<PathBuf> = std::iter::once(&cx.base).chain(&cx.search).map(|dir| dir.join(&relative)).collect();
    if let Some(found) = places.iter().find(|path| path.is_file()) {
        return Ok(found.clone());
    }
    let places: Vec<String> = places.iter().map(|path| format!("`{}`", path.display())).collect();
    Err(missing(cx, name, &format!("looked for {}", places.join(", "))))
}

#[cold]
fn missing(cx: &Cx, name: &str, where_: &str) -> Stop {
    let known = cx.program.namespaces.keys().map(|n| n.to_string()).filter(|n| n != USER);
    let names: Vec<String> = known.chain(cx.library.namespace_names().map(str::to_string)).collect();
    let error = Error::raise(Code::Namespace, format!("there is no namespace `{name}`: {where_}"));
    match closest(name, &names) {
        Some(best) => error.help(format!("did you mean `{best}`?")),
        None => error.help("directories of GEN_PATH are searched after that of the program"),
    }
}

#[cold]
fn circular(chain: &[Arc<str>], name: &str) -> Stop {
    let mut names: Vec<&str> = chain.iter().map(|n| &**n).collect();
    names.push(name);
    Error::raise(Code::Namespace, format!("namespaces require each other in a circle: {}", names.join(" → ")))
        .help("move what both need into a third namespace")
}

//! The library written in the language: every definition is analysed, documented and shown by true examples.

use super::docs::check;
use super::markdown::root;
use super::session::Session;
use super::{Failures, trial};
use genlisp::internals::eval::analyze::{Resolved, SPECIALS, resolve_global};
use genlisp::internals::eval::builtins::TABLES;
use genlisp::internals::eval::program::VarMeta;
use genlisp::internals::lexer::Source;
use genlisp::internals::parser::{parse, top_level};
use libtest_mimic::Trial;
use std::collections::BTreeMap;

pub fn trials() -> Vec<Trial> {
    let (vars, failures) = definitions();
    let mut trials: Vec<Trial> = vars
        .into_iter()
        .map(|var| {
            let name = format!("stdlib::{}/{}", var.namespace, var.name);
            trial(name, move || check(&var.name, var.doc.as_deref().unwrap_or_default()))
        })
        .collect();
    trials.push(trial("stdlib is analysed".to_string(), move || failures));
    trials.push(trial("stdlib reads".to_string(), files_read));
    trials.push(trial("stdlib names are unique".to_string(), names_are_unique));
    trials
}

/// Forces every definition: what is public and what failed.
fn definitions() -> (Vec<VarMeta>, Failures) {
    let mut session = Session::new(&[]);
    let library = genlisp::internals::library();
    let mut names: Vec<String> = library.names().filter(|n| !n.is_empty()).map(|n| format!("gen.core/{n}")).collect();
    let mut failures = Vec::new();
    for namespace in library.namespace_names() {
        match session.lisp.eval(&format!("(require '{namespace})")) {
            Ok(_) => {
                let program = &session.lisp.cx().program;
                let vars = program.namespaces.get(namespace).into_iter().flat_map(|ns| ns.vars.keys());
                names.extend(vars.map(|name| format!("{namespace}/{name}")));
            }
            Err(error) => failures.push(super::session::report(&error)),
        }
    }
    names.sort();
    let mut vars = Vec::new();
    for name in names {
        let cx = session.lisp.cx();
        // Private definitions of a namespace are analysed with it and cannot be named from here.
        match resolve_global(cx, &name) {
            Ok(Some(Resolved::Global(global))) => vars.push((*cx.program.vars[global as usize]).clone()),
            Ok(_) => failures.push(format!("`{name}` is in the index but cannot be found")),
            Err(error) if error.is(genlisp::Code::Private) => {}
            Err(error) => failures.push(format!(
                "`{name}`\n{}",
                super::session::report(&error.into_error().with_sources(&cx.program.sources))
            )),
        }
    }
    vars.retain(|var| !var.is_private);
    (vars, failures)
}

fn texts() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(root().join("stdlib")).into_iter().flatten().flatten();
    let paths = entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "gen"));
    let mut texts: Vec<(String, String)> = paths
        .map(|p| {
            (
                p.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                std::fs::read_to_string(&p).expect("UTF-8"),
            )
        })
        .collect();
    texts.sort();
    texts
}

/// The lazy index skips what it cannot read, so the files are also read whole; each opens with a sentence.
fn files_read() -> Failures {
    let mut failures = Vec::new();
    for (name, text) in texts() {
        let errors = parse(&Source::new(0, name.as_str(), text.as_str())).errors;
        failures.extend(errors.iter().map(|error| format!("{name}: {error}")));
        if !text.starts_with("; ") && !text.starts_with(";; ") {
            failures.push(format!("{name} does not open with a comment that says what it holds"));
        }
    }
    failures
}

/// No name of the core is defined twice, in the language or beneath it.
fn names_are_unique() -> Failures {
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in TABLES.iter().flat_map(|table| table.iter()).map(|row| row.name) {
        seen.entry(name.to_string()).or_default().push("builtins".to_string());
    }
    for (name, ..) in SPECIALS {
        seen.entry(name.to_string()).or_default().push("special forms".to_string());
    }
    for (file, text) in texts() {
        let source = Source::new(0, file.as_str(), text.as_str());
        let forms = top_level(&source);
        if forms.iter().any(|form| form.head == "ns") {
            continue;
        }
        for form in forms.iter().filter(|form| form.head.starts_with("def") && form.head != "defmethod") {
            seen.entry(form.name.to_string()).or_default().push(file.clone());
        }
    }
    let twice = seen.into_iter().filter(|(_, places)| places.len() > 1);
    twice.map(|(name, places)| format!("`{name}` is defined in {}", places.join(" and "))).collect()
}

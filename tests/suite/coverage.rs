//! Every name of the language stands in a suite of `tests/lang` or `tests/errors`, beyond its own documentation.

use super::markdown::{Document, files};
use super::session::Session;
use super::{Failures, trial};
use genlisp::internals::eval::analyze::SPECIALS;
use genlisp::internals::eval::program::CORE;
use libtest_mimic::Trial;
use std::collections::BTreeSet;

/// What reader syntax or another name stands for in programs.
const BEHIND: [&str; 7] =
    ["syntax-quote", "destructure", "dist-mean", "dist-variance", "dist-std", "dist-quantile", "read-line"];

pub fn trials() -> Vec<Trial> {
    vec![trial("every name is in a suite".to_string(), every_name_is_used)]
}

fn every_name_is_used() -> Failures {
    let used = words();
    let mut session = Session::new(&[]);
    let program = session.lisp.cx().program.clone();
    let mut names: BTreeSet<String> = program.core.keys().map(|name| name.to_string()).collect();
    names.extend(genlisp::internals::library().names().map(str::to_string));
    names.extend(SPECIALS.iter().map(|(name, ..)| name.to_string()));
    let private = |name: &String| {
        let var = program.namespaces.get(CORE).and_then(|ns| ns.vars.get(name.as_str()));
        var.is_some_and(|global| program.vars[*global as usize].is_private)
    };
    let base = |name: &str| name.rsplit('/').next().filter(|b| !b.is_empty()).unwrap_or(name).to_string();
    let unused = names.iter().filter(|name| {
        let known = used.contains(*name) || used.contains(&base(name)) || BEHIND.contains(&name.as_str());
        !known && !private(name)
    });
    unused.map(|name| format!("`{name}` stands in no suite")).collect()
}

/// Everything in the suites' programs that could be a name, with and without its namespace.
fn words() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for path in ["tests/lang", "tests/errors"].into_iter().flat_map(files) {
        let document = Document::read(&path);
        for block in document.blocks().into_iter().filter(|b| b.tag.starts_with("clojure")) {
            let text = &document.text[block.range];
            let split = text.split(|c: char| c.is_whitespace() || "()[]{}'`~@#\",^".contains(c));
            words.extend(split.flat_map(|w| [w.to_string(), w.rsplit('/').next().unwrap_or(w).to_string()]));
        }
    }
    words
}

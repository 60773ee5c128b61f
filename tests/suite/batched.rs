//! The rows of `tests/errors/{gfi,edits,models}.md` with a trace in them, run once more with a batched one: whoever gives
//! a batched trace what is wrong for one trace reads the same code and the same help.

use super::markdown::{Block, Document, files, stem};
use super::session::Session;
use super::{Failures, trial};
use genlisp::internals::error::Error;
use genlisp::internals::parser::{Form, FormKind};
use libtest_mimic::Trial;
use std::path::Path;

const FILES: [&str; 3] = ["gfi", "edits", "models"];

/// What is of one trace by its meaning: its data, which is read again as one trace.
const OF_ONE: [&str; 1] = ["trace->data"];

/// Calls that make a trace, those that make a batched one, and what these take besides.
const MAKERS: [(&str, &str); 2] = [("simulate", "vsimulate"), ("generate", "vgenerate")];
const LANES: usize = 3;

pub fn trials() -> Vec<Trial> {
    let files = files("tests/errors").into_iter().filter(|path| FILES.contains(&stem(path).as_str()));
    files.map(|path| trial(format!("errors-batched::{}", stem(&path)), move || run_file(&path))).collect()
}

fn run_file(path: &Path) -> Failures {
    let document = Document::read(path);
    let rows = document.blocks().into_iter().filter(|block| block.tag == "clojure");
    let rows: Vec<(Block, String)> = rows.filter_map(|block| batched(&document, &block).map(|b| (block, b))).collect();
    assert!(rows.len() >= 8, "{}: no rows with a trace", document.name);
    rows.iter().filter_map(|(block, batched)| differs(&document, block, batched)).collect()
}

/// The row with batched traces, if it has any.
fn batched(document: &Document, block: &Block) -> Option<String> {
    let code = &document.text[block.range.clone()];
    let forms = Session::new(&[]).read("example.gen", code, 0..code.len()).ok()?;
    let mut edits = Vec::new();
    forms.iter().for_each(|form| makers(form, &mut edits));
    if edits.is_empty() || OF_ONE.iter().any(|name| code.contains(name)) {
        return None;
    }
    edits.sort_unstable_by_key(|(at, ..)| std::cmp::Reverse(*at));
    let mut batched = code.to_string();
    edits.into_iter().for_each(|(at, old, new)| batched.replace_range(at..at + old, &new));
    Some(batched)
}

/// The places where a trace is made: how much there gives way to what.
fn makers(form: &Form, edits: &mut Vec<(usize, usize, String)>) {
    for (name, batched) in MAKERS {
        if form.call_of(name).is_some_and(|items| items.len() > 2) {
            edits.push((form.span.start as usize + 1, name.len(), batched.to_string()));
            edits.push((form.span.end as usize - 1, 0, format!(" {LANES}")));
        }
    }
    match &form.kind {
        FormKind::List(items) | FormKind::Vector(items) | FormKind::Set(items) => {
            items.iter().for_each(|item| makers(item, edits));
        }
        FormKind::Map(pairs) => pairs.iter().flat_map(|(k, v)| [k, v]).for_each(|part| makers(part, edits)),
        _ => {}
    }
}

fn differs(document: &Document, block: &Block, batched: &str) -> Option<String> {
    let (one, all) = (raised(&document.text[block.range.clone()]), raised(batched));
    let same = one == all;
    (!same).then(|| format!("{}:{}\n{batched}\none trace: {one:?}\nbatched:   {all:?}", document.name, block.line))
}

/// Code and help of what a program raises, whatever the names of its operations.
fn raised(code: &str) -> Option<(String, Option<String>)> {
    let error: Box<Error> = Session::new(&[]).lisp.eval_named("example.gen", code).err()?;
    let plain = |help: &String| {
        MAKERS.iter().fold(help.clone(), |text, (one, all)| text.replace(all, one)).replace(" 1000)", ")")
    };
    Some((error.code.to_string(), error.help.as_ref().map(plain)))
}

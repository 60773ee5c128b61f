//! `tests/errors/*.md`: a block tagged `clojure`, and after it the exact report in a block tagged `text`.

use super::markdown::{Block, Document, blessing, files, stem};
use super::session::{Session, report};
use super::{Failures, trial};
use libtest_mimic::Trial;
use std::path::Path;

pub fn trials() -> Vec<Trial> {
    let trials = files("tests/errors").into_iter();
    trials.map(|path| trial(format!("errors::{}", stem(&path)), move || run_file(&path))).collect()
}

fn run_file(path: &Path) -> Failures {
    let mut document = Document::read(path);
    let mut failures = Vec::new();
    let blocks: Vec<Block> = document.blocks().into_iter().filter(|b| b.tag == "clojure" || b.tag == "text").collect();
    let mut blocks = blocks.into_iter().peekable();
    while let Some(code) = blocks.next() {
        let wanted = blocks.next_if(|next| next.tag == "text");
        let (true, Some(wanted)) = (code.tag == "clojure", wanted) else {
            failures.push(format!("{}:{}: a `clojure` block wants a `text` block after it", document.name, code.line));
            continue;
        };
        let got = format!("{}\n", reported(&document.text[code.range.clone()]));
        if got == document.text[wanted.range.clone()] {
            continue;
        }
        if blessing() {
            document.edit(wanted.range, got);
        } else {
            let wanted = &document.text[wanted.range];
            failures.push(format!("{}:{}: expected\n{wanted}\ngot\n{got}", document.name, code.line));
        }
    }
    document.save();
    failures
}

/// What a program's user sees of it: warnings, then the error.
fn reported(code: &str) -> String {
    let mut session = Session::new(&[]);
    let result = session.lisp.eval_named("example.gen", code);
    let mut reports: Vec<String> = session.output.take_warnings().iter().map(report).collect();
    match result {
        Err(error) => reports.push(report(&error)),
        Ok(value) if reports.is_empty() => reports.push(format!("no error, but the value {}", session.shown(&value))),
        Ok(_) => {}
    }
    reports.join("\n\n")
}

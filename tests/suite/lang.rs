//! `tests/lang/*.md` and README.md: every block tagged `clojure` runs in a fresh interpreter and its comments hold.
//!
//! A block tagged `clojure file=a/b.gen` is not run but written as that file, for the blocks after it.

use super::examples::{self, Example};
use super::markdown::{Document, blessing, files, root, stem};
use super::session::Session;
use super::{Failures, trial};
use libtest_mimic::Trial;
use std::path::Path;

pub fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = files("tests/lang")
        .into_iter()
        .map(|path| trial(format!("lang::{}", stem(&path)), move || run_file(&path)))
        .collect();
    let readme = root().join("README.md");
    if readme.exists() {
        trials.push(trial("readme".to_string(), move || run_file(&readme)));
    }
    trials
}

pub fn run_file(path: &Path) -> Failures {
    let mut document = Document::read(path);
    let (mut failures, mut files, mut edits) = (Vec::new(), Vec::new(), Vec::new());
    for block in document.blocks() {
        let (language, options) = block.tag.split_once(' ').unwrap_or((&block.tag, ""));
        if language != "clojure" {
            continue;
        }
        if let Some(name) = options.strip_prefix("file=") {
            files.push((name.to_string(), document.text[block.range].to_string()));
            continue;
        }
        let example = Example { name: &document.name, text: &document.text, part: block.range };
        for (failure, edit) in examples::run(&example, &mut Session::new(&files)).failures {
            match edit {
                Some(edit) if blessing() => edits.push(edit),
                _ => failures.push(failure),
            }
        }
    }
    for (range, text) in edits {
        document.edit(range, text);
    }
    document.save();
    failures
}

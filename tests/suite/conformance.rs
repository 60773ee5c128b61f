//! `tests/conformance/*.md`: weights, scores, gradients and posteriors known from elsewhere, each under its id.
//!
//! The ids of `ids.txt` stand each in exactly one place: in a comment of a block (`;~> -1.5 ; T25`), or in the table of
//! `exempt.md` (another system's convention, and which; ids with a
//! hyphen there are cases of `cases.rs`).

use super::lang::run_file;
use super::markdown::{Document, files, root, stem};
use super::{Failures, trial};
use libtest_mimic::Trial;
use std::collections::{BTreeMap, BTreeSet};

const FOLDER: &str = "tests/conformance";

pub fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = files(FOLDER)
        .into_iter()
        .map(|path| trial(format!("conformance::{}", stem(&path)), move || run_file(&path)))
        .collect();
    trials.push(trial("every conformance id has one place".to_string(), every_id_has_one_place));
    trials
}

fn every_id_has_one_place() -> Failures {
    let list = root().join(FOLDER).join("ids.txt");
    let ids: BTreeSet<String> =
        std::fs::read_to_string(list).expect("the list of ids").lines().map(str::to_string).collect();
    let mut places: BTreeMap<&String, BTreeSet<&str>> = ids.iter().map(|id| (id, BTreeSet::new())).collect();
    let mut failures = Vec::new();
    for path in files(FOLDER) {
        let (place, marked) = match stem(&path).as_str() {
            "exempt" => {
                ("exempt.md", rows(&Document::read(&path)).into_iter().filter(|id| !id.contains('-')).collect())
            }
            _ => ("a test", comments(&Document::read(&path))),
        };
        for id in marked {
            match places.get_mut(&id) {
                Some(found) => _ = found.insert(place),
                None if place == "a test" => {}
                None => failures.push(format!("{place} has `{id}`, which is not in ids.txt")),
            }
        }
    }
    for (id, found) in places {
        match found.len() {
            1 => {}
            0 => failures.push(format!("`{id}` stands nowhere: test it, or give it a row in exempt.md")),
            _ => failures.push(format!("`{id}` stands in {found:?}, not in one of them")),
        }
    }
    failures
}

/// The ids that `exempt.md` gives a reason for.
pub fn exempt() -> Vec<String> {
    rows(&Document::read(&root().join(FOLDER).join("exempt.md")))
}

/// The first column of all tables; each row may have several ids.
fn rows(document: &Document) -> Vec<String> {
    let cells = document.text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let ids = cells.flat_map(|cell| cell.split_whitespace()).filter(|id| *id != "id");
    ids.map(str::to_string).collect()
}

/// The words of all comments in blocks of code.
fn comments(document: &Document) -> Vec<String> {
    let code = document.blocks().into_iter().filter(|block| block.tag.starts_with("clojure"));
    let words = code.flat_map(|block| {
        let comments = document.text[block.range].lines().filter_map(|line| line.split_once(';'));
        let words = comments.flat_map(|(_, comment)| comment.split(|c: char| !c.is_alphanumeric()));
        words.map(str::to_string).collect::<Vec<_>>()
    });
    words.collect()
}

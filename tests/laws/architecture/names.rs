//! One name, one type: who reads a type's name need not ask which of several it is.

use super::sources::{File, files, none};
use std::collections::{BTreeMap, BTreeSet};

/// Names that mean several types still. A name leaves this list when its types part; none may come.
const SEVERAL: &[&str] = &[
    "At",
    "Density",
    "Diagnostic",
    "Kept",
    "Known",
    "Lanes",
    "Level",
    "Outcome",
    "Pick",
    "Row",
    "Runs",
    "Sampler",
    "Share",
    "Site",
    "Term",
    "Visit",
    "Way",
    "WayBack",
    "Weights",
];

/// The types that a file declares; not those of a trait's implementation, which are indented.
fn declared(file: &File) -> Vec<String> {
    let mut names = Vec::new();
    for (_, line) in file.code() {
        let item = line.trim_start();
        let item = match item.strip_prefix("pub") {
            Some(rest) => rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(rest, |(_, rest)| rest),
            None => item,
        };
        let Some((keyword, rest)) = item.trim_start().split_once(' ') else { continue };
        let top = !line.starts_with(' ');
        if matches!(keyword, "struct" | "enum" | "trait" | "union") || (keyword == "type" && top) {
            names.extend(rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned));
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn one_name_means_one_type() {
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut several = BTreeSet::new();
    for file in files("src").iter().filter(|f| !f.is_test()) {
        for name in declared(file) {
            let files = places.entry(name.clone()).or_default();
            if !files.is_empty() {
                several.insert(name);
            }
            files.insert(file.path.clone());
        }
    }
    let unknown = several.iter().filter(|name| !SEVERAL.contains(&name.as_str()));
    let mut problems: Vec<String> =
        unknown.map(|name| format!("`{name}` means several types: {:?}", places[name])).collect();
    let parted = SEVERAL.iter().filter(|name| !several.contains(**name));
    problems.extend(parted.map(|name| format!("`{name}` means one type now: take it from the list")));
    none(problems);
}

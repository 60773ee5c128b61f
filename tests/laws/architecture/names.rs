//! One name, one type: who reads a type's name need not ask which of several it is.

use super::sources::{File, files, none};
use std::collections::BTreeMap;

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
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files("src").iter().filter(|file| !file.is_test()) {
        declared(file).into_iter().for_each(|name| places.entry(name).or_default().push(file.path.clone()));
    }
    let several = places.iter().filter(|(_, files)| files.len() > 1);
    none(several.map(|(name, files)| format!("`{name}` means several types: {files:?}")).collect());
}

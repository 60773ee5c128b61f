//! Circles: files that need each other in a ring are one file to who wants to understand one of them. They do not grow.

use super::sources::{File, files, none};
use std::collections::{BTreeMap, BTreeSet};

/// The largest circle of files that begins in each top folder; what is not named has none.
const LARGEST: &[(&str, usize)] = &[
    ("distributions", 15),
    ("eval", 31),
    ("gfi", 63),
    ("infer", 5),
    ("lexer", 2),
    ("parser", 2),
    ("repl", 5),
    ("tensor", 4),
];

type Names = Vec<String>;

/// A path that a file names, and whether the file hands on under its last name what that means.
struct Named {
    path: Names,
    exported: bool,
}

/// `eval/cx/mod.rs` and `eval/cx.rs` are `[eval, cx]`; the crate is `[]`.
fn module(file: &File) -> Names {
    let path = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
    if path == "lib" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

fn names(path: &str) -> Names {
    let plain = path.split("::").map(|name| name.split(" as ").next().unwrap_or_default().trim());
    plain.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The paths of a `use`: `a::{b, c::d}` names `a::b` and `a::c::d`.
fn expanded(tree: &str) -> Vec<Names> {
    let Some((prefix, group)) = tree.split_once('{') else { return vec![names(tree)] };
    let group = group.rsplit_once('}').map_or(group, |(inside, _)| inside);
    let mut depth = 0;
    let parts = group.split(|c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    let paths = parts.filter(|part| !part.trim().is_empty()).flat_map(expanded);
    paths.map(|rest| [names(prefix), rest].concat()).collect()
}

/// The `use` at the beginning of a statement, and whether it is public.
fn import(statement: &str) -> Option<(&str, bool)> {
    let line = statement.trim_start();
    let rest = match line.strip_prefix("pub") {
        Some(rest) => rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(rest, |(_, rest)| rest),
        None => line,
    };
    rest.trim_start().strip_prefix("use ").map(|tree| (tree, line.starts_with("pub")))
}

/// Every path of a file, in its imports and elsewhere.
fn named(file: &File) -> Vec<Named> {
    let code: String = file.code().flat_map(|(_, line)| [line, "\n"]).collect();
    let mut found = Vec::new();
    // A `use` may stand in a function, after a brace; what begins with one goes on to the semicolon.
    for statement in code.split(';') {
        let start = statement.rmatch_indices('\n').map(|(at, _)| &statement[at..]).find(|text| import(text).is_some());
        let start = start.or(Some(statement).filter(|text| import(text).is_some()));
        let rest = &statement[..statement.len() - start.map_or(0, str::len)];
        if let Some((tree, exported)) = start.and_then(import) {
            found.extend(expanded(tree).into_iter().map(|path| Named { path, exported }));
        }
        let words = rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        let paths = words.filter(|word| word.contains("::") && !word.starts_with(':')).map(names);
        found.extend(paths.map(|path| Named { path, exported: false }));
    }
    found
}

struct Crate<'f> {
    files: BTreeMap<Names, &'f File>,
    /// What a module hands on: the module and the name, and what it means.
    exported: BTreeMap<(Names, String), Names>,
}

impl Crate<'_> {
    /// A path as a module sees it, from the crate on; `None` of other crates, and of types and their parts.
    fn absolute(&self, module: &Names, path: &[String]) -> Option<Names> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([module, rest].concat()),
            "super" => {
                let (_, parent) = module.split_last()?;
                match rest.first().map(String::as_str) {
                    Some("super") => self.absolute(&parent.to_vec(), rest),
                    _ => Some([parent, rest].concat()),
                }
            }
            child => {
                let inside = [module.as_slice(), &[child.to_owned()]].concat();
                self.files.contains_key(&inside).then(|| [module, path].concat())
            }
        }
    }

    /// The module in which something is declared.
    fn declares(&self, path: &[String]) -> Option<Names> {
        let mut path = path.to_vec();
        for at in 1..=path.len() {
            let (module, name) = (path[..at - 1].to_vec(), path[at - 1].clone());
            if self.files.contains_key(&path[..at]) {
                continue;
            }
            return match self.exported.get(&(module.clone(), name)) {
                Some(means) if *means != path => self.declares(means),
                _ => Some(module),
            };
        }
        (!path.is_empty()).then(|| std::mem::take(&mut path))
    }
}

/// The files that each file uses.
fn uses(files: &[File]) -> BTreeMap<&str, BTreeSet<&str>> {
    let modules = files.iter().map(|file| (module(file), file)).collect();
    let mut house = Crate { files: modules, exported: BTreeMap::new() };
    let named: Vec<(Names, &File, Vec<Named>)> = files.iter().map(|file| (module(file), file, named(file))).collect();
    for (module, _, paths) in &named {
        for path in paths.iter().filter(|path| path.exported) {
            if let (Some(means), Some(name)) = (house.absolute(module, &path.path), path.path.last()) {
                house.exported.insert((module.clone(), name.clone()), means);
            }
        }
    }
    let mut graph: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (module, file, paths) in &named {
        let used = paths.iter().filter(|path| !path.exported).filter_map(|path| house.absolute(module, &path.path));
        let used = used.filter_map(|path| house.declares(&path)).filter_map(|module| house.files.get(&module));
        let others = used.map(|used| used.path.as_str()).filter(|path| *path != file.path);
        graph.entry(&file.path).or_default().extend(others);
    }
    graph
}

/// All that can be come to from a file.
fn reached<'g>(graph: &BTreeMap<&'g str, BTreeSet<&'g str>>, from: &'g str) -> BTreeSet<&'g str> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(file) = open.pop() {
        let used = graph.get(file).into_iter().flatten();
        open.extend(used.filter(|used| found.insert(**used)));
    }
    found
}

/// The circles, each with its files in order.
fn circles<'g>(graph: &BTreeMap<&'g str, BTreeSet<&'g str>>) -> BTreeSet<BTreeSet<&'g str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph.keys().map(|file| (*file, reached(graph, file))).collect();
    let rings = graph.keys().filter(|file| reached[*file].contains(*file));
    rings.map(|file| reached[file].iter().copied().filter(|other| reached[other].contains(file)).collect()).collect()
}

#[test]
fn circles_of_files_do_not_grow() {
    let files: Vec<File> = files("src").into_iter().filter(|file| !file.is_test()).collect();
    let mut problems = Vec::new();
    let mut largest: BTreeMap<&str, usize> = BTreeMap::new();
    for circle in circles(&uses(&files)) {
        let top = circle.iter().next().and_then(|path| path.split(['/', '.']).next()).unwrap_or_default();
        let known = LARGEST.iter().find(|(folder, _)| *folder == top).map_or(1, |(_, most)| *most);
        if circle.len() > known {
            problems.push(format!("{} files need each other, not {known}: {circle:?}", circle.len()));
        }
        let most = largest.entry(top).or_default();
        *most = circle.len().max(*most);
    }
    for (folder, most) in LARGEST {
        let now = largest.get(folder).copied().unwrap_or(1);
        if now < *most {
            problems.push(format!("the largest circle in {folder} is {now}, no longer {most}"));
        }
    }
    none(problems);
}

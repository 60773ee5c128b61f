//! The house rules of the source tree: who may use whom, what no library file does, how long a file may grow.

mod circles;
mod faults;
mod halts;
mod layout;
mod map;
mod names;
mod sources;

use sources::{files, none};

/// Modules of the crate, and what each may name; a module may always name itself. `error` is read by all.
const ARROWS: &[(&str, &[&str])] = &[
    ("error", &["lexer"]),
    ("docs", &[]),
    ("broken", &[]),
    ("lexer", &["error"]),
    ("parser", &["lexer", "error"]),
    ("tensor", &["error"]),
    ("files", &["parser", "error"]),
    ("eval", &["docs", "files", "lexer", "parser", "tensor", "error"]),
    ("distributions", &["docs", "eval", "tensor", "error", "lexer", "parser"]),
    ("gfi", &["broken", "distributions", "eval", "tensor", "error", "lexer", "parser"]),
    ("infer", &["gfi", "broken", "distributions", "eval", "tensor", "error"]),
];

/// Everything else is the facade, which only the program and hosts use.
const BELOW_FACADE: &[&str] =
    &["docs", "broken", "error", "lexer", "parser", "files", "tensor", "eval", "distributions", "gfi", "infer"];

/// Longer than 400 lines, each with the reason.
const LONG: &[(&str, &str)] = &[];

const MAX_LINES: usize = 400;

/// What rustfmt leaves long: strings. Documentation is in `src/docs`.
const MAX_COLUMNS: usize = 160;

/// Names after `crate::`, grouped ones included: `use crate::{lexer::Span, eval}` names two.
fn named_modules(line: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        if line[..at].ends_with("$") {
            continue;
        }
        let rest = &line[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(group.trim_end_matches([';', '}']).split(',').map(|item| word(item.trim()))),
            None => names.push(word(rest)),
        }
    }
    names
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

#[test]
fn arrows_run_downwards() {
    let mut problems = Vec::new();
    for file in files("src").iter().filter(|f| !f.is_test()) {
        let Some((module, allowed)) = ARROWS.iter().find(|(module, _)| *module == file.module()) else { continue };
        for (number, line) in file.code() {
            for name in named_modules(line).into_iter().filter(|name| name != module) {
                if BELOW_FACADE.contains(&name) && !allowed.contains(&name) {
                    problems.push(format!("src/{}:{number}: `{module}` may not use `{name}`", file.path));
                } else if !BELOW_FACADE.contains(&name) {
                    problems.push(format!("src/{}:{number}: `{module}` uses `{name}` of the facade", file.path));
                }
            }
        }
    }
    none(problems);
}

/// Words that no file may have outside tests, with the files that may and the reason for the rule.
const FORBIDDEN: &[(&str, &[&str], &str)] = &[
    ("println!(", &[], "text goes to the context's output"),
    ("eprintln!(", &[], "warnings go to the context's output"),
    ("print!(", &[], "text goes to the context's output"),
    ("eprint!(", &[], "warnings go to the context's output"),
    ("dbg!(", &[], "it prints"),
    ("process::exit", &[], "only the program ends the process"),
    ("process::abort", &[], "nothing ends the process"),
    ("panic!(", &[], "no input may panic"),
    ("todo!(", &[], "no stubs"),
    ("unimplemented!(", &[], "no stubs"),
    ("thread_local!", &[], "no hidden state"),
    ("static mut", &[], "no hidden state"),
    ("unsafe ", &["tensor/lanes/uninit.rs"], "only crates/ and one audited file are unsafe"),
    ("allow(unsafe_code)", &["tensor/lanes/uninit.rs"], "only crates/ and one audited file are unsafe"),
    ("unsafe{", &[], "only crates/ and one audited file are unsafe"),
];

#[test]
fn the_library_never_prints_exits_or_panics() {
    let mut problems = Vec::new();
    for file in files("src").iter().filter(|f| !f.is_test() && !f.is_program()) {
        for (number, line) in file.code() {
            for (word, exempt, reason) in FORBIDDEN {
                let found = line
                    .match_indices(word)
                    .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
                if found && !exempt.contains(&file.path.as_str()) {
                    problems.push(format!(
                        "src/{}:{number}: `{}`: {reason}",
                        file.path,
                        word.trim_end_matches([' ', '(', '{'])
                    ));
                }
            }
        }
    }
    none(problems);
}

#[test]
fn the_compiler_refuses_unsafe_code() {
    let crates = files("src").into_iter().filter(|f| ["lib.rs", "main.rs"].contains(&f.path.as_str()));
    let lax = crates.filter(|f| !f.text.contains("\n#![deny(unsafe_code)]\n"));
    none(lax.map(|f| format!("src/{} does not deny unsafe code", f.path)).collect());
}

#[test]
fn only_errors_know_miette() {
    let files = files("src");
    let others = files.iter().filter(|f| !f.path.starts_with("error/"));
    let users = others.filter(|f| f.code().any(|(_, line)| line.contains("miette")));
    none(users.map(|f| format!("src/{} names miette", f.path)).collect());
}

/// What is outside of `gfi` is written with what it exports, as a user's algorithm could be: the compiler refuses more.
#[test]
fn the_modules_of_gfi_are_its_own() {
    let all = files("src");
    let face = all.iter().filter(|file| file.path == "gfi/mod.rs").flat_map(|file| file.code());
    let open = face.filter(|(_, line)| line.starts_with("pub") && line.contains(" mod "));
    none(open.map(|(number, line)| format!("src/gfi/mod.rs:{number} shows a module: {line}")).collect());
}

#[test]
fn no_file_is_long() {
    let mut problems = Vec::new();
    for folder in ["src", "tests", "examples", "benches"] {
        for file in files(folder) {
            let lines = file.text.lines().count();
            let path = format!("{folder}/{}", file.path);
            if lines > MAX_LINES && LONG.iter().all(|(long, _)| *long != path) {
                problems.push(format!("{path} has {lines} lines; is it one idea?"));
            }
        }
    }
    none(problems);
}

#[test]
fn lines_are_short() {
    let mut problems = Vec::new();
    for file in files("src").iter().filter(|f| !f.is_test()) {
        for (number, line) in file.code().filter(|(_, line)| line.chars().count() > MAX_COLUMNS) {
            problems.push(format!("src/{}:{number} has {} columns", file.path, line.chars().count()));
        }
    }
    none(problems);
}

#[test]
fn every_file_opens_with_a_sentence() {
    let mut problems = Vec::new();
    for folder in ["src", "tests", "examples", "benches"] {
        let all = files(folder);
        let silent = all.iter().filter(|f| !f.text.starts_with("//! "));
        problems.extend(silent.map(|f| format!("{folder}/{} does not open with `//! …`", f.path)));
    }
    none(problems);
}

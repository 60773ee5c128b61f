//! Nothing takes a halt for an error of its own: what evaluates is looked at by `caught`, which hands halts on.

use super::sources::{File, files, none};

/// Ways to look at a result, or past what is wrong with it, that a halt would be lost in.
const PAST: &[&str] = &[
    "Err(_)",
    ".is_err()",
    ".is_ok()",
    ".is_err_and(",
    ".is_ok_and(",
    ".ok()",
    ".err()",
    "let Ok(",
    "or_else(|_|",
    "unwrap_or_else(|_|",
];

/// Where such a thing is right, with the reason.
const RIGHT: &[(&str, &str)] = &[
    ("eval/cx/halt.rs", "halts are made and told apart here"),
    ("eval/same.rs", "the walk keeps why it stopped"),
    ("eval/collections/lazy.rs", "a cell's error goes on as it came"),
    ("eval/builtins/namespaces/load.rs", "what was half read is forgotten, and the error goes on"),
    ("eval/builtins/reflection/describe.rs", "names are looked up, nothing runs"),
    ("gfi/batch/run.rs", "the chunk's result goes on as it came"),
    ("infer/workers.rs", "a task's result goes on as it came"),
];

#[test]
fn no_result_of_evaluation_is_looked_past() {
    let mut problems = Vec::new();
    let folders = ["eval", "distributions", "gfi", "infer"];
    for file in files("src").iter().filter(|f| folders.contains(&f.module()) && !f.is_test()) {
        if RIGHT.iter().all(|(path, _)| *path != file.path) {
            problems.extend(looked_past(file));
        }
    }
    none(problems);
}

/// Statements that evaluate, which is to say hand a context on, and look past what came of it.
fn looked_past(file: &File) -> Vec<String> {
    let lines: Vec<(usize, &str)> = file.code().collect();
    let mut problems = Vec::new();
    for (i, (number, line)) in lines.iter().enumerate() {
        let Some(word) = PAST.iter().find(|word| line.contains(*word)) else { continue };
        let statement = match line.trim_start().starts_with("Err(_)") {
            true => matched(&lines[..i], line),
            false => whole(&lines[..i], line),
        };
        let evaluates =
            ["(cx)", "(cx,", "(&mut cx", "(worker", "(&mut worker"].iter().any(|call| statement.contains(call));
        if evaluates && !statement.contains("caught()") {
            problems.push(format!("src/{}:{number}: `{word}` of what evaluates: `{}`", file.path, statement.trim()));
        }
    }
    problems
}

/// What an arm is one of: the line of the `match`.
fn matched(before: &[(usize, &str)], arm: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let of = before.iter().rev().find(|(_, line)| line.contains("match ") && indent(line) < indent(arm));
    of.map_or(String::new(), |(_, line)| line.to_string())
}

/// The statement up to here.
fn whole(before: &[(usize, &str)], line: &str) -> String {
    let ends = |line: &str| line.trim().is_empty() || line.trim_end().ends_with([';', '{', '}', ',']);
    let start = before.iter().rposition(|(_, line)| ends(line)).map_or(0, |at| at + 1);
    before[start..].iter().map(|(_, line)| *line).chain([line]).collect::<Vec<_>>().join(" ")
}

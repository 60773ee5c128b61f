//! Every builtin, special form and constant of the core is documented, and its examples are true.

use super::examples::{self, Example};
use super::session::Session;
use super::{Failures, trial};
use genlisp::internals::docs;
use genlisp::internals::eval::analyze::SPECIALS;
use genlisp::internals::eval::builtins::reflection::documentation;
use genlisp::internals::eval::program::Core;
use genlisp::internals::eval::{Builtin, Effect, builtins};
use genlisp::internals::lexer::Source;
use genlisp::internals::parser::{Form, parse};
use genlisp::internals::{distributions, gfi, infer};
use libtest_mimic::Trial;
use std::collections::BTreeMap;

/// Names whose documentation can have no example, each with the reason.
const WITHOUT_EXAMPLE: &[(&str, &str)] =
    &[("exit", "it ends the program"), ("read-line", "it reads what somebody types")];

/// Names without an exclamation mark that read or change something outside their arguments.
const IMPURE: &[&str] = &[
    "atom",
    "deref",
    "gensym",
    "pr",
    "print",
    "prn",
    "println",
    "rand",
    "rand-int",
    "rand-nth",
    "random-sample",
    "read-line",
    "sample",
    "shuffle",
    "slurp",
    "spit",
];

pub fn trials() -> Vec<Trial> {
    let documented = documented().into_iter();
    let mut trials: Vec<Trial> =
        documented.map(|(name, doc)| trial(format!("doc::{name}"), move || check(&name, &doc))).collect();
    trials.push(trial("documentation is of something".to_string(), documentation_is_of_something));
    trials.push(trial("names are unique".to_string(), names_are_unique));
    trials.push(trial("effects are marked".to_string(), effects_are_marked));
    trials.push(trial("arglists have no gaps".to_string(), arglists_have_no_gaps));
    trials.push(trial("options are documented".to_string(), options_are_documented));
    trials.push(trial("README lists options".to_string(), readme_lists_options));
    trials
}

/// Name and documentation of everything that is not written in the language.
fn documented() -> BTreeMap<String, String> {
    let mut session = Session::new(&[]);
    let core = &session.lisp.cx().program.core;
    let mut found: BTreeMap<String, String> =
        core.iter().map(|(name, core)| (name.to_string(), core_doc(core))).collect();
    let specials = SPECIALS.iter().map(|(name, _)| *name);
    found.extend(specials.map(|name| (name.to_string(), docs::of(name).unwrap_or_default().to_string())));
    found
}

fn core_doc(core: &Core) -> String {
    match core {
        Core::Row(row) => row.doc().to_string(),
        Core::Constant(genlisp::Value::Host(host)) => host.object().doc().map(|(_, text)| text).unwrap_or_default(),
        Core::Constant(_) => String::new(),
    }
}

/// A sentence, then examples that hold.
pub fn check(name: &str, doc: &str) -> Failures {
    if doc.trim().is_empty() {
        return vec![format!("`{name}` has no documentation")];
    }
    let mut failures = Vec::new();
    let lines: Vec<&str> = doc.lines().map(str::trim).collect();
    let start = lines.iter().skip(1).position(|line| docs::is_code(line)).map_or(lines.len(), |i| i + 1);
    if !lines[start - 1].ends_with(['.', ':', '?', '…']) {
        failures.push(format!("`{name}`: the documentation wants whole sentences, not `{}`", lines[start - 1]));
    }
    let code = lines[start..].join("\n");
    let example = Example { name, text: &code, part: 0..code.len() };
    let findings = examples::run(&example, &mut Session::new(&[]));
    if findings.checked == 0 && WITHOUT_EXAMPLE.iter().all(|(n, _)| *n != name) {
        failures.push(format!("`{name}` has no example `({name} …) ;=> value`"));
    }
    failures.extend(findings.failures.into_iter().map(|(failure, _)| failure));
    failures
}

/// No text is left behind when what it is about goes.
fn documentation_is_of_something() -> Failures {
    let known = documented();
    let strays = docs::entries().map(|(name, _)| name).filter(|name| !known.contains_key(*name));
    strays.map(|name| format!("`{name}` of src/docs is no builtin, special form or distribution")).collect()
}

/// Every builtin that a program can call.
fn rows() -> Vec<&'static Builtin> {
    let mut session = Session::new(&[]);
    let core = session.lisp.cx().program.core.values();
    core.filter_map(|core| if let Core::Row(row) = core { Some(*row) } else { None }).collect()
}

fn names_are_unique() -> Failures {
    let mut seen = BTreeMap::new();
    let tables = builtins::TABLES.iter().chain(infer::TABLES).chain(gfi::TABLES).chain(distributions::TABLES);
    let names =
        tables.flat_map(|table| table.iter()).map(|row| row.name).chain(SPECIALS.iter().map(|(name, ..)| *name));
    for name in names {
        *seen.entry(name).or_insert(0) += 1;
    }
    let twice = seen.into_iter().filter(|(_, n)| *n > 1);
    twice.map(|(name, n)| format!("`{name}` is defined {n} times")).collect()
}

fn effects_are_marked() -> Failures {
    // `run!` does nothing but what the function it is given does.
    let impure = |row: &Builtin| (row.name.ends_with('!') && row.name != "run!") || IMPURE.contains(&row.name);
    let unmarked = rows().into_iter().filter(|row| row.effect == Effect::Pure && impure(row));
    unmarked.map(|row| format!("`{}` is neither `.state()` nor `.io()`", row.name)).collect()
}

/// Builtins that count their arguments themselves, since the interface they follow has a gap.
const WITH_GAPS: &[&str] = &["regenerate"];

/// A call is checked against the smallest and the largest arity, so every number in between must do.
fn arglists_have_no_gaps() -> Failures {
    let gaps = rows().into_iter().filter(|row| !WITH_GAPS.contains(&row.name)).filter(|row| {
        let lists = arglists(row.arglists);
        let fits = |n: usize| lists.iter().any(|(fixed, rest)| n == *fixed || (*rest && n > *fixed));
        let most = lists.iter().map(|(fixed, _)| *fixed).max().unwrap_or(0);
        (row.min as usize..most).any(|n| !fits(n))
    });
    gaps.map(|row| format!("`{}` takes {}, and nothing in between", row.name, row.arglists)).collect()
}

/// Every option has a sentence, and `doc` shows it.
fn options_are_documented() -> Failures {
    let mut failures = Vec::new();
    let mut session = Session::new(&[]);
    for row in rows() {
        let Some((_, options)) = row.options else { continue };
        let shown = documentation(session.lisp.cx(), row.name).unwrap_or_default();
        for option in options {
            if option.doc.is_empty() || !shown.contains(&format!("  :{}", option.name())) {
                failures.push(format!("`:{}` of `{}` is not documented", option.name(), row.name));
            }
        }
    }
    failures
}

/// Algorithms whose options README compares.
const COMPARED: [&str; 6] = ["mh", "gibbs", "nuts", "hmc", "mala", "run-kernel"];

/// The options of some algorithms, with their defaults, as a table in Markdown.
fn compared() -> String {
    let rows = rows();
    let of = |name: &str| rows.iter().find(|row| row.name == name).and_then(|row| row.options).map_or(&[][..], |o| o.1);
    let mut names: Vec<&str> = Vec::new();
    for option in COMPARED.iter().flat_map(|name| of(name)).filter(|option| !option.names.is_empty()) {
        if !names.contains(&option.names) {
            names.push(option.names);
        }
    }
    let mut table =
        format!("| option | {} |\n|---|{}\n", COMPARED.map(|n| format!("`{n}`")).join(" | "), "---|".repeat(6));
    for name in names {
        let written: Vec<String> = name.split('|').map(|name| format!("`:{name}`")).collect();
        let cell = |algorithm: &&str| match of(algorithm).iter().find(|option| option.names == name) {
            Some(option) => option.default(),
            None => "—".to_string(),
        };
        let cells: Vec<String> = COMPARED.iter().map(cell).collect();
        table += &format!("| {} | {} |\n", written.join(" "), cells.join(" | "));
    }
    table
}

/// README's table is that of the declarations; BLESS=1 writes it.
fn readme_lists_options() -> Failures {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let text = std::fs::read_to_string(path).expect("README.md");
    let Some((before, rest)) = text.split_once("<!-- options -->\n") else { return vec!["no table".to_string()] };
    let Some((old, after)) = rest.split_once("<!-- end -->") else { return vec!["no end of the table".to_string()] };
    let table = compared();
    if old != table && std::env::var_os("BLESS").is_some() {
        let written = std::fs::write(path, format!("{before}<!-- options -->\n{table}<!-- end -->{after}"));
        return written.err().map(|error| error.to_string()).into_iter().collect();
    }
    if old == table { Vec::new() } else { vec![format!("README's options are not those of the code:\n{table}")] }
}

/// How many parameters each arglist has, and whether `& more` follows them.
fn arglists(text: &str) -> Vec<(usize, bool)> {
    let source = Source::new(0, "arglists", text);
    let vectors = parse(&source).forms;
    let parameters = vectors.iter().filter_map(|form| form.as_vector());
    let is_rest = |form: &Form| form.as_symbol().is_some_and(|name| &**name == "&");
    let count = |list: &[Form]| match list.iter().position(is_rest) {
        Some(fixed) => (fixed, true),
        None => (list.len(), false),
    };
    parameters.map(count).collect()
}

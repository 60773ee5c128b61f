//! Every builtin called with lanes is the plain call of each lane, value and type, or a clear refusal.

use genlisp::Interpreter;
use genlisp::internals::eval::Builtin;
use genlisp::internals::eval::function::Effect;
use std::collections::BTreeMap;

const CHECK: &str = include_str!("builtins.gen");

/// Kinds of arguments: values that differ by lane, and such as are the same for all.
const KINDS: [&str; 24] = [
    ":int",
    ":float",
    ":mixed",
    ":signs",
    ":share",
    ":bool",
    ":array",
    ":ints",
    ":bools",
    ":vector",
    ":string",
    ":dist",
    ":lengths",
    ":nested",
    ":map",
    ":orders",
    ":lazy",
    ":function",
    ":one",
    ":half",
    ":yes",
    ":row",
    ":word",
    ":list",
];

/// The first so many differ by lane.
const VARYING: usize = 18;

/// What makes lanes or asks of them, and what has no end.
const LEFT_OUT: &[&str] = &[
    "as-lanes",
    "lanes->array",
    "lanes->vector",
    "lanes?",
    "repeat",
    "cycle",
    "iterate",
    "range",
    "identical?",
    "make-distribution",
    "lazy-seq",
    "repeatedly",
    // Those that hold functions, or what is not equal to itself made again.
    "grad",
    "value-and-grad",
    "jacobian",
    "hessian",
    "lazy-sequence",
    "delayed",
    "memoized",
    "reduced",
    "ex-info",
    "re-pattern",
];

/// A loud refusal of what the plain call takes, which has no lane in its words: of booleans beside arrays in lanes.
fn is_known(row: &Builtin, found: &str) -> bool {
    // A lazy sequence that differs by lane is made, and taken where only a list is.
    if found.starts_with("[:raises-not [[:error :gen/type") && found.contains("a lazy sequence `(") {
        return true;
    }
    found.starts_with("[:raises [") && found.contains("wants a number") || row.name == "/" && found.contains("division")
}

fn rows() -> impl Iterator<Item = &'static Builtin> {
    let tables = genlisp::internals::eval::builtins::TABLES.iter().chain(genlisp::internals::distributions::TABLES);
    tables.flat_map(|table| table.iter()).filter(|row| row.effect == Effect::Pure && !LEFT_OUT.contains(&row.name))
}

/// Sets and maps hold functions and lazy sequences as they are, each equal to nothing but itself.
fn holds_unmade(row: &Builtin, args: &str) -> bool {
    ["hash-set", "hash-map", "hash"].contains(&row.name) && (args.contains(":lazy") || args.contains(":function"))
}

/// Arguments of one or two kinds, at least one of which differs by lane; of three the first decides.
fn arguments(row: &Builtin) -> Vec<String> {
    let mut all = Vec::new();
    for a in KINDS {
        if row.accepts(1) && KINDS[..VARYING].contains(&a) {
            all.push(format!("[{a}]"));
        }
        for b in KINDS {
            if row.accepts(2) && (KINDS[..VARYING].contains(&a) || KINDS[..VARYING].contains(&b)) {
                all.push(format!("[{a} {b}]"));
            }
        }
        if row.accepts(3) && !row.accepts(2) {
            all.extend([":one", ":array", ":int"].map(|b| format!("[:bool {a} {b}]")));
            all.extend([":one", ":list"].map(|b| format!("[{a} {b} :int]")));
        }
    }
    all.retain(|args| !holds_unmade(row, args));
    all
}

fn differences(lanes: usize, width: &str, every: usize) -> (BTreeMap<String, usize>, Vec<String>) {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    lisp.eval(CHECK).expect("the check");
    let (mut counts, mut wrong) = (BTreeMap::new(), Vec::new());
    for (at, row) in rows().enumerate() {
        for args in arguments(row).iter().skip(at % every).step_by(every) {
            // A run of several chunks leaves a lazy sequence to each, whose elements are those of its lanes alone.
            if lanes > 4 && args.contains(":lazy") {
                continue;
            }
            let call = format!("(pr-str (check {} {args} {lanes} {width}))", row.name);
            let found = match lisp.eval(&call) {
                Ok(found) => found.as_str().unwrap_or_default().to_string(),
                Err(error) => format!("[:check {}]", error.message),
            };
            *counts.entry(found.split(' ').next().unwrap_or_default().to_string()).or_default() += 1;
            if found.starts_with('[') && !is_known(row, &found) {
                wrong.push(format!("({} {args}) at {lanes} {width}: {found}", row.name));
            }
        }
    }
    (counts, wrong)
}

#[test]
fn lanes_are_plain_calls_or_refused() {
    for (lanes, width, every) in [(4, ":float64", 11), (4, ":float32", 43), (5000, ":float64", 61)] {
        let (counts, wrong) = differences(lanes, width, every);
        assert!(counts.get(":same").is_some_and(|n| *n > 50), "{counts:?}");
        assert!(wrong.is_empty(), "{counts:?}, {} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// What takes an array apart and holds its rows beside the rest.
const HOLDS_ROWS: [&str; 5] = ["concat", "cons", "interleave", "interpose", "list*"];

/// Values of which nothing but their lanes is a part.
const PLAIN: [&str; 11] =
    [":int", ":float", ":mixed", ":signs", ":share", ":bool", ":array", ":ints", ":bools", ":string", ":dist"];

/// Lanes of one batch beside those of another size mean nothing; what only holds them keeps each as it was.
#[test]
fn batches_of_unequal_size_do_not_meet() {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    lisp.eval(CHECK).expect("the check");
    let (mut refused, mut wrong) = (0, Vec::new());
    for row in rows().filter(|row| (row.accepts(2) || row.accepts(3)) && !HOLDS_ROWS.contains(&row.name)) {
        for (a, b) in PLAIN.iter().flat_map(|a| PLAIN.iter().map(move |b| (a, b))) {
            let more = if row.accepts(2) { "" } else { " :int" };
            let found = lisp.eval(&format!("(pr-str (unequal {} [{a} {b}{more}]))", row.name));
            let found = found.map_or_else(|error| error.to_string(), |found| found.as_str().unwrap_or("").to_string());
            match found.as_str() {
                ":refused" => refused += 1,
                ":held" => {}
                _ => wrong.push(format!("({} {a} {b}{more}): {found}", row.name)),
            }
        }
    }
    assert!(refused > 10_000, "{refused} are refused");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Slopes pass through lanes that differ in kind as they pass through each.
#[test]
fn slopes_of_lanes_are_those_of_plain_calls() {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    lisp.eval(CHECK).expect("the check");
    let mut wrong = Vec::new();
    for row in rows().filter(|row| row.accepts(1)) {
        for wrap in [":keyword", ":alone", ":longer", ":array", ":nested"] {
            match lisp.eval(&format!("(pr-str (slopes {} {wrap}))", row.name)) {
                Ok(found) if found.as_str() == Some("nil") => {}
                Ok(found) => wrong.push(format!("({} {wrap}): {}", row.name, found.as_str().unwrap_or_default())),
                Err(error) => wrong.push(format!("({} {wrap}): {error}", row.name)),
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What shows a batch as a whole.
const SHOWS_LANES: [&str; 8] =
    ["str", "pr-str", "prn-str", "print-str", "println-str", "json-str", "clojure.string/join", "table"];

/// Lanes inside collections that a batch at the top level is part of.
#[test]
fn lanes_in_collections_outside_runs_are_plain_calls_or_refused() {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    lisp.eval(CHECK).expect("the check");
    let (mut counts, mut wrong) = (BTreeMap::new(), Vec::new());
    for row in rows().filter(|row| (row.accepts(1) || row.accepts(2)) && !SHOWS_LANES.contains(&row.name)) {
        let more = if row.accepts(1) { "[]" } else { "[1]" };
        for kind in [":int", ":float", ":bool", ":array", ":string"] {
            for wrap in [":vector", ":list", ":nested", ":map"] {
                let found = lisp.eval(&format!("(pr-str (outside {} {kind} {wrap} {more}))", row.name));
                let found =
                    found.map_or_else(|e| format!("[:check {}]", e.message), |v| v.as_str().unwrap_or("").into());
                *counts.entry(found.split(' ').next().unwrap_or_default().to_string()).or_insert(0) += 1;
                if found.starts_with('[') {
                    wrong.push(format!("({} {kind} {wrap} {more}): {found}", row.name));
                }
            }
        }
    }
    assert!(counts.get(":same").is_some_and(|n| *n > 500), "{counts:?}");
    assert!(counts.get(":refused").is_some_and(|n| *n < 60), "{counts:?}");
    assert!(wrong.is_empty(), "{counts:?}, {} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

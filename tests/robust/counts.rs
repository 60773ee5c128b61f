//! Nothing is made by a number that a program chose before it is known to fit: every builtin, whatever argument is huge.

use super::support::outcome;
use genlisp::Interpreter;
use genlisp::internals::eval::{Core, Value};
use std::process::Command;
use std::time::{Duration, Instant};

const HUGE: &[&str] = &["1000000000000", "1000000000000000", "1e15", "9223372036854775807", "[1000000000000 1000]"];

/// What stands beside a huge number.
const OTHERS: &[&str] = &[
    "[3 1 2]",
    "{:a 1}",
    "\"text\"",
    "2",
    "0.5",
    ":a",
    "inc",
    "(array [[1.0 0.5] [0.5 1.0]])",
    "(normal 0 1)",
    "m",
    "t",
    "(mh-kernel :x)",
    "(fn [x] x)",
];

/// Calls of more than one huge argument, of options, and of what a number reaches only later.
const CALLS: &[&str] = &[
    "(retval (simulate (repeat-gf m 1000000000000) []))",
    "((repeat-kernel 1000000000000 (mh-kernel :x)) t)",
    "(simulate (unfold (gen [i x] x)) [1000000000000 0])",
    "(vsimulate m [] 1000000000000)",
    "(vgenerate m [] {:x 1} 1000000000)",
    "(importance m [] {} {:particles 1000000000000})",
    "(importance-resample m [] {} {:samples 1000000000000 :particles 1000000000000})",
    "(mh m [] {} {:samples 1000000000000})",
    "(nuts m [] {} {:samples 1000000000000 :chains 1000000000000})",
    "(smc m [[[] {}]] {:particles 1000000000000})",
    "(advi m [] {} {:steps 1000000000000})",
    "(sample (iid (normal 0 1) 1000000000000))",
    "(sample (iid (normal 0 1) [1000000 1000000]))",
    "(sample (gaussian-random-walk 1000000000000 1))",
    "(sample (lkj-cholesky 1000000000 1))",
    "(sample (multinomial 1000000000000 (ones [1000000000000])))",
    "(format \"%1000000000d\" 1)",
    "(format \"%.1000000000f\" 1.0)",
    "(format \"%.70000e\" 1.0)",
    "(format \"%01000000000d\" 1)",
    "(vec (repeat 1000000000000 1))",
    "(clojure.string/join (repeat 1000000000000 \"a\"))",
    "(reshape (ones 4) [1000000000000 -1])",
];

/// Names that wait, end the program, or talk to the outside.
const APART: &[&str] = &["exit", "read-line", "time", "slurp", "spit", "load-file"];

fn interpreter() -> Interpreter {
    let limit = Duration::from_millis(200);
    let mut lisp = Interpreter::builder().seed(1).steps(200_000).time(limit).build().expect("an interpreter");
    let models = "(do (defgen m [] (trace :x (normal 0 1))) (def t (simulate m [])))";
    outcome(&mut lisp, models).expect("a model");
    lisp
}

/// The calls of every builtin with a huge number in one place.
fn calls(lisp: &mut Interpreter) -> Vec<String> {
    let arity = |core: &Core| match core {
        Core::Row(row) => Some((row.min.into(), row.max.into())),
        // Constructors of distributions.
        Core::Constant(Value::Host(_)) => Some((1, 3)),
        Core::Constant(_) => None,
    };
    let known = &lisp.cx().program.core;
    let mut rows: Vec<(String, usize, usize)> =
        known.iter().filter_map(|(name, core)| arity(core).map(|(min, max)| (name.to_string(), min, max))).collect();
    rows.sort();
    let mut calls: Vec<String> = CALLS.iter().map(|call| call.to_string()).collect();
    for (name, least, most) in rows.iter().filter(|(name, ..)| !APART.contains(&name.as_str())) {
        for count in (*least).max(1)..=(*most).min(3).max(*least) {
            for place in 0..count {
                for (i, other) in OTHERS.iter().enumerate() {
                    let huge = HUGE[(i + place) % HUGE.len()];
                    let args: Vec<&str> = (0..count).map(|at| if at == place { huge } else { other }).collect();
                    calls.push(format!("({name} {})", args.join(" ")));
                }
            }
        }
    }
    calls
}

/// Runs in a process of its own, whose memory is bounded: what makes too much ends it, and its last line says what.
#[test]
fn nothing_is_made_by_a_number_alone() {
    if std::env::var_os("GEN_COUNTS").is_some() {
        let mut lisp = interpreter();
        for call in calls(&mut lisp) {
            let start = Instant::now();
            eprintln!("{call}");
            let _ = outcome(&mut lisp, &format!("(nil? {call})"));
            assert!(start.elapsed() < Duration::from_secs(20), "{call} takes {:?}", start.elapsed());
        }
        return;
    }
    let program = std::env::current_exe().expect("this test");
    let command = "ulimit -v 6000000; exec \"$0\" --exact counts::nothing_is_made_by_a_number_alone --nocapture";
    let output = Command::new("sh").args(["-c", command]).arg(program).env("GEN_COUNTS", "1").output().expect("sh");
    let text = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = text.lines().rev().take(5).collect();
    assert!(output.status.success(), "{:?} after {last:?}", output.status);
}

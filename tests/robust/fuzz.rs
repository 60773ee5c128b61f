//! Many random inputs through reader and evaluator under a watchdog. `GEN_FUZZ=full` runs 1,000,000 and 10,000,
//! `GEN_FUZZ_SEED=7` others than usual; `GEN_FUZZ_TRACE=path` keeps the input in work, for what aborts the process.

use super::inputs::{Random, call, corpus, mutated, random_bytes};
use super::support::{KIB, shown};
use genlisp::Interpreter;
use genlisp::internals::error::ReportStyle;
use genlisp::internals::eval::analyze::visible_names;
use genlisp::internals::lexer::Source;
use genlisp::internals::parser;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// No input may take longer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Inputs that one interpreter sees: state left by one meets the next.
const SHARED: usize = 100;

fn full() -> bool {
    std::env::var("GEN_FUZZ").is_ok_and(|v| v == "full")
}

fn seed() -> u64 {
    std::env::var("GEN_FUZZ_SEED").ok().and_then(|v| v.parse().ok()).unwrap_or(1)
}

fn fresh() -> Interpreter {
    let builder = Interpreter::builder().seed(1).steps(50_000).depth(500).time(Duration::from_secs(5));
    builder.build().expect("an interpreter")
}

/// Everything that is done with a text.
fn digest(lisp: &mut Interpreter, bytes: &[u8], round: usize) {
    let Ok(text) = parser::decode(bytes, "input") else { return };
    let source = Source::new(0, "input", text);
    let parsed = parser::parse(&source);
    for form in &parsed.forms {
        parser::print(form);
    }
    parser::completeness(text);
    parser::top_level(&source);
    match lisp.eval(text) {
        Ok(value) => drop(shown(&value)),
        Err(error) if round.is_multiple_of(10) => {
            error.report(&ReportStyle { color: true, unicode: round.is_multiple_of(20), width: 80 });
            error.report_json();
        }
        Err(_) => {}
    }
}

/// The input in work, for the watchdog.
type Current = Arc<Mutex<Option<(Instant, Vec<u8>)>>>;

/// Runs all inputs on a small stack; what panics or hangs is named.
fn run_all(count: usize, make: impl Fn(&mut Random) -> Vec<u8> + Send + 'static) {
    let current: Current = Arc::default();
    let working = current.clone();
    let trace = std::env::var_os("GEN_FUZZ_TRACE");
    let worker = std::thread::Builder::new().stack_size(1024 * KIB).spawn(move || {
        let (mut random, mut lisp, mut broken) = (Random(seed()), fresh(), Vec::new());
        for round in 0..count {
            let bytes = make(&mut random);
            *working.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), bytes.clone()));
            if let Some(path) = &trace {
                let _ = std::fs::write(path, &bytes);
            }
            if round.is_multiple_of(SHARED) {
                lisp = fresh();
            }
            if catch_unwind(AssertUnwindSafe(|| digest(&mut lisp, &bytes, round))).is_err() {
                lisp = fresh();
                broken.push(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        broken
    });
    let worker = worker.expect("a thread");
    while !worker.is_finished() {
        std::thread::sleep(Duration::from_millis(50));
        if let Some((start, bytes)) = &*current.lock().unwrap_or_else(PoisonError::into_inner) {
            assert!(start.elapsed() < PATIENCE, "this hangs:\n{}", String::from_utf8_lossy(bytes));
        }
    }
    let broken = worker.join().expect("the worker catches panics");
    assert!(
        broken.is_empty(),
        "{} inputs panic, for instance:\n{}",
        broken.len(),
        broken[..broken.len().min(5)].join("\n----\n")
    );
}

#[test]
fn random_texts() {
    run_all(if full() { 1_000_000 } else { 60_000 }, random_bytes);
}

#[test]
fn mutated_programs() {
    let corpus = corpus();
    run_all(if full() { 10_000 } else { 2_000 }, move |random| mutated(random, &corpus).into_bytes());
}

/// Everything that the language knows by name, called with everything.
#[test]
fn random_calls() {
    let mut names = visible_names(fresh().cx(), "user");
    names.retain(|name| !name.is_empty());
    run_all(if full() { 200_000 } else { 20_000 }, move |random| call(random, &names).into_bytes());
}

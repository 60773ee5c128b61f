//! Any text as a program that may do nothing to the world and must end soon: `cargo fuzz run evaluator`.
#![no_main]

use genlisp::Interpreter;
use genlisp::internals::eval::print;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let builder = Interpreter::builder().seed(1).steps(100_000).depth(500);
    let mut lisp = builder.build().expect("an interpreter");
    match lisp.eval(text) {
        Ok(value) => drop(print::shown(&value)),
        Err(error) => drop(error.report(&Default::default())),
    }
});

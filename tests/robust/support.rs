//! Interpreters for hostile programs, and threads with stacks of a given size.

use genlisp::{Builder, Interpreter, Value};
use std::time::Duration;

pub const KIB: usize = 1024;

/// A program that may do nothing to the world and must end soon.
pub fn builder() -> Builder {
    Interpreter::builder().seed(1).steps(50_000_000).time(Duration::from_secs(60))
}

pub fn lisp() -> Interpreter {
    builder().build().expect("an interpreter")
}

/// Runs on a thread whose stack has so many KiB; an overflow ends the test process, a panic the test.
pub fn on_stack<T: Send + 'static>(kib: usize, run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(kib * KIB).spawn(run);
    thread.expect("a thread").join().expect("no panic")
}

/// `Ok(text)` of the value, or the error's code.
pub fn outcome(lisp: &mut Interpreter, text: &str) -> Result<String, &'static str> {
    match lisp.eval(text) {
        Ok(value) => Ok(shown(&value)),
        Err(error) => {
            // Reports are made of what failed and must not fail themselves.
            error.report(&Default::default());
            error.report_json();
            Err(error.code.name())
        }
    }
}

pub fn shown(value: &Value) -> String {
    genlisp::internals::eval::print::shown(value)
}

//! The Markdown suites, the README and every documented example, each a test of its own: `cargo test --test suite lang`.
//! `BLESS=1` rewrites expected values and reports in place.

mod batched;
mod cases;
mod conformance;
mod coverage;
mod docs;
mod examples;
mod expectations;
mod lang;
mod markdown;
mod reports;
mod session;
mod stdlib;

use libtest_mimic::{Arguments, Failed, Trial};

/// What failed, each with its place.
type Failures = Vec<String>;

/// A test that fails with all of what went wrong.
fn trial(name: String, run: impl FnOnce() -> Failures + Send + 'static) -> Trial {
    Trial::test(name, move || match run() {
        failures if failures.is_empty() => Ok(()),
        failures => Err(Failed::from(format!("\n{}", failures.join("\n\n")))),
    })
}

fn main() {
    let mut trials = lang::trials();
    trials.extend(reports::trials());
    trials.extend(batched::trials());
    trials.extend(docs::trials());
    trials.extend(stdlib::trials());
    trials.extend(coverage::trials());
    trials.extend(conformance::trials());
    trials.extend(cases::trials());
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    // The process must not end while MLX still puts arrays away.
    genlisp::internals::tensor::finish();
    conclusion.exit();
}

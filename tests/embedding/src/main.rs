//! A program outside the repository that embeds the language: typed calls both ways, arrays, captured output.

use genlisp::Answer;
use genlisp::{Captured, Interpreter};
use std::process::ExitCode;

fn run() -> Answer<String> {
    let output = Captured::default();
    let mut lisp = Interpreter::builder().seed(42).output(output.clone()).build()?;
    lisp.register("double", |x: f64| 2.0 * x);
    let doubled: f64 = lisp.eval("(double 21)")?.try_into()?;
    lisp.eval("(defn total [xs] (println \"adding\" (count xs)) (reduce + xs))")?;
    let total: i64 = lisp.call("total", (vec![1, 2, 3],))?.try_into()?;
    // Arrays need the native library.
    let product: Vec<f64> = lisp.eval("(* (array [1.0 2.0 3.0]) 2)")?.try_into()?;
    Ok(format!("{doubled} {total} {product:?} {}", output.take().trim()))
}

fn main() -> ExitCode {
    match run() {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}", error.report(&Default::default()));
            ExitCode::FAILURE
        }
    }
}

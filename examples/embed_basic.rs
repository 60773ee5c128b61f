//! Evaluate code, call its functions with Rust data, take typed results back.

use genlisp::Interpreter;
use genlisp::Result;
use std::collections::HashMap;

fn main() -> Result<()> {
    let mut lisp = Interpreter::builder().seed(42).build()?;

    let answer: i64 = lisp.eval("(* 6 7)")?.try_into()?;
    println!("{answer}");

    lisp.eval("(defn describe [xs] {:count (count xs) :mean (/ (reduce + xs) (count xs))})")?;
    let described: HashMap<String, f64> = lisp.call("describe", (vec![1.0, 2.0, 6.0],))?.try_into()?;
    println!("{} numbers with the mean {}", described["count"], described["mean"]);

    // An error is a value with a place, a sentence and help.
    if let Err(error) = lisp.eval("(describe-all [1 2])") {
        println!("{}", error.report(&Default::default()));
    }
    Ok(())
}

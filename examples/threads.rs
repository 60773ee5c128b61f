//! Interpreters and values move between threads: one interpreter a worker, immutable data shared by all.

use genlisp::{Answer, Interpreter, Value};
use std::thread::{JoinHandle, spawn};

/// Sums a part of the shared data in an interpreter of its own.
fn worker(data: Value, from: i64, to: i64) -> JoinHandle<Answer<i64>> {
    spawn(move || {
        let mut lisp = Interpreter::builder().seed(1).build()?;
        lisp.eval("(defn part [data from to] (reduce + (subvec data from to)))")?;
        lisp.call("part", (data, from, to))?.try_into()
    })
}

fn main() -> Answer<()> {
    let data = Interpreter::builder().build()?.eval("(vec (range 1000))")?;
    let workers: Vec<_> = (0..4).map(|i| worker(data.clone(), i * 250, (i + 1) * 250)).collect();
    let mut total = 0;
    for worker in workers {
        total += worker.join().expect("a worker does not panic")?;
    }
    println!("{total}");
    Ok(())
}

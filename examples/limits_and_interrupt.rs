//! Code from elsewhere, kept within limits: steps, depth, time, and an interrupt from another thread.

use genlisp::Interpreter;
use genlisp::Result;
use std::time::Duration;

const ENDLESS: &str = "(loop [n 0] (recur (inc n)))";

fn main() -> Result<()> {
    // Files, environment and everything else outside the program are off unless asked for.
    let mut lisp = Interpreter::builder().steps(1_000_000).depth(1_000).build()?;
    for code in [ENDLESS, "(defn down [n] (inc (down n))) (down 1)", "(vec (range 1e12))", "(slurp \"/etc/passwd\")"] {
        if let Err(error) = lisp.eval(code) {
            println!("{:18} {error}", error.code.name());
        }
    }

    let mut lisp = Interpreter::builder().time(Duration::from_millis(50)).build()?;
    if let Err(error) = lisp.eval(ENDLESS) {
        println!("{:18} {error}", error.code.name());
    }

    let mut lisp = Interpreter::builder().build()?;
    let handle = lisp.interrupt_handle();
    let running = std::thread::spawn(move || lisp.eval(ENDLESS).map_err(|error| error.code));
    std::thread::sleep(Duration::from_millis(50));
    handle.interrupt();
    println!("{:?}", running.join().map(|result| result.err()));
    Ok(())
}

//! Rust functions that the language calls: typed, failing, with state of their own, and calling back.

use genlisp::Result;
use genlisp::{Captured, Interpreter};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

fn main() -> Result<()> {
    let output = Captured::default();
    let mut lisp = Interpreter::builder().output(output.clone()).build()?;

    // Arguments and result convert by their types; a pure function may be called again or on other threads.
    lisp.register_pure("hypotenuse", |a: f64, b: f64| a.hypot(b));
    lisp.register("parse", |text: String| text.trim().parse::<i64>());

    let calls = Arc::new(AtomicI64::new(0));
    let counter = calls.clone();
    lisp.register("tick", move || counter.fetch_add(1, Ordering::Relaxed));

    // With the context at hand, a function can call functions of the language.
    lisp.register_raw("twice", |cx, args| {
        let once = cx.call(&args[0].clone(), &mut args[1..])?;
        cx.call1(&args[0].clone(), once)
    });

    lisp.eval("(println (hypotenuse 3 4) (parse \" 12 \") (twice inc 1) (tick) (tick))")?;
    print!("{}", output.take());
    println!("ticked {} times", calls.load(Ordering::Relaxed));

    // What Rust reports is an error of the language, and can be caught there.
    let caught: String = lisp.eval("(try (parse \"x\") (catch e (ex-message e)))")?.try_into()?;
    println!("caught: {caught}");
    Ok(())
}

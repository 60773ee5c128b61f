//! What changes or is made later: atoms, delays, memoized functions, multimethods; and timing.

pub mod atom;
pub mod delay;
pub mod memo;
pub mod multimethod;

use crate::error::Result;
use crate::eval::args::wrong_type;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::print::Printer;
use crate::eval::value::Value;
use std::time::Instant;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("deref", "[x]", |cx, a| match &a[0] {
        Value::Host(h) => match h.clone().object().deref(cx) {
            Some(result) => result,
            None => Err(wrong_type("deref", "an atom or a delay", &a[0], 0)),
        },
        other => Err(wrong_type("deref", "an atom or a delay", other, 0)),
    })
    .state(),
    Builtin::generic("timed", "[f]", timed).io(),
];

fn timed(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let f = std::mem::take(&mut args[0]);
    let start = Instant::now();
    let result = cx.call(&f, &mut [])?;
    cx.output.note(&format!("Elapsed time: {:.3} ms", start.elapsed().as_secs_f64() * 1e3));
    Ok(result)
}

/// Shows what an object holds, in half the room that is left around it: an object that holds itself comes to an end.
fn print_held(out: &mut Printer<'_>, name: &str, held: Option<&Value>) {
    let room = out.budget.min(20_000) / 2;
    let mut text = String::new();
    match held {
        Some(value) if room >= 16 => {
            Printer { out: &mut text, limit: out.limit.min(100), budget: room, inside: true, ..*out }.value(value);
        }
        Some(_) => text.push('…'),
        None => text.push_str("not made yet"),
    }
    out.text(&format!("#<{name} {text}>"));
}

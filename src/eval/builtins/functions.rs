//! Functions on functions, and what the core's macros are made of.

pub mod expansion;

use super::sequences::at_argument;
use crate::error::Result;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::sequence;
use crate::eval::value::Value;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("identity", "[x]", "x itself.\n(identity 7) ;=> 7", |_, a| Ok(std::mem::take(&mut a[0]))),
    Builtin::generic(
        "apply",
        "[f args] [f x & args]",
        "Calls f with the arguments before the last one and then the elements of the last one.\n(apply + 1 2 [3 4]) ;=> 10\n(apply max [3 1 2]) ;=> 3",
        apply,
    ),
];

fn apply(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let last = args.len() - 1;
    let spread = sequence::to_vec(cx, &args[last]).map_err(|e| at_argument(e, last))?;
    let f = std::mem::take(&mut args[0]);
    let mut call: Vec<Value> = args[1..last].iter_mut().map(std::mem::take).chain(spread).collect();
    cx.call(&f, &mut call)
}

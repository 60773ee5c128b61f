//! Functions on functions, and what the core's macros are made of.

pub mod expansion;

use super::sequences::at_argument;
use crate::error::Result;
use crate::eval::call::call_with_rest;
use crate::eval::cx::Cx;
use crate::eval::function::{Builtin, Closure};
use crate::eval::sequence;
use crate::eval::value::Value;
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("identity", "[x]", |_, a| Ok(std::mem::take(&mut a[0]))),
    Builtin::generic("apply", "[f args] [f x & args]", apply),
];

fn apply(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let last = args.len() - 1;
    let (f, spread) = (std::mem::take(&mut args[0]), std::mem::take(&mut args[last]));
    let mut call: Vec<Value> = args[1..last].iter_mut().map(std::mem::take).collect();
    if let (Value::Fn(f), Value::Lazy(_)) = (&f, &spread)
        && let Some(fixed) = f.code.variadic()
    {
        return to_rest(cx, f, fixed, call, spread);
    }
    call.extend(sequence::to_vec(cx, &spread).map_err(|e| at_argument(e, last))?);
    cx.call(&f, &mut call)
}

/// Calls a function that has a rest argument with elements of a lazy sequence, of which only those are made that
/// decide on the arity: what is left is the rest.
fn to_rest(cx: &mut Cx, f: &Arc<Closure>, fixed: usize, mut call: Vec<Value>, mut spread: Value) -> Result<Value> {
    while call.len() <= fixed {
        let Some(first) = sequence::first(cx, &spread)? else { return cx.call(&Value::Fn(f.clone()), &mut call) };
        call.push(first);
        spread = sequence::rest(cx, &spread)?;
    }
    let mut rest = spread;
    for item in call.drain(fixed..).rev() {
        rest = sequence::cons(cx, item, &rest)?;
    }
    call_with_rest(f, &mut call, rest, cx)
}

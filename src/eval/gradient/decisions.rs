//! What a program decides by numbers that a gradient is taken of. Where a decision jumps, the derivative of an
//! expectation has a part that no derivative along its runs sees; so gradients of expectations watch for decisions
//! (Lew, Huot, Staton and Mansinghka 2023, section 5: smooth numbers are not compared).

use super::data::each_leaf;
use super::tape::{Tape, Var};
use crate::eval::cx::Cx;
use crate::eval::value::Value;

/// Runs `f` while a tape watches for decisions by its variables.
pub fn watched<R>(cx: &mut Cx, tape: &Tape, f: impl FnOnce(&mut Cx) -> R) -> R {
    tape.watch();
    let outer = cx.watch.decisions.replace(tape.clone());
    let result = f(cx);
    cx.watch.decisions = outer;
    result
}

/// What a comparison, a rounding or a key of the program sees of a number: the plain one.
pub fn decisive(value: &Value) -> &Value {
    let mut at = value;
    while let Value::Var(var) = at {
        var.tape().decide(var.index());
        at = var.primal();
    }
    at
}

/// The same of all numbers in data.
pub fn decisive_in(value: &Value) {
    each_leaf(value, &mut |leaf| {
        decisive(leaf);
    });
}

/// Was the first decision one by what is computed from this?
pub fn is_decisive(value: &Value) -> bool {
    let mut found = false;
    let mut look = |var: &Var| found |= var.tape().is_decided_by(var.index());
    each_leaf(value, &mut |leaf| {
        let mut at = leaf;
        while let Value::Var(var) = at {
            look(var);
            at = var.primal();
        }
    });
    found
}

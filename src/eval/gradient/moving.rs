//! Draws that move with their parameters, and what a program decides by them: where the decision jumps, the derivative
//! along the draw does not see it (Lew, Huot, Staton and Mansinghka 2023, section 5: smooth numbers are not compared).

use super::data::each_leaf;
use super::tape::Var;
use crate::eval::value::Value;

/// Marks a draw, on all its tapes: what is computed from it moves as well.
pub fn mark_moving(draw: &Value) {
    each_level(draw, &mut |var| var.tape().moves(var.index()));
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

/// Did the program decide something by what is computed from a draw that moves?
pub fn is_decisive(draw: &Value) -> bool {
    let mut found = false;
    each_level(draw, &mut |var| found |= var.tape().is_decisive(var.index()));
    found
}

fn each_level(value: &Value, f: &mut dyn FnMut(&Var)) {
    each_leaf(value, &mut |leaf| {
        let mut at = leaf;
        while let Value::Var(var) = at {
            f(var);
            at = var.primal();
        }
    });
}

//! Builtins called with gradient variables.

use super::kind::no_gradient;
use super::rules::moved;
use super::{decisive, primal_of};
use crate::error::Result;
use crate::eval::cx::Cx;
use crate::eval::function::{Builtin, GradientSupport, LaneRule};
use crate::eval::value::Value;

/// Runs a row of which at least one argument is a variable.
#[cold]
#[inline(never)]
pub fn run_row(row: &Builtin, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    match row.gradient {
        GradientSupport::Moves | GradientSupport::Smooth => (row.call)(cx, args),
        GradientSupport::Elements => moved(row, cx, args),
        GradientSupport::Rule(rule) => rule(cx, args),
        GradientSupport::Primal => {
            // The kind of a value is the same wherever it moves.
            let seen = if matches!(row.lanes, LaneRule::Kind) { primal_of } else { decisive };
            let mut plain: Vec<Value> = args.iter().map(|arg| seen(arg).clone()).collect();
            match plain.iter().any(|arg| matches!(arg, Value::Lanes(_))) {
                true => crate::eval::lanes::call::run_row(row, cx, &mut plain),
                false => (row.call)(cx, &mut plain),
            }
        }
        GradientSupport::None => {
            let index = args.iter().position(|arg| matches!(arg, Value::Var(_))).unwrap_or(0);
            Err(no_gradient(row.name).arg(index))
        }
    }
}

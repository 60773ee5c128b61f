//! The coordinates of values, and values at coordinates, in the language.

use crate::distributions::builtins::of;
use crate::error::{Result, Stop};
use crate::eval::collections::Map;
use crate::eval::numeric::{self, Binary};
use crate::eval::{Builtin, Cx, Value};

pub const TABLE: &[Builtin] = &[
    Builtin::generic(
        "unconstrain",
        "[dist x]",
        "The unconstrained coordinates of a value of a continuous distribution: a number for a number, else a flat array. Any real numbers are coordinates of some value, which `constrain` gives back.\n(unconstrain (exponential 1) 1) ;=> 0.0\n(unconstrain (dirichlet [1 1]) [0.5 0.5]) ;=> (array [0.0])",
        unconstrain,
    ),
    Builtin::generic(
        "constrain",
        "[dist u]",
        "The value of a continuous distribution at unconstrained coordinates, as `:value`, and as `:log-jacobian` the logarithm of how much the map stretches there: with it added, the log-density is one of the coordinates.\n(constrain (exponential 1) 0) ;=> {:value 1.0, :log-jacobian 0.0}\n(:value (constrain (uniform 0 4) 0)) ;=> 2.0",
        constrain,
    ),
];

fn unconstrain(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let dist = of("unconstrain", args)?;
    let transform = dist.transform(cx).map_err(|e: Stop| e.arg(0))?;
    let x = dist.check_value(&args[1]).map_err(|e| e.arg(1))?;
    transform.unconstrain(cx, &x).map_err(|e| e.arg(1))
}

fn constrain(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let transform = of("constrain", args)?.transform(cx).map_err(|e: Stop| e.arg(0))?;
    let (value, slope) = transform.constrain(cx, &args[0], &args[1])?;
    // Adding 0 turns −0, which only puzzles people, into 0.
    let slope = numeric::binary(Binary::Add, &slope, &Value::float(0.0))?;
    let entries = [(Value::keyword("value"), value), (Value::keyword("log-jacobian"), slope)];
    Ok(Value::Map(Map::from_pairs(entries)?))
}

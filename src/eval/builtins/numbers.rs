//! Arithmetic and comparison.

use crate::error::Result;
use crate::eval::args::number;
use crate::eval::arithmetic::{apply, apply_in};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::lanes;
use crate::eval::node::Op;
use crate::eval::numeric;
use crate::eval::same::same;
use crate::eval::value::Value;
use crate::tensor::lanes::Column;

pub const TABLE: &[Builtin] = &[
    Builtin::new("+", "[] [x] [x y & more]", |_, a| fold(Op::Add, Value::Int(0), a)).lanes().smooth(),
    Builtin::new("*", "[] [x] [x y & more]", |_, a| fold(Op::Mul, Value::Int(1), a)).lanes().smooth(),
    Builtin::new("-", "[x] [x y & more]", |_, a| invert(Op::Sub, Value::Int(0), a)).lanes().smooth(),
    Builtin::new("/", "[x] [x y & more]", |_, a| invert(Op::Div, Value::Int(1), a)).lanes().smooth(),
    Builtin::new("<", "[x] [x y & more]", |_, a| chain(Op::Lt, a)).lanes().primal(),
    Builtin::new("<=", "[x] [x y & more]", |_, a| chain(Op::Le, a)).lanes().primal(),
    Builtin::new(">", "[x] [x y & more]", |_, a| chain(Op::Gt, a)).lanes().primal(),
    Builtin::new(">=", "[x] [x y & more]", |_, a| chain(Op::Ge, a)).lanes().primal(),
    Builtin::new("inc", "[x]", |_, a| apply(Op::Add, &a[0], &Value::Int(1))).lanes().smooth(),
    Builtin::new("dec", "[x]", |_, a| apply(Op::Sub, &a[0], &Value::Int(1))).lanes().smooth(),
    Builtin::new("=", "[x] [x y & more]", equal).takes_lanes().primal(),
    Builtin::new("equal?", "[a b]", |cx, a| Ok(Value::bool(same(cx, &a[0], &a[1])?))).primal(),
];

fn fold(op: Op, zero: Value, args: &[Value]) -> Result<Value> {
    match args {
        [] => Ok(zero),
        [only] => apply(op, &zero, only),
        [first, rest @ ..] => rest.iter().try_fold(first.clone(), |acc, x| apply(op, &acc, x)),
    }
}

fn invert(op: Op, unit: Value, args: &[Value]) -> Result<Value> {
    match args {
        // Not 0 - x, which would turn 0.0 into 0.0 instead of -0.0.
        [Value::Float(x)] if op == Op::Sub => Ok(Value::float(-x.get())),
        [Value::Lanes(x)] if op == Op::Sub && x.column().is_some_and(is_floats) => {
            lanes::numbers::unary(numeric::Unary::Neg, x)
        }
        [only] => apply(op, &unit, only),
        _ => fold(op, unit, args),
    }
}

fn is_floats(column: &Column) -> bool {
    column.dtype().is_float() && column.event().is_empty()
}

fn chain(op: Op, args: &[Value]) -> Result<Value> {
    if let [only] = args {
        number(op.symbol(), std::slice::from_ref(only), 0)?;
    }
    each_pair(args, |a, b| apply(op, a, b))
}

fn equal(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    each_pair(args, |a, b| apply_in(cx, Op::Eq, a, b))
}

/// Whether all neighbours hold, element by element and lane by lane: one that does not hold for all of them ends it.
fn each_pair(args: &[Value], mut holds: impl FnMut(&Value, &Value) -> Result<Value>) -> Result<Value> {
    let elementwise = args.iter().any(|arg| matches!(arg, Value::Array(_) | Value::Lanes(_)));
    let mut all = Value::True;
    for pair in args.windows(2) {
        let held = holds(&pair[0], &pair[1])?;
        all = match (all, held) {
            (Value::True, held) => held,
            (all, Value::True) => all,
            (all, held) => numeric::binary(numeric::Binary::And, &all, &held)?,
        };
        if all == Value::False && !elementwise {
            break;
        }
    }
    Ok(all)
}

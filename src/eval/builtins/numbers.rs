//! Arithmetic and comparison.

use super::args::number;
use crate::error::Result;
use crate::eval::arithmetic::apply;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::node::Op;
use crate::eval::numeric;
use crate::eval::value::Value;

pub const TABLE: &[Builtin] = &[
    Builtin::new(
        "+",
        "[] [x] [x y & more]",
        "The sum; 0 of nothing. Integer overflow is an error. Arrays broadcast.\n(+ 1 2 3) ;=> 6\n(+ 1 0.5) ;=> 1.5",
        |_, a| fold(Op::Add, Value::Int(0), a),
    )
    .lanes()
    .smooth(),
    Builtin::new("*", "[] [x] [x y & more]", "The product; 1 of nothing.\n(* 2 3 4) ;=> 24", |_, a| {
        fold(Op::Mul, Value::Int(1), a)
    })
    .lanes()
    .smooth(),
    Builtin::new(
        "-",
        "[x] [x y & more]",
        "The difference, or the negated number.\n(- 10 1 2) ;=> 7\n(- 3) ;=> -3",
        |_, a| invert(Op::Sub, Value::Int(0), a),
    )
    .lanes()
    .smooth(),
    Builtin::new(
        "/",
        "[x] [x y & more]",
        "The quotient: an integer when it is whole, else a float.\n(/ 4 2) ;=> 2\n(/ 1 2) ;=> 0.5",
        |_, a| invert(Op::Div, Value::Int(1), a),
    )
    .lanes()
    .smooth(),
    Builtin::new("<", "[x] [x y & more]", "True when each is less than the next.\n(< 1 2 3) ;=> true", |_, a| {
        chain(Op::Lt, a)
    })
    .lanes()
    .primal(),
    Builtin::new("<=", "[x] [x y & more]", "True when none is greater than the next.\n(<= 1 1 2) ;=> true", |_, a| {
        chain(Op::Le, a)
    })
    .lanes()
    .primal(),
    Builtin::new(">", "[x] [x y & more]", "True when each is greater than the next.\n(> 3 2 1) ;=> true", |_, a| {
        chain(Op::Gt, a)
    })
    .lanes()
    .primal(),
    Builtin::new(">=", "[x] [x y & more]", "True when none is less than the next.\n(>= 3 3 1) ;=> true", |_, a| {
        chain(Op::Ge, a)
    })
    .lanes()
    .primal(),
    Builtin::new("inc", "[x]", "One more.\n(inc 41) ;=> 42", |_, a| apply(Op::Add, &a[0], &Value::Int(1)))
        .lanes()
        .smooth(),
    Builtin::new("dec", "[x]", "One less.\n(dec 43) ;=> 42", |_, a| apply(Op::Sub, &a[0], &Value::Int(1)))
        .lanes()
        .smooth(),
    Builtin::new(
        "=",
        "[x] [x y & more]",
        "Equality by value: numbers by size, collections by content.\n(= 1 1.0) ;=> true\n(= [1 2] '(1 2)) ;=> true",
        equal,
    )
    .primal(),
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
        [only] => apply(op, &unit, only),
        _ => fold(op, unit, args),
    }
}

fn chain(op: Op, args: &[Value]) -> Result<Value> {
    if let [only] = args {
        number(op.symbol(), std::slice::from_ref(only), 0)?;
    }
    let mut all = Value::True;
    for pair in args.windows(2) {
        let held = apply(op, &pair[0], &pair[1])?;
        if args.len() == 2 || held == Value::False {
            return Ok(held);
        }
        if let Value::Lanes(_) = held {
            all = if all == Value::True { held } else { numeric::binary(numeric::Binary::And, &all, &held)? };
        }
    }
    Ok(all)
}

/// Lazy sequences are made before they are compared.
fn equal(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    for arg in args.iter_mut() {
        if let Value::Lazy(_) = arg {
            *arg = Value::list(crate::eval::sequence::to_vec(cx, arg)?)?;
        }
    }
    if let [a @ Value::Array(_), b] | [a, b @ Value::Array(_)] = &*args
        && (a.as_f64().is_some() || b.as_f64().is_some() || matches!((a, b), (Value::Array(_), Value::Array(_))))
    {
        return apply(Op::Eq, a, b);
    }
    Ok(Value::bool(args.windows(2).all(|pair| pair[0] == pair[1])))
}

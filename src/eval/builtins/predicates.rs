//! Questions about values.

use super::strings::printing::settled;
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::arithmetic::apply;
use crate::eval::collections::Set;
use crate::eval::condition::{holds, one_each};
use crate::eval::cx::Cx;
use crate::eval::equality::counted_hash;
use crate::eval::equality::identical;
use crate::eval::function::Builtin;
use crate::eval::lanes::by_value::holds_lazy;
use crate::eval::lanes::{Lanes, holds_lanes};
use crate::eval::node::Op;
use crate::eval::sequence::is_seqable;
use crate::eval::value::Value;
use crate::eval::{not_a_number, numeric};

/// A row whose function asks one value.
macro_rules! ask {
    ($name:literal, $question:expr) => {
        Builtin::new($name, "[x]", |_, a| {
            let question: fn(&Value) -> bool = $question;
            Ok(Value::bool(question(&a[0])))
        })
        .primal()
        .asks_kind()
    };
}

/// A row that compares a number with 0.
macro_rules! against_zero {
    ($name:literal, $op:expr) => {
        Builtin::new($name, "[x]", |_, a| match &a[0] {
            Value::Int(_) | Value::Float(_) | Value::Array(_) | Value::Lanes(_) => apply($op, &a[0], &Value::Int(0)),
            other => Err(not_a_number($name, other).arg(0)),
        })
        .primal()
    };
}

pub const TABLE: &[Builtin] = &[
    ask!("nil?", Value::is_nil),
    ask!("some?", |x| !x.is_nil()),
    ask!("true?", |x| matches!(x, Value::True)),
    ask!("false?", |x| matches!(x, Value::False)),
    Builtin::new("not", "[x]", |_, a| match &a[0] {
        Value::Lanes(l) => match l.column() {
            Some(column) if !column.event().is_empty() => one_each(column).and_then(|()| not_in_lanes(&a[0], l)),
            _ => not_in_lanes(&a[0], l),
        },
        x => Ok(Value::bool(!holds(x)?)),
    })
    .primal()
    .lanes(),
    Builtin::new("boolean", "[x]", |_, a| Ok(Value::bool(holds(&a[0])?))).primal().asks_kind(),
    ask!("any?", |_| true),
    ask!("boolean?", Value::is_bool),
    ask!("number?", |x| x.as_f64().is_some()),
    ask!("int?", is_int),
    ask!("integer?", is_int),
    ask!("float?", is_float),
    ask!("double?", is_float),
    ask!("pos-int?", |x| x.as_int().is_some_and(|i| i > 0)).per_value(),
    ask!("neg-int?", |x| x.as_int().is_some_and(|i| i < 0)).per_value(),
    ask!("nat-int?", |x| x.as_int().is_some_and(|i| i >= 0)).per_value(),
    against_zero!("zero?", Op::Eq).lanes(),
    against_zero!("pos?", Op::Gt).lanes(),
    against_zero!("neg?", Op::Lt).lanes(),
    Builtin::new("even?", "[n]", |_, a| Ok(Value::bool(whole("even?", &a[0])? & 1 == 0))).primal(),
    Builtin::new("odd?", "[n]", |_, a| Ok(Value::bool(whole("odd?", &a[0])? & 1 == 1))).primal(),
    Builtin::new("NaN?", "[x]", |_, a| float_test("NaN?", &a[0], f64::is_nan)).primal(),
    Builtin::new("nan?", "[x]", |_, a| float_test("nan?", &a[0], f64::is_nan)).primal(),
    Builtin::new("infinite?", "[x]", |_, a| float_test("infinite?", &a[0], f64::is_infinite)).primal(),
    ask!("string?", |x| matches!(x, Value::Str(_))),
    ask!("keyword?", |x| matches!(x, Value::Keyword(_))),
    ask!("symbol?", |x| matches!(x, Value::Symbol(_))),
    ask!("ident?", |x| namespaced(x).is_some()),
    ask!("simple-keyword?", |x| is_keyword(x) && namespaced(x) == Some(false)),
    ask!("qualified-keyword?", |x| is_keyword(x) && namespaced(x) == Some(true)),
    ask!("simple-symbol?", |x| !is_keyword(x) && namespaced(x) == Some(false)),
    ask!("qualified-symbol?", |x| !is_keyword(x) && namespaced(x) == Some(true)),
    ask!("vector?", |x| matches!(x, Value::Vector(_))),
    ask!("list?", |x| matches!(x, Value::List(_))),
    ask!("map?", |x| matches!(x, Value::Map(_))),
    ask!("map-entry?", |x| matches!(x, Value::Vector(v) if v.len() == 2)),
    ask!("set?", |x| matches!(x, Value::Set(_))),
    ask!("coll?", |x| is_sequential(x) || matches!(x, Value::Map(_) | Value::Set(_))),
    ask!("sequential?", is_sequential),
    ask!("seq?", |x| matches!(x, Value::List(_) | Value::Lazy(_))),
    ask!("seqable?", is_seqable),
    ask!("associative?", |x| matches!(x, Value::Map(_) | Value::Vector(_))),
    ask!("counted?", |x| matches!(
        x,
        Value::List(_) | Value::Vector(_) | Value::Map(_) | Value::Set(_) | Value::Array(_)
    )),
    ask!("indexed?", |x| matches!(x, Value::Vector(_))),
    ask!("reversible?", |x| matches!(x, Value::Vector(_))),
    ask!("fn?", |x| matches!(x, Value::Fn(_) | Value::Native(_))),
    ask!("ifn?", is_callable),
    ask!("array?", |x| matches!(x, Value::Array(_))),
    Builtin::generic("identical?", "[a b]", |_, a| Ok(Value::bool(identical(&a[0], &a[1])))).per_value().primal(),
    Builtin::new("not=", "[x] [x y & more]", |cx, a| {
        let equal = cx.call_core("=", a)?;
        match equal {
            Value::Array(_) => apply(Op::Eq, &equal, &Value::False),
            Value::Lanes(_) => numeric::unary(numeric::Unary::Not, &equal),
            other => Ok(Value::bool(!other.truthy())),
        }
    })
    .primal()
    .takes_lanes(),
    Builtin::new("distinct?", "[x & more]", |cx, a| {
        let made = a.iter().map(|x| made(cx, x)).collect::<Result<Vec<Value>>>()?;
        Ok(Value::bool(Set::from_items(made)?.len() == a.len()))
    })
    .primal(),
    Builtin::new("hash", "[x]", |cx, a| {
        if holds_lanes(&a[0]) {
            return Err(Error::raise(Code::Lanes, "a hash of lanes is one for each"));
        }
        let (code, visited) = counted_hash(&made(cx, &a[0])?);
        cx.charge(visited)?;
        Ok(Value::Int(code as i64))
    }),
];

/// A value with its lazy sequences made, which are equal to lists then.
fn made(cx: &mut Cx, value: &Value) -> Result<Value> {
    if holds_lazy(value) { settled(cx, value.clone()) } else { Ok(value.clone()) }
}

fn not_in_lanes(value: &Value, lanes: &Lanes) -> Result<Value> {
    if lanes.is_bool() { numeric::unary(numeric::Unary::Not, value) } else { Ok(Value::False) }
}

fn is_int(x: &Value) -> bool {
    matches!(x, Value::Int(_))
}

fn is_float(x: &Value) -> bool {
    matches!(x, Value::Float(_))
}

fn is_keyword(x: &Value) -> bool {
    matches!(x, Value::Keyword(_))
}

fn is_sequential(x: &Value) -> bool {
    matches!(x, Value::List(_) | Value::Vector(_) | Value::Lazy(_))
}

/// Whether a keyword or symbol has a namespace; `None` for other values.
fn namespaced(x: &Value) -> Option<bool> {
    match x {
        Value::Keyword(name) | Value::Symbol(name) => Some(name.split().0.is_some()),
        _ => None,
    }
}

fn is_callable(x: &Value) -> bool {
    match x {
        Value::Fn(_) | Value::Native(_) | Value::Keyword(_) | Value::Symbol(_) => true,
        Value::Map(_) | Value::Set(_) | Value::Vector(_) => true,
        // Objects do not say whether they can be called; those that can are functions of some kind.
        Value::Host(h) => h.kind().ends_with("function"),
        _ => false,
    }
}

#[inline]
fn whole(function: &str, x: &Value) -> Result<i64> {
    match x {
        Value::Int(i) => Ok(*i),
        Value::Float(x) if x.get().fract() == 0.0 => Ok((x.get() % 2.0) as i64),
        other => Err(wrong_type(function, "an integer", other, 0)),
    }
}

fn float_test(function: &str, x: &Value, test: fn(f64) -> bool) -> Result<Value> {
    match x.as_f64() {
        Some(x) => Ok(Value::bool(test(x))),
        None => Err(not_a_number(function, x).arg(0)),
    }
}

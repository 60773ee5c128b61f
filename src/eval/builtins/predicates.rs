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
    ($name:literal, $doc:literal, $question:expr) => {
        Builtin::new($name, "[x]", $doc, |_, a| {
            let question: fn(&Value) -> bool = $question;
            Ok(Value::bool(question(&a[0])))
        })
        .primal()
        .asks_kind()
    };
}

/// A row that compares a number with 0.
macro_rules! against_zero {
    ($name:literal, $op:expr, $doc:literal) => {
        Builtin::new($name, "[x]", $doc, |_, a| match &a[0] {
            Value::Int(_) | Value::Float(_) | Value::Array(_) | Value::Lanes(_) => apply($op, &a[0], &Value::Int(0)),
            other => Err(not_a_number($name, other).arg(0)),
        })
        .primal()
    };
}

pub const TABLE: &[Builtin] = &[
    ask!("nil?", "True for nil.\n(nil? nil) ;=> true\n(nil? false) ;=> false", Value::is_nil),
    ask!("some?", "True for everything but nil.\n(some? false) ;=> true\n(some? nil) ;=> false", |x| !x.is_nil()),
    ask!("true?", "True for true only.\n(true? true) ;=> true\n(true? 1) ;=> false", |x| matches!(x, Value::True)),
    ask!("false?", "True for false only.\n(false? false) ;=> true\n(false? nil) ;=> false", |x| matches!(
        x,
        Value::False
    )),
    Builtin::new("not", "[x]", "True for nil and false.\n(not nil) ;=> true\n(not 0) ;=> false", |_, a| match &a[0] {
        Value::Lanes(l) => match l.column() {
            Some(column) if !column.event().is_empty() => one_each(column).and_then(|()| not_in_lanes(&a[0], l)),
            _ => not_in_lanes(&a[0], l),
        },
        x => Ok(Value::bool(!holds(x)?)),
    })
    .primal()
    .lanes(),
    Builtin::new(
        "boolean",
        "[x]",
        "False for nil and false, true for everything else.\n(boolean nil) ;=> false\n(boolean 0) ;=> true",
        |_, a| Ok(Value::bool(holds(&a[0])?)),
    )
    .primal()
    .asks_kind(),
    ask!("any?", "True, whatever x is.\n(any? nil) ;=> true", |_| true),
    ask!("boolean?", "True for true and false.\n(boolean? false) ;=> true\n(boolean? nil) ;=> false", Value::is_bool),
    ask!("number?", "True for integers and floats.\n(number? 1.5) ;=> true\n(number? \"1\") ;=> false", |x| x
        .as_f64()
        .is_some()),
    ask!("int?", "True for integers.\n(int? 1) ;=> true\n(int? 1.0) ;=> false", is_int),
    ask!("integer?", "True for integers.\n(integer? 1) ;=> true\n(integer? 1.0) ;=> false", is_int),
    ask!("float?", "True for floats.\n(float? 1.0) ;=> true\n(float? 1) ;=> false", is_float),
    ask!("double?", "True for floats.\n(double? 1.0) ;=> true\n(double? 1) ;=> false", is_float),
    ask!("pos-int?", "True for integers above 0.\n(pos-int? 1) ;=> true\n(pos-int? 0) ;=> false", |x| x
        .as_int()
        .is_some_and(|i| i > 0))
    .per_value(),
    ask!("neg-int?", "True for integers below 0.\n(neg-int? -1) ;=> true", |x| x.as_int().is_some_and(|i| i < 0)).per_value(),
    ask!("nat-int?", "True for integers that are not negative.\n(nat-int? 0) ;=> true\n(nat-int? -1) ;=> false", |x| x
        .as_int()
        .is_some_and(|i| i >= 0))
    .per_value(),
    against_zero!("zero?", Op::Eq, "True for 0 and 0.0.\n(zero? 0.0) ;=> true\n(zero? 1) ;=> false").lanes(),
    against_zero!("pos?", Op::Gt, "True for numbers above 0.\n(pos? 1) ;=> true\n(pos? 0) ;=> false").lanes(),
    against_zero!("neg?", Op::Lt, "True for numbers below 0.\n(neg? -0.5) ;=> true").lanes(),
    Builtin::new("even?", "[n]", "True for even integers.\n(even? 4) ;=> true", |_, a| {
        Ok(Value::bool(whole("even?", &a[0])? & 1 == 0))
    })
    .primal(),
    Builtin::new("odd?", "[n]", "True for odd integers.\n(odd? 4) ;=> false", |_, a| {
        Ok(Value::bool(whole("odd?", &a[0])? & 1 == 1))
    })
    .primal(),
    Builtin::new(
        "NaN?",
        "[x]",
        "True for ##NaN, the number that is no number.\n(NaN? ##NaN) ;=> true\n(NaN? 1) ;=> false",
        |_, a| float_test("NaN?", &a[0], f64::is_nan),
    )
    .primal(),
    Builtin::new(
        "nan?",
        "[x]",
        "True for ##NaN, the number that is no number.\n(nan? ##NaN) ;=> true\n(nan? 1) ;=> false",
        |_, a| float_test("nan?", &a[0], f64::is_nan),
    )
    .primal(),
    Builtin::new(
        "infinite?",
        "[x]",
        "True for ##Inf and ##-Inf.\n(infinite? ##Inf) ;=> true\n(infinite? 1.0) ;=> false",
        |_, a| float_test("infinite?", &a[0], f64::is_infinite),
    )
    .primal(),
    ask!("string?", "True for strings.\n(string? \"a\") ;=> true", |x| matches!(x, Value::Str(_))),
    ask!("keyword?", "True for keywords.\n(keyword? :a) ;=> true", |x| matches!(x, Value::Keyword(_))),
    ask!("symbol?", "True for symbols.\n(symbol? 'a) ;=> true", |x| matches!(x, Value::Symbol(_))),
    ask!("ident?", "True for keywords and symbols.\n(ident? :a) ;=> true\n(ident? \"a\") ;=> false", |x| namespaced(x)
        .is_some()),
    ask!(
        "simple-keyword?",
        "True for keywords without a namespace.\n(simple-keyword? :a) ;=> true\n(simple-keyword? :a/b) ;=> false",
        |x| is_keyword(x) && namespaced(x) == Some(false)
    ),
    ask!(
        "qualified-keyword?",
        "True for keywords with a namespace.\n(qualified-keyword? :a/b) ;=> true",
        |x| is_keyword(x) && namespaced(x) == Some(true)
    ),
    ask!("simple-symbol?", "True for symbols without a namespace.\n(simple-symbol? 'a) ;=> true", |x| !is_keyword(x)
        && namespaced(x) == Some(false)),
    ask!(
        "qualified-symbol?",
        "True for symbols with a namespace.\n(qualified-symbol? 'a/b) ;=> true",
        |x| !is_keyword(x) && namespaced(x) == Some(true)
    ),
    ask!("vector?", "True for vectors.\n(vector? [1]) ;=> true\n(vector? '(1)) ;=> false", |x| matches!(
        x,
        Value::Vector(_)
    )),
    ask!(
        "list?",
        "True for lists, which is what most sequence functions return.\n(list? '(1)) ;=> true\n(list? [1]) ;=> false",
        |x| matches!(x, Value::List(_))
    ),
    ask!("map?", "True for maps.\n(map? {}) ;=> true", |x| matches!(x, Value::Map(_))),
    ask!(
        "map-entry?",
        "True for a vector of two, which is what the entries of a map are.\n(map-entry? (first {:a 1})) ;=> true",
        |x| matches!(x, Value::Vector(v) if v.len() == 2)
    ),
    ask!("set?", "True for sets.\n(set? #{1}) ;=> true", |x| matches!(x, Value::Set(_))),
    ask!(
        "coll?",
        "True for lists, vectors, maps, sets and lazy sequences.\n(coll? []) ;=> true\n(coll? \"a\") ;=> false",
        |x| is_sequential(x) || matches!(x, Value::Map(_) | Value::Set(_))
    ),
    ask!(
        "sequential?",
        "True for what has an order of its own: lists, vectors, lazy sequences.\n(sequential? [1]) ;=> true\n(sequential? {}) ;=> false",
        is_sequential
    ),
    ask!(
        "seq?",
        "True for lists and lazy sequences.\n(seq? (map inc [1])) ;=> true\n(seq? [1]) ;=> false",
        |x| matches!(x, Value::List(_) | Value::Lazy(_))
    ),
    ask!("seqable?", "True for what `seq` takes.\n(seqable? \"abc\") ;=> true\n(seqable? 1) ;=> false", is_seqable),
    ask!(
        "associative?",
        "True for maps and vectors.\n(associative? [1]) ;=> true\n(associative? '(1)) ;=> false",
        |x| matches!(x, Value::Map(_) | Value::Vector(_))
    ),
    ask!(
        "counted?",
        "True for what knows its number of elements.\n(counted? [1]) ;=> true\n(counted? (range)) ;=> false",
        |x| matches!(x, Value::List(_) | Value::Vector(_) | Value::Map(_) | Value::Set(_) | Value::Array(_))
    ),
    ask!("indexed?", "True for vectors.\n(indexed? [1]) ;=> true", |x| matches!(x, Value::Vector(_))),
    ask!("reversible?", "True for vectors.\n(reversible? [1]) ;=> true", |x| matches!(x, Value::Vector(_))),
    ask!("fn?", "True for functions.\n(fn? inc) ;=> true\n(fn? :a) ;=> false", |x| matches!(
        x,
        Value::Fn(_) | Value::Native(_)
    )),
    ask!(
        "ifn?",
        "True for what can be called: functions, keywords, symbols, maps, sets, vectors.\n(ifn? :a) ;=> true\n(ifn? 1) ;=> false",
        is_callable
    ),
    ask!("array?", "True for arrays of numbers.\n(array? [1 2]) ;=> false", |x| matches!(x, Value::Array(_))),
    Builtin::generic(
        "identical?",
        "[a b]",
        "True when a and b are the same object; for numbers, strings and names, when they are equal and of one kind.\n(identical? :a :a) ;=> true\n(identical? [1] [1]) ;=> false",
        |_, a| Ok(Value::bool(identical(&a[0], &a[1]))),
    ).per_value()
    .primal(),
    Builtin::new(
        "not=",
        "[x] [x y & more]",
        "True unless all are equal.\n(not= 1 2) ;=> true\n(not= 1 1.0) ;=> false",
        |cx, a| {
            let equal = cx.call_core("=", a)?;
            match equal {
                Value::Array(_) => apply(Op::Eq, &equal, &Value::False),
                Value::Lanes(_) => numeric::unary(numeric::Unary::Not, &equal),
                other => Ok(Value::bool(!other.truthy())),
            }
        },
    )
    .primal()
    .takes_lanes(),
    Builtin::new(
        "distinct?",
        "[x & more]",
        "True when no two arguments are equal.\n(distinct? 1 2 3) ;=> true\n(distinct? 1 2 1) ;=> false",
        |cx, a| {
            let made = a.iter().map(|x| made(cx, x)).collect::<Result<Vec<Value>>>()?;
            Ok(Value::bool(Set::from_items(made)?.len() == a.len()))
        },
    )
    .primal(),
    Builtin::new(
        "hash",
        "[x]",
        "An integer that is the same for equal values, on every machine.\n(= (hash [1 2]) (hash '(1 2))) ;=> true\n(= (hash 1) (hash 1.0)) ;=> true",
        |cx, a| {
            if holds_lanes(&a[0]) {
                return Err(Error::raise(Code::Lanes, "a hash of lanes is one for each"));
            }
            let (code, visited) = counted_hash(&made(cx, &a[0])?);
            cx.charge(visited)?;
            Ok(Value::Int(code as i64))
        },
    ),
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

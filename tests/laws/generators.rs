//! Random values: every kind of data, nested.

use genlisp::Value;
use genlisp::internals::eval::collections::{Map, Set};
use proptest::prelude::*;

fn integers() -> impl Strategy<Value = i64> {
    prop_oneof![-10..10i64, any::<i64>(), Just(i64::MIN), Just(i64::MAX), Just(1 << 53), Just((1 << 53) + 1)]
}

fn floats() -> impl Strategy<Value = f64> {
    prop_oneof![
        -4.0..4.0,
        any::<f64>(),
        (-5..5i64).prop_map(|i| i as f64),
        Just(-0.0),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(f64::MIN_POSITIVE),
        Just(9_007_199_254_740_992.0),
        Just(9_223_372_036_854_775_808.0),
    ]
    .prop_filter("NaN equals nothing", |x: &f64| !x.is_nan())
}

pub fn number() -> impl Strategy<Value = Value> {
    prop_oneof![integers().prop_map(Value::Int), floats().prop_map(Value::float)]
}

/// Names that read as symbols and keywords.
fn names() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z][a-z0-9*+!?<>=_-]{0,8}", "[a-z]{1,4}/[a-z]{1,4}", "[a-zé→]{1,3}"]
        .prop_filter("these read as themselves", |s| !matches!(s.as_str(), "nil" | "true" | "false"))
}

pub fn keyword() -> impl Strategy<Value = Value> {
    names().prop_map(|name| Value::keyword(&name))
}

pub fn text() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-c]{0,3}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\\\\\"\n\t\r\u{0}\u{7f}\u{85}]{0,4}".prop_map(Value::from)
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::bool),
        number(),
        keyword(),
        names().prop_map(|name| Value::symbol(&name)),
        text(),
    ]
}

fn nested(inner: impl Strategy<Value = Value> + Clone + 'static) -> impl Strategy<Value = Value> {
    let items = prop::collection::vec(inner.clone(), 0..12);
    let entries = prop::collection::vec((inner.clone(), inner), 0..12);
    prop_oneof![
        items.clone().prop_map(|items| Value::vector(items).expect("shallow")),
        items.clone().prop_map(|items| Value::list(items).expect("shallow")),
        items.prop_map(|items| Value::Set(Set::from_items(items).expect("shallow"))),
        entries.prop_map(|entries| Value::Map(Map::from_pairs(entries).expect("shallow"))),
    ]
}

/// Any data that prints so that it reads back.
pub fn data() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 60, 12, nested)
}

/// Values of one ordered kind: numbers, strings, keywords, or vectors of such.
pub fn ordered() -> impl Strategy<Value = Vec<Value>> {
    let few = |one: BoxedStrategy<Value>| prop::collection::vec(one, 3);
    let vectors = prop::collection::vec(number(), 0..3).prop_map(|items| Value::vector(items).expect("shallow"));
    prop_oneof![few(number().boxed()), few(text().boxed()), few(keyword().boxed()), few(vectors.boxed())]
}

/// A generator of random texts of its own: the same in every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    /// A multiple of a half between -2 and 2.
    pub fn half(&mut self) -> f64 {
        self.below(9) as f64 / 2.0 - 2.0
    }
}

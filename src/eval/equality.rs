//! Structural equality, hashing and ordering; the three agree.

use super::collections::Map;
use super::gradient::primal_of;
use super::name::{hash_text, mix};
use super::value::{Value, with_stack};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        use Value::*;
        match (self, other) {
            (Nil, Nil) | (True, True) | (False, False) => true,
            (Int(a), Int(b)) => a == b,
            (Float(a), Float(b)) => a.get() == b.get(),
            (Int(a), Float(b)) | (Float(b), Int(a)) => int_equals_float(*a, b.get()),
            (Keyword(a), Keyword(b)) | (Symbol(a), Symbol(b)) => a == b,
            (Str(a), Str(b)) => **a == **b,
            (Map(a), Map(b)) => with_stack(a.depth(), || maps_equal(a, b)),
            (Set(a), Set(b)) => a.len() == b.len() && with_stack(a.depth(), || a.iter().all(|x| b.contains(x))),
            (Fn(a), Fn(b)) => std::sync::Arc::ptr_eq(a, b),
            (Native(a), Native(b)) => std::ptr::eq(*a, *b),
            (Array(a), Array(b)) => super::arrays::equal(a, b),
            (Lazy(a), Lazy(b)) if a.same(b) => true,
            (Lazy(_), _) | (_, Lazy(_)) => lazy_equal(self, other),
            (List(_) | Vector(_), List(_) | Vector(_)) => sequences_equal(self, other),
            (Host(a), Host(b)) => a.equals(b),
            (Lanes(a), Lanes(b)) => std::sync::Arc::ptr_eq(a, b) || a.equals(b),
            // Variables are compared by what they hold.
            (Var(_), _) | (_, Var(_)) => primal_of(self) == primal_of(other),
            _ => false,
        }
    }
}

impl Eq for Value {}

/// 2^63: integers are below it.
const LIMIT: f64 = 9_223_372_036_854_775_808.0;

fn int_equals_float(a: i64, b: f64) -> bool {
    // Exact: 2^63 as f64 is out of i64's range, and equal values convert back.
    b.trunc() == b && (-LIMIT..LIMIT).contains(&b) && b as i64 == a
}

fn maps_equal(a: &Map, b: &Map) -> bool {
    a.len() == b.len() && a.iter().all(|(k, v)| b.get(k) == Some(v))
}

fn count(value: &Value) -> usize {
    match value {
        Value::List(l) => l.len(),
        Value::Vector(v) => v.len(),
        _ => 0,
    }
}

/// Elements of a list or vector.
fn elements(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::List(l) => Box::new(l.iter()),
        Value::Vector(v) => Box::new(v.iter()),
        _ => Box::new(std::iter::empty()),
    }
}

fn sequences_equal(a: &Value, b: &Value) -> bool {
    count(a) == count(b) && with_stack(a.depth(), || elements(a).eq(elements(b)))
}

/// Lazy sequences are equal by their made elements when both ends are known; `=` of the language forces them first.
fn lazy_equal(a: &Value, b: &Value) -> bool {
    let known = |v: &Value| match v {
        Value::Lazy(l) => match l.made(usize::MAX) {
            (items, true) => Some(items),
            _ => None,
        },
        Value::List(_) | Value::Vector(_) => Some(elements(v).cloned().collect()),
        _ => None,
    };
    match (known(a), known(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(hash_code(self));
    }
}

/// 64 well-mixed bits that agree with `=`: `1` and `1.0` hash alike, as do `[1]` and `'(1)`.
pub fn hash_code(value: &Value) -> u64 {
    match value {
        Value::Nil => mix(1),
        Value::False => mix(2),
        Value::True => mix(3),
        Value::Int(i) => mix(*i as u64 ^ 0x1234_5678),
        Value::Float(x) => hash_float(x.get()),
        Value::Keyword(k) => mix(k.hash_code() ^ 0x9e37_79b9),
        Value::Symbol(s) => s.hash_code(),
        Value::Str(s) => hash_text(s),
        Value::Map(m) => with_stack(m.depth(), || {
            m.iter().fold(mix(5), |h, (k, v)| h.wrapping_add(mix(hash_code(k) ^ hash_code(v).rotate_left(17))))
        }),
        Value::Set(s) => with_stack(s.depth(), || s.iter().fold(mix(6), |h, x| h.wrapping_add(mix(hash_code(x))))),
        Value::List(_) | Value::Vector(_) => with_stack(value.depth(), || hash_sequence(elements(value))),
        Value::Lazy(l) => hash_sequence(l.made(usize::MAX).0.iter()),
        Value::Fn(f) => mix(std::sync::Arc::as_ptr(f) as usize as u64),
        Value::Native(b) => mix(std::ptr::from_ref(*b) as usize as u64),
        Value::Array(a) => mix(a.shape().iter().fold(7, |h, n| mix(h ^ *n as u64))),
        Value::Var(v) => hash_code(v.primal()),
        Value::Lanes(l) => mix(l.group.len() as u64),
        Value::Host(h) => mix(with_stack(h.depth(), || h.object().hash_code())),
    }
}

fn hash_float(x: f64) -> u64 {
    if x.trunc() == x && x.abs() < 9.2e18 { hash_code(&Value::Int(x as i64)) } else { mix(x.to_bits()) }
}

fn hash_sequence<'a>(items: impl Iterator<Item = &'a Value>) -> u64 {
    items.fold(mix(4), |h, x| mix(h.rotate_left(5) ^ hash_code(x)))
}

/// The order of `sort` and `compare`; `None` for values that have no common order.
pub fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    use Value::*;
    Some(match (a, b) {
        (Nil, Nil) => Ordering::Equal,
        (Nil, _) => Ordering::Less,
        (_, Nil) => Ordering::Greater,
        (False | True, False | True) => a.truthy().cmp(&b.truthy()),
        (Int(x), Int(y)) => x.cmp(y),
        (Float(x), Float(y)) => compare_floats(x.get(), y.get()),
        (Int(x), Float(y)) => compare_int_float(*x, y.get()),
        (Float(x), Int(y)) => compare_int_float(*y, x.get()).reverse(),
        (Str(x), Str(y)) => x.cmp(y),
        (Keyword(x), Keyword(y)) | (Symbol(x), Symbol(y)) => x.as_str().cmp(y.as_str()),
        (List(_) | Vector(_), List(_) | Vector(_)) => return compare_sequences(a, b),
        (Var(_), _) | (_, Var(_)) => return compare(primal_of(a), primal_of(b)),
        _ => return None,
    })
}

/// NaN comes last; zeros are equal.
fn compare_floats(x: f64, y: f64) -> Ordering {
    if x == y { Ordering::Equal } else { x.total_cmp(&y) }
}

/// Exact, so that the order agrees with `=` where floats cannot tell integers apart.
fn compare_int_float(x: i64, y: f64) -> Ordering {
    if int_equals_float(x, y) {
        return Ordering::Equal;
    }
    match compare_floats(x as f64, y) {
        // The nearest float of `x` is `y`, so `y` is whole: i128 holds it exactly.
        Ordering::Equal => i128::from(x).cmp(&(y as i128)),
        other => other,
    }
}

/// Shorter first, then element by element, as Clojure orders vectors.
fn compare_sequences(a: &Value, b: &Value) -> Option<Ordering> {
    let by_length = count(a).cmp(&count(b));
    if by_length != Ordering::Equal {
        return Some(by_length);
    }
    with_stack(a.depth(), || {
        for (x, y) in elements(a).zip(elements(b)) {
            match compare(x, y)? {
                Ordering::Equal => {}
                other => return Some(other),
            }
        }
        Some(Ordering::Equal)
    })
}

/// The same object; for numbers, strings and names: equal and of one kind.
pub fn identical(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::List(x), Value::List(y)) => x.same(y),
        (Value::Vector(x), Value::Vector(y)) => x.same(y),
        (Value::Map(x), Value::Map(y)) => x.same(y),
        (Value::Set(x), Value::Set(y)) => x.same(y),
        (Value::Lazy(x), Value::Lazy(y)) => x.same(y),
        (Value::Host(x), Value::Host(y)) => x.same(y),
        (Value::Array(x), Value::Array(y)) => std::sync::Arc::ptr_eq(x, y),
        (Value::Var(x), Value::Var(y)) => std::sync::Arc::ptr_eq(x, y),
        (Value::Lanes(x), Value::Lanes(y)) => std::sync::Arc::ptr_eq(x, y),
        (Value::Int(_), Value::Float(_)) | (Value::Float(_), Value::Int(_)) => false,
        (x, y) => std::mem::discriminant(x) == std::mem::discriminant(y) && x == y,
    }
}

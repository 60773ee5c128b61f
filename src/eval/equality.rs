//! Structural equality, hashing and ordering; the three agree.

use super::gradient::decisive;
use super::name::{Name, hash_text, mix};
use super::same::{Comparison, count, elements, large_part};
use super::value::{Value, with_stack};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            // Most are keys, and need no walk.
            (Value::Keyword(a), Value::Keyword(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            _ => Comparison::default().equal(self, other),
        }
    }
}

impl Eq for Value {}

/// 2^63: integers are below it.
const LIMIT: f64 = 9_223_372_036_854_775_808.0;

pub(super) fn int_equals_float(a: i64, b: f64) -> bool {
    // Exact: 2^63 as f64 is out of i64's range, and equal values convert back.
    b.trunc() == b && (-LIMIT..LIMIT).contains(&b) && b as i64 == a
}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(hash_code(self));
    }
}

/// 64 well-mixed bits that agree with `=`: `1` and `1.0` hash alike, as do `[1]` and `'(1)`.
pub fn hash_code(value: &Value) -> u64 {
    match value {
        // Most are keys, and hold nothing.
        Value::Keyword(key) => hash_keyword(key),
        Value::Int(i) => hash_int(*i),
        _ => Hashes::default().of(value),
    }
}

/// The same, and how many values were looked at.
pub fn counted_hash(value: &Value) -> (u64, usize) {
    let mut hashes = Hashes::default();
    (hashes.of(value), hashes.visited)
}

/// The codes of parts that a value may hold many times: each is computed once.
#[derive(Default)]
struct Hashes {
    known: HashMap<usize, u64, BuildHasherDefault<DefaultHasher>>,
    visited: usize,
}

impl Hashes {
    fn of(&mut self, value: &Value) -> u64 {
        self.visited += 1;
        match value {
            Value::Nil => mix(1),
            Value::False => mix(2),
            Value::True => mix(3),
            Value::Int(i) => hash_int(*i),
            Value::Float(x) => hash_float(x.get()),
            Value::Keyword(key) => hash_keyword(key),
            Value::Symbol(s) => s.hash_code(),
            Value::Str(s) => hash_text(s),
            Value::Map(_) | Value::Set(_) | Value::List(_) | Value::Vector(_) => {
                with_stack(value.depth(), || self.of_collection(value))
            }
            Value::Lazy(l) => self.of_sequence(l.made(usize::MAX).0.iter()),
            Value::Fn(f) => mix(std::sync::Arc::as_ptr(f) as usize as u64),
            Value::Native(b) => mix(std::ptr::from_ref(*b) as usize as u64),
            Value::Array(a) => mix(a.shape().iter().fold(7, |h, n| mix(h ^ *n as u64))),
            Value::Var(_) => self.of(decisive(value)),
            Value::Lanes(l) => mix(l.group.len() as u64),
            Value::Host(h) => mix(with_stack(h.depth(), || h.object().hash_code())),
        }
    }

    fn of_collection(&mut self, value: &Value) -> u64 {
        let part = large_part(value);
        if let Some(code) = part.and_then(|part| self.known.get(&part)) {
            return *code;
        }
        let code = match value {
            Value::Map(m) => m.iter().fold(mix(5), |h, (k, v)| {
                let value = self.of(v).rotate_left(17);
                h.wrapping_add(mix(self.of(k) ^ value))
            }),
            Value::Set(s) => s.iter().fold(mix(6), |h, x| h.wrapping_add(mix(self.of(x)))),
            sequence => self.of_sequence(elements(sequence)),
        };
        if let Some(part) = part {
            self.known.insert(part, code);
        }
        code
    }

    fn of_sequence<'a>(&mut self, items: impl Iterator<Item = &'a Value>) -> u64 {
        items.fold(mix(4), |h, x| mix(h.rotate_left(5) ^ self.of(x)))
    }
}

fn hash_int(i: i64) -> u64 {
    mix(i as u64 ^ 0x1234_5678)
}

fn hash_keyword(key: &Name) -> u64 {
    mix(key.hash_code() ^ 0x9e37_79b9)
}

fn hash_float(x: f64) -> u64 {
    if x.trunc() == x && x.abs() < 9.2e18 { hash_int(x as i64) } else { mix(x.to_bits()) }
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
        (Var(_), _) | (_, Var(_)) => return compare(decisive(a), decisive(b)),
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

/// Values that no program can tell apart: equal and of one kind, also inside, with entries in one order.
pub fn alike(a: &Value, b: &Value) -> bool {
    with_stack(a.depth(), || match (a, b) {
        (Value::Float(x), Value::Float(y)) => x.get().to_bits() == y.get().to_bits(),
        (Value::List(_), Value::List(_)) | (Value::Vector(_), Value::Vector(_)) => {
            identical(a, b) || count(a) == count(b) && elements(a).zip(elements(b)).all(|(x, y)| alike(x, y))
        }
        (Value::Set(x), Value::Set(y)) => x.len() == y.len() && x.iter().zip(y.iter()).all(|(x, y)| alike(x, y)),
        (Value::Map(x), Value::Map(y)) => {
            x.len() == y.len() && x.iter().zip(y.iter()).all(|((k, v), (l, w))| alike(k, l) && alike(v, w))
        }
        (Value::Array(x), Value::Array(y)) => x.dtype() == y.dtype() && a == b,
        (Value::Host(_), Value::Host(_)) => a == b,
        _ => identical(a, b),
    })
}

//! Values: sixteen bytes, a scalar pair, immutable, shareable between threads.

use super::collections::{Lazy, List, Map, Set, Vector};
use super::function::{Builtin, Closure};
use super::gradient::{Var, primal_of};
use super::host::Host;
use super::lanes::Lanes;
use super::name::Name;
use crate::error::{Code, Error, Result};
use crate::tensor::Array;
use std::sync::Arc;

/// Everything a program can hold. Every payload is an 8-byte integer or pointer, so that a value travels in two
/// registers; a payload of another size costs the whole evaluator a factor of 2.5.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Value {
    /// `nil`.
    #[default]
    Nil,
    /// `false`.
    False,
    /// `true`.
    True,
    /// A whole number of 64 bits.
    Int(i64),
    /// A fraction.
    Float(Bits),
    /// `:a`
    Keyword(Name),
    /// `a`, as data.
    Symbol(Name),
    /// Text.
    Str(Str),
    /// `(1 2)`, as data.
    List(List),
    /// `[1 2]`
    Vector(Vector),
    /// `{:a 1}`
    Map(Map),
    /// `#{1 2}`
    Set(Set),
    /// A sequence whose elements are made when asked for.
    Lazy(Lazy),
    /// A function of the program.
    Fn(Arc<Closure>),
    /// A builtin.
    Native(&'static Builtin),
    /// An array of numbers or booleans.
    Array(Arc<Array>),
    /// A number or an array whose use is recorded for a gradient. It is no `Int`, `Float` or `Array`, so that code
    /// which does not know it can never drop a gradient.
    Var(Arc<Var>),
    /// A value for each lane of a batched run.
    Lanes(Arc<Lanes>),
    /// Anything that lives above the evaluator: atoms, errors, traces, distributions, generative functions.
    Host(Host),
}

const _: () = assert!(size_of::<Value>() == 16);
const _: () = assert!(size_of::<Result<Value>>() == 16);

/// An f64 held as its bits.
#[derive(Clone, Copy)]
pub struct Bits(u64);

impl Bits {
    #[inline(always)]
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// An immutable string behind a thin pointer.
#[derive(Clone)]
pub struct Str(Arc<Box<str>>);

impl std::ops::Deref for Str {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Str {
        Str(Arc::new(text.into()))
    }
}

impl From<String> for Str {
    fn from(text: String) -> Str {
        Str(Arc::new(text.into_boxed_str()))
    }
}

impl Value {
    /// A fraction.
    #[inline(always)]
    pub fn float(x: f64) -> Value {
        Value::Float(Bits(x.to_bits()))
    }

    /// `true` or `false`.
    #[inline(always)]
    pub fn bool(b: bool) -> Value {
        if b { Value::True } else { Value::False }
    }

    /// A string.
    pub fn str(text: impl Into<Str>) -> Value {
        Value::Str(text.into())
    }

    /// `Value::keyword("a/b")` is `:a/b`.
    pub fn keyword(text: &str) -> Value {
        Value::Keyword(Name::new(text))
    }

    /// `Value::symbol("a/b")` is the symbol `a/b`.
    pub fn symbol(text: &str) -> Value {
        Value::Symbol(Name::new(text))
    }

    /// A vector of values; fails when nested too deeply.
    pub fn vector(items: Vec<Value>) -> Result<Value> {
        Ok(Value::Vector(Vector::from_vec(items)?))
    }

    /// A list of values; fails when nested too deeply.
    pub fn list(items: Vec<Value>) -> Result<Value> {
        Ok(Value::List(List::from_vec(items)?))
    }

    /// An array as a value.
    pub fn array(array: Array) -> Value {
        Value::Array(Arc::new(array))
    }

    /// An object of the host as a value.
    pub fn host<T: super::host::HostObject>(object: T) -> Value {
        Value::Host(Host::new(object))
    }

    /// nil and false are the only falsy values.
    #[inline(always)]
    pub fn truthy(&self) -> bool {
        !matches!(self, Value::Nil | Value::False)
    }

    /// Is it `true` or `false`?
    pub fn is_bool(&self) -> bool {
        matches!(self, Value::True | Value::False)
    }

    /// Is it `nil`?
    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Nil)
    }

    /// The value as f64 if it is a number.
    #[inline(always)]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Int(i) => Some(*i as f64),
            Value::Float(x) => Some(x.get()),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(i) => Some(*i),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The text of a keyword.
    pub fn as_keyword(&self) -> Option<&str> {
        match self {
            Value::Keyword(k) => Some(k.as_str()),
            _ => None,
        }
    }

    /// The host object inside, if it is a `T`.
    pub fn as_host<T: 'static>(&self) -> Option<&T> {
        match self {
            Value::Host(h) => h.downcast(),
            _ => None,
        }
    }

    /// Levels of nesting below this value; leaves have 0.
    pub fn depth(&self) -> u32 {
        match self {
            Value::List(x) => x.depth(),
            Value::Vector(x) => x.depth(),
            Value::Map(x) => x.depth(),
            Value::Set(x) => x.depth(),
            Value::Lazy(x) => x.depth(),
            Value::Fn(x) => x.depth,
            Value::Host(x) => x.depth(),
            Value::Lanes(x) => x.depth(),
            _ => 0,
        }
    }

    /// What a report calls this kind of value, with its article.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::False | Value::True => "a boolean",
            Value::Int(_) => "an integer",
            Value::Float(_) => "a number",
            Value::Keyword(_) => "a keyword",
            Value::Symbol(_) => "a symbol",
            Value::Str(_) => "a string",
            Value::List(_) => "a list",
            Value::Vector(_) => "a vector",
            Value::Map(_) => "a map",
            Value::Set(_) => "a set",
            Value::Lazy(_) => "a lazy sequence",
            Value::Fn(_) | Value::Native(_) => "a function",
            Value::Array(_) => "an array",
            Value::Var(_) => primal_of(self).kind(),
            Value::Lanes(_) => "a value per lane",
            Value::Host(h) => h.kind(),
        }
    }
}

/// Levels that a value may nest; drop, equality, hashing and printing recurse at most this deep.
pub const MAX_NESTING: u32 = 10_000;

/// The depth of a collection whose deepest element has depth `inside`.
pub fn nest(inside: u32) -> Result<u32> {
    if inside < MAX_NESTING {
        return Ok(inside + 1);
    }
    Err(Error::raise(Code::TooNested, format!("a value nested more than {MAX_NESTING} levels deep"))
        .help("collect into one flat vector with `conj` instead of wrapping at every step"))
}

/// The depth of a collection of these elements.
pub fn nest_all<'a>(items: impl IntoIterator<Item = &'a Value>) -> Result<u32> {
    nest(items.into_iter().map(Value::depth).max().unwrap_or(0))
}

/// Runs `f` with enough native stack for one more run of nested values.
#[inline]
pub fn with_stack<R>(depth: u32, f: impl FnOnce() -> R) -> R {
    if depth < 32 { f() } else { genlisp_stack::ensure(64 * 1024, 1024 * 1024, f) }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&super::print::brief(self))
    }
}

impl From<bool> for Value {
    fn from(x: bool) -> Value {
        Value::bool(x)
    }
}
impl From<i64> for Value {
    fn from(x: i64) -> Value {
        Value::Int(x)
    }
}
impl From<f64> for Value {
    fn from(x: f64) -> Value {
        Value::float(x)
    }
}
impl From<&str> for Value {
    fn from(x: &str) -> Value {
        Value::str(x)
    }
}
impl From<String> for Value {
    fn from(x: String) -> Value {
        Value::str(x)
    }
}

//! Typed conversions between values and Rust data, both ways.
//!
//! ```
//! # fn main() -> genlisp::Answer<()> {
//! use genlisp::{FromValue, IntoValue, Interpreter};
//! use std::collections::HashMap;
//! let mut lisp = Interpreter::builder().build()?;
//! let point: (String, f64) = lisp.eval(r#"["height" 1.8]"#)?.try_into()?;
//! let counts: HashMap<String, Vec<i64>> = lisp.eval("{:a [1 2], :b []}")?.try_into()?;
//! let missing = Option::<f64>::from_value(&lisp.eval("nil")?)?;
//! assert_eq!((point.1, counts["a"].len(), missing), (1.8, 2, None));
//! let data = HashMap::from([("xs", [1.0, 2.0])]).into_value()?;
//! assert_eq!(data, lisp.eval("{:xs [1 2]}")?);
//! # Ok(())
//! # }
//! ```

use crate::error::{Code, Error, Stop};
use crate::eval::collections::Map;
use crate::eval::print::brief;
use crate::eval::{Value, arrays};
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::hash::{BuildHasher, Hash};

/// What an interpreter answers its host: a value, or an error to report, a halt among them.
pub type Answer<T> = std::result::Result<T, Box<Error>>;

/// Rust data made from a value. `TryFrom<Value>` says the same for `try_into`.
pub trait FromValue: Sized {
    /// Errors: `gen::type` that says what the value is instead.
    fn from_value(value: &Value) -> Answer<Self>;
}

/// Rust data that becomes a value: numbers, text, sequences, and maps whose keys become keywords.
pub trait IntoValue {
    /// Errors: those of making a vector or a map.
    fn into_value(self) -> Answer<Value>;
}

/// Arguments of a call: a tuple, or values.
pub trait IntoArgs {
    /// Errors: those of the arguments.
    fn into_args(self) -> Answer<Vec<Value>>;
}

#[cold]
fn unfit(wanted: &str, value: &Value) -> Box<Error> {
    let error = Error::new(Code::Type, format!("wanted {wanted}, not {} `{}`", value.kind(), brief(value)));
    match value {
        Value::Nil => {
            Error::new(Code::Type, format!("wanted {wanted}, not nil")).help("take an `Option` if nil may come")
        }
        Value::Lazy(_) => error.help("make its elements first: `(vec xs)`"),
        _ => error,
    }
}

/// Says where in a collection the error is.
fn inside<T>(result: Answer<T>, place: impl Display) -> Answer<T> {
    result.map_err(|mut error| {
        error.message = format!("at {place}: {}", error.message);
        error
    })
}

impl FromValue for Value {
    fn from_value(value: &Value) -> Answer<Value> {
        Ok(value.clone())
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Answer<bool> {
        if value.is_bool() { Ok(value.truthy()) } else { Err(unfit("true or false", value)) }
    }
}

impl FromValue for f64 {
    fn from_value(value: &Value) -> Answer<f64> {
        value.as_f64().ok_or_else(|| unfit("a number", value))
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Answer<String> {
        value.as_str().map(str::to_string).ok_or_else(|| unfit("a string", value))
    }
}

/// Integers of Rust; a float without fraction counts as one.
macro_rules! integers {
    ($($t:ty),*) => {$(
        impl FromValue for $t {
            fn from_value(value: &Value) -> Answer<$t> {
                let whole = match value {
                    Value::Float(x) if x.get().fract() == 0.0 && x.get().abs() < 9.0e15 => Some(x.get() as i64),
                    other => other.as_int(),
                };
                let fits = |i| <$t>::try_from(i).map_err(|_| unfit(concat!("an integer that fits ", stringify!($t)), value));
                whole.ok_or_else(|| unfit("an integer", value)).and_then(fits)
            }
        }
        impl IntoValue for $t {
            fn into_value(self) -> Answer<Value> {
                let fits = i64::try_from(self).map(Value::Int);
                fits.map_err(|_| Error::new(Code::Overflow, format!("`{self}` does not fit the 64 bits of an integer")))
            }
        }
    )*};
}
integers!(i64, i32, u8, u32, u64, usize);

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Answer<Option<T>> {
        if value.is_nil() { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

/// The elements of a sequence that is made.
fn elements(wanted: &str, value: &Value) -> Answer<Vec<Value>> {
    match value {
        Value::Vector(v) => Ok(v.to_vec()),
        Value::List(l) => Ok(l.to_vec()),
        Value::Set(s) => Ok(s.iter().cloned().collect()),
        Value::Array(a) => arrays::rows(a).map_err(Stop::into_error),
        Value::Lazy(l) => match l.made(usize::MAX) {
            (items, true) => Ok(items),
            _ => Err(unfit(wanted, value)),
        },
        other => Err(unfit(wanted, other)),
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: &Value) -> Answer<Vec<T>> {
        let items = elements("a sequence", value)?;
        items.iter().enumerate().map(|(i, item)| inside(T::from_value(item), format!("index {i}"))).collect()
    }
}

/// Entries of a map; keywords and strings are keys.
fn entries<T: FromValue>(value: &Value) -> Answer<Vec<(String, T)>> {
    let Value::Map(map) = value else { return Err(unfit("a map", value)) };
    let entry = |(key, item): (&Value, &Value)| {
        let name = key.as_keyword().or_else(|| key.as_str()).ok_or_else(|| unfit("a keyword or string as key", key))?;
        Ok((name.to_string(), inside(T::from_value(item), format!("key {}", brief(key)))?))
    };
    map.iter().map(entry).collect()
}

impl<T: FromValue, S: BuildHasher + Default> FromValue for HashMap<String, T, S> {
    fn from_value(value: &Value) -> Answer<Self> {
        Ok(entries(value)?.into_iter().collect())
    }
}

impl<T: FromValue> FromValue for BTreeMap<String, T> {
    fn from_value(value: &Value) -> Answer<Self> {
        Ok(entries(value)?.into_iter().collect())
    }
}

/// `TryFrom<Value>` of a type and of an `Option` of it: one rule for all `Option`s would clash with the standard library's.
macro_rules! try_from {
    ($([$($p:tt)*] $t:ty;)*) => {$(
        impl<$($p)*> TryFrom<Value> for $t {
            type Error = Box<Error>;
            fn try_from(value: Value) -> Answer<Self> {
                Self::from_value(&value)
            }
        }
        impl<$($p)*> TryFrom<Value> for Option<$t> {
            type Error = Box<Error>;
            fn try_from(value: Value) -> Answer<Self> {
                Self::from_value(&value)
            }
        }
    )*};
}
try_from! {
    [] bool; [] f64; [] String; [] i64; [] i32; [] u8; [] u32; [] u64; [] usize;
    [T: FromValue] Vec<T>;
    [T: FromValue, S: BuildHasher + Default] HashMap<String, T, S>;
    [T: FromValue] BTreeMap<String, T>;
}

/// Tuples are vectors of their length, and the arguments of calls.
macro_rules! tuples {
    ($($n:literal $($T:ident $i:tt)*;)*) => {$(
        impl<$($T: FromValue),*> FromValue for ($($T,)*) {
            fn from_value(value: &Value) -> Answer<Self> {
                let wanted = concat!("a sequence of ", $n);
                let items = elements(wanted, value)?;
                if items.len() != $n {
                    return Err(unfit(wanted, value));
                }
                Ok(($(inside($T::from_value(&items[$i]), concat!("index ", $i))?,)*))
            }
        }
        try_from!([$($T: FromValue),*] ($($T,)*););
        impl<$($T: IntoValue),*> IntoValue for ($($T,)*) {
            fn into_value(self) -> Answer<Value> {
                Value::vector(self.into_args()?).map_err(Stop::into_error)
            }
        }
        impl<$($T: IntoValue),*> IntoArgs for ($($T,)*) {
            fn into_args(self) -> Answer<Vec<Value>> {
                Ok(vec![$(self.$i.into_value()?),*])
            }
        }
    )*};
}
tuples! {
    1 A 0;
    2 A 0 B 1;
    3 A 0 B 1 C 2;
    4 A 0 B 1 C 2 D 3;
    5 A 0 B 1 C 2 D 3 E 4;
    6 A 0 B 1 C 2 D 3 E 4 F 5;
}

impl IntoArgs for () {
    fn into_args(self) -> Answer<Vec<Value>> {
        Ok(Vec::new())
    }
}

impl IntoArgs for Vec<Value> {
    fn into_args(self) -> Answer<Vec<Value>> {
        Ok(self)
    }
}

impl IntoArgs for &[Value] {
    fn into_args(self) -> Answer<Vec<Value>> {
        Ok(self.to_vec())
    }
}

impl<const N: usize> IntoArgs for &[Value; N] {
    fn into_args(self) -> Answer<Vec<Value>> {
        Ok(self.to_vec())
    }
}

/// What `Value::from` knows.
macro_rules! simple {
    ($($t:ty),*) => {$(
        impl IntoValue for $t {
            fn into_value(self) -> Answer<Value> {
                Ok(Value::from(self))
            }
        }
    )*};
}
simple!(Value, bool, f64, &str, String);

impl IntoValue for () {
    fn into_value(self) -> Answer<Value> {
        Ok(Value::Nil)
    }
}

impl IntoValue for &Value {
    fn into_value(self) -> Answer<Value> {
        Ok(self.clone())
    }
}

impl IntoValue for crate::tensor::Array {
    fn into_value(self) -> Answer<Value> {
        Ok(Value::array(self))
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Answer<Value> {
        self.map_or(Ok(Value::Nil), T::into_value)
    }
}

/// What a host function may return: its failure becomes an error of the language, an error of the language stays itself.
impl<T: IntoValue, E: Display + 'static> IntoValue for std::result::Result<T, E> {
    fn into_value(self) -> Answer<Value> {
        self.map_err(|error| {
            let any: &dyn Any = &error;
            let same = any.downcast_ref::<Box<Error>>().cloned();
            let same = same.or_else(|| any.downcast_ref::<Stop>().map(|stop| stop.clone().into_error()));
            same.unwrap_or_else(|| Error::new(Code::Host, error.to_string()))
        })?
        .into_value()
    }
}

fn sequence<T: IntoValue>(items: impl IntoIterator<Item = T>) -> Answer<Value> {
    Value::vector(items.into_iter().map(T::into_value).collect::<Answer<_>>()?).map_err(Stop::into_error)
}

impl<T: IntoValue> IntoValue for Vec<T> {
    fn into_value(self) -> Answer<Value> {
        sequence(self)
    }
}

impl<T: IntoValue + Clone> IntoValue for &[T] {
    fn into_value(self) -> Answer<Value> {
        sequence(self.iter().cloned())
    }
}

impl<T: IntoValue, const N: usize> IntoValue for [T; N] {
    fn into_value(self) -> Answer<Value> {
        sequence(self)
    }
}

fn keyed<K: AsRef<str>, T: IntoValue>(entries: impl IntoIterator<Item = (K, T)>) -> Answer<Value> {
    let pair = |(key, item): (K, T)| Ok((Value::keyword(key.as_ref()), item.into_value()?));
    Ok(Value::Map(
        Map::from_pairs(entries.into_iter().map(pair).collect::<Answer<Vec<_>>>()?).map_err(Stop::into_error)?,
    ))
}

impl<K: AsRef<str> + Eq + Hash, T: IntoValue, S: BuildHasher> IntoValue for HashMap<K, T, S> {
    fn into_value(self) -> Answer<Value> {
        keyed(self)
    }
}

impl<K: AsRef<str> + Ord, T: IntoValue> IntoValue for BTreeMap<K, T> {
    fn into_value(self) -> Answer<Value> {
        keyed(self)
    }
}

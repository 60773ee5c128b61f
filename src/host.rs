//! Typed Rust closures as functions of the language.

use crate::convert::{Answer, FromValue, IntoValue};
use crate::eval::Value;

/// A Rust function of up to six arguments that come from values, with a result that becomes one. `Args` is the tuple of
/// the arguments' types; closures find it themselves: `|x: f64, n: i64| x.powi(n as i32)`.
pub trait Function<Args>: Send + Sync + 'static {
    /// How many arguments it takes.
    const ARITY: usize;

    /// `args` has `ARITY` values.
    fn apply(&self, args: &[Value]) -> Answer<Value>;
}

macro_rules! functions {
    ($($n:literal $($T:ident $i:tt)*;)*) => {$(
        impl<Code, Out, $($T),*> Function<($($T,)*)> for Code
        where
            Code: Fn($($T),*) -> Out + Send + Sync + 'static,
            Out: IntoValue,
            $($T: FromValue,)*
        {
            const ARITY: usize = $n;
            fn apply(&self, args: &[Value]) -> Answer<Value> {
                let _ = args;
                self($($T::from_value(&args[$i]).map_err(|error| error.arg($i))?),*).into_value()
            }
        }
    )*};
}
functions! {
    0;
    1 A 0;
    2 A 0 B 1;
    3 A 0 B 1 C 2;
    4 A 0 B 1 C 2 D 3;
    5 A 0 B 1 C 2 D 3 E 4;
    6 A 0 B 1 C 2 D 3 E 4 F 5;
}

//! The simple wrappers: mask, contramap, map-retval, dimap, recurse, call-at and choice-at.

use super::wrapped::{CallTarget, Wrapper, no_argument};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::described;
use crate::eval::{Cx, Value, sequence};
use crate::gfi::address::components;

/// Runs the function when the first argument is true.
pub struct Mask(pub Value);

impl Wrapper for Mask {
    fn name(&self) -> &'static str {
        "mask"
    }

    fn arglist(&self) -> &'static str {
        "[active? & args]"
    }

    fn gives(&self) -> &'static str {
        "the arguments after the first"
    }

    fn parts(&self) -> Vec<Value> {
        vec![self.0.clone()]
    }

    fn decides(&self, _args: &[Value]) -> Option<usize> {
        Some(0)
    }

    fn target(&self, _cx: &mut Cx, _this: &Value, args: &[Value]) -> Result<Option<CallTarget>> {
        match args {
            [Value::False | Value::Nil, ..] => Ok(None),
            [Value::True, args @ ..] => {
                Ok(Some(CallTarget { function: self.0.clone(), args: args.to_vec(), under: None }))
            }
            _ => Err(no_argument("mask", self.arglist(), "true or false first", "[true …]", args)),
        }
    }
}

/// Computes the arguments before and the return value after.
pub struct Dimap {
    pub name: &'static str,
    pub inner: Value,
    /// From the vector of arguments to the inner ones.
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Wrapper for Dimap {
    fn name(&self) -> &'static str {
        self.name
    }

    fn arglist(&self) -> &'static str {
        "[& args]"
    }

    fn gives(&self) -> &'static str {
        if self.before.is_some() { "what the function of the arguments returned" } else { "its own arguments" }
    }

    fn parts(&self) -> Vec<Value> {
        [Some(&self.inner), self.before.as_ref(), self.after.as_ref()].into_iter().flatten().cloned().collect()
    }

    fn target(&self, cx: &mut Cx, _this: &Value, args: &[Value]) -> Result<Option<CallTarget>> {
        let args = match &self.before {
            None => args.to_vec(),
            Some(f) => {
                let given = Value::vector(args.to_vec())?;
                match cx.call1(f, given)? {
                    made @ (Value::Vector(_) | Value::List(_) | Value::Lazy(_)) => sequence::to_vec(cx, &made)?,
                    other => return Err(no_vector(self.name, &other)),
                }
            }
        };
        Ok(Some(CallTarget { function: self.inner.clone(), args, under: None }))
    }

    fn returned(&self, cx: &mut Cx, returned: &Value) -> Result<Value> {
        match &self.after {
            Some(g) => cx.call1(g, returned.clone()),
            None => Ok(returned.clone()),
        }
    }
}

#[cold]
fn no_vector(name: &str, made: &Value) -> Stop {
    let message = format!("the function of `{name}` makes the vector of arguments, but returned {}", described(made));
    Error::raise(Code::Type, message).help("it goes from a vector of arguments to one: `(fn [[x]] [(* 2 x)])`")
}

/// An error of the parameters that `choice-at` gives.
#[cold]
fn parameters(error: Stop) -> Stop {
    match error.code() {
        Some(Code::Arity) => error.arguments().help("the last argument is the key, those before it are the parameters"),
        _ => error,
    }
}

/// A function of itself: `make` gets the function that is being made.
pub struct Recurse(pub Value);

impl Wrapper for Recurse {
    fn name(&self) -> &'static str {
        "recurse"
    }

    fn arglist(&self) -> &'static str {
        "[& args]"
    }

    fn gives(&self) -> &'static str {
        "its own arguments"
    }

    fn parts(&self) -> Vec<Value> {
        vec![self.0.clone()]
    }

    fn target(&self, cx: &mut Cx, this: &Value, args: &[Value]) -> Result<Option<CallTarget>> {
        let function = cx.call1(&self.0, this.clone())?;
        Ok(Some(CallTarget { function, args: args.to_vec(), under: None }))
    }
}

/// The choices stand under the last argument. `choice-at` makes a distribution of the others.
pub struct Keyed {
    pub name: &'static str,
    pub inner: Value,
    pub makes: bool,
}

impl Wrapper for Keyed {
    fn name(&self) -> &'static str {
        self.name
    }

    fn arglist(&self) -> &'static str {
        "[& args key]"
    }

    fn gives(&self) -> &'static str {
        "the arguments before the key"
    }

    fn parts(&self) -> Vec<Value> {
        vec![self.inner.clone()]
    }

    fn decides(&self, args: &[Value]) -> Option<usize> {
        args.len().checked_sub(1)
    }

    fn target(&self, cx: &mut Cx, _this: &Value, args: &[Value]) -> Result<Option<CallTarget>> {
        let Some((key, args)) = args.split_last() else {
            return Err(no_argument(self.name, self.arglist(), "a key last", "[… :key]", args));
        };
        if components(key).map_err(|e| e.arguments())?.len() != 1 {
            return Err(no_argument(self.name, self.arglist(), "a key last", "[… :key]", std::slice::from_ref(key)));
        }
        let (function, args) = match self.makes {
            true => (cx.call(&self.inner, &mut args.to_vec()).map_err(parameters)?, Vec::new()),
            false => (self.inner.clone(), args.to_vec()),
        };
        Ok(Some(CallTarget { function, args, under: Some(key.clone()) }))
    }
}

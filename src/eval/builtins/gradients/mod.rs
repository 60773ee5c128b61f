//! Gradients of functions of the language.

mod custom;
mod jacobian;
mod options;

use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::{described, wrong_type};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::{self, Tape};
use crate::eval::host::HostObject;
use crate::eval::lanes::{nested_lanes, per_value};
use crate::eval::print::Printer;
use crate::eval::sequence;
use crate::eval::value::Value;
use options::{Wrt, wrt};

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::generic("grad", "[f & {:keys [wrt]}]", |_, a| derived("grad", DerivativeKind::Gradient, a)),
    Builtin::generic("value-and-grad", "[f & {:keys [wrt]}]", |_, a| derived("value-and-grad", DerivativeKind::ValueAndGradient, a)),
    Builtin::generic("jacobian", "[f & {:keys [wrt]}]", |_, a| derived("jacobian", DerivativeKind::Jacobian, a)),
    Builtin::generic("hessian", "[f & {:keys [wrt]}]", |_, a| derived("hessian", DerivativeKind::Hessian, a)),
    Builtin::generic("stop-gradient", "[x]", stop_gradient),
    Builtin::generic("custom-gradient", "[f & {:keys [gradient]}]", custom::custom_gradient),
];

/// What a derived function gives.
#[derive(Clone, Copy, PartialEq)]
enum DerivativeKind {
    Gradient,
    ValueAndGradient,
    Jacobian,
    Hessian,
}

/// A function made of another by differentiation.
struct DerivedFunction {
    name: &'static str,
    what: DerivativeKind,
    f: Value,
    wrt: Wrt,
}

fn derived(name: &'static str, what: DerivativeKind, args: &mut [Value]) -> Result<Value> {
    let wrt = wrt(name, args)?;
    if let (DerivativeKind::Hessian, Wrt::Several(_)) = (what, &wrt) {
        return Err(Error::raise(Code::Type, "`hessian` takes one place, not a vector of places")
            .help("write `{:wrt 1}`, or put the arguments into one array or vector")
            .arg(1));
    }
    Ok(Value::host(DerivedFunction { name, what, f: function(name, args)?, wrt }))
}

/// The first argument, which will be called.
fn function(name: &str, args: &mut [Value]) -> Result<Value> {
    match &args[0] {
        Value::Nil | Value::True | Value::False | Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::Array(_) => {
            Err(wrong_type(name, "a function", &args[0], 0))
        }
        Value::List(_) | Value::Lazy(_) | Value::Var(_) => Err(wrong_type(name, "a function", &args[0], 0)),
        _ => Ok(std::mem::take(&mut args[0])),
    }
}

impl HostObject for DerivedFunction {
    fn code(&self) -> Option<Vec<Value>> {
        Some(vec![self.f.clone()])
    }

    fn kind(&self) -> &'static str {
        "a function"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("#<{} of ", self.name));
        out.value(&self.f);
        out.text(">");
    }

    fn depth(&self) -> u32 {
        self.f.depth().saturating_add(1)
    }

    fn parts(&self) -> &[Value] {
        std::slice::from_ref(&self.f)
    }

    fn with_parts(&self, _: &mut Cx, mut parts: Vec<Value>) -> Result<Value> {
        let (name, what, wrt) = (self.name, self.what, self.wrt.clone());
        Ok(Value::host(DerivedFunction { name, what, f: parts.pop().unwrap_or_default(), wrt }))
    }

    fn call(&self, this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        if cx.group.is_some() && (nested_lanes::any(this) || args.iter().any(nested_lanes::any)) {
            // A tape is about one number: each lane has its own.
            let all: Vec<Value> = std::iter::once(this).chain(&*args).cloned().collect();
            return per_value(cx, &all, true, &mut |cx, all| match all {
                [this, args @ ..] => cx.call(this, args),
                [] => Ok(Value::Nil),
            });
        }
        match self.what {
            DerivativeKind::Gradient => self.gradient(cx, args).map(|(_, gradient)| gradient),
            DerivativeKind::ValueAndGradient => {
                let (value, gradient) = self.gradient(cx, args)?;
                Value::vector(vec![value, gradient])
            }
            DerivativeKind::Jacobian => jacobian::at(self.name, &self.wrt, cx, args, |cx, args| cx.call(&self.f, args)),
            DerivativeKind::Hessian => jacobian::at(self.name, &self.wrt, cx, args, |cx, args| {
                self.gradient(cx, args).map(|(_, gradient)| gradient)
            }),
        }
    }
}

impl DerivedFunction {
    /// The value and the gradient at these arguments.
    fn gradient(&self, cx: &mut Cx, args: &mut [Value]) -> Result<(Value, Value)> {
        with_tape(cx, |cx, tape| {
            let lifted = self.wrt.lift(self.name, cx, tape, args)?;
            let output = cx.call(&self.f, args)?;
            // An array without axes counts as its number.
            let output = match gradient::primal_of(&output) {
                Value::Array(a) if a.ndim() == 0 => gradient::arrays::as_number(&output)?,
                _ => output,
            };
            let value = tape.below(&output);
            if !matches!(gradient::primal_of(&value), Value::Float(_) | Value::Int(_)) {
                return Err(not_a_number(self.name, &value));
            }
            let cotangents = tape.backward(cx, &[(output, Value::float(1.0))])?;
            Ok((value, self.wrt.gather(&lifted, |lifted| cotangents.of(lifted))?))
        })
    }
}

/// Runs `f` on a new tape, which is closed afterwards.
pub fn with_tape<R>(cx: &mut Cx, f: impl FnOnce(&mut Cx, &Tape) -> Result<R>) -> Result<R> {
    let tape = cx.new_tape();
    cx.watch.differentiating += 1;
    let result = f(cx, &tape);
    cx.watch.differentiating -= 1;
    tape.close();
    result
}

#[cold]
fn not_a_number(name: &str, value: &Value) -> Stop {
    let error =
        Error::raise(Code::Type, format!("`{name}` wants a function that gives one number, not {}", described(value)));
    match gradient::primal_of(value) {
        Value::Array(_) | Value::Vector(_) | Value::List(_) => {
            error.help("all derivatives of several numbers are `(jacobian f)`; or add them up: `(sum …)`")
        }
        Value::Map(m) if m.get_keyword("weight").is_some() => {
            error.help("take the number out of the result: `(:weight (assess model args choices))`")
        }
        _ => error,
    }
}

fn stop_gradient(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    gradient::plain(&settled(cx, &args[0])?)
}

/// A lazy sequence as a list, whose numbers can be seen.
fn settled(cx: &mut Cx, value: &Value) -> Result<Value> {
    match value {
        Value::Lazy(_) => Value::list(sequence::to_vec(cx, value)?),
        other => Ok(other.clone()),
    }
}

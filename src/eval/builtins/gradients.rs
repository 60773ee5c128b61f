//! Gradients of functions of the language.

mod options;

use crate::error::{Error, Result};
use crate::eval::builtins::args::wrong_type;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::{self, Tape};
use crate::eval::host::HostObject;
use crate::eval::print::{Printer, brief};
use crate::eval::value::Value;
use options::{Wrt, wrt};

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::generic("grad", "[f] [f {:keys [wrt]}]", "The gradient of a function that gives a number: a function of the same arguments. It is taken with respect to the first argument, or to those that `:wrt` names by their places. The numbers of a vector or map keep their places in it.\n((grad (fn [x] (* x x))) 3) ;=> 6.0\n((grad (fn [p] (* (:a p) (:b p)))) {:a 2 :b 3}) ;=> {:a 3.0, :b 2.0}\n((grad * {:wrt [0 1]}) 2 3) ;=> [3.0 2.0]", |_, a| derived(Derived::Gradient, "grad", a)),
    Builtin::generic("value-and-grad", "[f] [f {:keys [wrt]}]", "Like `grad`, for a function that gives both `[value gradient]`, computed together.\n((value-and-grad (fn [x] (* x x))) 3) ;=> [9.0 6.0]", |_, a| derived(Derived::ValueAndGradient, "value-and-grad", a)),
    Builtin::generic("stop-gradient", "[x]", "x as a constant: gradients do not flow through it, nor through the numbers in it.\n((grad (fn [x] (* x (stop-gradient x)))) 3) ;=> 3.0\n(stop-gradient [1 2]) ;=> [1 2]", |_, a| gradient::plain(&a[0])),
];

/// What a derived function gives.
#[derive(Clone, Copy, PartialEq)]
enum Derived {
    Gradient,
    ValueAndGradient,
}

/// A function made of another by differentiation.
struct DerivedFunction {
    what: Derived,
    name: &'static str,
    f: Value,
    wrt: Wrt,
}

fn derived(what: Derived, name: &'static str, args: &mut [Value]) -> Result<Value> {
    let wrt = wrt(name, args)?;
    Ok(Value::host(DerivedFunction { what, name, f: function(name, args)?, wrt }))
}

/// The first argument, which is called.
fn function(name: &str, args: &mut [Value]) -> Result<Value> {
    match &args[0] {
        Value::Fn(_) | Value::Native(_) | Value::Keyword(_) | Value::Host(_) | Value::Map(_) | Value::Vector(_) => {
            Ok(std::mem::take(&mut args[0]))
        }
        other => Err(wrong_type(name, "a function", other, 0)),
    }
}

impl HostObject for DerivedFunction {
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

    fn call(&self, _: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let (value, gradient) = gradient_at(self, cx, args)?;
        match self.what {
            Derived::Gradient => Ok(gradient),
            Derived::ValueAndGradient => Value::vector(vec![value, gradient]),
        }
    }
}

/// Runs `f` on a new tape, which is closed afterwards.
fn with_tape<R>(cx: &mut Cx, f: impl FnOnce(&mut Cx, &Tape) -> Result<R>) -> Result<R> {
    let tape = cx.new_tape();
    let result = f(cx, &tape);
    tape.close();
    result
}

fn gradient_at(of: &DerivedFunction, cx: &mut Cx, args: &mut [Value]) -> Result<(Value, Value)> {
    with_tape(cx, |cx, tape| {
        let lifted = of.wrt.lift(of.name, tape, args)?;
        let output = cx.call(&of.f, args)?;
        let value = tape.below(&output);
        if !matches!(gradient::primal_of(&value), Value::Float(_) | Value::Int(_)) {
            return Err(not_a_number(of.name, &value));
        }
        let cotangents = tape.backward(cx, &[(output, Value::float(1.0))])?;
        Ok((value, of.wrt.gather(&lifted, &cotangents)?))
    })
}

#[cold]
fn not_a_number(name: &str, value: &Value) -> Box<Error> {
    let message = format!("`{name}` wants a function that gives one number, not {} `{}`", value.kind(), brief(value));
    Error::new("gen::type", message)
        .help("for all derivatives of several numbers: `(jacobian f)`; for one number of them: `(sum …)` or `nth`")
}

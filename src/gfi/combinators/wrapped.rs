//! A function that hands its run to another: what switch, mask, contramap and their kin share.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::described;
use crate::eval::collections::Map;
use crate::eval::lanes;
use crate::eval::print::Printer;
use crate::eval::{Cx, Value};
use crate::gfi::body::{Body, Run};
use crate::gfi::interface::{self, GenerativeFunction, function};
use crate::gfi::params_builtins::within;
use std::any::Any;

/// What a wrapper runs for given arguments.
pub struct CallTarget {
    pub function: Value,
    pub args: Vec<Value>,
    /// The address under which its choices stand; at this level when there is none.
    pub under: Option<Value>,
}

/// One kind of wrapper.
pub trait Wrapper: Any + Send + Sync {
    fn name(&self) -> &'static str;

    /// Arguments as `doc` shows them.
    fn arglist(&self) -> &'static str;

    /// What the wrapped function is called with.
    fn gives(&self) -> &'static str;

    /// The values that it was made of, in the order of its constructor.
    fn parts(&self) -> Vec<Value>;

    /// What to run; `None` for a run without choices that returns nil.
    fn target(&self, cx: &mut Cx, this: &Value, args: &[Value]) -> Result<Option<CallTarget>>;

    /// The argument that decides what to run, if one does.
    fn decides(&self, _args: &[Value]) -> Option<usize> {
        None
    }

    /// Parameters of its own, which shadow those in force.
    fn store(&self) -> Option<&Map> {
        None
    }

    /// The return value, from the wrapped one.
    fn returned(&self, _cx: &mut Cx, returned: &Value) -> Result<Value> {
        Ok(returned.clone())
    }
}

/// A wrapper as a generative function.
pub struct Wrapped<W>(pub W);

impl<W: Wrapper> GenerativeFunction for Wrapped<W> {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn code(&self) -> Vec<Value> {
        self.0.parts()
    }

    fn doc(&self) -> Option<(String, String)> {
        Some((self.0.arglist().to_string(), format!("Made by `{}`.", self.0.name())))
    }

    fn same(&self, other: &dyn GenerativeFunction) -> bool {
        let Some(other) = (other as &dyn Any).downcast_ref::<Wrapped<W>>() else { return false };
        // One type serves several combinators.
        self.0.name() == other.0.name() && same_parts(&self.0.parts(), &other.0.parts())
    }

    fn continues(&self, old: &dyn GenerativeFunction) -> bool {
        let Some(old) = (old as &dyn Any).downcast_ref::<Wrapped<W>>() else { return false };
        let (now, before) = (self.0.parts(), old.0.parts());
        let each = || now.iter().zip(&before).all(|(now, before)| interface::continues(now, before));
        self.0.name() == old.0.name() && now.len() == before.len() && each()
    }

    fn body(&self) -> Option<&dyn Body> {
        Some(self)
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("({}", self.0.name()));
        for part in self.0.parts() {
            out.text(" ");
            out.value(&part);
        }
        out.text(")");
    }

    fn depth(&self) -> u32 {
        self.0.parts().iter().map(Value::depth).max().unwrap_or(0) + 1
    }
}

impl<W: Wrapper> Body for Wrapped<W> {
    fn run_in(&self, cx: &mut Cx, this: &Value, args: &[Value], run: &mut dyn Run) -> Result<Value> {
        if let Some(at) = self.0.decides(args)
            && let Some(arg @ Value::Lanes(_)) = args.get(at)
        {
            return lanes::for_each_value(cx, arg, &mut |cx, decided| {
                let mut args = args.to_vec();
                args[at] = decided.clone();
                self.run_in(cx, this, &args, run)
            });
        }
        let Some(CallTarget { function, args, under }) = self.0.target(cx, this, args)? else { return Ok(Value::Nil) };
        let says = (self.0.name(), self.0.gives());
        let returned = match self.0.store() {
            Some(store) => {
                // Those of its own are not there to be trained.
                let outer = std::mem::take(run.params());
                let returned = within(cx, store, |cx| run.visit(cx, under.as_slice(), &function, &args, says));
                *run.params() = outer;
                returned?
            }
            None => run.visit(cx, under.as_slice(), &function, &args, says)?,
        };
        self.0.returned(cx, &returned)
    }
}

/// Parts that are the same functions, or the same values.
pub fn same_parts(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| interface::same_function(x, y))
}

/// Checks that a part of a combinator is a generative function.
pub fn check(combinator: &str, value: &Value, index: usize) -> Result<()> {
    function(combinator, value).map(drop).map_err(|e| e.arg(index))
}

/// The error of a wrapper whose arguments lack what it reads itself.
#[cold]
pub fn no_argument(combinator: &str, arglist: &str, wanted: &str, example: &str, args: &[Value]) -> Stop {
    let given = args.first().map_or("nothing".to_string(), described);
    Error::raise(Code::Type, format!("`{combinator}` takes {arglist}: {wanted}, not {given}"))
        .arguments()
        .help(format!("write `(simulate ({combinator} …) {example})`"))
}

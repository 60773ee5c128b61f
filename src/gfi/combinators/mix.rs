//! mix: a component drawn by weight under `:component`, then that component's own choices.

use super::wrapped::{check, same_parts};
use crate::distributions::{Constructor, Dist};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::collections::Vector;
use crate::eval::lanes;
use crate::eval::print::{Printer, brief};
use crate::eval::{Cx, Value};
use crate::gfi::body::{Body, Run};
use crate::gfi::interface::{GenerativeFunction, Model};
use std::any::Any;

/// Components with the distribution of their index.
pub struct Mix {
    components: Vec<Value>,
    /// A distribution over 0 … k−1.
    index: Value,
}

impl Mix {
    pub fn new(components: Vec<Value>, index: Value) -> Result<Mix> {
        for component in &components {
            check("mix", component, 0)?;
            if let Some(constructor) = component.as_host::<Constructor>() {
                let error = wrong_type("mix", "a generative function", component, 0);
                return Err(error.help(constructor.example()));
            }
            let nested = component.as_host::<Model>().is_some_and(|m| (&*m.0 as &dyn Any).is::<Mix>());
            if nested {
                return Err(Error::raise(
                    Code::AddressVisitedTwice,
                    "a component of a `mix` is a `mix` itself: both choose at `:component`",
                )
                .arg(0)
                .help("put the inner one under an address: `(gen [] (splice :inner (mix …)))`"));
            }
        }
        Ok(Mix { components, index })
    }
}

fn component_key() -> Value {
    Value::keyword("component")
}

impl GenerativeFunction for Mix {
    fn name(&self) -> &str {
        "mix"
    }

    fn code(&self) -> Vec<Value> {
        self.components.iter().chain([&self.index]).cloned().collect()
    }

    fn doc(&self) -> Option<(String, String)> {
        Some(("[& args]".to_string(), "Made by `mix`: the arguments of its components.".to_string()))
    }

    fn same(&self, other: &dyn GenerativeFunction) -> bool {
        let Some(other) = (other as &dyn Any).downcast_ref::<Mix>() else { return false };
        self.index == other.index && same_parts(&self.components, &other.components)
    }

    fn body(&self) -> Option<&dyn Body> {
        Some(self)
    }

    fn print(&self, out: &mut Printer<'_>) {
        let Some(index) = self.index.as_host::<Dist>() else { return };
        let weights = index.args.first().cloned().unwrap_or_default();
        let components = Vector::from_vec(self.components.clone()).map(Value::Vector).unwrap_or_default();
        if index.constructor.name() == "categorical-logits" {
            return out.call("mix", &[components, weights]);
        }
        out.text("(mix {:weights ");
        out.value(&weights);
        out.text(" :components ");
        out.value(&components);
        out.text("})");
    }

    fn depth(&self) -> u32 {
        self.components.iter().map(Value::depth).max().unwrap_or(0) + 1
    }
}

impl Body for Mix {
    /// `:component` is a choice like any other; the rest is a switch by its value. A component that is a distribution
    /// takes no arguments and has its value at `:value`.
    fn run_in(&self, cx: &mut Cx, _this: &Value, args: &[Value], run: &mut dyn Run) -> Result<Value> {
        let says = ("mix", "its own arguments");
        let chosen = run.visit(cx, &[component_key()], &self.index, &[], says)?;
        lanes::for_each_value(cx, &chosen, &mut |cx, chosen| {
            let at = chosen.as_int().and_then(|i| usize::try_from(i).ok());
            let Some(component) = at.and_then(|i| self.components.get(i)) else {
                return Err(no_component(self.components.len(), chosen));
            };
            match component.as_host::<Dist>() {
                Some(_) => run.visit(cx, &[Value::keyword("value")], component, &[], says),
                None => run.visit(cx, &[], component, args, says).map_err(taken),
            }
        })
    }
}

/// The address of the component is not the component's.
#[cold]
fn taken(error: Stop) -> Stop {
    match error.is(Code::AddressVisitedTwice) && error.path() == [":component"] {
        true => error.help("the `mix` chooses at `:component`: rename the choice, or put it under an address"),
        false => error,
    }
}

#[cold]
fn no_component(count: usize, index: &Value) -> Stop {
    Error::raise(Code::Index, format!("a `mix` of {count} components has none at `{}`", brief(index)))
        .help(format!("`:component` is one of 0 … {}", count.saturating_sub(1)))
}

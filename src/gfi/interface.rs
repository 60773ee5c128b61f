//! The generative function interface: one trait that models, distributions and host code implement.

use super::choicemap::ChoiceMap;
use super::model::DynamicModel;
use super::selection::Selection;
use super::trace::Trace;
use crate::dist::{Constructor, Dist};
use crate::error::{Error, Result};
use crate::eval::key::{Draws, Key};
use crate::eval::print::{Printer, brief};
use crate::eval::{Cx, HostObject, Value};
use std::sync::Arc;

/// Where a run takes its randomness: the operation's key and the hash of the address path so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin {
    pub key: Key,
    pub path: u64,
}

impl Origin {
    pub fn new(key: Key) -> Origin {
        Origin { key, path: 0 }
    }

    /// The origin below an address.
    pub fn below(self, address: &[Value]) -> Origin {
        Origin { key: self.key, path: super::address::hash_path(self.path, address) }
    }

    pub fn draws(self) -> Draws {
        self.key.site(self.path, 0)
    }
}

/// A probability distribution over traces. `this` is the function itself as a value.
///
/// Weights are those of Gen (Cusumano-Towner et al., PLDI 2019). ℓ is the log-density of one choice.
pub trait GenerativeFunction: Send + Sync + 'static {
    fn name(&self) -> &str;

    /// Parameters and doc string, for `doc` and reports.
    fn doc(&self) -> Option<(String, String)> {
        None
    }

    /// The model behind it, when its body can run inside another model's.
    fn as_dynamic(&self) -> Option<&DynamicModel> {
        None
    }

    /// A run in which every choice is drawn from the prior.
    fn simulate(&self, cx: &mut Cx, this: &Value, args: &[Value], origin: Origin) -> Result<Trace>;

    /// A run in which constrained choices take the given values; the weight is the sum of their ℓ.
    fn generate(
        &self,
        cx: &mut Cx,
        this: &Value,
        args: &[Value],
        constraints: &ChoiceMap,
        origin: Origin,
    ) -> Result<(Trace, f64)>;

    /// The sum of ℓ when every choice is given, and the return value; a missing one is an error.
    fn assess(&self, cx: &mut Cx, this: &Value, args: &[Value], choices: &ChoiceMap) -> Result<(f64, Value)>;

    /// A run with the selected choices drawn anew. The weight sums ℓ(new) − ℓ(old) over the choices that are not
    /// selected and stand in both runs.
    fn regenerate(
        &self,
        cx: &mut Cx,
        this: &Value,
        args: &[Value],
        trace: &Arc<Trace>,
        selection: &Selection,
        origin: Origin,
    ) -> Result<(Trace, f64)>;
}

/// A generative function as a value.
pub struct Model(pub Box<dyn GenerativeFunction>);

impl Model {
    pub fn value(function: impl GenerativeFunction) -> Value {
        Value::host(Model(Box::new(function)))
    }
}

impl HostObject for Model {
    fn kind(&self) -> &'static str {
        "a generative function"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("#<gen {}>", self.0.name()));
    }

    /// Outside models, a call samples and returns the return value.
    fn call(&self, this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        if cx.in_model() {
            let name = self.0.name();
            return Err(Error::new(
                "gen::random-in-model",
                format!("a plain call of the generative function `{name}` inside a model"),
            )
            .help(format!(
                "give its choices an address, `(trace :part {name} …)`, or inline them, `(splice {name} …)`"
            )));
        }
        let key = cx.next_key(self.0.name())?;
        Ok(self.0.simulate(cx, this, args, Origin::new(key))?.retval)
    }

    fn doc(&self) -> Option<(String, String)> {
        self.0.doc()
    }
}

/// The generative function inside a value: a model or a distribution.
pub fn function<'a>(operation: &str, value: &'a Value) -> Result<&'a dyn GenerativeFunction> {
    if let Some(model) = value.as_host::<Model>() {
        return Ok(&*model.0);
    }
    if let Some(dist) = value.as_host::<Dist>() {
        return Ok(dist);
    }
    Err(not_generative(operation, value))
}

#[cold]
fn not_generative(operation: &str, value: &Value) -> Box<Error> {
    let message = format!("`{operation}` wants a generative function, not {} `{}`", value.kind(), brief(value));
    let error = Error::new("gen::type", message);
    match (value, value.as_host::<Constructor>()) {
        (_, Some(constructor)) => {
            let params = constructor.arglist();
            error.help(format!(
                "give the distribution its parameters: `({} {})`",
                constructor.name(),
                params.trim_matches(['[', ']'])
            ))
        }
        (Value::Fn(_), _) => error.help("a plain function makes no choices: define it with `defgen` instead of `defn`"),
        _ => error.help("make one with `(gen [x] …)` or `(defgen name [x] …)`"),
    }
}

//! Models written in the language: a body that runs under the handler of an operation.

use super::body::{Body, Run};
use super::interface::{GenerativeFunction, Model};
use crate::error::{Code, Error, Result};
use crate::eval::effect::Handler;
use crate::eval::equality::identical;
use crate::eval::run::arity_error;
use crate::eval::statements::Statements;
use crate::eval::{Builtin, Cx, Value};
use std::any::Any;
use std::sync::{Arc, OnceLock};

/// Makes the model of what `gen` has read: name, doc, arglist, number of required arguments, rest?, body, defaults.
pub static MODEL: Builtin =
    Builtin::new("gen", "[name doc arglist required rest body & defaults]", |_: &mut Cx, args: &mut [Value]| {
        let text = |v: &Value| v.as_str().map(Arc::<str>::from);
        let [name, doc, arglist, required, rest, body, defaults @ ..] = args else {
            return Err(Error::raise(Code::Internal, "a model without its parts"));
        };
        Ok(Model::value(DynamicModel {
            name: text(name).unwrap_or_default(),
            doc: text(doc),
            arglist: text(arglist).unwrap_or_default(),
            required: required.as_int().unwrap_or(0) as usize,
            rest: rest.truthy(),
            body: body.clone(),
            defaults: defaults.to_vec(),
            statements: OnceLock::new(),
        }))
    });

/// A generative function made by `gen`.
pub struct DynamicModel {
    pub name: Arc<str>,
    pub doc: Option<Arc<str>>,
    /// The parameter vector as written.
    pub arglist: Arc<str>,
    /// The body as a function of the model itself and the arguments.
    pub body: Value,
    /// Functions from the arguments so far to the default of the next optional one.
    pub defaults: Vec<Value>,
    /// Arguments that must be given.
    pub required: usize,
    /// Takes any number of further arguments.
    pub rest: bool,
    /// The body as statements, found when first needed.
    pub statements: OnceLock<Option<Statements>>,
}

impl DynamicModel {
    /// The body as statements, where it is a sequence of them.
    pub fn statements(&self) -> Option<&Statements> {
        let Value::Fn(body) = &self.body else { return None };
        self.statements.get_or_init(|| Statements::of(body)).as_ref()
    }

    /// The body's arguments: the model itself, and those of the call.
    pub fn body_args(&self, this: &Value, args: &[Value]) -> Vec<Value> {
        let mut all = Vec::with_capacity(args.len() + 1);
        all.push(this.clone());
        all.extend_from_slice(args);
        all
    }

    /// Runs the body under a handler, which comes back with what it has seen.
    pub fn execute<H: Handler>(&self, cx: &mut Cx, this: &Value, args: &[Value], handler: H) -> (H, Result<Value>) {
        let mut all = self.body_args(this, args);
        cx.with_handler(handler, |cx| cx.call(&self.body, &mut all))
    }
}

impl Body for DynamicModel {
    fn run_in(&self, cx: &mut Cx, this: &Value, args: &[Value], run: &mut dyn Run) -> Result<Value> {
        run.model(cx, this, self, args)
    }
}

impl GenerativeFunction for DynamicModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn code(&self) -> Vec<Value> {
        self.defaults.iter().chain([&self.body]).cloned().collect()
    }

    fn doc(&self) -> Option<(String, String)> {
        Some((self.arglist.to_string(), self.doc.as_deref().unwrap_or("").to_string()))
    }

    fn body(&self) -> Option<&dyn Body> {
        Some(self)
    }

    fn complete(&self, cx: &mut Cx, args: &[Value]) -> Result<Vec<Value>> {
        let most = self.required + self.defaults.len();
        if args.len() < self.required || (args.len() > most && !self.rest) {
            return Err(arity_error(&self.name, &self.arglist, args.len()).arguments());
        }
        let mut complete = args.to_vec();
        for default in self.defaults.iter().skip(args.len() - self.required.min(args.len())) {
            let value = cx.call(default, &mut complete.clone())?;
            complete.push(value);
        }
        Ok(complete)
    }

    /// The same code over the same captured values.
    fn same(&self, other: &dyn GenerativeFunction) -> bool {
        let Some(other) = (other as &dyn Any).downcast_ref::<DynamicModel>() else { return false };
        match (&self.body, &other.body) {
            (Value::Fn(a), Value::Fn(b)) => {
                a.same(b) && self.defaults.iter().zip(&other.defaults).all(|(x, y)| identical(x, y))
            }
            _ => false,
        }
    }

    fn depth(&self) -> u32 {
        self.body.depth().max(self.defaults.iter().map(Value::depth).max().unwrap_or(0))
    }
}

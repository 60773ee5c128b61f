//! Distributions that programs define: a sampler and a log-density as functions of the language.

use super::declared_support::declared_support;
use super::defined_dist::{DefinedDist, tried};
use super::elementwise::{Arg, each_of};
use super::inner::InnerDist;
use super::transformed::function;
use crate::distributions::broadcast::{merged, shape_of};
use crate::distributions::density::Density;
use crate::distributions::object::{Constructor, DefinedConstructor};
use crate::error::{Code, Error, Result};
use crate::eval::args::{string, wrong_type};
use crate::eval::collections::Map;
use crate::eval::gradient::primal_of;
use crate::eval::key::Key;
use crate::eval::print::brief;
use crate::eval::run::arity_error;
use crate::eval::{Cx, Value, keys};
use std::sync::Arc;

/// What a program says of its distribution.
pub struct Defined {
    pub name: Arc<str>,
    pub arglist: String,
    pub doc: String,
    params: usize,
    functions: Vec<(&'static str, Value)>,
    support: Option<Value>,
}

/// What a specification may have.
const PARTS: &str = "sample logpdf support mean variance cdf quantile derived-from";

/// Functions of the parameters, or of a value and them.
const FUNCTIONS: [&str; 7] = ["sample", "logpdf", "mean", "variance", "cdf", "quantile", "derived-from"];

/// `(make-distribution name params doc spec)`.
pub fn make_distribution(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let name = match &args[0] {
        Value::Symbol(name) => name.as_str().to_string(),
        Value::Keyword(name) => name.as_str().to_string(),
        _ => string("make-distribution", args, 0)?.to_string(),
    };
    let Value::Vector(params) = &args[1] else {
        return Err(wrong_type("make-distribution", "a vector of parameters", &args[1], 1));
    };
    let doc = if args[2].is_nil() { "" } else { string("make-distribution", args, 2)? };
    let Value::Map(spec) = &args[3] else {
        return Err(wrong_type("make-distribution", "a map with `:sample` and `:logpdf`", &args[3], 3));
    };
    let (functions, support) = read(&name, spec)?;
    let defined = Defined {
        arglist: brief_list(params.iter()),
        params: params.len(),
        name: name.into(),
        doc: doc.to_string(),
        functions,
        support,
    };
    Ok(Value::host(Constructor::Defined(Arc::new(defined))))
}

fn brief_list<'a>(items: impl Iterator<Item = &'a Value>) -> String {
    format!("[{}]", items.map(brief).collect::<Vec<_>>().join(" "))
}

type Specification = (Vec<(&'static str, Value)>, Option<Value>);

/// The functions of a specification, and its support.
fn read(name: &str, spec: &Map) -> Result<Specification> {
    keys::check(&format!("the distribution `{name}`"), "part", spec, PARTS).map_err(|e| e.arg(3))?;
    let (mut functions, mut support) = (Vec::new(), None);
    for (key, value) in spec.iter() {
        let known = key.as_keyword().and_then(|key| FUNCTIONS.into_iter().find(|known| *known == key));
        match known {
            Some(known) => {
                function(&format!(":{known} of {name}"), value).map_err(|e| e.arg(3))?;
                functions.push((known, value.clone()));
            }
            None => {
                // What is no function is declared once for all.
                if !matches!(value, Value::Fn(_) | Value::Native(_)) {
                    declared_support(name, value).map_err(|e| e.arg(3))?;
                }
                support = Some(value.clone());
            }
        }
    }
    let has = |wanted: &str| functions.iter().any(|(name, _)| *name == wanted);
    let complete = has("derived-from") || (has("sample") && has("logpdf"));
    if !complete {
        let missing = if has("sample") { "logpdf" } else { "sample" };
        let message = format!("the distribution `{name}` needs `:{missing}`");
        let help = "`{:sample (fn [param …] …) :logpdf (fn [x param …] …)}`";
        return Err(Error::raise(Code::Option, message).arg(3).help(help));
    }
    Ok((functions, support))
}

impl DefinedConstructor for Defined {
    fn name(&self) -> &str {
        &self.name
    }
    fn arglist(&self) -> &str {
        &self.arglist
    }
    fn doc(&self) -> &str {
        &self.doc
    }
    fn code(&self) -> Vec<Value> {
        self.functions.iter().map(|(_, function)| function).chain(&self.support).cloned().collect()
    }

    fn make(self: Arc<Self>, cx: &mut Cx, args: &[Value]) -> Result<Box<dyn Density>> {
        if args.len() != self.params {
            return Err(arity_error(&self.name, &self.arglist, args.len()));
        }
        if let Some(build) = self.function("derived-from") {
            let dist = cx.isolated(|cx| cx.call(build, &mut args.to_vec()))?;
            let whole = InnerDist::new(&self.name, &dist)?;
            let of = match self.elements(cx, args, &whole)? {
                Some(elements) => elements,
                None => Box::new(whole),
            };
            return Ok(Box::new(RenamedDist { name: self.name.clone(), of }));
        }
        let declared = match &self.support {
            Some(f @ (Value::Fn(_) | Value::Native(_))) => Some(cx.isolated(|cx| cx.call(f, &mut args.to_vec()))?),
            declared => declared.clone(),
        };
        Ok(Box::new(DefinedDist::new(self, args, declared)?))
    }
}

impl Defined {
    /// One of its functions, if it has it.
    pub(super) fn function(&self, name: &str) -> Option<&Value> {
        self.functions.iter().find(|(known, _)| *known == name).map(|(_, f)| f)
    }

    /// A distribution of each element, where array parameters make arrays of draws that the base draws fewer numbers for:
    /// these would hang together.
    fn elements(
        self: &Arc<Defined>,
        cx: &mut Cx,
        args: &[Value],
        whole: &InnerDist,
    ) -> Result<Option<Box<dyn Density>>> {
        let mut of_args = args.iter().filter(|arg| matches!(primal_of(arg), Value::Array(_))).filter_map(shape_of);
        let axes = of_args.try_fold(Vec::new(), |all, shape| merged(&all, &shape));
        let Some(axes) = axes.filter(|axes| !axes.is_empty() && whole.shape().as_ref() != Some(axes)) else {
            return Ok(None);
        };
        let drawn = tried(whole.sample(cx, &mut Key(0).site(0, 0)))?;
        if drawn.as_ref().and_then(shape_of).as_ref() != Some(&axes) {
            return Ok(None);
        }
        let each: Vec<Arg<'_>> = args.iter().map(Arg::of).collect();
        each_of(cx, "defdist-transform", &Constructor::Defined(self.clone()), axes, &each).map(Some)
    }
}

/// A distribution of a program that is another one under a new name.
struct RenamedDist {
    name: Arc<str>,
    of: Box<dyn Density>,
}

crate::distributions::density::delegate!(RenamedDist, |this| &*this.of, |this| &this.name);

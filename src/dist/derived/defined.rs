//! Distributions that programs define: a sampler and a log-density as functions of the language.

use super::Part;
use super::transformed::function;
use crate::dist::density::{Callee, Density, draw_of_variables};
use crate::dist::object::Constructor;
use crate::dist::region::SupportOf;
use crate::dist::transform::{Numbers, Transform};
use crate::error::{Error, Result};
use crate::eval::builtins::args::{string, wrong_type};
use crate::eval::collections::Map;
use crate::eval::gradient::{holds_var, primal_of};
use crate::eval::key::{Draws, Key, Stream};
use crate::eval::print::brief;
use crate::eval::run::arity_error;
use crate::eval::{Cx, Value};
use rand::TryRng;
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

type Read = (Vec<(&'static str, Value)>, Option<Value>);

/// The functions of a specification, and its support.
fn read(name: &str, spec: &Map) -> Result<Read> {
    let (mut functions, mut support) = (Vec::new(), None);
    for (key, value) in spec.iter() {
        let known = key.as_keyword().and_then(|key| FUNCTIONS.into_iter().find(|known| *known == key));
        match known {
            Some(known) => {
                function(&format!(":{known} of {name}"), value).map_err(|e| e.arg(3))?;
                functions.push((known, value.clone()));
            }
            None if key.as_keyword() == Some("support") => support = Some(value.clone()),
            None => {
                let message = format!("a distribution has no `{}`", brief(key));
                let help = "it has `:sample :logpdf :support :mean :variance :cdf :quantile`";
                return Err(Error::new("gen::option", message).arg(3).help(help));
            }
        }
    }
    let has = |wanted: &str| functions.iter().any(|(name, _)| *name == wanted);
    let complete = has("derived-from") || (has("sample") && has("logpdf"));
    if !complete {
        let missing = if has("sample") { "logpdf" } else { "sample" };
        let message = format!("the distribution `{name}` needs `:{missing}`");
        let help = "`{:sample (fn [param …] …) :logpdf (fn [x param …] …)}`";
        return Err(Error::new("gen::option", message).arg(3).help(help));
    }
    Ok((functions, support))
}

impl Defined {
    fn function(&self, name: &str) -> Option<&Value> {
        self.functions.iter().find(|(known, _)| *known == name).map(|(_, f)| f)
    }

    /// The distribution with these parameters.
    pub fn make<'a>(self: &Arc<Defined>, cx: &mut Cx, args: &[Value]) -> Result<Callee<'a>> {
        if args.len() != self.params {
            return Err(arity_error(&self.name, &self.arglist, args.len()));
        }
        if let Some(build) = self.function("derived-from") {
            let dist = cx.isolated(|cx| cx.call(build, &mut args.to_vec()))?;
            return Ok(Callee::Made(Box::new(Derived {
                name: self.name.clone(),
                part: Part::new(&self.name, &dist)?,
            })));
        }
        let told = match &self.support {
            None => Value::keyword("reals"),
            Some(f @ (Value::Fn(_) | Value::Native(_))) => cx.isolated(|cx| cx.call(f, &mut args.to_vec()))?,
            Some(told) => told.clone(),
        };
        let support = SupportOf::told(&told);
        Ok(Callee::Made(Box::new(DefinedDist { defined: self.clone(), args: args.to_vec(), told, support })))
    }
}

/// A distribution of a program with its parameters.
struct DefinedDist {
    defined: Arc<Defined>,
    args: Vec<Value>,
    told: Value,
    support: SupportOf,
}

impl DefinedDist {
    /// A function of a value and the parameters.
    fn with(&self, cx: &mut Cx, f: &Value, value: &Value) -> Result<Value> {
        let mut args = vec![value.clone()];
        args.extend_from_slice(&self.args);
        cx.isolated(|cx| cx.call(f, &mut args))
    }

    fn moment(&self, cx: &mut Cx, name: &str) -> Result<Option<Value>> {
        let f = self.defined.function(name);
        f.map(|f| cx.isolated(|cx| cx.call(f, &mut self.args.clone()))).transpose()
    }
}

impl Density for DefinedDist {
    fn name(&self) -> &str {
        &self.defined.name
    }

    /// The sampler has a random stream of its own, from the site's draws.
    fn sample(&self, cx: &mut Cx, draws: &mut Draws) -> Result<Value> {
        if self.args.iter().any(holds_var) {
            return Err(draw_of_variables(&self.defined.name));
        }
        let Some(f) = self.defined.function("sample") else { return Ok(Value::Nil) };
        let Ok(seed) = draws.try_next_u64();
        cx.outside_model(Stream::new(Key(seed)), |cx| cx.call(f, &mut self.args.clone()))
    }

    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        Ok(primal_of(&self.score(cx, value)?).as_f64().unwrap_or(f64::NAN) + 0.0)
    }

    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        if !self.support.may_hold(value) {
            return Ok(Value::float(f64::NEG_INFINITY));
        }
        let Some(f) = self.defined.function("logpdf") else { return Ok(Value::float(f64::NAN)) };
        match self.with(cx, f, value)? {
            Value::Int(n) => Ok(Value::float(n as f64)),
            score if primal_of(&score).as_f64().is_some() => Ok(score),
            other => {
                let message = format!(
                    "`:logpdf` of `{}` must give a number, not {} `{}`",
                    self.defined.name,
                    other.kind(),
                    brief(&other)
                );
                Err(Error::new("gen::type", message))
            }
        }
    }

    fn check_value(&self, value: &Value) -> Result<Value> {
        Ok(value.clone())
    }

    fn support(&self) -> SupportOf {
        self.support.clone()
    }

    fn continuous(&self) -> bool {
        self.support.is_continuous()
    }

    fn transform(&self, _cx: &mut Cx) -> Result<Transform> {
        let known = Transform::onto(self.name(), &self.support, self.continuous())?;
        match SupportOf::told_ends(&self.told) {
            Some((lo, hi)) => Numbers::between(lo.clone(), hi.clone(), None).map(Transform::Numbers),
            None => Ok(known),
        }
    }

    fn mean(&self, cx: &mut Cx) -> Result<Option<Value>> {
        self.moment(cx, "mean")
    }

    fn variance(&self, cx: &mut Cx) -> Result<Option<Value>> {
        self.moment(cx, "variance")
    }

    fn cdf(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        self.defined.function("cdf").map(|f| self.with(cx, f, x)).transpose()
    }

    fn quantile(&self, cx: &mut Cx, p: &Value) -> Result<Option<Value>> {
        self.defined.function("quantile").map(|f| self.with(cx, f, p)).transpose()
    }
}

/// A distribution of a program that is another one under a new name.
struct Derived {
    name: Arc<str>,
    part: Part,
}

crate::dist::density::delegate!(Derived, |this| this.part.density(), |this| &this.name);

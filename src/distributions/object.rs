//! Distributions as values: the constructor that a name means, and a distribution with its parameters.

use super::density::{Callee, Density};
use super::family::Family;
use super::scalar::ScalarDist;
use super::structured::{StructuredDist, StructuredFamily};
use super::support_of::SupportOf;
use crate::docs;
use crate::error::{Code, Error, Result};
use crate::eval::key::SiteRng;
use crate::eval::name::{hash_text, mix};
use crate::eval::print::{Printer, brief};
use crate::eval::run::arity_error;
use crate::eval::{Cx, HostObject, Value, hash_code};
use std::any::Any;
use std::sync::Arc;

/// Checks parameters and makes the distribution.
pub type Make = fn(&mut Cx, &[Value]) -> Result<Box<dyn Density>>;

/// A distribution over other things than numbers, or made of other distributions, as a row of the table.
pub struct Built {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub arglist: &'static str,
    pub make: Make,
}

/// A constructor that a program defines.
pub trait DefinedConstructor: Send + Sync {
    fn name(&self) -> &str;
    fn arglist(&self) -> &str;
    fn doc(&self) -> &str;
    /// The functions that the program gave it.
    fn code(&self) -> Vec<Value>;
    /// The distribution with these parameters.
    fn make(self: Arc<Self>, cx: &mut Cx, args: &[Value]) -> Result<Box<dyn Density>>;
}

/// A distribution's constructor: what `normal` means.
#[derive(Clone)]
pub enum Constructor {
    Scalar(&'static Family),
    Structured(&'static StructuredFamily),
    Built(&'static Built),
    Defined(Arc<dyn DefinedConstructor>),
}

impl Constructor {
    pub fn name(&self) -> &str {
        match self {
            Constructor::Scalar(family) => family.name,
            Constructor::Structured(family) => family.name,
            Constructor::Built(built) => built.name,
            Constructor::Defined(defined) => defined.name(),
        }
    }

    /// `[mu sigma]`.
    pub fn arglist(&self) -> String {
        match self {
            Constructor::Scalar(family) => family.arglist(),
            Constructor::Structured(family) => family.arglist(),
            Constructor::Built(built) => built.arglist.to_string(),
            Constructor::Defined(defined) => defined.arglist().to_string(),
        }
    }

    fn text(&self) -> &str {
        match self {
            Constructor::Defined(defined) => defined.doc(),
            declared => docs::of(declared.name()).unwrap_or_default(),
        }
    }

    /// The distribution with these parameters, checked.
    #[inline]
    pub fn make<'a>(&self, cx: &mut Cx, args: &[Value]) -> Result<Callee<'a>> {
        match self {
            Constructor::Scalar(family) => ScalarDist::new(family, args).map(Callee::Scalar),
            Constructor::Structured(family) => Ok(Callee::Made(Box::new(StructuredDist::new(family, args)?))),
            Constructor::Built(built) => (built.make)(cx, args).map(Callee::Made),
            Constructor::Defined(defined) => defined.clone().make(cx, args).map(Callee::Made),
        }
    }

    /// The same as a value.
    pub fn value(&self, cx: &mut Cx, args: &[Value]) -> Result<Value> {
        let lanes = cx.group.is_some() && args.iter().any(crate::eval::lanes::nested_lanes::any_in_part);
        let density = if lanes { Callee::Made(Box::new(PerLane(self.name().into()))) } else { self.make(cx, args)? };
        Ok(Value::host(Dist { constructor: self.clone(), args: args.to_vec(), density }))
    }

    /// What to type for a distribution of this kind.
    pub fn example(&self) -> String {
        format!(
            "give it parameters: `({} {})`",
            self.name(),
            self.arglist().split(']').next().unwrap_or("").trim_start_matches('[')
        )
    }

    fn same(&self, other: &Constructor) -> bool {
        match (self, other) {
            (Constructor::Scalar(a), Constructor::Scalar(b)) => std::ptr::eq(*a, *b),
            (Constructor::Structured(a), Constructor::Structured(b)) => std::ptr::eq(*a, *b),
            (Constructor::Built(a), Constructor::Built(b)) => std::ptr::eq(*a, *b),
            (Constructor::Defined(a), Constructor::Defined(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// A distribution whose parameters are lanes: a batched choice makes one of each lane's parameters.
struct PerLane(Box<str>);

impl PerLane {
    #[cold]
    fn alone<T>(&self, what: &str) -> Result<T> {
        let message = format!("`{}` has parameters per lane: only a choice can {what} it", self.0);
        Err(Error::raise(Code::Lanes, message).help("make a choice of it: `(trace :x d)`"))
    }
}

impl Density for PerLane {
    fn name(&self) -> &str {
        &self.0
    }
    fn sample(&self, _: &mut Cx, _: &mut SiteRng) -> Result<Value> {
        self.alone("draw from")
    }
    fn logpdf(&self, _: &mut Cx, _: &Value) -> Result<f64> {
        self.alone("score")
    }
    fn check_value(&self, value: &Value) -> Result<Value> {
        Ok(value.clone())
    }
    fn support(&self) -> SupportOf {
        SupportOf::Unknown
    }
    fn continuous(&self) -> bool {
        false
    }
}

impl HostObject for Constructor {
    fn kind(&self) -> &'static str {
        "a distribution's constructor"
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text(&format!("#<distribution {}>", self.name()));
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        (other as &dyn Any).downcast_ref::<Constructor>().is_some_and(|o| o.same(self))
    }

    fn hash_code(&self) -> u64 {
        hash_text(self.name())
    }

    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        self.value(cx, args)
    }

    fn code(&self) -> Option<Vec<Value>> {
        match self {
            Constructor::Defined(defined) => Some(defined.code()),
            _ => Some(Vec::new()),
        }
    }

    fn takes(&self, given: usize) -> Result<()> {
        let fits = match self {
            Constructor::Scalar(family) => given == family.params.len(),
            Constructor::Structured(family) => (family.required()..=family.params.len()).contains(&given),
            Constructor::Built(_) | Constructor::Defined(_) => true,
        };
        if fits { Ok(()) } else { Err(arity_error(self.name(), &self.arglist(), given)) }
    }

    fn fuses_with_trace(&self) -> bool {
        true
    }

    fn doc(&self) -> Option<(String, String)> {
        Some((self.arglist(), self.text().to_string()))
    }
}

/// A distribution with checked parameters.
pub struct Dist {
    pub constructor: Constructor,
    pub args: Vec<Value>,
    density: Callee<'static>,
}

impl Dist {
    pub fn density(&self) -> &dyn Density {
        self.density.density()
    }
}

impl HostObject for Dist {
    fn kind(&self) -> &'static str {
        "a distribution"
    }

    /// As code that makes it again.
    fn print(&self, out: &mut Printer<'_>) {
        out.call(self.constructor.name(), &self.args);
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        (other as &dyn Any)
            .downcast_ref::<Dist>()
            .is_some_and(|o| o.constructor.same(&self.constructor) && o.args == self.args)
    }

    fn hash_code(&self) -> u64 {
        self.args.iter().fold(hash_text(self.constructor.name()), |h, a| mix(h ^ hash_code(a)))
    }

    fn depth(&self) -> u32 {
        self.args.iter().map(Value::depth).max().unwrap_or(0) + 1
    }

    fn parts(&self) -> &[Value] {
        &self.args
    }

    fn code(&self) -> Option<Vec<Value>> {
        Some(self.args.iter().cloned().chain(self.constructor.code().into_iter().flatten()).collect())
    }

    fn with_parts(&self, cx: &mut Cx, parts: Vec<Value>) -> Result<Value> {
        self.constructor.value(cx, &parts)
    }

    fn no_condition(&self, this: &Value) -> Option<String> {
        Some(format!("make a choice of it, `(trace :x {})`, or ask `(some? d)`", brief(this)))
    }

    /// Outside a model a distribution called without arguments draws.
    fn call(&self, _this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        if !args.is_empty() {
            return Err(arity_error(self.constructor.name(), "[]", args.len()));
        }
        let key = cx.next_key(self.constructor.name())?;
        self.density().sample(cx, &mut key.site(0, 0))
    }
}

//! What all operations share: telling choices from calls, recording visits, the weight of kept choices.

use crate::dist::{Dist, Family, FamilyObject, Params};
use crate::error::{Error, Result};
use crate::eval::effect::{Handler, Site};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::address::{components, show};
use crate::gfi::interface::{GenerativeFunction, Model, Origin};
use crate::gfi::trace::{Record, Trace, What};
use crate::gfi::trie::{Conflict, Trie};
use std::borrow::Cow;
use std::sync::Arc;

/// What stands behind an address: a distribution with its parameters, or a call.
pub enum Callee<'a> {
    Choice(&'static Family, Cow<'a, Params>),
    Call(&'a dyn GenerativeFunction),
}

/// Reads the callee of `trace`: a distribution, its constructor with parameters, or a generative function.
#[inline]
pub fn callee<'a>(value: &'a Value, args: &[Value]) -> Result<Callee<'a>> {
    if let Some(family) = value.as_host::<FamilyObject>() {
        return Ok(Callee::Choice(family.0, Cow::Owned(Params::check(family.0, args)?)));
    }
    match value.as_host::<Dist>() {
        Some(dist) if args.is_empty() => Ok(Callee::Choice(dist.family, Cow::Borrowed(&dist.params))),
        Some(_) => {
            Err(Error::new("gen::arity", format!("the distribution `{}` takes no arguments here", brief(value))))
        }
        None => called(value).map(Callee::Call),
    }
}

/// The generative function of a call.
pub fn called(value: &Value) -> Result<&dyn GenerativeFunction> {
    match value.as_host::<Model>() {
        Some(model) => Ok(&*model.0),
        None => crate::gfi::interface::function("trace", value),
    }
}

/// A run in progress: where draws come from, and what was visited.
#[derive(Default)]
pub struct Run {
    pub origin: Origin,
    pub records: Trie<Record>,
    pub score: f64,
    visits: usize,
}

/// Choices and calls that one run may make.
const MAX_VISITS: usize = 5_000_000;

impl Run {
    pub fn new(origin: Origin) -> Run {
        Run { origin, ..Run::default() }
    }

    /// The path of a site.
    pub fn path<'a>(&self, site: &Site<'a>) -> Result<Cow<'a, [Value]>> {
        components(site.address)
    }

    /// Records a choice; a log-density that is no number is an error here.
    pub fn choice(&mut self, cx: &Cx, site: &Site<'_>, path: &[Value], value: Value, score: f64) -> Result<()> {
        if score.is_nan() {
            let message =
                format!("the log-density at `{}` is not a number for the value `{}`", show(path), brief(&value));
            return Err(
                Error::new("gen::nan", message).help("print the distribution's parameters: one of them went wrong")
            );
        }
        self.score += score;
        self.record(cx, site, path, What::Choice(value, score))
    }

    /// Records a call.
    pub fn call(&mut self, cx: &Cx, site: &Site<'_>, path: &[Value], trace: Trace) -> Result<Value> {
        let value = trace.retval.clone();
        self.score += trace.score;
        self.record(cx, site, path, What::Call(Arc::new(trace)))?;
        Ok(value)
    }

    fn record(&mut self, cx: &Cx, site: &Site<'_>, path: &[Value], what: What) -> Result<()> {
        self.visits += 1;
        if self.visits > MAX_VISITS {
            let message = format!("the run made more than {MAX_VISITS} choices, the last at `{}`", show(path));
            return Err(Error::new("gen::too-large", message)
                .help("does the model ever stop? Look at the condition of its loop or recursion"));
        }
        match self.records.insert_new(path, Record { what, place: site.place }) {
            Ok(()) => Ok(()),
            Err(_) => Err(self.visited_twice(cx, path)),
        }
    }

    /// An address is visited once, and one that holds a value is no prefix of another.
    #[cold]
    fn visited_twice(&self, cx: &Cx, path: &[Value]) -> Box<Error> {
        let first_leaf = |t: &Trie<Record>| t.leaves().first().map(|(_, r)| r.place);
        match self.records.conflict(path) {
            Some(Conflict::Taken(there)) if there.leaf().is_some() => {
                let error =
                    Error::new("gen::address-visited-twice", format!("the address `{}` is visited twice", show(path)))
                        .label("visited again here")
                        .help("give each choice its own address, for example `[:y i]` in a loop");
                match first_leaf(there) {
                    Some(place) => error.also(cx.span(place), "first visited here"),
                    None => error,
                }
            }
            conflict => {
                let place = match conflict {
                    Some(Conflict::Taken(there)) => first_leaf(there),
                    Some(Conflict::Below(record)) => Some(record.place),
                    None => None,
                };
                let message = format!("the address `{}` is a prefix of another, or another of it", show(path));
                let error = Error::new("gen::address-prefix", message)
                    .label("this address")
                    .help("an address that holds a value has nothing under it: rename one of the two");
                match place {
                    Some(place) => error.also(cx.span(place), "clashes with this one"),
                    None => error,
                }
            }
        }
    }

    /// The finished trace.
    pub fn finish(self, function: &Value, args: Vec<Value>, retval: Value, observed: Trie<()>) -> Trace {
        Trace { function: function.clone(), args, records: self.records, score: self.score, retval, observed }
    }
}

/// Runs a model's body under the handler that is running already, so that its choices join those of the caller.
pub fn inline<H: Handler + Default>(handler: &mut H, cx: &mut Cx, model: &Value, args: &[Value]) -> Result<Value> {
    let Some(dynamic) = called(model)?.as_dynamic() else {
        return Err(Error::new("gen::splice", format!("`{}` cannot be inlined", brief(model)))
            .help("give it an address: `(splice :part model …)`"));
    };
    let args = dynamic.complete(cx, args)?;
    let (back, result) = dynamic.run(cx, model, &args, std::mem::take(handler));
    *handler = back;
    result
}

/// The callee and the arguments of a splice: `(splice address model x)` whose address is no literal arrives without one.
pub fn splice_parts<'a>(
    site: &Site<'a>,
    callee: &'a Value,
    args: &'a [Value],
) -> (Option<&'a Value>, &'a Value, &'a [Value]) {
    match (site.address, callee, args) {
        (Value::Nil, Value::Host(_), _) => (None, callee, args),
        (Value::Nil, address, [model, args @ ..]) => (Some(address), model, args),
        (Value::Nil, _, []) => (None, callee, args),
        (address, _, _) => (Some(address), callee, args),
    }
}

/// ℓ(new) − ℓ(old) summed over choices, where either may be −∞: an impossible new value makes the weight −∞, and
/// leaving an impossible old one makes it +∞.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weight {
    finite: f64,
    impossible_now: bool,
    impossible_before: bool,
}

impl Weight {
    pub fn add(&mut self, new: f64, old: f64) {
        self.impossible_now |= new == f64::NEG_INFINITY;
        self.impossible_before |= old == f64::NEG_INFINITY;
        if new != f64::NEG_INFINITY && old != f64::NEG_INFINITY {
            self.finite += new - old;
        }
    }

    /// Adds the weight of a call.
    pub fn add_weight(&mut self, weight: f64) {
        match weight {
            f64::NEG_INFINITY => self.impossible_now = true,
            f64::INFINITY => self.impossible_before = true,
            finite => self.finite += finite,
        }
    }

    pub fn total(self) -> f64 {
        if self.impossible_now {
            f64::NEG_INFINITY
        } else if self.impossible_before {
            f64::INFINITY
        } else {
            self.finite
        }
    }
}

/// The weight of one choice that changed its log-density.
pub fn weight_difference(new: f64, old: f64) -> f64 {
    let mut weight = Weight::default();
    weight.add(new, old);
    weight.total()
}

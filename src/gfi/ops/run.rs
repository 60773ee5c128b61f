//! What all operations share: the handler that tells choices from calls, the record of visits, the weight of kept choices.

use crate::dist::{Density, callee};
use crate::error::{Error, Result};
use crate::eval::effect::{Handler, Site};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::address::{components, show};
use crate::gfi::interface::{GenerativeFunction, Model, Origin};
use crate::gfi::trace::{Record, Trace, What};
use crate::gfi::trie::{Conflict, Trie};
use std::sync::Arc;

/// What an operation decides at each address; everything else is the same for all of them.
pub trait Operation: Default + Send + 'static {
    /// What the run has visited so far.
    fn run(&mut self) -> &mut Run;

    /// The value of a choice, and its log-density.
    fn choice(&mut self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<(Value, f64)>;

    /// The run of a call.
    fn call(&mut self, cx: &mut Cx, path: &[Value], call: &Call<'_>) -> Result<Trace>;
}

/// A call of a generative function: the function, itself as a value, its arguments.
pub struct Call<'a> {
    pub function: &'a dyn GenerativeFunction,
    pub model: &'a Value,
    pub args: &'a [Value],
}

impl<'a> Call<'a> {
    fn of(model: &'a Value, args: &'a [Value]) -> Result<Call<'a>> {
        let function = match model.as_host::<Model>() {
            Some(model) => &*model.0,
            None => crate::gfi::interface::function("trace", model)?,
        };
        Ok(Call { function, model, args })
    }
}

/// An operation as the handler of a model's effects.
#[derive(Default)]
pub struct Running<O>(pub O);

impl<O: Operation> Running<O> {
    fn choose(&mut self, cx: &mut Cx, site: &Site<'_>, density: &dyn Density) -> Result<Value> {
        let path = components(site.address)?;
        let (value, score) = self.0.choice(cx, &path, density)?;
        self.0.run().choice(cx, site, &path, value.clone(), score)?;
        Ok(value)
    }

    fn call(&mut self, cx: &mut Cx, site: &Site<'_>, address: &Value, call: &Call<'_>) -> Result<Value> {
        let path = components(address)?;
        let trace = self.0.call(cx, &path, call)?;
        self.0.run().call(cx, site, &path, trace)
    }

    /// Runs a model's body under this very handler, so that its choices join those of the caller.
    fn inline(&mut self, cx: &mut Cx, call: &Call<'_>) -> Result<Value> {
        let Some(dynamic) = call.function.as_dynamic() else {
            return Err(Error::new("gen::splice", format!("`{}` cannot be inlined", brief(call.model)))
                .help("give it an address: `(splice :part model …)`"));
        };
        let args = dynamic.complete(cx, call.args)?;
        let (back, result) = dynamic.run(cx, call.model, &args, std::mem::take(&mut self.0));
        self.0 = back;
        result
    }
}

impl<O: Operation> Handler for Running<O> {
    /// The callee is a distribution, a distribution's constructor with its parameters, or a generative function.
    fn trace(&mut self, cx: &mut Cx, site: &Site<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        match callee(cx, what, args) {
            Some(callee) => self.choose(cx, site, callee?.density()),
            None => self.call(cx, site, site.address, &Call::of(what, args)?),
        }
    }

    fn splice(&mut self, cx: &mut Cx, site: &Site<'_>, what: &Value, args: &[Value]) -> Result<Value> {
        let (address, model, args) = splice_parts(site, what, args);
        let call = Call::of(model, args)?;
        match address {
            Some(address) => self.call(cx, site, address, &call),
            None => self.inline(cx, &call),
        }
    }

    fn param(&mut self, _cx: &mut Cx, _site: &Site<'_>, default: &Value) -> Result<Value> {
        Ok(default.clone())
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

    /// Records a choice; a log-density that is no number is an error here.
    fn choice(&mut self, cx: &Cx, site: &Site<'_>, path: &[Value], value: Value, score: f64) -> Result<()> {
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
    fn call(&mut self, cx: &Cx, site: &Site<'_>, path: &[Value], trace: Trace) -> Result<Value> {
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

/// The callee and the arguments of a splice: `(splice address model x)` whose address is no literal arrives without one.
fn splice_parts<'a>(
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

//! Mix: a component drawn by weight under `:component`, then that component's own choices.

use super::wrapped::{check, same_parts};
use crate::distributions::{Constructor, Dist};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arithmetic::apply;
use crate::eval::builtins::args::wrong_type;
use crate::eval::collections::Vector;
use crate::eval::lanes;
use crate::eval::node::Op;
use crate::eval::print::{Printer, brief};
use crate::eval::{Cx, Value};
use crate::gfi::batch::Batch;
use crate::gfi::diff::Diff;
use crate::gfi::interface::{self, GenerativeFunction, Model, Outcome, Run, complete_call};
use crate::gfi::ops::impossible::explain;
use crate::gfi::ops::site::{Visit, visit};
use crate::gfi::ops::vanish::vanish_lent;
use crate::gfi::ops::weight::Weight;
use crate::gfi::past::Past;
use crate::gfi::trace::{Record, Trace, choice_in, inside, record_in};
use crate::gfi::trie::Trie;
use std::any::Any;
use std::sync::Arc;

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

    fn run_lanes(&self, cx: &mut Cx, _this: &Value, args: &[Value], batch: &mut Batch) -> Result<Value> {
        let chosen = batch.choice(cx, &[component_key()], &self.index, &[])?.unwrap_or_default();
        lanes::per_value(cx, &[chosen], false, &mut |cx, chosen| {
            let at = chosen[0].as_int().and_then(|i| usize::try_from(i).ok());
            let Some(component) = at.and_then(|i| self.components.get(i)) else {
                return Err(no_component(self.components.len(), &chosen[0]));
            };
            let under = under(component);
            let given: &[Value] = if under.is_empty() { args } else { &[] };
            batch.part(cx, &under, component, given, ("mix", "its own arguments"))
        })
    }

    /// `:component` is a choice like any other; the rest behaves as an inlined Switch by its value.
    fn run(&self, cx: &mut Cx, run: &Run<'_>) -> Result<Outcome> {
        let path = [component_key()];
        let mut weight = Weight::default();
        let density =
            self.index.as_host::<Dist>().ok_or_else(|| Error::raise(Code::Internal, "a mix without weights"))?;
        let fixed = cx.fixed.as_ref().and_then(|fixed| fixed.value(run.origin.below(&path).path).cloned());
        let chosen = match &fixed {
            Some(value) => {
                let (value, total) = (density.density().check_value(value)?, Value::float(0.0));
                Visit { value, score: 0.0, dimension: 0, of_given: None, total, discard: None, observed: Trie::Empty }
            }
            None => visit(cx, run.goal, &path, run.past, density.density(), run.origin, &mut weight)?,
        };
        let at = chosen.value.as_int().and_then(|i| usize::try_from(i).ok());
        let Some(component) = at.and_then(|i| self.components.get(i)) else {
            let error = no_component(self.components.len(), &chosen.value);
            let kept = || (chosen.score == f64::NEG_INFINITY).then(|| (path.to_vec(), chosen.value.clone()));
            return Err(explain(error, run.past, kept));
        };
        let inner = self.component(cx, run, component)?;
        weight.join(inner.weight);
        finish(cx, run, (chosen, fixed.is_none()), inner, weight)
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

impl Mix {
    /// Runs the component; one that is a distribution takes no arguments and has its value at `:value`.
    fn component(&self, cx: &mut Cx, run: &Run<'_>, component: &Value) -> Result<Outcome> {
        let under = under(component);
        let given: &[Value] = if under.is_empty() { &run.args } else { &[] };
        let args = complete_call(cx, "mix", component, given, "its own arguments")?;
        let past = past_of(run, component, &under);
        let goal = match under.is_empty() {
            true => run.goal.clone().beside(&[component_key()]),
            false => run.goal.below(&under)?,
        };
        let diffs = run.diffs_of(&past, component, &args);
        let origin = run.origin.below(&under);
        cx.deeper(|cx| interface::run(cx, &Run { this: component, args, goal: &goal, past: &past, diffs, origin }))
    }
}

fn under(component: &Value) -> Vec<Value> {
    if component.as_host::<Dist>().is_some() { vec![Value::keyword("value")] } else { Vec::new() }
}

/// The component's run inside an old run of a `mix`, if that is what the past is or wraps.
fn component_run(past: &Past) -> Option<&Arc<Trace>> {
    past.run_of(is_mix)?.inner.as_ref()
}

fn is_mix(trace: &Trace) -> bool {
    trace.function.as_host::<Model>().is_some_and(|model| (&*model.0 as &dyn Any).is::<Mix>())
}

/// What the old run had of this component; of another one, values at the addresses that both have.
fn past_of(run: &Run<'_>, component: &Value, path: &[Value]) -> Past {
    match (own_past(run.past, component), path) {
        (Some(inner), _) => Past::Trace(inner.clone()),
        (None, []) => run.past.lent(without_component),
        (None, path) => run.past.lent(|records| record_in(&records, path).map_or(Trie::Empty, |t| inside(t).clone())),
    }
}

/// The old run of a component that accounts for itself: one whose choices stand where this one's do.
fn own_past<'a>(past: &'a Past, component: &Value) -> Option<&'a Arc<Trace>> {
    let inner = component_run(past)?;
    match (&under(&inner.function)[..], &under(component)[..]) {
        ([], []) => Some(inner),
        ([_], [_]) => interface::same_function(&inner.function, component).then_some(inner),
        _ => None,
    }
}

fn without_component(mut rest: Trie<Record>) -> Trie<Record> {
    rest.set(&[component_key()], Trie::Empty);
    rest
}

/// The component, and whether it is a choice.
fn finish(
    cx: &Cx,
    run: &Run<'_>,
    (chosen, is_choice): (Visit, bool),
    outcome: Outcome,
    mut weight: Weight,
) -> Result<Outcome> {
    let path = [component_key()];
    let inner = outcome.trace;
    let under = under(&inner.function);
    if under.is_empty() && inner.record_at(&path).is_some_and(|t| !t.is_empty()) {
        return Err(Error::raise(
            Code::AddressVisitedTwice,
            "the component of a `mix` makes a choice at `:component` itself",
        )
        .help("rename that choice, or put it under an address"));
    }
    let mut records = if under.is_empty() { inner.records.clone() } else { Trie::Empty };
    let mut observed = if under.is_empty() { inner.observed.clone() } else { Trie::Empty };
    let mut discard = Trie::Empty;
    discard.set(&under, outcome.discard);
    if let [key] = &under[..] {
        records.set(&under, Trie::Leaf(Record::call(inner.clone())));
        if !inner.observed.is_empty() {
            observed.set(std::slice::from_ref(key), inner.observed.clone());
        }
    }
    if is_choice {
        records.set(&path, Trie::Leaf(chosen.record()));
    }
    if !chosen.observed.is_empty() {
        observed.set(&path, chosen.observed);
    }
    if let Some(old) = chosen.discard {
        discard.set(&path, Trie::Leaf(old));
    }
    if own_past(run.past, &inner.function).is_none() {
        let own = run.past.continued(&inner);
        let at = |run: &Trace, path: &[Value]| run.choice_at(path).is_some();
        let accounted = |path: &[Value]| under.is_empty() && at(&inner, path) || own.is_some_and(|own| at(own, path));
        let stays = |path: &[Value]| choice_in(&records, path).is_some() || accounted(path);
        vanish_lent(run.past, &stays, run.goal, &mut weight, &mut discard);
    }
    let total = match run.goal.is_assess() {
        true => apply(Op::Add, &chosen.total, &outcome.total)?,
        false => Value::float(0.0),
    };
    let retdiff = run.old().map_or(Diff::Unknown, |old| Diff::between(&old.retval, &inner.retval));
    let trace = Trace {
        records,
        inlined: if under.is_empty() { inner.inlined.clone() } else { Vec::new() },
        score: chosen.score + inner.score,
        observed: run.observed(observed),
        params: inner.params.clone(),
        ..run.trace(cx, inner.retval.clone(), inner.depth)
    };
    let trace = Trace { inner: Some(inner), ..trace };
    Ok(Outcome { trace: Arc::new(trace), weight, total, discard, retdiff })
}

#[cold]
fn no_component(count: usize, index: &Value) -> Stop {
    Error::raise(Code::Index, format!("a `mix` of {count} components has none at `{}`", brief(index)))
        .help(format!("`:component` is one of 0 … {}", count.saturating_sub(1)))
}

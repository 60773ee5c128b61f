//! generate: constrained choices take their values, the others come from the prior; weight = Σ ℓ of the constrained.

use super::run::{Call, Operation, Run};
use crate::dist::Density;
use crate::error::{Error, Result};
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::interface::Origin;
use crate::gfi::model::DynamicModel;
use crate::gfi::trace::{Record, Trace, What};
use crate::gfi::trie::{Trie, with_stack};

#[derive(Default)]
struct Generate {
    run: Run,
    constraints: ChoiceMap,
    weight: f64,
    /// The addresses whose values were given.
    observed: Trie<()>,
}

/// Runs a model under constraints. Constraints that were not visited are not looked at here: see [`unvisited`].
pub fn run(
    model: &DynamicModel,
    cx: &mut Cx,
    this: &Value,
    args: &[Value],
    constraints: &ChoiceMap,
    origin: Origin,
) -> Result<(Trace, f64)> {
    let args = model.complete(cx, args)?;
    let handler = Generate { run: Run::new(origin), constraints: constraints.clone(), ..Generate::default() };
    let (handler, result) = model.run(cx, this, &args, handler);
    Ok((handler.run.finish(this, args, result?, handler.observed), handler.weight))
}

impl Operation for Generate {
    fn run(&mut self) -> &mut Run {
        &mut self.run
    }

    fn choice(&mut self, cx: &mut Cx, path: &[Value], density: &dyn Density) -> Result<(Value, f64)> {
        let given = self.constraints.value_at(path)?;
        let value = match &given {
            Some(given) => density.check_value(given)?,
            None => density.sample(cx, &mut self.run.origin.below(path).draws())?,
        };
        let score = density.logpdf(cx, &value)?;
        if given.is_some() {
            self.weight += score;
            self.observed.set(path, Trie::Leaf(()));
        }
        Ok((value, score))
    }

    fn call(&mut self, cx: &mut Cx, path: &[Value], call: &Call<'_>) -> Result<Trace> {
        let origin = self.run.origin.below(path);
        let below = self.constraints.at(path)?;
        let (trace, weight) = call.function.generate(cx, call.model, call.args, &below, origin)?;
        self.weight += weight;
        if !trace.observed.is_empty() {
            self.observed.set(path, trace.observed.clone());
        }
        Ok(trace)
    }
}

/// The first constraint that a run did not visit.
pub fn unvisited(constraints: &ChoiceMap, trace: &Trace) -> Result<Option<Vec<Value>>> {
    missing(constraints, &trace.records, &mut Vec::new())
}

fn missing(constraints: &ChoiceMap, records: &Trie<Record>, path: &mut Vec<Value>) -> Result<Option<Vec<Value>>> {
    match (&constraints.0, records) {
        (Trie::Empty, _) => Ok(None),
        (Trie::Leaf(v), _) if v.is_nil() => Ok(None),
        (_, Trie::Leaf(Record { what: What::Call(trace), .. })) => missing(constraints, &trace.records, path),
        (Trie::Leaf(_), Trie::Leaf(_)) => Ok(None),
        // Keys may be paths themselves, as anywhere in choices.
        (Trie::Leaf(data @ Value::Map(_)), _) => missing(&ChoiceMap::from_value(data)?, records, path),
        (Trie::Leaf(data @ (Value::Vector(_) | Value::List(_) | Value::Array(_))), _) => {
            missing_children(&indices(data), constraints, records, path)
        }
        (Trie::Branch(_), _) => {
            let keys: Vec<Value> = constraints.0.children().into_iter().map(|(k, _)| k.clone()).collect();
            missing_children(&keys, constraints, records, path)
        }
        (Trie::Leaf(_), _) => Ok(Some(path.clone())),
    }
}

fn missing_children(
    keys: &[Value],
    constraints: &ChoiceMap,
    records: &Trie<Record>,
    path: &mut Vec<Value>,
) -> Result<Option<Vec<Value>>> {
    for key in keys {
        path.push(key.clone());
        let below = constraints.child(key)?;
        let found = with_stack(|| missing(&below, records.child(key).unwrap_or(&Trie::Empty), path))?;
        if found.is_some() {
            return Ok(found);
        }
        path.pop();
    }
    Ok(None)
}

/// The keys of data that is read as children.
fn indices(data: &Value) -> Vec<Value> {
    let count = match data {
        Value::Vector(v) => v.len(),
        Value::List(l) => l.len(),
        Value::Array(a) => a.shape().first().copied().unwrap_or(0),
        _ => 0,
    };
    (0..count as i64).map(Value::Int).collect()
}

/// The error of a constraint that the run did not visit.
#[cold]
pub fn unvisited_error(path: &[Value], trace: &Trace) -> Box<Error> {
    let known = trace.address_names();
    let name = show(path);
    let error =
        Error::new("gen::constraint-not-visited", format!("the constraint at `{name}` was not visited by the run"));
    match crate::eval::analyze::closest(&name, &known) {
        Some(best) => error.help(format!("did you mean `{best}`?")),
        None if known.is_empty() => error.help("this run made no choices at all"),
        None => error
            .help(format!("the run's addresses are {}", known.iter().take(8).cloned().collect::<Vec<_>>().join(", "))),
    }
}

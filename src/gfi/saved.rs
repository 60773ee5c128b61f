//! Whole traces as plain data, which prints and reads back; a trace is remade by running its function on its choices.

use super::address::{components, show};
use super::arguments::{argument_vector, result};
use super::choicemap::ChoiceMap;
use super::goal::Goal;
use super::interface::{function, run};
use super::ops::assess;
use super::ops::unvisited::all_visited;
use super::past::Past;
use super::request::{Origin, Request};
use super::trace::Trace;
use super::trace_object::{of_value, trace_value};
use super::trie::Trie;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::arrays::{from_value, nested_vectors};
use crate::eval::collections::{List, Map, Vector};
use crate::eval::key::Key;
use crate::eval::print::brief;
use crate::eval::value::with_stack;
use crate::eval::{Builtin, Cx, Value};
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("trace->data", "[trace]", |_, args| to_data(&*of_value("trace->data", &args[0], 0)?)),
    Builtin::new("data->trace", "[gf data]", data_to_trace),
];

fn to_data(trace: &Trace) -> Result<Value> {
    let pairs = trace.all_choices().into_iter().map(|(path, value, _)| {
        Value::vector(vec![Value::vector(path.clone())?, encode(&value).map_err(|e| e.label(show(&path)))?])
    });
    let observed = trace.observed.leaves().into_iter().map(|(path, ())| Value::vector(path));
    result([
        ("function", Value::str(function("trace->data", &trace.function)?.name())),
        ("args", Value::vector(trace.args.iter().map(encode).collect::<Result<_>>()?)?),
        ("choices", Value::vector(pairs.collect::<Result<_>>()?)?),
        ("observed", Value::vector(observed.collect::<Result<_>>()?)?),
        ("params", encode(&trace.params)?),
        ("score", Value::float(trace.score)),
    ])
}

/// Data with its arrays as maps `{:array nested-vectors}`.
fn encode(value: &Value) -> Result<Value> {
    mapped(value, &|leaf| match leaf {
        Value::Array(array) => Ok(Value::Map(Map::from_pairs([(Value::keyword("array"), nested_vectors(array)?)])?)),
        Value::Fn(_) | Value::Native(_) | Value::Host(_) | Value::Lazy(_) | Value::Var(_) => {
            Err(Error::raise(Code::Type, format!("{} `{}` cannot be saved: it is no data", leaf.kind(), brief(leaf)))
                .arg(0)
                .help("keep functions in the model itself, and give data as arguments"))
        }
        data => Ok(data.clone()),
    })
}

/// The way back from [`encode`].
fn decode(value: &Value) -> Result<Value> {
    match value {
        Value::Map(map) if map.len() == 1 => match map.get_keyword("array") {
            Some(nested) => Ok(Value::array(from_value(nested)?)),
            None => decode_parts(value),
        },
        _ => decode_parts(value),
    }
}

fn decode_parts(value: &Value) -> Result<Value> {
    with_stack(value.depth(), || match value {
        Value::Vector(items) => Ok(Value::Vector(Vector::from_vec(items.iter().map(decode).collect::<Result<_>>()?)?)),
        Value::List(items) => Ok(Value::List(List::from_vec(items.iter().map(decode).collect::<Result<_>>()?)?)),
        Value::Map(map) => {
            let entries = map.iter().map(|(k, v)| Ok((k.clone(), decode(v)?)));
            Ok(Value::Map(Map::from_pairs(entries.collect::<Result<Vec<_>>>()?)?))
        }
        leaf => Ok(leaf.clone()),
    })
}

fn mapped(value: &Value, f: &dyn Fn(&Value) -> Result<Value>) -> Result<Value> {
    crate::eval::gradient::map_leaves(value, &mut |leaf| f(leaf))
}

fn data_to_trace(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    function("data->trace", &args[0]).map_err(|e| e.arg(0))?;
    let Value::Map(data) = &args[1] else {
        return Err(wrong_type("data->trace", "what `trace->data` made", &args[1], 1)
            .help("write `(data->trace gf (trace->data trace))`"));
    };
    let part = |name: &str| data.get_keyword(name).ok_or_else(|| no_part(name));
    let given = argument_vector(cx, "data->trace", &decode(part("args")?)?).map_err(|_| no_part("args"))?;
    let mut choices = Trie::Empty;
    for pair in sequence("choices", part("choices")?)? {
        let Value::Vector(pair) = &pair else { return Err(no_part("choices")) };
        let (Some(address), Some(value)) = (pair.get(0), pair.get(1)) else { return Err(no_part("choices")) };
        choices.set(&path(address)?, Trie::Leaf(decode(value)?));
    }
    let mut observed = Trie::Empty;
    for address in sequence("observed", part("observed")?)? {
        observed.mark(&path(&address)?);
    }
    let score = part("score")?.as_f64().ok_or_else(|| no_part("score"))?;
    let params = std::mem::replace(&mut cx.params, decode(part("params")?)?);
    let remade = remake(cx, &args[0], &given, ChoiceMap::of(choices), observed, score);
    cx.params = params;
    remade.map(trace_value)
}

/// Runs the function on all its choices: none may be missing, left over, or drawn.
fn remake(
    cx: &mut Cx,
    this: &Value,
    args: &[Value],
    choices: ChoiceMap,
    observed: Trie<()>,
    score: f64,
) -> Result<Arc<Trace>> {
    let assessed = assess(cx, this, args, &choices).map_err(|e| e.help(CHANGED))?;
    all_visited(&choices, &assessed.trace).map_err(|e| e.help(CHANGED))?;
    let args = function("data->trace", this)?.complete(cx, args)?;
    let request = Request {
        this,
        args,
        goal: &Goal::update(choices),
        past: &Past::None,
        diffs: Vec::new(),
        origin: Origin::new(Key(0)),
    };
    let mut trace = run(cx, &request)?.trace;
    let same = trace.score == score || (trace.score - score).abs() <= 1e-9 * (1.0 + score.abs());
    if !same {
        let message = format!("the saved trace has the score {score}, but the function gives it {}", trace.score);
        return Err(Error::raise(Code::Trace, message).help(CHANGED));
    }
    Arc::make_mut(&mut trace).observed = observed;
    Ok(trace)
}

const CHANGED: &str = "is it still the function that made the trace? For a changed one: `(generate gf args choices)`";

/// The empty path is that of a bare distribution.
fn path(address: &Value) -> Result<Vec<Value>> {
    match address {
        Value::Vector(path) if path.is_empty() => Ok(Vec::new()),
        other => components(other).map(|path| path.to_vec()),
    }
}

fn sequence(name: &str, value: &Value) -> Result<Vec<Value>> {
    match value {
        Value::Vector(items) => Ok(items.to_vec()),
        Value::List(items) => Ok(items.to_vec()),
        _ => Err(no_part(name)),
    }
}

#[cold]
fn no_part(name: &str) -> Stop {
    Error::raise(Code::Type, format!("this is not the data of a trace: its `:{name}` is missing or of another form"))
        .arg(1)
        .help("give what `trace->data` made, whole")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_survive_as_data() {
        let array = Value::array(from_value(&Value::vector(vec![Value::float(1.5)]).expect("flat")).expect("numbers"));
        let nested = Value::vector(vec![array, Value::keyword("k"), Value::Int(1)]).expect("flat");
        let encoded = encode(&nested).expect("data");
        assert!(encoded != nested && decode(&encoded).expect("data") == nested);
        assert!(encode(&Value::host(ChoiceMap::default())).is_err());
    }
}

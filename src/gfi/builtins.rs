//! The interface as functions of the language: operations, traces, choice maps, selections.

use super::batch::BatchedTrace;
use super::choicemap::ChoiceMap;
use super::diff::Diff;
use super::interface::{Model, is_function};
use super::ops;
use super::selection::Selection;
use super::trace_object::{TraceObject, of_value};
use crate::error::{Code, Error, Result};
use crate::eval::builtins::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value, sequence};
use std::sync::Arc;

/// The operations, in the order of their files, and everything on traces, choices and selections.
pub const TABLES: &[&[Builtin]] = &[
    OPERATIONS,
    &ops::update::ROWS,
    super::diff_builtins::TABLE,
    super::edit::TABLE,
    super::combinators::TABLE,
    super::gradient::TABLE,
    super::handler::TABLE,
    super::params_builtins::TABLE,
    super::choice_arrays::TABLE,
    super::saved::TABLE,
    super::custom::TABLE,
    super::batch::builtins::TABLE,
    TABLE,
];

const OPERATIONS: &[Builtin] = &[
    ops::simulate::ROW,
    ops::generate::ROW,
    ops::assess::ROW,
    ops::propose::ROW,
    ops::regenerate::ROW,
    ops::project::ROW,
];

/// Names that are values, not functions.
pub fn constants() -> Vec<(String, Value)> {
    vec![
        ("no-change".to_string(), Diff::NoChange.into_value()),
        ("unknown-change".to_string(), Diff::Unknown.into_value()),
        ("select-all".to_string(), Selection::All.into_value()),
        ("select-none".to_string(), Selection::None.into_value()),
    ]
}

const TABLE: &[Builtin] = &[
    Builtin::new(
        "choices",
        "[trace]",
        "The choices of a trace as a choice map.\n(choices (:trace (generate (gen [] (trace :x (normal 0 1))) [] {:x 1.5}))) ;=> (choicemap :x 1.5)",
        |_, a| match batched(&a[0]) {
            Some(trace) => Ok(trace.choices()?.into_value()),
            None => Ok(of_value("choices", &a[0], 0)?.choices().into_value()),
        },
    ),
    Builtin::new(
        "score",
        "[trace]",
        "The log-density of all choices of a trace.\n(score (:trace (generate (gen [] (trace :x (flip 0.25))) [] {:x true}))) ;=> -1.3862943611198906",
        |_, a| match batched(&a[0]) {
            Some(trace) => Ok(trace.score()),
            None => match of_value("score", &a[0], 0)? {
                trace if trace.total.is_nil() => Ok(Value::float(trace.score)),
                trace => Ok(trace.total.clone()),
            },
        },
    ),
    Builtin::new(
        "retval",
        "[trace] [trace address]",
        "What the run of a trace returned, or that of its call at an address.\n(retval (simulate (gen [x] (* 2 x)) [21])) ;=> 42\n(retval (simulate (gen [] (splice :a (gen [] 1)) 2) []) :a) ;=> 1",
        retval,
    ),
    Builtin::new(
        "observe",
        "[trace constraints]",
        "The trace with the addresses of the constraints, or of a selection, added to what was observed.\n(observed (observe (simulate (gen [] (trace :x (flip 0.5))) []) :x)) ;=> (select :x)",
        observe,
    ),
    Builtin::new(
        "args",
        "[trace]",
        "The arguments of a trace, with defaults filled in.\n(args (simulate (gen [x (y 2)] x) [1])) ;=> [1 2]",
        |_, a| match batched(&a[0]) {
            Some(trace) => Value::vector(trace.args.clone()),
            None => Value::vector(of_value("args", &a[0], 0)?.args.clone()),
        },
    ),
    Builtin::new(
        "gen-fn",
        "[trace]",
        "The generative function of a trace.\n(let [m (gen [] 1)] (= m (gen-fn (simulate m [])))) ;=> true",
        |_, a| match batched(&a[0]) {
            Some(trace) => Ok(trace.function.clone()),
            None => Ok(of_value("gen-fn", &a[0], 0)?.function.clone()),
        },
    ),
    Builtin::new(
        "addresses",
        "[trace]",
        "The addresses of all choices of a trace or choice map, in order.\n(addresses (choicemap :x 1 [:y 0] 2)) ;=> (:x [:y 0])",
        addresses,
    ),
    Builtin::new(
        "observed",
        "[trace]",
        "The selection of the addresses that were constrained by data.\n(observed (:trace (generate (gen [] (trace :x (normal 0 1))) [] {:x 1.5}))) ;=> (select :x)",
        |_, a| match batched(&a[0]) {
            Some(trace) => Ok(Selection::Addresses(trace.observed()).into_value()),
            None => Ok(Selection::Addresses(of_value("observed", &a[0], 0)?.observed.clone()).into_value()),
        },
    ),
    Builtin::new(
        "has?",
        "[trace address]",
        "True when a trace or choice map has something at an address.\n(has? (choicemap :a 1) :b) ;=> false",
        has,
    ),
    Builtin::new(
        "choicemap",
        "[& address-value-pairs]",
        "A choice map: values under addresses; a vector is one path.\n(get (choicemap :a 1 [:y 0] 2.5) [:y 0]) ;=> 2.5",
        choicemap,
    ),
    Builtin::new(
        "value",
        "[v]",
        "A choice map that is one value: data that is not to be read as addresses, or the value of a bare distribution.\n(:weight (assess (flip 0.25) [] (value true))) ;=> -1.3862943611198906",
        |_, a| Ok(ChoiceMap(super::trie::Trie::Leaf(a[0].clone())).into_value()),
    ),
    Builtin::new(
        "to-map",
        "[choices]",
        "A choice map as nested plain maps.\n(to-map (choicemap :a 1 [:y 0] 2)) ;=> {:a 1, :y {0 2}}",
        |_, a| choices_of("to-map", &a[0], 0)?.to_map(),
    ),
    Builtin::new(
        "merge-choices",
        "[a b]",
        "Two choice maps as one; the second wins.\n(merge-choices {:a 1} {:a 2 :b 3}) ;=> (choicemap :a 2 :b 3)",
        |_, a| {
            let (a, b) = (choices_of("merge-choices", &a[0], 0)?, choices_of("merge-choices", &a[1], 1)?);
            Ok(a.merge(&b)?.into_value())
        },
    ),
    Builtin::new(
        "select",
        "[& addresses]",
        "A selection: each address with everything under it.\n(selected? (select :a [:b 0]) [:b 0 :c]) ;=> true",
        select,
    ),
    Builtin::new(
        "select-complement",
        "[selection]",
        "Everything that is not selected.\n(selected? (select-complement :x) :y) ;=> true",
        |_, a| Ok(Selection::from_value(&a[0]).map_err(|e| e.arg(0))?.complement().bounded()?.into_value()),
    ),
    Builtin::new(
        "select-union",
        "[a b]",
        "What is in either selection.\n(selected? (select-union :a :b) :b) ;=> true",
        |_, a| pair(a, Selection::Union),
    ),
    Builtin::new(
        "select-intersection",
        "[a b]",
        "What is in both selections.\n(selected? (select-intersection (select :a :b) :b) :a) ;=> false",
        |_, a| pair(a, Selection::Intersection),
    ),
    Builtin::new(
        "selected?",
        "[selection address]",
        "True when an address is selected; a prefix of a selected address is not.\n(selected? (select [:b 0]) :b) ;=> false",
        |_, a| {
            let selection = Selection::from_value(&a[0]).map_err(|e| e.arg(0))?;
            let path = super::address::components(&a[1]).map_err(|e| e.arg(1))?;
            Ok(Value::bool(selection.contains(&path)))
        },
    ),
    Builtin::new(
        "generative-function?",
        "[x]",
        "True of a generative function.\n(generative-function? (gen [] 1)) ;=> true",
        |_, a| {
            Ok(Value::bool(a[0].as_host::<Model>().is_some() || a[0].as_host::<crate::distributions::Dist>().is_some()))
        },
    ),
    Builtin::new("trace?", "[x]", "True of a trace.\n(trace? (simulate (gen [] 1) [])) ;=> true", |_, a| {
        Ok(Value::bool(a[0].as_host::<TraceObject>().is_some()))
    }),
];

/// The batched trace inside a value, if it is one.
fn batched(value: &Value) -> Option<&BatchedTrace> {
    value.as_host()
}

/// The arguments of a call of a generative function, which come as one vector.
pub fn argument_vector(cx: &mut Cx, operation: &str, value: &Value) -> Result<Vec<Value>> {
    match value {
        Value::Vector(_) | Value::List(_) | Value::Nil | Value::Lazy(_) => sequence::to_vec(cx, value),
        other => Err(wrong_type(operation, "the arguments as one vector", other, 1).help(match other {
            Value::Map(_) => format!("the arguments come first, then the choices: `({operation} model [] {{…}})`"),
            _ => format!("put them in a vector: `[{}]`", brief(other)),
        })),
    }
}

/// The choices of an argument that is a trace, a choice map or a plain map.
pub fn choices_of(what: &str, value: &Value, index: usize) -> Result<ChoiceMap> {
    if let Some(trace) = batched(value) {
        return trace.choices();
    }
    match value.as_host::<TraceObject>() {
        Some(trace) => Ok(trace.choices()),
        None => ChoiceMap::from_value(value).map_err(|e| match value {
            Value::Map(_) => e.arg(index),
            _ if is_function(value) => wrong_type(what, "a trace or choices", value, index)
                .help(format!("a function has none before it runs: `({what} (simulate model args))`")),
            _ => wrong_type(what, "a trace or choices", value, index)
                .help("write `{:x 1.5, [:y 0] 2.0}` or `(choicemap :x 1.5 [:y 0] 2.0)`"),
        }),
    }
}

/// Constraints given as a choice map or a plain map.
pub fn constraints_of(value: &Value, index: usize) -> Result<ChoiceMap> {
    ChoiceMap::from_value(value).map_err(|e| e.arg(index))
}

fn addresses(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    super::choicemap::address_list(&choices_of("addresses", &args[0], 0)?)
}

fn has(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let path = super::address::components(&args[1]).map_err(|e| e.arg(1))?;
    Ok(Value::bool(!choices_of("has?", &args[0], 0)?.at(&path)?.0.is_empty()))
}

fn choicemap(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if !args.len().is_multiple_of(2) {
        let last = args.len() - 1;
        let message =
            format!("`choicemap` takes addresses and values in pairs, but `{}` has no value", brief(&args[last]));
        return Err(Error::new(Code::Arity, message).arg(last).help(match args {
            [Value::Map(_)] => "a plain map is accepted as choices as it is; or write `(choicemap :x 1 [:y 0] 2)`",
            _ => "write `(choicemap :x 1 [:y 0] 2)`",
        }));
    }
    for (i, pair) in args.chunks(2).enumerate() {
        super::address::components(&pair[0]).map_err(|e| e.arg(2 * i))?;
    }
    let pairs = args.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone()));
    Ok(ChoiceMap::from_pairs(pairs)?.into_value())
}

fn select(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    for (i, address) in args.iter().enumerate() {
        super::address::components(address).map_err(|e| match address {
            Value::Set(_) => e.arg(i).help(format!("a set of addresses is a selection as it is: `{}`", brief(address))),
            _ if address.as_host::<Selection>().is_some() => {
                e.arg(i).help("put selections together with `select-union`")
            }
            _ => e.arg(i),
        })?;
    }
    Ok(Selection::of(args.iter())?.into_value())
}

fn pair(args: &[Value], make: fn(Arc<(Selection, Selection)>) -> Selection) -> Result<Value> {
    let part = |i: usize| Selection::from_value(&args[i]).map_err(|e| e.arg(i));
    let both = (part(0)?, part(1)?);
    Ok(make(Arc::new(both)).bounded()?.into_value())
}

/// A map with keyword keys.
pub fn result<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Result<Value> {
    Ok(Value::Map(Map::from_pairs(entries.into_iter().map(|(k, v)| (Value::keyword(k), v)))?))
}

fn retval(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if let (Some(trace), 1) = (batched(&args[0]), args.len()) {
        return trace.flat()?.retval();
    }
    let trace = of_value("retval", &args[0], 0)?;
    let Some(address) = args.get(1) else { return Ok(trace.retval.clone()) };
    let path = super::address::components(address).map_err(|e| e.arg(1))?;
    match (trace.call_at(&path), trace.choice_at(&path)) {
        (Some(call), _) => Ok(call.retval.clone()),
        (None, Some((value, _))) => Ok(value.clone()),
        (None, None) => {
            let message = format!("the trace has no call at `{}`", super::address::show(&path));
            let error = Error::new(Code::Address, message).arg(1);
            let names = trace.address_names();
            Err(match crate::eval::analyze::closest(&super::address::show(&path), &names) {
                Some(best) => error.help(format!("did you mean `{best}`?")),
                None => error.help("give the address of a `splice` or of a choice"),
            })
        }
    }
}

fn observe(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let trace = of_value("observe", &args[0], 0)?;
    let selection = match &args[1] {
        Value::Map(_) => selection_of(&ChoiceMap::from_value(&args[1])?),
        other => match other.as_host::<ChoiceMap>() {
            Some(choices) => selection_of(choices),
            None => Selection::from_value(other).map_err(|e| e.arg(1))?,
        },
    };
    ops::unvisited::check_selection(&selection, &trace).map_err(|e| e.arg(1))?;
    let mut observed = super::trace::Trace::clone(&trace);
    for (path, _, _) in trace.all_choices().into_iter().filter(|(path, _, _)| selection.contains(path)) {
        observed.observed.set(&path, super::trie::Trie::Leaf(()));
    }
    Ok(super::trace_object::trace_value(std::sync::Arc::new(observed)))
}

/// The addresses of some choices.
fn selection_of(choices: &ChoiceMap) -> Selection {
    let mut addresses = super::trie::Trie::Empty;
    choices.0.leaves().into_iter().for_each(|(path, _)| addresses.set(&path, super::trie::Trie::Leaf(())));
    Selection::Addresses(addresses)
}

//! choice-gradients and param-gradients: derivatives of a trace's log-density, by differentiating its assessment.

use super::address::{show, to_value};
use super::builtins::result;
use super::choicemap::ChoiceMap;
use super::ops::assess;
use super::ops::unvisited::check_selection;
use super::selection::Selection;
use super::trace::Trace;
use super::trace_object::of_value;
use super::trie::Trie;
use crate::error::{Error, Result};
use crate::eval::builtins::gradients::with_tape;
use crate::eval::collections::{Map, Vector};
use crate::eval::gradient::{Tape, holds_var, lift, map_leaves};
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};

pub const TABLE: &[Builtin] = &[
    Builtin::new(
        "choice-gradients",
        "[trace selection] [trace selection retval-grad]",
        "The gradients of a trace's log-density with respect to its arguments and its selected choices, `{:args [..] :choices ..}`; with `retval-grad` those of log-density + retval-grad · return value. Integers and other discrete values have none: nil.\n(choice-gradients (:trace (generate (gen [m] (trace :x (normal m 1))) [1.0] {:x 3.0})) :x) ;=> {:args [2.0], :choices (choicemap :x -2.0)}",
        choice_gradients,
    ),
    Builtin::new(
        "param-gradients",
        "[trace] [trace retval-grad]",
        "The gradients of a trace's log-density with respect to the trainable parameters that it read, by name; with `retval-grad` those of log-density + retval-grad · return value.\n(param-gradients (:trace (generate (gen [] (trace :x (normal (param :m 1.0) 1))) [] {:x 3.0}))) ;=> {:m 2.0}",
        param_gradients,
    ),
];

fn choice_gradients(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let trace = of_value("choice-gradients", &args[0], 0)?;
    let selection = Selection::from_value(&args[1]).map_err(|e| e.arg(1))?;
    check_selection(&selection, &trace).map_err(|e| e.arg(1))?;
    possible(&trace)?;
    with_tape(cx, |cx, tape| {
        let lifted_args = trace.args.iter().map(|arg| lift_floats(tape, arg)).collect::<Result<Vec<_>>>()?;
        let (mut choices, mut lifted) = (trace.choices(), Vec::new());
        for (path, value, _) in trace.all_choices().into_iter().filter(|(path, _, _)| selection.contains(path)) {
            let variable = lift_floats(tape, &value)?;
            if holds_var(&variable) {
                choices.0.set(&path, Trie::Leaf(variable.clone()));
                lifted.push((path, variable));
            }
        }
        let seeds = seeds(cx, &trace, &lifted_args, &choices, args.get(2))?;
        let cotangents = tape.backward(cx, &seeds)?;
        let arg_gradients = lifted_args.iter().map(|arg| cotangents.of(arg)).collect::<Result<Vec<_>>>()?;
        let mut gradients = Trie::Empty;
        for (path, variable) in lifted {
            gradients.set(&path, Trie::Leaf(cotangents.of(&variable)?));
        }
        let args = Value::Vector(Vector::from_vec(arg_gradients)?);
        result([("args", args), ("choices", ChoiceMap(gradients).into_value())])
    })
}

fn param_gradients(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let trace = of_value("param-gradients", &args[0], 0)?;
    possible(&trace)?;
    with_tape(cx, |cx, tape| {
        let lifted = lift(tape, &trace.params)?;
        let outer = std::mem::replace(&mut cx.params, lifted.clone());
        let seeds = seeds(cx, &trace, &trace.args, &trace.choices(), args.get(1));
        cx.params = outer;
        match tape.backward(cx, &seeds?)?.of(&lifted)? {
            Value::Nil => Ok(Value::Map(Map::empty())),
            gradients => Ok(gradients),
        }
    })
}

/// What the gradient is taken of: the log-density, and the return value where its gradient is given.
fn seeds(
    cx: &mut Cx,
    trace: &Trace,
    args: &[Value],
    choices: &ChoiceMap,
    retval_grad: Option<&Value>,
) -> Result<Vec<(Value, Value)>> {
    let outcome = assess(cx, &trace.function, args, choices)?;
    let mut seeds = Vec::new();
    if holds_var(&outcome.total) {
        seeds.push((outcome.total, Value::float(1.0)));
    }
    if let Some(gradient) = retval_grad {
        pair(&outcome.trace.retval, gradient, &mut seeds)?;
    }
    Ok(seeds)
}

/// Pairs the numbers of a return value with those of its gradient, which has the same structure.
fn pair(value: &Value, gradient: &Value, seeds: &mut Vec<(Value, Value)>) -> Result<()> {
    let wrong = || {
        let message = format!("the gradient `{}` does not fit the return value `{}`", brief(gradient), brief(value));
        Error::new("gen::shape", message)
            .help("give a number for each number of the return value, in the same structure")
    };
    match (value, gradient) {
        (_, Value::Nil) => Ok(()),
        (Value::Var(_), Value::Int(g)) => {
            seeds.push((value.clone(), Value::float(*g as f64)));
            Ok(())
        }
        (Value::Var(_), Value::Float(_) | Value::Array(_) | Value::Var(_)) => {
            seeds.push((value.clone(), gradient.clone()));
            Ok(())
        }
        (Value::Vector(values), Value::Vector(gradients)) if values.len() == gradients.len() => {
            values.iter().zip(gradients.iter()).try_for_each(|(v, g)| pair(v, g, seeds))
        }
        (Value::Map(values), Value::Map(gradients)) => {
            gradients.iter().try_for_each(|(key, g)| values.get(key).ok_or_else(wrong).and_then(|v| pair(v, g, seeds)))
        }
        (Value::Float(_) | Value::Int(_) | Value::Array(_), _) if gradient.as_f64().is_some() => Ok(()),
        (Value::Array(_), Value::Array(_)) => Ok(()),
        _ => Err(wrong()),
    }
}

/// Floats and arrays of floats as variables; integers count and index, so they stay.
fn lift_floats(tape: &Tape, value: &Value) -> Result<Value> {
    map_leaves(value, &mut |leaf| match leaf {
        Value::Float(_) | Value::Var(_) => tape.variable(leaf.clone()),
        Value::Array(array) if array.dtype().is_float() => tape.variable(leaf.clone()),
        other => Ok(other.clone()),
    })
}

/// A gradient starts where the density is positive.
pub fn possible(trace: &Trace) -> Result<()> {
    match trace.all_choices().into_iter().find(|(_, _, score)| *score == f64::NEG_INFINITY) {
        None => Ok(()),
        Some((path, value, _)) => {
            let message =
                format!("the trace is impossible: `{}` at `{}` is outside the support", brief(&value), show(&path));
            Err(Error::new("gen::all-impossible", message)
                .help(format!("give `{}` a value inside it first: `(update trace …)`", brief(&to_value(&path)))))
        }
    }
}

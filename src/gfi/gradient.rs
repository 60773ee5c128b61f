//! choice-gradients and param-gradients: derivatives of a trace's log-density, by differentiating its assessment.

use super::address::{show, to_value};
use super::batch::ops::selection_of;
use super::batch::{BatchedTrace, Slopes};
use super::builtins::result;
use super::choicemap::ChoiceMap;
use super::ops::assess;
use super::ops::unvisited::check_selection;
use super::selection::Selection;
use super::trace::Trace;
use super::trace_object::of_value;
use super::trie::Trie;
use crate::error::{Code, Error, Result};
use crate::eval::builtins::gradients::with_tape;
use crate::eval::collections::{Map, Vector};
use crate::eval::gradient::{Cotangents, Tape, any_leaf, holds_var, lift, map_leaves};
use crate::eval::lanes::Of;
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};
use crate::tensor::DType;

pub const TABLE: &[Builtin] = &[
    Builtin::new(
        "choice-gradients",
        "[trace selection] [trace selection retval-grad]",
        "The gradients of a trace's log-density with respect to its arguments and its selected choices, `{:args [..] :choices ..}`; with `retval-grad` those of log-density + retval-grad · return value. Values that are discrete have none: nil, also for integers among the arguments that count or index. Of a batched trace the gradients are lanes.\n(choice-gradients (:trace (generate (gen [m] (trace :x (normal m 1))) [1.0] {:x 3.0})) :x) ;=> {:args [2.0], :choices (choicemap :x -2.0)}",
        choice_gradients,
    )
    .takes_lanes(),
    Builtin::new(
        "param-gradients",
        "[trace] [trace retval-grad]",
        "The gradients of a trace's log-density with respect to the trainable parameters that it read, by name; with `retval-grad` those of log-density + retval-grad · return value.\n(param-gradients (:trace (generate (gen [] (trace :x (normal (param :m 1.0) 1))) [] {:x 3.0}))) ;=> {:m 2.0}",
        param_gradients,
    ),
];

fn choice_gradients(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let (gradients, choices) = match args[0].as_host::<BatchedTrace>() {
        Some(trace) => {
            let selection = selection_of(trace, &args[1], 1)?;
            Slopes { trace, selection: &selection, retval_grad: args.get(2) }.run(cx)?
        }
        None => {
            let trace = of_value("choice-gradients", &args[0], 0)?;
            let selection = Selection::from_value(&args[1]).map_err(|e| e.arg(1))?;
            check_selection(&selection, &trace).map_err(|e| e.arg(1))?;
            scalar_gradients(cx, &args[0], &selection, args.get(2))?
        }
    };
    result([("args", gradients), ("choices", choices.into_value())])
}

/// The gradients of a trace by its arguments and its selected choices.
pub fn scalar_gradients(
    cx: &mut Cx,
    trace: &Value,
    selection: &Selection,
    retval_grad: Option<&Value>,
) -> Result<(Value, ChoiceMap)> {
    let trace = of_value("choice-gradients", trace, 0)?;
    possible(&trace)?;
    let request = Request { trace: &trace, selection, retval_grad };
    let integers: Vec<usize> = (0..trace.args.len()).filter(|i| holds_int(&trace.args[*i])).collect();
    match request.run(cx, &integers) {
        Err(e) if !e.is_halt() && !integers.is_empty() => {
            // Some integer counts or indexes, and so has no gradient: the others still have theirs.
            let smooth: Vec<usize> = integers.into_iter().filter(|i| request.run(cx, &[*i]).is_ok()).collect();
            request.run(cx, &smooth).or_else(|_| request.run(cx, &[]))
        }
        done => done,
    }
}

/// What choice-gradients was asked.
struct Request<'a> {
    trace: &'a Trace,
    selection: &'a Selection,
    retval_grad: Option<&'a Value>,
}

impl Request<'_> {
    /// Gradients by floats, and by the integers of some arguments.
    fn run(&self, cx: &mut Cx, integers: &[usize]) -> Result<(Value, ChoiceMap)> {
        with_tape(cx, |cx, tape| {
            let lifted_args = (self.trace.args.iter().enumerate())
                .map(|(i, arg)| lift_numbers(tape, arg, integers.contains(&i)))
                .collect::<Result<Vec<_>>>()?;
            let (mut choices, mut lifted) = (self.trace.choices(), Vec::new());
            let selected = |path: &[Value]| self.selection.contains(path);
            for (path, value, _) in self.trace.all_choices().into_iter().filter(|(path, _, _)| selected(path)) {
                let variable = lift_numbers(tape, &value, false)?;
                if holds_var(&variable) {
                    choices.0.set(&path, Trie::Leaf(variable.clone()));
                    lifted.push((path, variable));
                }
            }
            let smooth = |path: &Vec<Value>| lifted.iter().any(|(p, _)| p.starts_with(path));
            if let Some(odd) = self.selection.named().iter().find(|path| selected(path) && !smooth(path)) {
                return Err(discrete(odd, self.trace.entry(odd).unwrap_or_default()));
            }
            let seeds = seeds(cx, self.trace, &lifted_args, &choices, self.retval_grad).map_err(|e| fit(e, 2))?;
            let cotangents = tape.backward(cx, &seeds)?;
            let mut gradients = Trie::Empty;
            for (path, variable) in lifted {
                gradients.set(&path, Trie::Leaf(gradient_of(&cotangents, &variable)?));
            }
            let args = lifted_args.iter().map(|arg| gradient_of(&cotangents, arg)).collect::<Result<Vec<_>>>()?;
            Ok((Value::Vector(Vector::from_vec(args)?), ChoiceMap(gradients)))
        })
    }
}

/// The error of a choice that was named, but has no gradient.
#[cold]
pub fn discrete(path: &[Value], value: Value) -> Box<Error> {
    let message = format!("`{}` holds {} `{}`, which has no gradient", show(path), value.kind(), brief(&value));
    Error::new(Code::NoGradient, message).arg(1).help("select continuous choices; `(select-all)` passes the others by")
}

/// The gradient of each number that was lifted; nil for everything else.
pub fn gradient_of(cotangents: &Cotangents, lifted: &Value) -> Result<Value> {
    map_leaves(lifted, &mut |leaf| match leaf {
        Value::Var(_) => cotangents.of(leaf),
        _ => Ok(Value::Nil),
    })
}

/// Are there integers, or lanes of them, in data?
pub fn holds_int(value: &Value) -> bool {
    any_leaf(value, &mut |leaf| match leaf {
        Value::Int(_) => true,
        Value::Lanes(lanes) => match &lanes.of {
            Of::Numbers(column) => column.dtype() == DType::Int64,
            Of::Parts(parts) => parts.iter().any(|(_, value)| holds_int(value)),
        },
        _ => false,
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
        match tape.backward(cx, &seeds.map_err(|e| fit(e, 1))?)?.of(&lifted)? {
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

/// A gradient of the return value that does not fit it is this argument.
fn fit(error: Box<Error>, index: usize) -> Box<Error> {
    if error.code == Code::Shape && error.frames.is_empty() { error.or_arg(index) } else { error }
}

/// Pairs the numbers of a return value with those of its gradient, which has the same structure.
pub fn pair(value: &Value, gradient: &Value, seeds: &mut Vec<(Value, Value)>) -> Result<()> {
    let wrong = || {
        let message = format!("the gradient `{}` does not fit the return value `{}`", brief(gradient), brief(value));
        Error::new(Code::Shape, message)
            .help("give a number for each number of the return value, in the same structure")
    };
    match (value, gradient) {
        (_, Value::Nil) => Ok(()),
        (Value::Var(_), Value::Int(g)) => {
            seeds.push((value.clone(), Value::float(*g as f64)));
            Ok(())
        }
        (Value::Var(_), Value::Float(_) | Value::Array(_) | Value::Var(_) | Value::Lanes(_)) => {
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
        (Value::Lanes(lanes), _) if lanes.column().is_some() => match gradient {
            Value::Lanes(other) if other.column().is_some() => Ok(()),
            _ => Err(wrong()),
        },
        _ => Err(wrong()),
    }
}

/// Floats and arrays of floats as variables, and integers where they are wanted; what is selected of choices that are
/// integers counts or names something.
fn lift_numbers(tape: &Tape, value: &Value, integers: bool) -> Result<Value> {
    map_leaves(value, &mut |leaf| match leaf {
        Value::Float(_) | Value::Var(_) => tape.variable(leaf.clone()),
        Value::Int(_) if integers => tape.variable(leaf.clone()),
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
                format!("the trace is impossible: `{}` at `{}` has probability 0", brief(&value), show(&path));
            Err(Error::new(Code::AllImpossible, message)
                .help(format!("give `{}` a value inside it first: `(update trace …)`", brief(&to_value(&path)))))
        }
    }
}

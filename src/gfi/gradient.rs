//! choice-gradients and param-gradients: derivatives of a trace's log-density, by differentiating its assessment.

use super::address::{show, to_value};
use super::choicemap::ChoiceMap;
use super::ops::assess;
use super::selection::Selection;
use super::trace::Trace;
use super::trie::Trie;
use crate::error::{Caught, Code, Error, Result, Stop};
use crate::eval::builtins::gradients::with_tape;
use crate::eval::collections::{Map, Vector};
use crate::eval::gradient::{Cotangents, Tape, any_leaf, holds_var, lift, map_leaves};
use crate::eval::lanes::LaneValues;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::tensor::DType;

/// The gradients of a trace by its arguments and its selected choices.
pub fn scalar_gradients(
    cx: &mut Cx,
    trace: &Trace,
    selection: &Selection,
    retval_grad: Option<&Value>,
) -> Result<(Value, ChoiceMap)> {
    possible(trace)?;
    let request = GradientRequest { trace, selection, retval_grad };
    let integers: Vec<usize> = (0..trace.args.len()).filter(|i| holds_int(&trace.args[*i])).collect();
    match request.run(cx, &integers).caught()? {
        Err(_) if !integers.is_empty() => {
            // Some integer counts or indexes, and so has no gradient: the others still have theirs.
            let mut smooth = Vec::new();
            for i in integers {
                if request.run(cx, &[i]).caught()?.is_ok() {
                    smooth.push(i);
                }
            }
            request.run(cx, &smooth).caught()?.or_else(|_| request.run(cx, &[]))
        }
        done => Ok(done?),
    }
}

/// What choice-gradients was asked.
struct GradientRequest<'a> {
    trace: &'a Trace,
    selection: &'a Selection,
    retval_grad: Option<&'a Value>,
}

impl GradientRequest<'_> {
    /// Gradients by floats, and by the integers of some arguments.
    fn run(&self, cx: &mut Cx, integers: &[usize]) -> Result<(Value, ChoiceMap)> {
        with_tape(cx, |cx, tape| {
            let lifted_args = (self.trace.args.iter().enumerate())
                .map(|(i, arg)| lift_numbers(tape, arg, integers.contains(&i)))
                .collect::<Result<Vec<_>>>()?;
            let (mut choices, mut lifted, mut smooth) = (self.trace.choices(), Vec::new(), Trie::Empty);
            let selected = |path: &[Value]| self.selection.contains(path);
            for (path, value, _) in self.trace.all_choices().into_iter().filter(|(path, _, _)| selected(path)) {
                let variable = lift_numbers(tape, &value, false)?;
                if holds_var(&variable) {
                    choices.put(&path, variable.clone())?;
                    smooth.mark(&path);
                    lifted.push((path, variable));
                }
            }
            let stays = |path: &Vec<Value>| selected(path) && smooth.at(path).is_none_or(Trie::is_empty);
            if let Some(odd) = self.selection.named().iter().find(|path| stays(path)) {
                return Err(discrete(odd, self.trace.entry(odd).unwrap_or_default()));
            }
            let seeds = seeds(cx, self.trace, &lifted_args, &choices, self.retval_grad).map_err(|e| fit(e, 2))?;
            let cotangents = tape.backward(cx, &seeds)?;
            let mut gradients = Trie::Empty;
            for (path, variable) in lifted {
                gradients.set(&path, Trie::Leaf(gradient_of(&cotangents, &variable)?));
            }
            let args = lifted_args.iter().map(|arg| gradient_of(&cotangents, arg)).collect::<Result<Vec<_>>>()?;
            Ok((Value::Vector(Vector::from_vec(args)?), ChoiceMap::of(gradients)))
        })
    }
}

/// The error of a choice that was named, but has no gradient.
#[cold]
pub fn discrete(path: &[Value], value: Value) -> Stop {
    let message = format!("`{}` holds {} `{}`, which has no gradient", show(path), value.kind(), brief(&value));
    Error::raise(Code::NoGradient, message)
        .arg(1)
        .help("select continuous choices; `(select-all)` passes the others by")
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
            LaneValues::Numbers(column) => column.dtype() == DType::Int64,
            LaneValues::Parts(parts) => parts.iter().any(|(_, value)| holds_int(value)),
        },
        _ => false,
    })
}

/// The gradients of a trace by the trainable parameters that it read, by name.
pub fn param_gradients(cx: &mut Cx, trace: &Trace, retval_grad: Option<&Value>) -> Result<Value> {
    possible(trace)?;
    with_tape(cx, |cx, tape| {
        let lifted = lift(tape, &trace.params)?;
        let outer = std::mem::replace(&mut cx.params, lifted.clone());
        let seeds = seeds(cx, trace, &trace.args, &trace.choices(), retval_grad);
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
fn fit(error: Stop, index: usize) -> Stop {
    if error.is(Code::Shape) && error.is_direct() { error.or_arg(index) } else { error }
}

/// Pairs the numbers of a return value with those of its gradient, which has the same structure.
pub fn pair(value: &Value, gradient: &Value, seeds: &mut Vec<(Value, Value)>) -> Result<()> {
    let wrong = || {
        let message = format!("the gradient `{}` does not fit the return value `{}`", brief(gradient), brief(value));
        Error::raise(Code::Shape, message)
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
            Err(Error::raise(Code::AllImpossible, message)
                .help(format!("give `{}` a value inside it first: `(update trace …)`", brief(&to_value(&path)))))
        }
    }
}

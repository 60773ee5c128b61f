//! The evaluator's rarer nodes: closures, definitions, `case`, `try`, `throw`, calls of every other kind.

use super::call::{bind, native_error};
use super::condition::holds;
use super::cx::Cx;
use super::error_value::{ErrorValue, thrown};
use super::function::{Closure, FunctionCode};
use super::gradient::Tape;
use super::lanes::call::IMPURE;
use super::node::*;
use super::print::brief;
use super::run::{arity_error, eval, foreign_code};
use super::value::{Value, nest};
use super::watch::LATE;
use crate::error::{Caught, Code, Error, Result, Stop};
use std::sync::Arc;

#[inline(never)]
pub fn closure(f: &FnNode, frame: &[Value]) -> Result<Value> {
    let captures: Box<[Value]> = f.captures.iter().map(|slot| frame[*slot as usize].clone()).collect();
    let depth = nest(captures.iter().map(Value::depth).max().unwrap_or(0))?;
    Ok(Value::Fn(Arc::new(Closure { code: f.code.clone(), captures, depth })))
}

#[inline(never)]
pub fn define(def: &DefNode, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    if cx.in_model() {
        let name = cx.program.vars.get(def.global as usize).map_or("it".into(), |var| var.name.to_string());
        return Err(def_in_model(&name));
    }
    let value = match &def.value {
        Some(node) => Some(eval(node, frame, cx)?),
        None => None,
    };
    let program = cx.program_mut();
    let known = match value {
        Some(value) => program.define(def.global, value, def.meta.clone()),
        None => (def.global as usize) < program.globals.len(),
    };
    if !known {
        return Err(foreign_code());
    }
    Ok(Value::symbol(&program.full_name(def.global)))
}

/// A run that defines a name changes what later runs see.
#[cold]
fn def_in_model(name: &str) -> Stop {
    Error::raise(Code::DefInModel, format!("`{name}` is defined while a model runs, for all runs after it"))
        .help(format!("give the value a name in this run only: `(let [{name} …] …)`"))
}

/// The branch that the tested value selects; `None` is a missing default that yields nil only if it may.
#[inline(never)]
pub fn branch_of<'a>(case: &'a CaseNode, value: &Value, cx: &Cx) -> Result<Option<&'a Node>> {
    if let Some(Value::Int(i)) = case.table.get(value) {
        return Ok(case.branches.get(*i as usize));
    }
    if matches!(value, Value::Host(_)) {
        // What draws a value is none that a clause could match.
        holds(value).map_err(|e| native_error(e, case.place, cx))?;
    }
    match &case.default {
        Some(node) => Ok(Some(node)),
        None => {
            let error =
                Error::raise(Code::NoMatchingCase, format!("no clause of this `case` matches `{}`", brief(value)))
                    .help("add a default as the last form of the `case`");
            Err(native_error(error, case.place, cx))
        }
    }
}

#[inline(never)]
pub fn throw(node: &Node, place: Place, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    let value = eval(node, frame, cx)?;
    if let Some(error) = value.as_host::<ErrorValue>() {
        return Err(Stop::from(error.to_error()).or_at(cx.span(place)));
    }
    let error = Error::raise(Code::Thrown, format!("thrown: {}", brief(&value)));
    Err(error.with_payload(Arc::new(value)).at(cx.span(place)))
}

#[inline(never)]
pub fn try_catch(t: &TryNode, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    let (depth, tapes, handled) = (cx.depth, cx.tapes(), eval(&t.body, frame, cx));
    cx.depth = depth;
    let result = match cx.ended(handled).caught() {
        Ok(Ok(value)) => Ok(value),
        // The gradient that runs this code lacks a rule, of which the code knows nothing.
        Ok(Err(error)) if error.code == Code::NoGradient && cx.watch.differentiating > 0 && cx.tapes() == tapes => {
            Err(error.into())
        }
        Ok(Err(error)) => {
            cx.watch.decisions.iter().for_each(Tape::catch);
            catch(t, error, frame, cx)
        }
        Err(halt) => Err(halt),
    };
    match &t.finally {
        None => result,
        Some(finally) => cx.finally(result, |cx| eval(finally, frame, cx)),
    }
}

/// Runs the first matching clause. A model does not catch what makes the run start again another way.
fn catch(t: &TryNode, error: Box<Error>, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    if error.code == IMPURE || error.code == LATE && cx.watch.in_run() {
        return Err(error.into());
    }
    let Some(clause) = t.catches.iter().find(|c| c.code.is_none_or(|code| code == error.code)) else {
        return Err(error.into());
    };
    // Outside of batched runs every error is one of all that runs.
    if cx.group.is_some() && (error.some_lanes || error.code == Code::Lanes) {
        return Err(only_some(error).into());
    }
    // What was thrown is caught as itself; every other error as an object that `ex-data` reads.
    frame[clause.slot as usize] = match thrown(&error) {
        Some(value) => value.clone(),
        None => Value::host(ErrorValue::new(error)),
    };
    eval(&clause.body, frame, cx)
}

/// A run cannot go back for the lanes that raised and on for the others.
#[cold]
fn only_some(mut error: Box<Error>) -> Box<Error> {
    if error.code != Code::CaughtInSomeLanes {
        error.message = format!("`try` cannot catch what not all lanes raise: {}", error.message);
        error.code = Code::CaughtInSomeLanes;
        error.payload = None;
        error.help = Some("ask before: `(if (zero? x) 0 (quot 10 x))` runs each side for its own lanes".into());
    }
    error
}

/// Calls what is no closure: a builtin, a keyword, a collection, an object.
#[inline(never)]
pub fn call_value(callee: &Value, call: &CallNode, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    let mut args = arguments(call, frame, cx)?;
    cx.call(callee, &mut args).map_err(|e| native_error(explain(e, callee, &call.callee), call.place, cx))
}

/// Says why what stands at the head of a call may be no function.
fn explain(stop: Stop, callee: &Value, head: &Node) -> Stop {
    if !stop.is(Code::NotAFunction) {
        return stop;
    }
    stop.map(|error| if error.help.is_some() { error } else { no_function(error, callee, head) })
}

fn no_function(error: Box<Error>, callee: &Value, head: &Node) -> Box<Error> {
    match (callee, head) {
        (Value::Int(_) | Value::Float(_), Node::Local(_) | Node::Take(_) | Node::Global(_)) => error.help(
            "a name of yours hides a function: rename it, or write `dist/beta`, `dist/gamma` … for a distribution",
        ),
        (Value::Nil, _) => error.help("the head of this call is nil: was it looked up somewhere it is not?"),
        (_, Node::Const(_)) => error.help("a list in code is a call: write `[…]` for data, or quote it"),
        _ => error,
    }
}

fn arguments(call: &CallNode, frame: &mut [Value], cx: &mut Cx) -> Result<Vec<Value>> {
    let mut args = Vec::with_capacity(call.args.len());
    for arg in &call.args {
        args.push(eval(arg, frame, cx)?);
    }
    Ok(args)
}

/// Calls a closure with several arities, a rest argument, or a large frame.
#[inline(never)]
pub fn call_slowly(f: &Arc<Closure>, call: &CallNode, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    let mut args = arguments(call, frame, cx)?;
    let Some(arity) = f.code.arity(args.len()) else {
        let error = arity_error(&f.code.name, &f.code.arglists, args.len()).also(f.code.span, "defined here");
        return Err(native_error(error, call.place, cx));
    };
    if let Err(e) = cx.step() {
        return Err(native_error(e, call.place, cx));
    }
    let mut new = vec![Value::Nil; arity.slots as usize];
    let result = bind(f, arity, &mut args, &mut new).and_then(|()| cx.deeper(|cx| eval(&arity.body, &mut new, cx)));
    result.map_err(|e| add_frame(e, &f.code, call.place, cx))
}

/// Adds a call to an error's stack.
#[cold]
#[inline(never)]
pub fn add_frame(error: Stop, code: &FunctionCode, place: Place, cx: &Cx) -> Stop {
    let call = cx.span(place);
    let mut error = error.or_at(call);
    error.push_frame(&code.name, call);
    error
}

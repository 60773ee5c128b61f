//! Calls from host code: any callable value with evaluated arguments.

use super::cx::Cx;
use super::function::{Arity, Builtin, Closure};
use super::gradient;
use super::lanes::call as lane_call;
use super::lanes::holds_lanes;
use super::node::Place;
use super::run::{arity_error, check_arity, eval, not_a_function, place_error};
use super::value::Value;
use crate::error::{At, Result, Stop};
use std::sync::Arc;

impl Cx {
    /// Calls a function, builtin, keyword, map, set, vector or callable object.
    pub fn call(&mut self, callee: &Value, args: &mut [Value]) -> Result<Value> {
        match callee {
            Value::Lanes(_) => lane_call::callee(self, callee, args),
            Value::Fn(f) => call_closure(f, args, self),
            Value::Native(row) => {
                check_arity(row, args.len())?;
                self.step()?;
                // A builtin that calls a function that calls a builtin … nests too.
                self.deeper(|cx| run_row(row, cx, args)).map_err(forget_argument)
            }
            Value::Keyword(_) | Value::Symbol(_) if matches!(args.first(), Some(Value::Lanes(_))) => {
                lane_call::lookup(self, callee, args, false)
            }
            Value::Map(_) | Value::Set(_) | Value::Vector(_) if args.first().is_some_and(holds_lanes) => {
                lane_call::lookup(self, callee, args, true)
            }
            Value::Keyword(_) | Value::Symbol(_) => lookup_first(callee, args, self),
            Value::Map(_) | Value::Set(_) | Value::Vector(_) => lookup_callee(callee, args, self),
            Value::Host(h) => {
                self.step()?;
                let h = h.clone();
                self.deeper(|cx| h.object().call(callee, cx, args))
            }
            other => Err(not_a_function(other)),
        }
    }

    /// Calls a function of one argument.
    pub fn call1(&mut self, callee: &Value, a: Value) -> Result<Value> {
        self.call(callee, &mut [a])
    }

    /// Calls a function of two arguments.
    pub fn call2(&mut self, callee: &Value, a: Value, b: Value) -> Result<Value> {
        self.call(callee, &mut [a, b])
    }
}

/// Runs a builtin on evaluated arguments, their number checked.
#[inline(always)]
pub fn run_row(row: &Builtin, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if args.iter().any(|arg| matches!(arg, Value::Var(_) | Value::Lanes(_) | Value::Array(_))) || cx.group.is_some() {
        return run_row_wide(row, cx, args);
    }
    match (row.call)(cx, args) {
        Err(error) => lane_call::within(row, cx, args, error),
        result => result,
    }
}

#[cold]
#[inline(never)]
fn run_row_wide(row: &Builtin, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    cx.charge(args.iter().map(elements).sum())?;
    match args.iter().any(|arg| matches!(arg, Value::Var(_))) {
        true => gradient::run_row(row, cx, args),
        false => lane_call::run_row(row, cx, args),
    }
}

/// What a builtin computes with at once, and is charged for.
pub fn elements(arg: &Value) -> usize {
    match gradient::primal_of(arg) {
        Value::Array(array) => array.len(),
        Value::Lanes(lanes) => lanes.group.len(),
        _ => 0,
    }
}

/// The arguments of a builtin called as a value are not written anywhere.
#[cold]
fn forget_argument(stop: Stop) -> Stop {
    stop.map(|mut error| {
        if let At::Arg(_) = error.at {
            error.at = At::Unknown;
        }
        error
    })
}

/// Calls a closure with evaluated arguments.
pub fn call_closure(f: &Arc<Closure>, args: &mut [Value], cx: &mut Cx) -> Result<Value> {
    let Some(arity) = f.code.arity(args.len()) else {
        return Err(arity_error(&f.code.name, &f.code.arglists, args.len()));
    };
    cx.step()?;
    let result = match arity.slots {
        0..=4 => call_sized::<4>(f, arity, args, cx),
        5..=16 => call_sized::<16>(f, arity, args, cx),
        n => call_framed(f, arity, args, &mut vec![Value::Nil; n as usize], cx),
    };
    match result {
        Ok(v) => Ok(v),
        Err(mut e) => {
            e.push_frame(&f.code.name, f.code.span);
            Err(e)
        }
    }
}

/// Calls the arity of a closure that has a rest argument with its fixed arguments and the sequence of the others.
pub fn call_with_rest(f: &Arc<Closure>, args: &mut [Value], rest: Value, cx: &mut Cx) -> Result<Value> {
    let Some(arity) = f.code.arities.last().filter(|arity| arity.rest && arity.fixed as usize == args.len()) else {
        return Err(arity_error(&f.code.name, &f.code.arglists, args.len()));
    };
    cx.step()?;
    let mut frame = vec![Value::Nil; arity.slots as usize];
    bind(f, arity, args, &mut frame)?;
    frame[args.len()] = rest;
    cx.deeper(|cx| eval(&arity.body, &mut frame, cx)).map_err(|mut e| {
        e.push_frame(&f.code.name, f.code.span);
        e
    })
}

fn call_sized<const N: usize>(f: &Arc<Closure>, arity: &Arity, args: &mut [Value], cx: &mut Cx) -> Result<Value> {
    call_framed(f, arity, args, &mut [const { Value::Nil }; N], cx)
}

#[inline(always)]
fn call_framed(f: &Arc<Closure>, arity: &Arity, args: &mut [Value], frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    bind(f, arity, args, frame)?;
    cx.deeper(|cx| eval(&arity.body, frame, cx))
}

/// Lays out a frame: arguments, rest, captures, the function itself.
#[inline(always)]
pub fn bind(f: &Arc<Closure>, arity: &Arity, args: &mut [Value], frame: &mut [Value]) -> Result<()> {
    let fixed = arity.fixed as usize;
    for (slot, arg) in frame.iter_mut().zip(&mut args[..fixed]) {
        *slot = std::mem::take(arg);
    }
    if arity.rest && args.len() > fixed {
        frame[fixed] = Value::list(args[fixed..].iter_mut().map(std::mem::take).collect())?;
    }
    for (slot, capture) in &arity.captures {
        frame[*slot as usize] = f.captures[*capture as usize].clone();
    }
    if let Some(slot) = arity.own {
        frame[slot as usize] = Value::Fn(f.clone());
    }
    Ok(())
}

/// `(:key map)` and `(:key map default)`.
fn lookup_first(key: &Value, args: &mut [Value], cx: &mut Cx) -> Result<Value> {
    match args {
        [from] => super::lookup::get(cx, from, key, &Value::Nil),
        [from, default] => super::lookup::get(cx, from, key, default),
        _ => Err(arity_error(&super::print::brief(key), "[map] [map default]", args.len())),
    }
}

/// `(map :key)`, `(set x)`, `(vector 0)`.
fn lookup_callee(callee: &Value, args: &mut [Value], cx: &mut Cx) -> Result<Value> {
    match (callee, &*args) {
        // The index is the call's only argument.
        (Value::Vector(_), [index]) => super::lookup::nth(cx, callee, index, None).map_err(|e| e.arg(0)),
        (_, [key]) => super::lookup::get(cx, callee, key, &Value::Nil),
        (_, [key, default]) => super::lookup::get(cx, callee, key, default),
        _ => Err(arity_error(&super::print::brief(callee), "[key] [key default]", args.len())),
    }
}

/// Fills in the place of an error that a builtin raised.
#[cold]
#[inline(never)]
pub fn native_error(error: Stop, place: Place, cx: &Cx) -> Stop {
    place_error(error, place, cx)
}

//! Evaluation: nodes to values, on a frame of slots, with `recur` as a jump.

use super::arithmetic;
use super::call::{native_error, run_row};
use super::collections::{Map, Set};
use super::condition;
use super::cx::Cx;
use super::effects::run_effect;
use super::function::{Builtin, Closure};
use super::lanes::branch::branch;
use super::lanes::by_value::by_keys;
use super::lanes::holds_lanes;
use super::node::*;
use super::print::brief;
use super::special;
use super::value::Value;
use crate::error::{At, Code, Error, Result, Stop};
use std::sync::Arc;

/// Evaluates a node. A loop's body and a function's body are in tail position here, so that `recur` stays in this frame.
pub fn eval(mut node: &Node, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    let mut head = node;
    loop {
        match node {
            Node::Const(v) => return Ok(v.clone()),
            Node::Local(slot) => return Ok(frame[*slot as usize].clone()),
            Node::Take(slot) => return Ok(std::mem::take(&mut frame[*slot as usize])),
            Node::Global(global) => match cx.program.globals.get(*global as usize) {
                Some(value) => return Ok(value.clone()),
                None => return Err(foreign_code()),
            },
            Node::If(parts) => {
                node = match test(parts, frame, cx)? {
                    Test::Yes => &parts.yes,
                    Test::No => &parts.no,
                    Test::Lanes => return branch(node, head, frame, cx),
                }
            }
            Node::PrimLL(op, place, a, b) => {
                let r = arithmetic::apply_in(cx, *op, &frame[*a as usize], &frame[*b as usize]);
                return located(r, *place, cx);
            }
            Node::PrimLK(op, place, a, k) => {
                let r = arithmetic::apply_in(cx, *op, &frame[*a as usize], k);
                return located(r, *place, cx);
            }
            Node::Prim(op, place, operands) => {
                let a = operand(&operands.0, frame, cx)?;
                let b = operand(&operands.1, frame, cx)?;
                return located(arithmetic::apply_owned(cx, *op, a, b), *place, cx);
            }
            Node::Call(call) => return run_call(call, frame, cx),
            Node::Native(call) => return run_native(call, frame, cx),
            Node::Let(l) => {
                for (slot, init) in &l.inits {
                    frame[*slot as usize] = eval(init, frame, cx)?;
                }
                node = &l.body;
            }
            Node::Do(nodes) => match &**nodes {
                [] => return Ok(Value::Nil),
                [before @ .., last] => {
                    for n in before {
                        eval(n, frame, cx)?;
                    }
                    node = last;
                }
            },
            Node::Loop(l) => {
                for (slot, init) in &l.inits {
                    frame[*slot as usize] = eval(init, frame, cx)?;
                }
                node = &l.body;
                head = node;
            }
            Node::Recur(r) => {
                recur(r, frame, cx)?;
                node = head;
            }
            Node::Case(case) => {
                let value = eval(&case.test, frame, cx)?;
                if matches!(value, Value::Lanes(_)) || cx.group.is_some() && holds_lanes(&value) {
                    cx.condition = value;
                    return branch(node, head, frame, cx);
                }
                match special::branch_of(case, &value, cx)? {
                    Some(branch) => node = branch,
                    None => return Ok(Value::Nil),
                }
            }
            Node::Fn(f) => return special::closure(f, frame),
            Node::Vector(v) => return collect(&v.0, v.1, frame, cx, |_, items| Value::vector(items)),
            Node::Set(v) => {
                return collect(&v.0, v.1, frame, cx, |cx, items| {
                    by_keys(cx, &items, &mut |_, items| Ok(Value::Set(Set::from_items(items.iter().cloned())?)))
                });
            }
            Node::Map(m) => return map(&m.0, m.1, frame, cx),
            Node::Def(def) => return special::define(def, frame, cx),
            Node::Throw(t) => return special::throw(&t.0, t.1, frame, cx),
            Node::Try(t) => return special::try_catch(t, frame, cx),
            Node::Effect(e) => return run_effect(e, frame, cx),
            Node::Deep(deep) => return cx.with_stack(|cx| eval(&deep.0, frame, cx)),
        }
    }
}

/// Evaluates an argument: the commonest nodes in place, without a call of [`eval`].
#[inline(always)]
fn operand(node: &Node, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    match node {
        Node::Local(slot) => Ok(frame[*slot as usize].clone()),
        Node::Take(slot) => Ok(std::mem::take(&mut frame[*slot as usize])),
        Node::PrimLK(op, place, a, k) => located(arithmetic::apply_in(cx, *op, &frame[*a as usize], k), *place, cx),
        _ => eval(node, frame, cx),
    }
}

/// A function that a host carried from one interpreter to another, whose names it does not know.
#[cold]
#[inline(never)]
pub fn foreign_code() -> Stop {
    Error::raise(Code::ForeignFunction, "a function of another interpreter uses names that this one does not have")
        .help("define it in the interpreter that calls it")
}

/// Adds the place to an error of an operator.
#[inline(always)]
fn located(result: Result<Value>, place: Place, cx: &Cx) -> Result<Value> {
    match result {
        Ok(v) => Ok(v),
        Err(e) => Err(native_error(e, place, cx)),
    }
}

/// What a condition came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    No,
    Yes,
    /// It differs by lane: it is in [`Cx::condition`].
    Lanes,
}

/// A condition, with comparisons of locals done in place.
#[inline(always)]
pub(super) fn test(parts: &IfNode, frame: &mut [Value], cx: &mut Cx) -> Result<Test> {
    let compared = match &parts.test {
        Node::PrimLL(op, _, a, b) => compare(*op, &frame[*a as usize], &frame[*b as usize]),
        Node::PrimLK(op, _, a, k) => compare(*op, &frame[*a as usize], k),
        _ => None,
    };
    match compared {
        Some(b) => Ok(if b { Test::Yes } else { Test::No }),
        // By value, so that the common cases have nothing to drop.
        None => match eval(&parts.test, frame, cx)? {
            Value::Nil | Value::False => Ok(Test::No),
            Value::True => Ok(Test::Yes),
            other => match other {
                Value::Lanes(_) | Value::Array(_) | Value::Var(_) | Value::Host(_) => condition::test(other, parts, cx),
                _ if parts.of_choice => condition::test(other, parts, cx),
                _ => Ok(Test::Yes),
            },
        },
    }
}

#[inline(always)]
fn compare(op: Op, a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => match op {
            Op::Lt => Some(x < y),
            Op::Le => Some(x <= y),
            Op::Gt => Some(x > y),
            Op::Ge => Some(x >= y),
            Op::Eq => Some(x == y),
            _ => None,
        },
        _ => None,
    }
}

#[inline(always)]
fn recur(r: &RecurNode, frame: &mut [Value], cx: &mut Cx) -> Result<()> {
    if let Err(e) = cx.step() {
        return Err(native_error(e, r.place, cx));
    }
    let first = r.first as usize;
    match &*r.args {
        [] => {}
        [a] => frame[first] = operand(a, frame, cx)?,
        [a, b] => {
            let x = operand(a, frame, cx)?;
            let y = match b {
                Node::PrimLL(op, place, a, b) => {
                    located(arithmetic::apply_in(cx, *op, &frame[*a as usize], &frame[*b as usize]), *place, cx)?
                }
                _ => eval(b, frame, cx)?,
            };
            frame[first] = x;
            frame[first + 1] = y;
        }
        args => {
            let values: Vec<Value> = args.iter().map(|a| eval(a, frame, cx)).collect::<Result<_>>()?;
            for (slot, v) in frame[first..].iter_mut().zip(values) {
                *slot = v;
            }
        }
    }
    Ok(())
}

#[inline(never)]
fn run_call(call: &CallNode, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    if let Node::Global(global) = &call.callee
        && let Some(f) = cx.take_closure(*global)
    {
        let result = enter(&f, call, frame, cx);
        cx.keep_closure(*global, f);
        return result;
    }
    match eval(&call.callee, frame, cx)? {
        Value::Fn(f) => enter(&f, call, frame, cx),
        callee => special::call_value(&callee, call, frame, cx),
    }
}

/// Calls a closure with arguments evaluated straight into its frame.
#[inline(always)]
fn enter(f: &Arc<Closure>, call: &CallNode, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    if let [arity] = &*f.code.arities
        && !arity.rest
        && call.args.len() == arity.fixed as usize
    {
        match arity.slots {
            0..=2 => return enter_sized::<2>(f, call, frame, cx),
            3..=4 => return enter_sized::<4>(f, call, frame, cx),
            5..=8 => return enter_sized::<8>(f, call, frame, cx),
            9..=16 => return enter_sized::<16>(f, call, frame, cx),
            _ => {}
        }
    }
    special::call_slowly(f, call, frame, cx)
}

#[inline(always)]
fn enter_sized<const N: usize>(f: &Arc<Closure>, call: &CallNode, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    let arity = &f.code.arities[0];
    let mut new = [const { Value::Nil }; N];
    for (slot, arg) in new.iter_mut().zip(call.args.iter()) {
        *slot = operand(arg, frame, cx)?;
    }
    match cx.step() {
        Ok(()) => {}
        Err(e) => return Err(native_error(e, call.place, cx)),
    }
    for (slot, capture) in &arity.captures {
        new[*slot as usize] = f.captures[*capture as usize].clone();
    }
    if let Some(slot) = arity.own {
        new[slot as usize] = Value::Fn(f.clone());
    }
    match cx.deeper(|cx| eval(&arity.body, &mut new, cx)) {
        Ok(v) => Ok(v),
        Err(e) => Err(special::add_frame(e, &f.code, call.place, cx)),
    }
}

#[inline(never)]
fn run_native(call: &NativeCall, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    let mut few = [const { Value::Nil }; 4];
    let n = call.args.len();
    let result = if n <= few.len() {
        for (slot, arg) in few.iter_mut().zip(call.args.iter()) {
            *slot = operand(arg, frame, cx)?;
        }
        run_row(call.row, cx, &mut few[..n])
    } else {
        let mut args: Vec<Value> = call.args.iter().map(|a| eval(a, frame, cx)).collect::<Result<_>>()?;
        run_row(call.row, cx, &mut args)
    };
    match result {
        Ok(v) => Ok(v),
        // What runs a generative function takes its arguments second.
        Err(e) if call.row.arglists.starts_with("[gf args") => Err(native_error(e.arguments_at(1), call.place, cx)),
        Err(e) => Err(native_error(e, call.place, cx)),
    }
}

#[inline(never)]
fn collect(
    nodes: &[Node],
    place: Place,
    frame: &mut [Value],
    cx: &mut Cx,
    make: impl FnOnce(&mut Cx, Vec<Value>) -> Result<Value>,
) -> Result<Value> {
    let mut items = Vec::with_capacity(nodes.len());
    for n in nodes {
        items.push(eval(n, frame, cx)?);
    }
    let made = make(cx, items);
    located(made, place, cx)
}

#[inline(never)]
fn map(entries: &[(Node, Node)], place: Place, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    let mut map = Map::empty();
    // Entries from the first key on that differs by lane.
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for (k, v) in entries {
        let key = eval(k, frame, cx)?;
        let value = eval(v, frame, cx)?;
        if !keys.is_empty() || matches!(key, Value::Lanes(_) | Value::Vector(_)) && holds_lanes(&key) {
            keys.push(key);
            values.push(value);
            continue;
        }
        map = match map.insert(key, value) {
            Ok(map) => map,
            Err(e) => return Err(native_error(e, place, cx)),
        };
    }
    if keys.is_empty() {
        return Ok(Value::Map(map));
    }
    let made = by_keys(cx, &keys, &mut |_, keys| {
        let add = |map: Map, (key, value): (&Value, &Value)| map.insert(key.clone(), value.clone());
        keys.iter().zip(&values).try_fold(map.clone(), add).map(Value::Map)
    });
    located(made, place, cx)
}

/// Checks the number of arguments of a builtin called as a value.
pub fn check_arity(row: &Builtin, n: usize) -> Result<()> {
    if row.accepts(n) {
        return Ok(());
    }
    Err(arity_error(row.name, row.arglists, n))
}

/// The error of a call with the wrong number of arguments.
#[cold]
pub fn arity_error(name: &str, arglists: &str, given: usize) -> Stop {
    let message = format!("`{name}` takes {arglists}, but got {given} argument{}", if given == 1 { "" } else { "s" });
    Error::raise(Code::Arity, message)
}

/// Points an error without a place at a call or at one of its arguments.
pub fn place_error(stop: Stop, place: Place, cx: &Cx) -> Stop {
    match stop.place() {
        At::Unknown | At::Arguments => stop.at(cx.span(place)),
        At::Arg(i) => stop.at(cx.span(place + 1 + i as Place)),
        At::Place(_) => stop,
    }
}

/// What the report says of a value that is called but is no function.
#[cold]
pub fn not_a_function(value: &Value) -> Stop {
    Error::raise(Code::NotAFunction, format!("`{}` is {}, not a function", brief(value), value.kind()))
}

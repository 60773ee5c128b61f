//! A function's body as a sequence of statements, each with the slots that it reads: what must run again when some of
//! them change follows from that.

use super::call::bind;
use super::cx::Cx;
use super::function::Closure;
use super::node::{AddressNode, Node, Slot};
use super::run::eval;
use super::value::Value;
use super::walk::{children, reads};
use super::watch::StateUse;
use crate::error::Result;
use std::sync::Arc;

/// The statements of a body, in order; the last gives the value.
pub struct Statements {
    pub list: Box<[Statement]>,
    /// Parameters, each in the slot of its number.
    pub params: usize,
}

/// What is known of one statement.
pub struct Statement {
    reads: Box<[u64]>,
    /// Nobody uses its value.
    pub idle: bool,
    /// The address, when the statement is nothing but one effect under a literal address.
    pub address: Option<Value>,
}

impl Statement {
    /// True when it reads one of the slots.
    pub fn reads(&self, slots: &[u64]) -> bool {
        self.reads.iter().zip(slots).any(|(a, b)| a & b != 0)
    }
}

/// Sets or clears a slot in a set of slots.
pub fn mark(slots: &mut Vec<u64>, slot: Slot, on: bool) {
    let (word, bit) = (slot as usize / 64, 1u64 << (slot % 64));
    if slots.len() <= word {
        slots.resize(word + 1, 0);
    }
    if on {
        slots[word] |= bit;
    } else {
        slots[word] &= !bit;
    }
}

impl Statements {
    /// The statements of a closure with one arity; `None` when its body runs in circles.
    pub fn of(f: &Closure) -> Option<Statements> {
        let [arity] = &*f.code.arities else { return None };
        let mut list = Vec::new();
        let nodes = split(&arity.body);
        let last = nodes.len() - 1;
        for (i, (slot, node)) in nodes.into_iter().enumerate() {
            let mut reads = Vec::new();
            read(node, &mut |slot| mark(&mut reads, slot, true));
            if slot.is_none() && recurs(node) {
                return None;
            }
            let idle = slot.is_none() && i != last;
            list.push(Statement { reads: reads.into(), idle, address: address(node) });
        }
        Some(Statements { list: list.into(), params: arity.fixed as usize + usize::from(arity.rest) })
    }
}

/// The body as pairs of a slot and what is evaluated into it.
pub fn split(body: &Node) -> Vec<(Option<Slot>, &Node)> {
    let (mut statements, mut node) = (Vec::with_capacity(8), body);
    loop {
        match node {
            Node::Deep(deep) => node = &deep.0,
            Node::Let(l) => {
                statements.extend(l.inits.iter().map(|(slot, init)| (Some(*slot), init)));
                node = &l.body;
            }
            Node::Do(nodes) if !nodes.is_empty() => {
                let last = nodes.len() - 1;
                statements.extend(nodes[..last].iter().map(|n| (None, n)));
                node = &nodes[last];
            }
            last => {
                statements.push((None, last));
                return statements;
            }
        }
    }
}

/// What came of a statement.
#[derive(Clone)]
pub struct StatementResult {
    pub value: Value,
    /// It traced, spliced or read a parameter.
    pub effects: bool,
    /// It made or used state that changes.
    pub state: bool,
    seen: StateUse,
}

impl StatementResult {
    /// Runs a statement.
    pub fn run(cx: &mut Cx, f: impl FnOnce(&mut Cx) -> Result<Value>) -> Result<StatementResult> {
        let effects = cx.effects();
        let (value, seen) = cx.watched(f);
        Ok(StatementResult { value: value?, effects: cx.effects() != effects, state: seen.used || seen.made, seen })
    }

    /// At the end of a run: something of the statement may have been made since, with more than a value.
    pub fn settle(&mut self, cx: &Cx) {
        self.state |= cx.watch.was_late(&self.seen);
    }
}

/// Calls a closure and keeps what came of each statement of its body.
pub fn call_in_steps(f: &Arc<Closure>, args: &mut [Value], cx: &mut Cx) -> Result<Vec<StatementResult>> {
    let Some(arity) = f.code.arity(args.len()) else {
        return Err(super::run::arity_error(&f.code.name, &f.code.arglists, args.len()));
    };
    cx.step()?;
    let mut frame = frame(f, args)?;
    let run = |cx: &mut Cx| {
        let statements = split(&arity.body);
        let mut steps = Vec::with_capacity(statements.len());
        for (slot, node) in statements {
            let step = StatementResult::run(cx, |cx| eval(node, &mut frame, cx))?;
            if let Some(slot) = slot {
                frame[slot as usize] = step.value.clone();
            }
            steps.push(step);
        }
        Ok(steps)
    };
    cx.deeper(run).map_err(|mut e| {
        e.push_frame(&f.code.name, f.code.span);
        e
    })
}

/// A frame for a call.
pub fn frame(f: &Arc<Closure>, args: &mut [Value]) -> Result<Vec<Value>> {
    let Some(arity) = f.code.arity(args.len()) else {
        return Err(super::run::arity_error(&f.code.name, &f.code.arglists, args.len()));
    };
    let mut frame = vec![Value::Nil; arity.slots as usize];
    bind(f, arity, args, &mut frame)?;
    Ok(frame)
}

/// The literal address of a statement that is one effect.
fn address(node: &Node) -> Option<Value> {
    match node {
        Node::Deep(deep) => address(&deep.0),
        Node::Effect(effect) if simple(&effect.callee) && effect.args.iter().all(simple) => match &effect.address {
            Some(AddressNode::Literal(address)) => Some(address.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Code that makes no effects of its own, nor calls what might.
fn simple(node: &Node) -> bool {
    let mut pure = true;
    each(node, &mut |inside| {
        pure &= !matches!(inside, Node::Call(_) | Node::Effect(_) | Node::Native(_)) || plain_native(inside);
    });
    pure
}

/// A builtin that is given no functions to call.
fn plain_native(node: &Node) -> bool {
    match node {
        Node::Native(call) => call.args.iter().all(|arg| !matches!(arg, Node::Fn(_) | Node::Global(_))),
        _ => false,
    }
}

/// True when the node may jump to the start of its function.
fn recurs(node: &Node) -> bool {
    match node {
        Node::Recur(_) => true,
        Node::If(parts) => recurs(&parts.yes) || recurs(&parts.no),
        Node::Do(nodes) => nodes.last().is_some_and(recurs),
        Node::Let(l) => recurs(&l.body),
        Node::Case(case) => case.branches.iter().chain(&case.default).any(recurs),
        Node::Deep(deep) => recurs(&deep.0),
        _ => false,
    }
}

/// Slots that a node and everything below it read.
fn read(node: &Node, found: &mut dyn FnMut(Slot)) {
    each(node, &mut |inside| reads(inside, found));
}

/// Visits a node and everything below it.
fn each<'a>(node: &'a Node, visit: &mut dyn FnMut(&'a Node)) {
    visit(node);
    children(node, &mut |child| genlisp_stack::ensure(64 * 1024, 1024 * 1024, || each(child, visit)));
}

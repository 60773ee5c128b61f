//! Control flow on lanes: conditions, `case`, and loops whose lanes go different ways.
//!
//! The lanes of a group may end a body at different places: some with a value, some with `recur`. Both are gathered as
//! `Outcomes`; those that go on are run again together, until none is left.

use super::numbers::raised_in;
use super::{Group, LanePart, LaneValues, holds_lanes, merge, project};
use crate::error::Result;
use crate::eval::condition;
use crate::eval::cx::Cx;
use crate::eval::node::{Node, RecurNode};
use crate::eval::run::{Test, eval, test};
use crate::eval::special;
use crate::eval::value::Value;
use crate::tensor::lanes::partition;
use std::sync::Arc;

/// What the lanes came to.
#[derive(Default)]
struct Outcomes {
    done: Vec<LanePart>,
    /// Lanes that jump back, the first slot of their loop's variables, and the new values.
    again: Vec<(Arc<Group>, usize, Vec<Value>)>,
}

/// Goes on from a condition that is lanes, at `node`, inside a body that starts at `head`: its value.
#[cold]
#[inline(never)]
pub fn branch(node: &Node, head: &Node, frame: &mut [Value], cx: &mut Cx) -> Result<Value> {
    let outer = cx.group.clone();
    let group = super::by_value::group_of(cx, std::slice::from_ref(&cx.condition))?;
    let mut out = Outcomes::default();
    let start = frame.to_vec();
    cx.under(group.clone(), |cx| tail(node, frame, cx, &mut out))?;
    while !out.again.is_empty() {
        let again = std::mem::take(&mut out.again);
        let going = group.union(again.iter().map(|(part, _, _)| part)).unwrap_or_else(|| group.clone());
        let mut next = start.clone();
        let first = again[0].1;
        let mut rows: Vec<_> = again.into_iter().map(|(part, _, values)| (part, values.into_iter())).collect();
        let count = rows[0].1.len();
        for slot in &mut next[first..first + count] {
            let parts = rows.iter_mut().filter_map(|(part, values)| Some((part.clone(), values.next()?)));
            *slot = merge(parts.collect(), &going)?;
        }
        let some = going.len() < group.len();
        cx.under(going.clone(), |cx| tail(head, &mut next, cx, &mut out)).map_err(|e| raised_in(e, &going, some))?;
    }
    let value = merge(out.done, &group)?;
    cx.group = outer;
    Ok(value)
}

/// Runs a node in tail position: what its lanes come to.
fn tail(mut node: &Node, frame: &mut [Value], cx: &mut Cx, out: &mut Outcomes) -> Result<()> {
    loop {
        match node {
            Node::If(parts) => {
                // The condition that brought us here is known already.
                let decided = if cx.condition.is_nil() { test(parts, frame, cx)? } else { Test::Lanes };
                node = match decided {
                    Test::Yes => &parts.yes,
                    Test::No => &parts.no,
                    Test::Lanes => {
                        let condition = std::mem::take(&mut cx.condition);
                        return decide(&condition, &parts.yes, &parts.no, frame, cx, out);
                    }
                };
            }
            Node::Let(l) => {
                for (slot, init) in &l.inits {
                    frame[*slot as usize] = eval(init, frame, cx)?;
                }
                node = &l.body;
            }
            Node::Do(nodes) => match &**nodes {
                [] => return done(Value::Nil, cx, out),
                [before @ .., last] => {
                    for n in before {
                        eval(n, frame, cx)?;
                    }
                    node = last;
                }
            },
            Node::Recur(r) => return jump(r, frame, cx, out),
            Node::Case(case) => {
                let value = match std::mem::take(&mut cx.condition) {
                    Value::Nil => eval(&case.test, frame, cx)?,
                    known => known,
                };
                if !holds_lanes(&value) {
                    match special::branch_of(case, &value, cx)? {
                        Some(branch) => node = branch,
                        None => return done(Value::Nil, cx, out),
                    }
                    continue;
                }
                return cases(case, value, frame, cx, out);
            }
            Node::Deep(deep) => return cx.with_stack(|cx| tail(&deep.0, frame, cx, out)),
            other => {
                let value = eval(other, frame, cx)?;
                return done(value, cx, out);
            }
        }
    }
}

fn done(value: Value, cx: &Cx, out: &mut Outcomes) -> Result<()> {
    if let Some(group) = &cx.group {
        out.done.push((group.clone(), value));
    }
    Ok(())
}

fn jump(r: &RecurNode, frame: &mut [Value], cx: &mut Cx, out: &mut Outcomes) -> Result<()> {
    cx.step().map_err(|e| crate::eval::run::place_error(e, r.place, cx))?;
    let values = r.args.iter().map(|arg| eval(arg, frame, cx)).collect::<Result<Vec<Value>>>()?;
    if let Some(group) = &cx.group {
        out.again.push((group.clone(), r.first as usize, values));
    }
    Ok(())
}

/// Runs both sides of a condition, each on its lanes; a side without lanes is not run.
fn decide(
    condition: &Value,
    yes: &Node,
    no: &Node,
    frame: &mut [Value],
    cx: &mut Cx,
    out: &mut Outcomes,
) -> Result<()> {
    let Some(group) = cx.group.clone() else { return Ok(()) };
    cx.decides(condition)?;
    let (with, without) = truth(&project(condition, &group)?, &group)?;
    if without.is_empty() {
        return tail(yes, frame, cx, out);
    }
    if with.is_empty() {
        return tail(no, frame, cx, out);
    }
    let mut copy = frame.to_vec();
    let (with, without) = (group.part(with), group.part(without));
    cx.under(with.clone(), |cx| tail(yes, &mut copy, cx, out)).map_err(|e| raised_in(e, &with, true))?;
    cx.under(without.clone(), |cx| tail(no, frame, cx, out)).map_err(|e| raised_in(e, &without, true))
}

/// The positions of the lanes for which a condition holds, and of the others: false and nil do not.
pub fn truth(condition: &Value, group: &Arc<Group>) -> Result<(Vec<u32>, Vec<u32>)> {
    let all = || (0..group.len() as u32).collect::<Vec<u32>>();
    Ok(match condition {
        Value::Lanes(lanes) => match &lanes.of {
            LaneValues::Numbers(column) => match column.values::<bool>() {
                None if column.event().is_empty() => (all(), Vec::new()),
                mask => {
                    condition::one_each(column)?;
                    mask.map_or_else(|| (all(), Vec::new()), partition)
                }
            },
            LaneValues::Parts(parts) => {
                let (mut yes, mut no) = (Vec::new(), Vec::new());
                for (part, value) in parts {
                    let at = part.within(group).ok_or_else(|| super::other_lanes(part, group))?;
                    let (with, without) = truth(&project(value, part)?, part)?;
                    yes.extend(with.iter().map(|i| at[*i as usize]));
                    no.extend(without.iter().map(|i| at[*i as usize]));
                }
                yes.sort_unstable();
                no.sort_unstable();
                (yes, no)
            }
        },
        other if condition::holds(other)? => (all(), Vec::new()),
        _ => (Vec::new(), all()),
    })
}

/// Runs each branch of a `case` on the lanes that choose it.
fn cases(
    case: &crate::eval::node::CaseNode,
    value: Value,
    frame: &mut [Value],
    cx: &mut Cx,
    out: &mut Outcomes,
) -> Result<()> {
    let parts = super::by_value::split(cx, &[value], true)?;
    let some = parts.len() > 1;
    for (group, mut values) in parts {
        let value = values.pop().unwrap_or_default();
        let mut copy = frame.to_vec();
        let ran = cx.under(group.clone(), |cx| match special::branch_of(case, &value, cx)? {
            Some(node) => tail(node, &mut copy, cx, out),
            None => done(Value::Nil, cx, out),
        });
        ran.map_err(|e| raised_in(e, &group, some))?;
    }
    Ok(())
}

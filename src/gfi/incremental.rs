//! A changed run of a model that skips the statements which no change can reach.
//!
//! A statement runs again when it reads something that changed, when its address is one that the goal is about, when
//! it had effects that cannot be told from its text, or when it made or used state: an atom, a memoized function, a
//! choice made late. All others keep their value and their record.

use super::address::components;
use super::diff::Diff;
use super::goal::Goal;
use super::interface::Run;
use super::model::DynamicModel;
use super::ops::runner::Runner;
use super::trace::{Record, Trace, What};
use super::trie::Trie;
use crate::error::{Code, Error, Result};
use crate::eval::equality::identical;
use crate::eval::function::Closure;
use crate::eval::run::eval;
use crate::eval::statements::{Statement, StatementResult, Statements, frame, mark, split};
use crate::eval::{Cx, Value};
use std::sync::Arc;

/// What the body returned, and what is kept of it.
pub type Rerun = (Value, Arc<[StatementResult]>);

/// Runs a model again, where the old run kept its statements.
pub fn run_again(
    model: &DynamicModel,
    body: &Arc<Closure>,
    cx: &mut Cx,
    run: &Run<'_>,
    old: &Trace,
    mut runner: Runner,
) -> (Runner, Result<Rerun>) {
    let (Some(statements), Some(kept)) = (model.statements(), &old.kept) else {
        return (runner, Err(Error::raise(Code::Internal, "a run without statements")));
    };
    let mut all: Vec<Value> = std::iter::once(run.this.clone()).chain(run.args.iter().cloned()).collect();
    let mut frame = match frame(body, &mut all) {
        Ok(frame) => frame,
        Err(e) => return (runner, Err(e)),
    };
    let mut changed = changed_params(statements, run);
    let mut next = Vec::with_capacity(kept.len());
    let nodes = split(&body.code.arities[0].body);
    for ((statement, (slot, node)), before) in statements.list.iter().zip(nodes).zip(kept.iter()) {
        let carried = match stays(statement, before, &changed, run.goal, old) {
            Ok(Some(record)) => match runner.carry(cx, record) {
                Ok(()) => true,
                Err(e) => return (runner, Err(e)),
            },
            Ok(None) => false,
            Err(e) => return (runner, Err(e)),
        };
        let step = if carried {
            Ok(before.clone())
        } else {
            let (back, step) =
                cx.with_handler(runner, |cx| StatementResult::run(cx, |cx| cx.deeper(|cx| eval(node, &mut frame, cx))));
            runner = back;
            step
        };
        let step = match step {
            Ok(step) => step,
            Err(mut e) => {
                e.push_frame(&body.code.name, body.code.span);
                return (runner, Err(e));
            }
        };
        if let Some(slot) = slot {
            mark(&mut changed, slot, !carried && !same(&runner, before, &step));
            frame[slot as usize] = step.value.clone();
        }
        next.push(step);
    }
    next.iter_mut().for_each(|step: &mut StatementResult| step.settle(cx));
    let value = next.last().map_or(Value::Nil, |step| step.value.clone());
    (runner, Ok((value, next.into())))
}

/// A record that stays, with its path; a statement without choices has none.
pub type Carried<'a> = Option<(Vec<Value>, &'a Record)>;

/// The record that an unchanged statement made, if any; `None` when it must run again.
fn stays<'a>(
    statement: &Statement,
    before: &StatementResult,
    changed: &[u64],
    goal: &Goal,
    old: &'a Trace,
) -> Result<Option<Carried<'a>>> {
    // State belongs to one run: what made or used some does so again, and who reads that sees another object.
    if before.state || statement.reads(changed) {
        return Ok(None);
    }
    let Some(address) = &statement.address else {
        // A statement whose value nobody uses is there for what it does.
        return Ok(if before.effects || statement.idle { None } else { Some(None) });
    };
    let path = components(address)?;
    match old.records.at(&path) {
        Some(Trie::Leaf(record)) if goal.below(&path)?.is_idle() => Ok(Some(Some((path.to_vec(), record)))),
        _ => Ok(None),
    }
}

/// The slots of parameters that may have changed.
fn changed_params(statements: &Statements, run: &Run<'_>) -> Vec<u64> {
    let mut changed = Vec::new();
    let as_many = run.old().is_some_and(|old| old.args.len() == run.args.len());
    // The first parameter is the model itself.
    for slot in 1..statements.params {
        // The last may hold the rest.
        let last = slot + 1 == statements.params;
        let rest = || run.diffs.iter().skip(slot).all(Diff::is_no_change);
        let stays = as_many && (run.args.len() < slot || run.diff(slot - 1).is_no_change()) && (!last || rest());
        mark(&mut changed, slot as u16, !stays);
    }
    changed
}

/// True when a statement that ran again has the value it had.
fn same(runner: &Runner, before: &StatementResult, now: &StatementResult) -> bool {
    identical(&before.value, &now.value) || runner.unchanged(&before.value, &now.value)
}

/// The log-density of what a record holds.
pub fn score_of(record: &Record) -> f64 {
    match &record.what {
        What::Choice(_, score) => *score,
        What::Call(call) => call.score,
    }
}

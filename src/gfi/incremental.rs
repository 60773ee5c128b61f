//! A changed run of a model that skips the statements which no change can reach.
//!
//! A statement runs again when it reads something that changed, when its address is one that the goal is about, when
//! it had effects that cannot be told from its text, or when it made or used state: an atom, a memoized function, a
//! choice made late. All others keep their value and their record.

use super::address::components;
use super::diff::Diff;
use super::goal::Goal;
use super::interface::same_function;
use super::model::DynamicModel;
use super::ops::runner::Runner;
use super::trace::{Record, Surroundings, Trace, What};
use super::trie::Trie;
use crate::error::Result;
use crate::eval::equality::identical;
use crate::eval::function::Closure;
use crate::eval::run::eval;
use crate::eval::statements::{Statement, StatementResult, Statements, call_in_steps, frame, mark, split};
use crate::eval::{Cx, Value};
use std::sync::Arc;

/// What the statements of a body gave: of the first that ran at the level of a run.
#[derive(Clone)]
pub struct KeptStatements {
    results: Arc<[StatementResult]>,
    /// The call of the body, where that is another than the run's own.
    of: Option<Arc<KeptCall>>,
}

/// A call inside another function at its level.
struct KeptCall {
    function: Value,
    args: Vec<Value>,
    /// What was in force there: inside an intervention, or with parameters of its own, it is another run.
    surroundings: Surroundings,
    params: Value,
}

impl KeptStatements {
    /// What the body was called with, in the old run that kept this.
    fn args<'k>(&'k self, old: &'k Trace) -> &'k [Value] {
        self.of.as_ref().map_or(&old.args, |call| &call.args)
    }
}

/// The call of a model at a level.
pub struct ModelCall<'a> {
    pub this: &'a Value,
    pub model: &'a DynamicModel,
    pub args: &'a [Value],
    /// It is the run's own, not one inside another function.
    pub own: bool,
}

impl ModelCall<'_> {
    /// What an old run has kept, if it was of this model.
    pub fn kept<'k>(&self, cx: &Cx, old: &'k Trace) -> Option<&'k KeptStatements> {
        let kept = old.kept.as_ref()?;
        let holds = match &kept.of {
            // The caller has asked what an old run of its own has read.
            None => self.own || same_function(&old.function, self.this) && old.reads_same(cx),
            Some(call) => {
                let read_same = || call.surroundings.read_same(cx, &call.params, &call.function, &call.args);
                same_function(&call.function, self.this) && read_same()
            }
        };
        holds.then_some(kept)
    }

    fn keep(&self, cx: &Cx, runner: &Runner, mut results: Vec<StatementResult>) -> (Value, KeptStatements) {
        results.iter_mut().for_each(|result| result.settle(cx));
        let value = results.last().map_or(Value::Nil, |result| result.value.clone());
        let of = (!self.own).then(|| {
            let (function, args) = (self.this.clone(), self.args.to_vec());
            Arc::new(KeptCall { function, args, surroundings: Surroundings::of(cx), params: runner.params.clone() })
        });
        (value, KeptStatements { results: results.into(), of })
    }
}

/// What the body returned, and what is kept of it.
pub type InSteps = Result<(Value, KeptStatements)>;

/// Runs all statements of a model.
pub fn run_all(cx: &mut Cx, call: &ModelCall<'_>, body: &Arc<Closure>, runner: Runner) -> (Runner, InSteps) {
    let mut all = call.model.body_args(call.this, call.args);
    let (runner, results) = cx.with_handler(runner, |cx| call_in_steps(body, &mut all, cx));
    let kept = results.map(|results| call.keep(cx, &runner, results));
    (runner, kept)
}

/// Runs a model again where an old run kept its statements.
pub fn run_again(
    cx: &mut Cx,
    call: &ModelCall<'_>,
    (body, statements): (&Arc<Closure>, &Statements),
    (old, kept): (&Trace, &KeptStatements),
    mut runner: Runner,
) -> (Runner, InSteps) {
    let mut all = call.model.body_args(call.this, call.args);
    let mut frame = match frame(body, &mut all) {
        Ok(frame) => frame,
        Err(e) => return (runner, Err(e)),
    };
    let mut changed =
        changed_params(statements, &runner.diffs_of(kept.args(old), call.args), kept.args(old), call.args);
    let mut next = Vec::with_capacity(kept.results.len());
    let nodes = split(&body.code.arities[0].body);
    for ((statement, (slot, node)), before) in statements.list.iter().zip(nodes).zip(kept.results.iter()) {
        let carried = match stays(statement, before, &changed, runner.goal(), old) {
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
    let kept = call.keep(cx, &runner, next);
    (runner, Ok(kept))
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
fn changed_params(statements: &Statements, diffs: &[Diff], before: &[Value], args: &[Value]) -> Vec<u64> {
    let mut changed = Vec::new();
    let as_many = before.len() == args.len();
    // The first parameter is the model itself.
    for slot in 1..statements.params {
        // The last may hold the rest.
        let last = slot + 1 == statements.params;
        let rest = || diffs.iter().skip(slot).all(Diff::is_no_change);
        let known = || diffs.get(slot - 1).is_some_and(Diff::is_no_change);
        let stays = as_many && (args.len() < slot || known()) && (!last || rest());
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

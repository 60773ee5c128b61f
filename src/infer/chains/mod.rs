//! Markov chains: one driver for every algorithm that makes some. It starts each chain, counts its moves, keeps a draw
//! in so many, calls back, and puts the chains together, whether they run one after another or beside each other.

mod plan;
mod record;
mod sweep;

use super::draws::DrawColumns;
use super::finished::result_of_finished;
use super::kernel::{Kernel, Stats};
use super::tally::Tally;
use super::workers;
use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::reach::only_draws;
use crate::eval::{Cx, Value};
use crate::gfi::{Trace, result, trace_value};
pub use plan::{BURN, CALLBACK, CHAINS, ChainPlan, SAMPLES, SEED, THIN, THREADS};
use record::ChainRecord;
use std::sync::Arc;
pub use sweep::{Single, Sweep};

/// What makes chains: where they start. Everything else a chain knows by itself.
pub trait Algorithm: Sync {
    /// The start of a chain, of whose key all its randomness comes.
    fn start(&self, cx: &mut Cx, chain: usize, key: Key) -> Result<Box<dyn Chain + '_>>;

    /// The values whose code it runs: where that only draws, chains may run beside each other.
    fn code(&self) -> Vec<Value>;

    /// May its moves change what was given to the start? What is given to a whole algorithm never moves.
    fn moves_data(&self) -> bool {
        false
    }
}

/// A chain on its way: its state is all that it needs to go on.
pub trait Chain: Send {
    /// Moves on, and tells what the move was.
    fn step(&mut self, cx: &mut Cx, turn: Turn, tally: &mut Tally) -> Result<Stats>;

    /// The run that it has come to.
    fn run(&mut self, cx: &mut Cx) -> Result<Arc<Trace>>;
}

/// Which move of a chain it is.
#[derive(Clone, Copy)]
pub struct Turn {
    pub number: usize,
    /// It is none of those that draws come from: the chain may adapt.
    pub warms_up: bool,
}

/// A chain of a kernel's moves.
pub struct KernelChain {
    pub kernel: Arc<dyn Kernel>,
    pub trace: Arc<Trace>,
    pub key: Key,
}

impl Chain for KernelChain {
    fn step(&mut self, cx: &mut Cx, turn: Turn, tally: &mut Tally) -> Result<Stats> {
        let moved = self.kernel.apply(cx, &self.trace, self.key.fold(turn.number as u64))?;
        tally.add(&moved, !turn.warms_up);
        let stats = moved.report();
        self.trace = moved.trace;
        Ok(stats)
    }

    fn run(&mut self, _cx: &mut Cx) -> Result<Arc<Trace>> {
        Ok(self.trace.clone())
    }
}

/// Runs all chains of an algorithm: `{:traces :chains :accept-rate :stats}`. A halt is handed what they had.
pub fn run(cx: &mut Cx, algorithm: &dyn Algorithm, plan: &ChainPlan) -> Result<Value> {
    // What does more than draw happens once and in order, as does what a callback hears of.
    let draws = only_draws(&cx.program, &algorithm.code());
    let mut records: Vec<ChainRecord> =
        (0..plan.chains).map(|_| ChainRecord::new(!draws, algorithm.moves_data())).collect();
    let done = match draws && plan.callback.is_none() {
        true => {
            workers::beside(cx, plan.threads, &mut records, |cx, chain, record| one(cx, algorithm, plan, chain, record))
        }
        false => {
            let mut chains = records.iter_mut().enumerate();
            chains.try_for_each(|(chain, record)| one(cx, algorithm, plan, chain, record))
        }
    };
    result_of_finished(done, || {
        let kept = ChainRecord::in_common(records);
        match kept.len() {
            0 => Ok(None),
            chains => Ok(Some(Value::Map(ChainRecord::joined(kept).result(cx, chains)?))),
        }
    })
}

/// One chain from its start to its end. What it has done is in its record at every move: a report of progress, or a file
/// to go on from, would be written here.
fn one(
    cx: &mut Cx,
    algorithm: &dyn Algorithm,
    plan: &ChainPlan,
    number: usize,
    record: &mut ChainRecord,
) -> Result<()> {
    let mut chain = algorithm.start(cx, number, plan.key.fold(number as u64))?;
    for i in 0..plan.moves() {
        cx.step()?;
        let turn = Turn { number: i, warms_up: i < plan.burn };
        let stats = chain.step(cx, turn, &mut record.tally)?;
        let kept = plan.keeps(i);
        if !kept && plan.callback.is_none() {
            continue;
        }
        let run = chain.run(cx)?;
        if let Some(callback) = &plan.callback {
            let told = [
                ("chain", Value::Int(number as i64)),
                ("iteration", Value::Int(i as i64)),
                ("trace", trace_value(run.clone())),
                ("info", result(stats.iter().cloned())?),
            ];
            cx.call1(callback, result(told)?)?;
        }
        if kept {
            record.keep(cx, &run, stats)?;
        }
    }
    Ok(())
}

//! `run-kernel`: chains of a kernel's moves, from traces that are given.

use super::kernel::{Kernel, Move, kernel_of};
use super::start::current;
use super::tally::Tally;
use crate::error::{Code, Error, Result};
use crate::eval::builtins::args::{described, wrong_type};
use crate::eval::collections::Map;
use crate::eval::key::Key;
use crate::eval::options::Options;
use crate::eval::run::arity_error;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{Trace, TraceObject, result, trace_value};
use std::sync::Arc;

const ARGLISTS: &str = "[options kernel init] [kernel init & options]";

pub const TABLE: &[Builtin] = &[Builtin::new(
    "run-kernel",
    ARGLISTS,
    "Chains of a kernel's moves: `{:traces :chains :accept-rate :stats}`, the traces chain after chain, in `:stats` what the kernel tells of the move to each trace, and if there were any, `:errors` and `:first-error` of the model at proposed points, and `:structure-changes`, moves that stopped where the model makes other choices. A chain starts at `init`: a trace, a vector of traces, one a chain, or a function of the chain's number. Options, which come first or last: `:samples` (1000) a chain, `:burn` (0) moves before them, `:thin` (1) moves to a sample, `:chains` (as many as traces given, else 1), `:callback`, a function called with `{:chain :iteration :trace :info}` after each move.\n(let [t (simulate (gen [] (trace :x (flip 0.5))) [])] (count (:traces (run-kernel {:samples 5 :chains 2} (mh-kernel) t)))) ;=> 10",
    run_kernel,
)
.state()
.options(2, OPTIONS)];

/// How many moves, and which of them are kept.
pub struct Schedule {
    pub samples: usize,
    pub burn: usize,
    pub thin: usize,
}

impl Schedule {
    pub fn read(options: &Options<'_>, burn: usize) -> Result<Schedule> {
        Ok(Schedule {
            samples: options.count("samples", 1000, 1)?,
            burn: options.count("burn", burn, 0)?,
            thin: options.count("thin", 1, 1)?,
        })
    }

    pub fn moves(&self) -> usize {
        self.burn + (self.samples - 1) * self.thin + 1
    }

    pub fn keeps(&self, i: usize) -> bool {
        i >= self.burn && (i - self.burn).is_multiple_of(self.thin)
    }
}

/// What all chains have kept so far.
#[derive(Default)]
pub struct Kept {
    traces: Vec<Value>,
    /// One column for each stat, with nil where a move did not tell it.
    stats: Vec<(&'static str, Vec<Value>)>,
    tally: Tally,
}

impl Kept {
    /// Takes in a move, and what it says.
    pub fn keep(&mut self, moved: &Move) {
        let row = self.traces.len();
        let own = [("log-alpha", Value::float(moved.log_alpha)), ("accepted", Value::bool(moved.accepted))];
        for (name, value) in moved.stats.iter().cloned().chain(own) {
            let column = match self.stats.iter().position(|(known, _)| *known == name) {
                Some(at) => &mut self.stats[at].1,
                None => {
                    self.stats.push((name, Vec::new()));
                    &mut self.stats.last_mut().expect("just pushed").1
                }
            };
            column.resize(row, Value::Nil);
            column.push(value);
        }
        self.traces.push(trace_value(moved.trace.clone()));
    }

    /// Counts a move: for the acceptance rate if it is none of the burn-in.
    pub fn count(&mut self, moved: &Move, burnt: bool) {
        self.tally.add(moved, !burnt);
    }

    /// `{:traces :chains :accept-rate :stats}`.
    pub fn result(mut self, chains: usize) -> Result<Value> {
        let rows = self.traces.len();
        let columns = self.stats.iter_mut().map(|(name, column)| {
            column.resize(rows, Value::Nil);
            Ok((Value::keyword(name), Value::vector(std::mem::take(column))?))
        });
        let totals = self.tally.entries()?.into_iter().map(|(name, value)| Ok((Value::keyword(name), value)));
        let stats = Map::from_pairs(columns.chain(totals).collect::<Result<Vec<_>>>()?)?;
        result([
            ("traces", Value::vector(self.traces)?),
            ("chains", Value::Int(chains as i64)),
            ("accept-rate", self.tally.accept_rate()),
            ("stats", Value::Map(stats)),
        ])
    }
}

/// One chain; `each` sees every move.
pub fn run_chain(
    cx: &mut Cx,
    kernel: &dyn Kernel,
    schedule: &Schedule,
    init: Arc<Trace>,
    key: Key,
    kept: &mut Kept,
    mut each: impl FnMut(&mut Cx, usize, &Move) -> Result<()>,
) -> Result<()> {
    let mut trace = init;
    for i in 0..schedule.moves() {
        cx.step()?;
        let moved = kernel.apply(cx, &trace, key.fold(i as u64))?;
        each(cx, i, &moved)?;
        kept.count(&moved, i < schedule.burn);
        if schedule.keeps(i) {
            kept.keep(&moved);
        }
        trace = moved.trace;
    }
    Ok(())
}

const OPTIONS: &str = "samples burn|warmup thin chains callback";

/// The options stand before the kernel and the start, or after them; the second part counts the arguments before.
fn read_options(args: &[Value]) -> Result<(Options<'static>, usize)> {
    match args {
        [Value::Map(_), _, _] => Ok((Options::read("run-kernel", &args[..1], 0, OPTIONS)?, 1)),
        [Value::Map(_), ..] => Err(arity_error("run-kernel", ARGLISTS, args.len())),
        _ => Ok((Options::read("run-kernel", args, 2, OPTIONS)?, 0)),
    }
}

fn run_kernel(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let (options, at) = read_options(args)?;
    let schedule = Schedule::read(&options, 0)?;
    let kernel = kernel_of("run-kernel", &args[at], at)?;
    let start = at + 1;
    let given = match &args[start] {
        Value::Vector(traces) => Some(traces.len().max(1)),
        _ => None,
    };
    let chains = options.count("chains", given.unwrap_or(1), 1)?;
    if let Some(given) = given.filter(|given| *given != chains) {
        let message = format!("`:chains` is {chains}, but there are {given} traces to start from");
        return Err(Error::raise(Code::Option, message)
            .arg(options.place("chains"))
            .help("leave `:chains` out: each trace starts a chain"));
    }
    let callback = options.get("callback").cloned();
    let key = cx.next_key("run-kernel")?;
    let mut kept = Kept::default();
    for chain in 0..chains {
        let init = initial(cx, &args[start], start, chain)?;
        let key = key.fold(chain as u64);
        let init = current(cx, &init, key.fold(u64::MAX)).map_err(|e| e.arg(start))?;
        run_chain(cx, &*kernel, &schedule, init, key, &mut kept, |cx, i, moved| match &callback {
            Some(callback) => report(cx, callback, chain, i, moved),
            None => Ok(()),
        })?;
    }
    kept.result(chains)
}

fn report(cx: &mut Cx, callback: &Value, chain: usize, iteration: usize, moved: &Move) -> Result<()> {
    let told = result([
        ("chain", Value::Int(chain as i64)),
        ("iteration", Value::Int(iteration as i64)),
        ("trace", trace_value(moved.trace.clone())),
        ("info", moved.info()?),
    ])?;
    cx.call1(callback, told).map(|_| ())
}

/// The trace that a chain starts from.
fn initial(cx: &mut Cx, init: &Value, at: usize, chain: usize) -> Result<Arc<Trace>> {
    let found = match init {
        Value::Vector(traces) => traces.iter().nth(chain).cloned().unwrap_or_default(),
        Value::Fn(_) | Value::Native(_) => cx.call1(init, Value::Int(chain as i64))?,
        single => single.clone(),
    };
    match (found.as_host::<TraceObject>(), init) {
        (Some(trace), _) => Ok(trace.0.clone()),
        (None, Value::Fn(_) | Value::Native(_)) => {
            let message = format!("the start of chain {chain} is {}, not a trace", described(&found));
            Err(Error::raise(Code::Type, message)
                .arg(at)
                .help("let the function return a trace: `(fn [chain] (simulate model args))`"))
        }
        _ => Err(wrong_type("run-kernel", "a trace, a vector of traces, or a function of the chain", &found, at)
            .help("start from `(:trace (generate model args observations))`")),
    }
}

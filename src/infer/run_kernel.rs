//! `run-kernel`: chains of a kernel's moves, from traces that are given.

use super::chains::{self, Algorithm, Chain, ChainPlan, KernelChain};
use super::chains::{BURN, CALLBACK, CHAINS, SAMPLES, SEED, THIN, THREADS};
use super::kernel::{Kernel, kernel_of, value_of};
use super::start::current;
use crate::error::{Code, Error, Result};
use crate::eval::args::{described, wrong_type};
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::run::arity_error;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{Trace, TraceObject};
use std::sync::Arc;

const ARGLISTS: &str = "[options kernel init] [kernel init & options]";

pub const TABLE: &[Builtin] = &[Builtin::new("run-kernel", ARGLISTS, run_kernel).draws().options(2, OPTIONS)];

const OPTIONS: &[OptionRow] =
    &[SAMPLES, BURN.or_count(0), THIN, CHAINS.or_told("as many as traces given, else 1"), SEED, THREADS, CALLBACK];

/// The options stand before the kernel and the start, or after them; the second part counts the arguments before.
fn read_options(args: &[Value]) -> Result<(Options<'static>, usize)> {
    match args {
        [Value::Map(_), _, _] => Ok((Options::read("run-kernel", &args[..1], 0, OPTIONS)?, 1)),
        [Value::Map(_), ..] => Err(arity_error("run-kernel", ARGLISTS, args.len())),
        _ => Ok((Options::read("run-kernel", args, 2, OPTIONS)?, 0)),
    }
}

/// Chains of a kernel from traces that are given.
struct Moves {
    kernel: Arc<dyn Kernel>,
    starts: Vec<Arc<Trace>>,
    /// The argument that they are.
    at: usize,
}

impl Algorithm for Moves {
    fn moves_data(&self) -> bool {
        true
    }

    fn start(&self, cx: &mut Cx, chain: usize, key: Key) -> Result<Box<dyn Chain + '_>> {
        let trace = current(cx, &self.starts[chain], key.fold(u64::MAX)).map_err(|e| e.arg(self.at))?;
        Ok(Box::new(KernelChain { kernel: self.kernel.clone(), trace, key }))
    }

    fn code(&self) -> Vec<Value> {
        let model = self.starts.iter().flat_map(|trace| trace.args.iter().chain([&trace.function]));
        model.cloned().chain([value_of(&self.kernel)]).collect()
    }
}

fn run_kernel(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let (options, at) = read_options(args)?;
    let kernel = kernel_of("run-kernel", &args[at], at)?;
    let start = at + 1;
    let given = match &args[start] {
        Value::Vector(traces) => Some(traces.len().max(1)),
        _ => None,
    };
    let chains = options.count_given("chains").unwrap_or(given.unwrap_or(1));
    if let Some(given) = given.filter(|given| *given != chains) {
        let message = format!("`:chains` is {chains}, but there are {given} traces to start from");
        return Err(Error::raise(Code::Option, message)
            .arg(options.place("chains"))
            .help("leave `:chains` out: each trace starts a chain"));
    }
    let plan = ChainPlan { chains, ..ChainPlan::read(cx, "run-kernel", &options)? };
    let starts = (0..chains).map(|chain| initial(cx, &args[start], start, chain)).collect::<Result<_>>()?;
    chains::run(cx, &Moves { kernel, starts, at: start }, &plan)
}

/// The trace that a chain starts from.
fn initial(cx: &mut Cx, init: &Value, at: usize, chain: usize) -> Result<Arc<Trace>> {
    let found = match init {
        Value::Vector(traces) => traces.iter().nth(chain).cloned().unwrap_or_default(),
        Value::Fn(_) | Value::Native(_) => cx.call1(init, Value::Int(chain as i64))?,
        single => single.clone(),
    };
    match (found.as_host::<TraceObject>(), init) {
        (Some(trace), _) => trace.trace(),
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

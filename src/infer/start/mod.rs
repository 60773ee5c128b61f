//! Where a chain starts: a run under the observations whose density is positive.

mod init;
mod scatter;

use super::moves::latent_paths;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::{
    BadPoints, Change, ChoiceMap, Origin, Selection, Trace, argument_vector, constraints_of, function, generate,
    possible, unvisited, unvisited_error, update,
};
pub use init::{INIT, Init, PRIOR_INIT};
use std::sync::Arc;

/// A model with its arguments, and what was observed.
pub struct Problem {
    pub model: Value,
    pub args: Vec<Value>,
    pub observations: ChoiceMap,
    /// Where it starts: with a draw from the prior, if nothing is said.
    init: Init,
    /// What is to move from there; everything unobserved without it.
    moves: Option<Selection>,
}

impl Problem {
    /// The first three arguments of an algorithm.
    pub fn read(cx: &mut Cx, algorithm: &str, args: &[Value]) -> Result<Problem> {
        function(algorithm, &args[0])?;
        let given = argument_vector(cx, algorithm, &args[1])?;
        let (model, observations) = (args[0].clone(), constraints_of(&args[2], 2)?);
        Ok(Problem { model, args: given, observations, init: Init::default(), moves: None })
    }

    /// The same with starts of another kind, for an algorithm that moves these choices.
    pub fn starting(self, init: Init, moves: Option<Selection>) -> Problem {
        Problem { init, moves, ..self }
    }

    /// The values whose code its runs are.
    pub fn code(&self) -> Vec<Value> {
        self.args.iter().chain([&self.model]).cloned().collect()
    }

    /// The first of up to [`STARTS`] starts of a chain, runs under the observations, that raises no error, whose density is positive and
    /// that suits the algorithm, which takes its own errors of the model as bad points.
    pub fn start(
        &self,
        cx: &mut Cx,
        chain: usize,
        key: Key,
        mut suits: impl FnMut(&mut Cx, &Arc<Trace>, &mut BadPoints) -> Result<bool>,
    ) -> Result<Arc<Trace>> {
        let (mut last, mut bad) = (None, BadPoints::default());
        for i in 0..STARTS {
            let run = self.init.run(cx, self, chain, key.fold(i));
            let Some(trace) = bad.good(run)? else { continue };
            let missed = unvisited(&self.observations, &trace)?;
            if missed.is_none() && trace.score > f64::NEG_INFINITY {
                if latent_paths(&trace).is_empty() {
                    return Err(nothing_to_draw());
                }
                if suits(cx, &trace, &mut bad)? {
                    return Ok(trace);
                }
            }
            last = Some((trace, missed));
        }
        if let Some(first) = bad.first.filter(|_| bad.count == STARTS) {
            return Err(first.into());
        }
        match last {
            Some((trace, Some(path))) => Err(unvisited_error(&path, &trace).arg(2)),
            Some((trace, None)) => Err(possible(&trace)
                .err()
                .unwrap_or_else(|| Error::raise(Code::AllImpossible, "no start with positive density"))
                .help(self.init.advice(STARTS))),
            None => Err(Error::raise(Code::Internal, "no start was tried")),
        }
    }

    /// A draw from the prior, but for the observations.
    fn prior(&self, cx: &mut Cx, key: Key) -> Result<Arc<Trace>> {
        Ok(generate(cx, &self.model, &self.args, &self.observations, Origin::new(key))?.trace)
    }
}

/// A result that says how many elements of the data were missing, if some were.
pub fn with_missing(result: Value, observations: &ChoiceMap) -> Result<Value> {
    match (result, observations.missing()) {
        (Value::Map(map), n) if n > 0 => map.insert(Value::keyword("missing"), Value::Int(n as i64)).map(Value::Map),
        (result, _) => Ok(result),
    }
}

/// Runs tried for a start at which the density is positive and the model raises no error.
pub const STARTS: u64 = 100;

#[cold]
pub fn nothing_to_draw() -> Stop {
    Error::raise(Code::Selection, "every choice of the model is observed: there is nothing to draw")
        .arg(2)
        .help("leave some choices out of the observations")
}

/// The trace as a chain starts from it: with the densities that the definitions and parameters of now give it, which are
/// not 0.
pub fn current(cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Arc<Trace>> {
    let now = match trace.reads_same(cx) {
        true => trace.clone(),
        false => update(cx, trace, Change::none(trace), &ChoiceMap::default(), Origin::new(key))?.trace,
    };
    possible(&now)?;
    Ok(now)
}

//! Where a chain starts: a run under the observations whose density is positive.

use crate::error::{Error, Result};
use crate::eval::key::Key;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::ops::{self, unvisited, unvisited_error};
use crate::gfi::{ChoiceMap, Origin, Trace, argument_vector, constraints_of, function, show};
use std::sync::Arc;

/// A model with its arguments, and what was observed.
pub struct Problem {
    pub model: Value,
    pub args: Vec<Value>,
    pub observations: ChoiceMap,
}

impl Problem {
    /// The first three arguments of an algorithm.
    pub fn read(cx: &mut Cx, algorithm: &str, args: &[Value]) -> Result<Problem> {
        function(algorithm, &args[0])?;
        let given = argument_vector(cx, algorithm, &args[1])?;
        Ok(Problem { model: args[0].clone(), args: given, observations: constraints_of(&args[2], 2)? })
    }

    /// The first of up to [`STARTS`] runs under the observations whose density is positive and that suits the
    /// algorithm.
    pub fn start(
        &self,
        cx: &mut Cx,
        key: Key,
        mut suits: impl FnMut(&mut Cx, &Arc<Trace>) -> Result<bool>,
    ) -> Result<Arc<Trace>> {
        let mut last = None;
        for i in 0..STARTS {
            let origin = Origin::new(key.fold(i));
            let trace = ops::generate(cx, &self.model, &self.args, &self.observations, origin)?.trace;
            let missed = unvisited(&self.observations, &trace)?;
            if missed.is_none() && trace.score > f64::NEG_INFINITY && suits(cx, &trace)? {
                return Ok(trace);
            }
            last = Some((trace, missed));
        }
        match last {
            Some((trace, Some(path))) => Err(unvisited_error(&path, &trace).arg(2)),
            Some((trace, None)) => Err(possible(&trace)
                .err()
                .unwrap_or_else(|| Error::new("gen::all-impossible", "no start with positive density"))
                .help(format!(
                    "none of {STARTS} draws from the prior fits the observations: check them against the supports"
                ))),
            None => Err(Error::new("gen::internal", "no start was tried")),
        }
    }
}

/// Prior draws tried for a start with positive density.
const STARTS: u64 = 100;

/// A chain cannot start where the density is 0.
pub fn possible(trace: &Trace) -> Result<()> {
    match trace.all_choices().into_iter().find(|(_, _, score)| *score == f64::NEG_INFINITY) {
        None => Ok(()),
        Some((path, value, _)) => Err(Error::new(
            "gen::all-impossible",
            format!("the trace is impossible: `{}` at `{}` is outside the support", brief(&value), show(&path)),
        )),
    }
}

//! Chains whose draws are several moves of single choices each.

use super::{Chain, Turn};
use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::{Cx, Value};
use crate::gfi::Trace;
use crate::infer::kernel::{Move, Stats};
use crate::infer::tally::Tally;
use std::sync::Arc;

/// One of the moves of a sweep.
pub trait Single: Send {
    fn apply(&mut self, cx: &mut Cx, trace: &Arc<Trace>, key: Key) -> Result<Move>;
}

/// So many moves make a draw.
pub struct Sweep<S> {
    pub single: S,
    pub moves: usize,
    pub trace: Arc<Trace>,
    pub key: Key,
}

impl<S: Single> Chain for Sweep<S> {
    fn step(&mut self, cx: &mut Cx, turn: Turn, tally: &mut Tally) -> Result<Stats> {
        let mut accepted = 0;
        for j in 0..self.moves {
            cx.step()?;
            let key = self.key.fold((turn.number * self.moves + j) as u64);
            let moved = self.single.apply(cx, &self.trace, key)?;
            tally.add(&moved, !turn.warms_up);
            accepted += usize::from(moved.accepted);
            self.trace = moved.trace;
        }
        let rate = accepted as f64 / self.moves as f64;
        Ok(vec![("accepted", Value::bool(accepted > 0)), ("accept-rate", Value::float(rate))])
    }

    fn run(&mut self, _cx: &mut Cx) -> Result<Arc<Trace>> {
        Ok(self.trace.clone())
    }
}

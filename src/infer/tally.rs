//! What a number of moves came to: how many were accepted, how many met an error of the model, and how many came to where
//! it makes other choices.

use super::kernel::{ERROR, Move, STEPS};
use crate::error::Result;
use crate::eval::Value;
use crate::eval::error_value::ErrorValue;
use crate::gfi::{BadPoints, result};

/// Moves after which errors alone are no chance any more.
const ENOUGH: u64 = 100;

#[derive(Default)]
pub struct Tally {
    /// Those of the samples alone, without the moves before.
    tried: u64,
    accepted: u64,
    /// Those of all moves.
    moves: u64,
    made: u64,
    errors: u64,
    first: Option<Value>,
    changes: u64,
}

impl Tally {
    /// Takes in a move, or those that it is made of; the acceptance rate is that of moves that `count`.
    pub fn add(&mut self, moved: &Move, counts: bool) {
        match moved.stat(STEPS) {
            Some(steps) => self.add_steps(steps, counts),
            None => self.add_one(moved.accepted, counts, |name| moved.stat(name)),
        }
    }

    fn add_steps(&mut self, steps: &Value, counts: bool) {
        let Value::Vector(steps) = steps else { return };
        for info in steps.iter() {
            let Value::Map(info) = info else { continue };
            match info.get_keyword(STEPS) {
                Some(steps) => self.add_steps(steps, counts),
                None => {
                    let accepted = info.get_keyword("accepted").is_some_and(Value::truthy);
                    self.add_one(accepted, counts, |name| info.get_keyword(name));
                }
            }
        }
    }

    fn add_one<'a>(&mut self, accepted: bool, counts: bool, stat: impl Fn(&str) -> Option<&'a Value>) {
        self.tried += u64::from(counts);
        self.accepted += u64::from(counts && accepted);
        self.moves += 1;
        self.made += u64::from(accepted);
        self.changes += u64::from(stat("structure-changed").is_some_and(Value::truthy));
        if let Some(error) = stat(ERROR).filter(|error| !error.is_nil()) {
            self.errors += 1;
            self.first.get_or_insert_with(|| error.clone());
        }
    }

    pub fn bad(&self) -> BadPoints {
        let error = self.first.as_ref().and_then(|error| error.as_host::<ErrorValue>());
        BadPoints { count: self.errors, first: error.map(ErrorValue::to_error) }
    }

    pub fn accept_rate(&self) -> Value {
        Value::float(self.accepted as f64 / self.tried.max(1) as f64)
    }

    /// What stats say of it, where there is something to say; the first error itself where no move came to anything
    /// else.
    pub fn entries(&self) -> Result<Vec<(&'static str, Value)>> {
        let error = self.first.as_ref().and_then(|error| error.as_host::<ErrorValue>());
        if let Some(error) = error
            && self.errors == self.moves
            && self.made == 0
            && self.moves >= ENOUGH
        {
            return Err(error.to_error().into());
        }
        let message = error.map_or(String::new(), |error| error.message().to_string());
        let mut entries = error_entries(self.errors, &message);
        if self.changes > 0 {
            entries.push(("structure-changes", Value::Int(self.changes as i64)));
        }
        Ok(entries)
    }
}

/// `:errors`, points at which the model raised an error, and `:first-error`, the first of their messages; nothing where
/// there were none.
pub fn error_entries(count: u64, first: &str) -> Vec<(&'static str, Value)> {
    match count {
        0 => Vec::new(),
        n => vec![("errors", Value::Int(n as i64)), ("first-error", Value::str(first))],
    }
}

/// A result without other stats than these.
pub fn result_of(entries: impl IntoIterator<Item = (&'static str, Value)>, bad: &BadPoints) -> Result<Value> {
    let first = bad.first.as_ref().map_or("", |error| &error.message);
    let stats = match error_entries(bad.count, first) {
        none if none.is_empty() => None,
        some => Some(("stats", result(some)?)),
    };
    result(entries.into_iter().chain(stats))
}

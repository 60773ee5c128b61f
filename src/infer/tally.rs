//! What a number of moves came to: how many were accepted, how many met an error of the model, and how many came to where
//! it makes other choices.

use super::kernel::{ADDRESS, ERROR, Move, STEPS, Stats};
use crate::error::Result;
use crate::eval::Value;
use crate::eval::collections::Map;
use crate::eval::error_value::ErrorValue;
use crate::eval::print::plain;
use crate::gfi::{BadPoints, result};
use std::collections::HashMap;
use std::sync::Arc;

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
    /// Moves of each choice, and how many were accepted.
    by_address: HashMap<Value, (u64, u64)>,
}

impl Tally {
    /// Takes in a move to no run of its own, and gives what it reports.
    pub fn record(&mut self, accepted: bool, log_alpha: f64, stats: Stats, bad: BadPoints, counts: bool) -> Stats {
        let moved = Move { trace: Arc::default(), accepted, log_alpha, stats }.with_errors(bad);
        self.add(&moved, counts);
        moved.report()
    }

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
        if let Some(address) = stat(ADDRESS).filter(|_| counts) {
            let (tried, made) = self.by_address.entry(address.clone()).or_default();
            *tried += 1;
            *made += u64::from(accepted);
        }
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

    /// Takes in what other moves came to, after these.
    pub fn join(&mut self, later: Tally) {
        self.tried += later.tried;
        self.accepted += later.accepted;
        self.moves += later.moves;
        self.made += later.made;
        self.errors += later.errors;
        self.first = self.first.take().or(later.first);
        self.changes += later.changes;
        for (address, (tried, made)) in later.by_address {
            let own = self.by_address.entry(address).or_default();
            *own = (own.0 + tried, own.1 + made);
        }
    }

    /// The acceptance rate of the moves of each choice, where moves tell which one they are of.
    fn rates(&self) -> Result<Option<Value>> {
        if self.by_address.is_empty() {
            return Ok(None);
        }
        let mut all: Vec<(String, &Value, f64)> = Vec::new();
        for (address, (tried, made)) in &self.by_address {
            all.push((plain(address), address, *made as f64 / *tried as f64));
        }
        all.sort_by(|a, b| a.0.cmp(&b.0));
        let rates = all.into_iter().map(|(_, address, rate)| (address.clone(), Value::float(rate)));
        Ok(Some(Value::Map(Map::from_pairs(rates)?)))
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
        if let Some(rates) = self.rates()? {
            entries.push(("accept-rate-by-address", rates));
        }
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

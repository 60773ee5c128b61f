//! The record of a run's visits: each address once, and none below another that holds a value.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::node::Place;
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::trace::{Chosen, Record, Trace, What};
use crate::gfi::trie::{Conflict, Trie};
use std::sync::Arc;

/// Choices and calls so far, and their sums.
#[derive(Default)]
pub struct Visits {
    pub records: Trie<Record>,
    pub score: f64,
    pub depth: u32,
    count: usize,
}

/// The place of what no form of a program asks for.
pub const NOWHERE: Place = Place::MAX;

/// Choices and calls that one run may make.
const MAX_VISITS: usize = 5_000_000;

impl Visits {
    pub fn choice(&mut self, cx: &Cx, place: Place, path: &[Value], choice: Chosen<'_>) -> Result<()> {
        let Chosen { value, score, dimension } = choice;
        self.score += score;
        self.depth = self.depth.max(path.len() as u32 + value.depth());
        self.insert(cx, path, Record { place, ..Record::choice(value.clone(), score, dimension) })
    }

    pub fn call(&mut self, cx: &Cx, place: Place, path: &[Value], trace: Arc<Trace>) -> Result<()> {
        self.score += trace.score;
        self.depth = self.depth.max(path.len() as u32 + trace.depth);
        self.insert(cx, path, Record { place, ..Record::call(trace) })
    }

    /// A record of the old run that stays.
    pub fn carry(&mut self, cx: &Cx, path: &[Value], record: &Record) -> Result<()> {
        let (score, depth) = match &record.what {
            What::Choice(value, score) => (*score, value.depth()),
            What::Call(call) => (call.score, call.depth),
        };
        self.score += score;
        self.depth = self.depth.max(path.len() as u32 + depth);
        self.insert(cx, path, record.clone())
    }

    /// A call without an address: its choices must not stand where others do.
    pub fn inline(&mut self, cx: &Cx, trace: &Trace, others: &[Arc<Trace>]) -> Result<()> {
        self.score += trace.score;
        self.depth = self.depth.max(trace.depth);
        for (path, record) in self.records.leaves() {
            if stands(trace, &path) {
                return Err(again(cx, &path, Some(record.place)));
            }
        }
        // The fewer of the two are looked up in the other, so that a large combinator costs nothing here.
        for other in others {
            let (few, many) =
                if trace.records.width() <= other.records.width() { (trace, &**other) } else { (&**other, trace) };
            if let Some((path, _)) = few.records.leaves().into_iter().find(|(path, _)| stands(many, path)) {
                return Err(again(cx, &path, None));
            }
        }
        Ok(())
    }

    /// A new address must not stand among those of an inlined call.
    pub fn clash(&self, cx: &Cx, path: &[Value], inlined: &[Arc<Trace>]) -> Result<()> {
        match inlined.iter().any(|call| stands(call, path)) {
            true => Err(again(cx, path, None)),
            false => Ok(()),
        }
    }

    fn insert(&mut self, cx: &Cx, path: &[Value], record: Record) -> Result<()> {
        self.count += 1;
        bounded(self.count, path)?;
        match self.records.insert_new(path, record) {
            Ok(()) => Ok(()),
            Err(_) => Err(self.visited_twice(cx, path)),
        }
    }

    /// An address is visited once, and one that holds a value is no prefix of another.
    #[cold]
    fn visited_twice(&self, cx: &Cx, path: &[Value]) -> Stop {
        let first_leaf = |t: &Trie<Record>| t.leaves().first().map(|(_, r)| r.place);
        match self.records.conflict(path) {
            Some(Conflict::Taken(there)) if there.leaf().is_some() => again(cx, path, first_leaf(there)),
            None => again(cx, path, None),
            Some(conflict) => {
                let place = match conflict {
                    Conflict::Taken(there) => first_leaf(there),
                    Conflict::Below(record) => Some(record.place),
                };
                let message = format!("the address `{}` is a prefix of another, or another of it", show(path));
                let error = Error::raise(Code::AddressPrefix, message)
                    .label("this address")
                    .help("an address that holds a value has nothing under it: rename one of the two");
                match place.filter(|place| *place != NOWHERE) {
                    Some(place) => error.also(cx.span(place), "clashes with this one"),
                    None => error,
                }
            }
        }
    }
}

/// A run that makes ever more choices is stopped.
pub fn bounded(count: usize, last: &[Value]) -> Result<()> {
    match count > MAX_VISITS {
        true => Err(endless(last)),
        false => Ok(()),
    }
}

#[cold]
fn endless(last: &[Value]) -> Stop {
    Error::raise(Code::TooLarge, format!("the run made more than {MAX_VISITS} choices, the last at `{}`", show(last)))
        .help("does the model ever stop? Look at the condition of its loop or recursion")
}

#[cold]
fn again(cx: &Cx, path: &[Value], first: Option<Place>) -> Stop {
    let error = Error::raise(Code::AddressVisitedTwice, format!("the address `{}` is visited twice", show(path)))
        .label("visited again here")
        .help("give each choice its own address, for example `[:y i]` in a loop");
    match first.filter(|place| *place != NOWHERE) {
        Some(place) => error.also(cx.span(place), "first visited here"),
        None => error,
    }
}

/// True when a run has something at an address, above or below it.
fn stands(call: &Trace, path: &[Value]) -> bool {
    (1..path.len()).any(|n| call.choice_at(&path[..n]).is_some()) || call.record_at(path).is_some_and(|t| !t.is_empty())
}

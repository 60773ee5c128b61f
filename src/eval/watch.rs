//! Who made what, and when: state that is made and changes later (atoms, memoized functions, delays, lazy sequences),
//! so that a run can tell what of an old run may stay, and no choice outlives the run that made it.

use super::cx::Cx;
use super::gradient::Tape;
use super::lanes::Group;
use super::node::EffectKind;
use super::print::brief;
use super::value::{Value, with_stack};
use crate::error::{Code, Error, Result, Stop};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The code of the error of a choice that is made when its run is over, or for longer than its run.
pub const LATE: Code = Code::ChoiceAfterRun;

/// What a worker keeps in mind of state.
pub struct StateWatch {
    /// Rises with every object; all workers share it.
    clock: Arc<AtomicU64>,
    /// The run in progress, by the time of its start; 0 outside.
    run: u64,
    sealed: Sealed,
    /// Objects made so far, and values that wait to be made.
    born: u64,
    waiting: u64,
    /// When the oldest object was made that has been used since somebody looked.
    oldest: u64,
    /// When the values of this run were asked for of which more came than a value.
    late: Vec<u64>,
    /// Gradients that run code now.
    pub differentiating: u32,
    /// The tape that watches for decisions by its variables.
    pub decisions: Option<Tape>,
}

/// What a value that is made late must leave alone.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Sealed {
    #[default]
    Nothing,
    /// It was made outside this run.
    Choices,
    /// It was made in another run.
    ChoicesAndState,
}

/// Where and when an object was made.
#[derive(Clone, Default)]
pub struct Home {
    run: u64,
    time: u64,
    /// Tapes made before it.
    tapes: u64,
    /// The lanes for which it was made in a batched run.
    pub group: Option<Arc<Group>>,
}

impl Home {
    /// True when a variable of this tape may be kept in it: the gradient began before it was made.
    pub fn within_tape(&self, level: u64) -> bool {
        level <= self.tapes
    }

    /// The lanes of its own that are in force; after its run all of them.
    pub fn lanes(&self, cx: &Cx) -> Option<Arc<Group>> {
        let all = self.group.as_ref()?;
        match &cx.group {
            Some(group) if self.is_now(cx) => Some(group.clone()),
            _ => Some(all.clone()),
        }
    }

    /// Was it made in the run in progress, or is there none, as then?
    pub fn is_now(&self, cx: &Cx) -> bool {
        self.run == cx.watch.run
    }
}

/// What a stretch of a run did to state.
#[derive(Clone, Copy, Default)]
pub struct StateUse {
    from: u64,
    until: u64,
    /// It used state that was there before it.
    pub used: bool,
    /// It made objects that change.
    pub made: bool,
    /// It made values that wait to be made.
    pub waits: bool,
}

impl Default for StateWatch {
    fn default() -> StateWatch {
        StateWatch::at(Arc::new(AtomicU64::new(1)))
    }
}

impl StateWatch {
    fn at(clock: Arc<AtomicU64>) -> StateWatch {
        StateWatch {
            clock,
            run: 0,
            sealed: Sealed::Nothing,
            born: 0,
            waiting: 0,
            oldest: u64::MAX,
            late: Vec::new(),
            differentiating: 0,
            decisions: None,
        }
    }

    /// For another worker, or for the next run from the outermost level.
    pub fn restarted(&self) -> StateWatch {
        StateWatch::at(self.clock.clone())
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn now(&self) -> u64 {
        self.clock.load(Ordering::Relaxed)
    }

    /// Something of this stretch was made late, and more than a value came of it.
    pub fn was_late(&self, seen: &StateUse) -> bool {
        self.late.iter().any(|time| seen.from < *time && *time <= seen.until)
    }

    /// Is a run in progress?
    pub fn in_run(&self) -> bool {
        self.run != 0
    }

    /// Leaves the run in progress; [`StateWatch::enter`] goes back.
    pub fn leave(&mut self) -> Outer {
        Outer { run: std::mem::take(&mut self.run), sealed: std::mem::take(&mut self.sealed) }
    }

    pub fn enter(&mut self, outer: Outer) {
        (self.run, self.sealed) = (outer.run, outer.sealed);
    }
}

/// A run that was left for a while.
pub struct Outer {
    run: u64,
    sealed: Sealed,
}

impl Cx {
    /// The home of a new object that changes.
    pub(crate) fn born(&mut self) -> Home {
        self.watch.born += 1;
        self.here()
    }

    /// The home of a value that waits to be made.
    pub(crate) fn waits(&mut self) -> Home {
        self.watch.waiting += 1;
        self.here()
    }

    fn here(&self) -> Home {
        let time = self.watch.tick();
        Home { run: self.watch.run, time, tapes: self.tapes(), group: self.group.clone() }
    }

    /// Says that an object is read or changed.
    pub(crate) fn uses(&mut self, home: &Home) -> Result<()> {
        if self.watch.sealed == Sealed::ChoicesAndState {
            return Err(Error::raise(LATE, "state is used by what was made in another run").help(HELP));
        }
        self.watch.oldest = self.watch.oldest.min(home.time);
        Ok(())
    }

    /// Runs `f` and tells what it did to state.
    pub(crate) fn watched<R>(&mut self, f: impl FnOnce(&mut Cx) -> R) -> (R, StateUse) {
        let from = self.watch.now();
        let outer = std::mem::replace(&mut self.watch.oldest, u64::MAX);
        let (born, waiting) = (self.watch.born, self.watch.waiting);
        let result = f(self);
        let used = self.watch.oldest <= from;
        self.watch.oldest = self.watch.oldest.min(outer);
        let (made, waits) = (self.watch.born != born, self.watch.waiting != waiting);
        (result, StateUse { from, until: self.watch.now(), used, made, waits })
    }

    /// Runs an operation of a generative function: a run of its own, unless it is part of one.
    pub(crate) fn run_of_its_own<R>(&mut self, f: impl FnOnce(&mut Cx) -> R) -> R {
        if self.watch.in_run() {
            return f(self);
        }
        self.watch.run = self.watch.tick();
        let late = std::mem::take(&mut self.watch.late);
        let result = f(self);
        self.watch.late = late;
        self.watch.run = 0;
        result
    }

    /// Makes what waits at a home: in another run than its own it makes no choices. Says whether more came of it than
    /// a value.
    pub(crate) fn make<R>(&mut self, home: &Home, f: impl FnOnce(&mut Cx) -> Result<R>) -> (Result<R>, bool) {
        let effects = self.effects();
        let (result, seen) = match home.is_now(self) {
            true => self.watched(f),
            false => self.sealed(home, |cx| cx.watched(f)),
        };
        let more = self.effects() != effects || seen.used || seen.made;
        if more {
            self.watch.oldest = self.watch.oldest.min(home.time);
            self.watch.late.push(home.time);
        }
        (result, more)
    }

    fn sealed<R>(&mut self, home: &Home, f: impl FnOnce(&mut Cx) -> R) -> R {
        let sealed = match home.run != 0 && self.watch.in_run() {
            true => Sealed::ChoicesAndState,
            false => Sealed::Choices,
        };
        let outer = self.watch.sealed;
        self.watch.sealed = outer.max(sealed);
        let (handler, in_model) = self.swap_handler(None, self.in_model());
        let result = f(self);
        self.swap_handler(handler, in_model);
        self.watch.sealed = outer;
        result
    }

    /// The error of an effect of what is made late.
    #[cold]
    pub(crate) fn too_late(&self, kind: EffectKind, address: &Value) -> Option<Stop> {
        if self.watch.sealed == Sealed::Nothing {
            return None;
        }
        let what = match kind {
            EffectKind::Trace => "the choice",
            EffectKind::Splice => "the call",
            EffectKind::Param => "the parameter",
        };
        let message = format!(
            "{what} `{}` is made by a delay, a lazy sequence or a memoized function of another run, or of none",
            brief(address)
        );
        Some(Error::raise(LATE, message).help(HELP))
    }
}

const HELP: &str =
    "make it in the body of the model that uses it, and force there what the model returns: `(doall xs)`, `@d`";

/// True of a value that holds nothing which changes later or waits to be made.
pub fn is_settled(value: &Value) -> bool {
    with_stack(value.depth(), || match value {
        Value::List(items) => items.iter().all(is_settled),
        Value::Vector(items) => items.iter().all(is_settled),
        Value::Set(items) => items.iter().all(is_settled),
        Value::Map(entries) => entries.iter().all(|(key, value)| is_settled(key) && is_settled(value)),
        Value::Fn(f) => f.captures.iter().all(is_settled),
        Value::Lazy(lazy) => {
            let (items, ended) = lazy.made(usize::MAX);
            ended && items.iter().all(is_settled)
        }
        Value::Host(_) => false,
        _ => true,
    })
}

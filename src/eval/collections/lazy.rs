//! Lazy sequences: cells that are made when asked for, once.

use super::List;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::cx::Cx;
use crate::eval::lanes::Group;
use crate::eval::once::{Missing, OnceValues};
use crate::eval::value::{Value, nest};
use crate::eval::watch::Home;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// `None` at the end, else the first element and the rest (nil, a sequence or a collection).
pub type FirstRest = Option<(Value, Value)>;

/// Makes the next cell.
trait MakeCell: Send {
    fn run(&self, cx: &mut Cx) -> Result<FirstRest>;

    /// The same again, for other lanes.
    fn copy(&self) -> Box<dyn MakeCell>;
}

impl<F: FnOnce(&mut Cx) -> Result<FirstRest> + Clone + Send + 'static> MakeCell for F {
    fn run(&self, cx: &mut Cx) -> Result<FirstRest> {
        self.clone()(cx)
    }

    fn copy(&self) -> Box<dyn MakeCell> {
        Box::new(self.clone())
    }
}

/// A sequence whose first cell may not have been made yet.
#[derive(Clone)]
pub struct Lazy(Arc<LazyCell>);

struct LazyCell {
    depth: u32,
    home: Home,
    state: Mutex<CellState>,
}

enum CellState {
    Waiting(Box<dyn MakeCell>),
    /// Being made: asking again from inside is an error, not a deadlock.
    Running,
    Made(FirstRest),
    Failed(Stop),
    /// Made for some lanes of a batched run so far.
    Some(Box<dyn MakeCell>, OnceValues),
}

impl Drop for LazyCell {
    /// Unlinks a chain of made cells one by one, and gives nested ones enough stack.
    fn drop(&mut self) {
        let mut state = take(self);
        while let CellState::Made(Some((first, rest))) = state {
            genlisp_stack::ensure(32 * 1024, 1024 * 1024, || drop(first));
            match rest {
                Value::Lazy(lazy) => match Arc::into_inner(lazy.0) {
                    Some(mut cell) => state = take(&mut cell),
                    None => return,
                },
                other => return genlisp_stack::ensure(32 * 1024, 1024 * 1024, || drop(other)),
            }
        }
        if let CellState::Waiting(step) | CellState::Some(step, _) = state {
            genlisp_stack::ensure(32 * 1024, 1024 * 1024, || drop(step));
        }
    }
}

fn take(cell: &mut LazyCell) -> CellState {
    let state = cell.state.get_mut().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(state, CellState::Running)
}

impl Lazy {
    /// A cell made by `step`, which holds values of nesting depth `inside`.
    pub fn new(
        cx: &mut Cx,
        inside: u32,
        step: impl FnOnce(&mut Cx) -> Result<FirstRest> + Clone + Send + 'static,
    ) -> Result<Lazy> {
        let state = Mutex::new(CellState::Waiting(Box::new(step)));
        Ok(Lazy(Arc::new(LazyCell { depth: nest(inside)?, home: cx.waits(), state })))
    }

    /// A made cell in front of any sequence.
    pub fn cons(first: Value, rest: Value) -> Result<Lazy> {
        let depth = rest.depth().max(nest(first.depth())?);
        let state = Mutex::new(CellState::Made(Some((first, rest))));
        Ok(Lazy(Arc::new(LazyCell { depth, home: Home::default(), state })))
    }

    /// The same cell.
    pub fn same(&self, other: &Lazy) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub fn depth(&self) -> u32 {
        self.0.depth
    }

    fn lock(&self) -> MutexGuard<'_, CellState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first element and the rest, made now if need be.
    pub fn force(&self, cx: &mut Cx) -> Result<FirstRest> {
        if let Some((step, group)) = self.for_some(cx) {
            return self.force_some(cx, step, group);
        }
        let step = {
            let mut state = self.lock();
            match &*state {
                CellState::Made(cell) => return Ok(cell.clone()),
                CellState::Failed(error) => return Err(error.clone()),
                CellState::Running => return Err(circular()),
                // Chunks of lanes run on several threads: a second one makes the same cell.
                CellState::Waiting(step) if cx.chunked => step.copy(),
                _ => match std::mem::replace(&mut *state, CellState::Running) {
                    CellState::Waiting(step) | CellState::Some(step, _) => step,
                    _ => return Err(circular()),
                },
            }
        };
        // A sequence made from one made from another … nests.
        let made = cx.deeper(|cx| cx.make(&self.0.home, |cx| step.run(cx)).0);
        let mut state = self.lock();
        match &made {
            Ok(cell) => *state = CellState::Made(cell.clone()),
            // In a chunk it is the run that ends.
            Err(_) if cx.chunked => {}
            // Whoever asks again after a halt has it made.
            Err(stop) if stop.is_halt() => *state = CellState::Waiting(step),
            // A cell whose making failed fails the same way again.
            Err(error) => *state = CellState::Failed(error.clone()),
        }
        made
    }

    /// How to make the cell for the lanes in force, when they are some of those for which it is.
    fn for_some(&self, cx: &Cx) -> Option<(Box<dyn MakeCell>, Arc<Group>)> {
        let group = self.0.home.lanes(cx)?;
        match &*self.lock() {
            CellState::Waiting(step) if !self.0.home.group.as_ref()?.same(&group) => Some((step.copy(), group)),
            CellState::Some(step, _) => Some((step.copy(), group)),
            _ => None,
        }
    }

    /// The cell for some of its lanes, made now for those that lack it.
    fn force_some(&self, cx: &mut Cx, step: Box<dyn MakeCell>, group: Arc<Group>) -> Result<FirstRest> {
        let known = match &*self.lock() {
            CellState::Some(_, made) => made.clone(),
            _ => OnceValues::default(),
        };
        let again = step.copy();
        if let Missing::Lanes(lanes) = known.missing(Some(&group)) {
            let home = &self.0.home;
            let pair = cx.deeper(|cx| cx.make(home, |cx| cx.for_lanes(&lanes, |cx| step.run(cx))).0)?;
            let pair = encoded(pair)?;
            let mut state = self.lock();
            let mut made = match &*state {
                CellState::Some(_, made) => made.clone(),
                _ => OnceValues::default(),
            };
            made.add(Some(lanes), pair);
            *state = CellState::Some(again, made);
        }
        let made = match &*self.lock() {
            CellState::Some(_, made) => made.clone(),
            _ => known,
        };
        match decoded(made.of(Some(&group))?)? {
            Some((first, rest @ Value::Lanes(_))) => Ok(Some((first, Value::Lazy(Lazy::by_lanes(cx, rest)?)))),
            pair => Ok(pair),
        }
    }

    /// The elements made so far, without making more; true when the end is among them.
    pub fn made(&self, most: usize) -> (Vec<Value>, bool) {
        let mut items = Vec::new();
        let mut at = self.clone();
        loop {
            let next = match &*at.lock() {
                CellState::Made(None) => return (items, true),
                CellState::Made(Some((first, rest))) if items.len() < most => {
                    items.push(first.clone());
                    rest.clone()
                }
                _ => return (items, false),
            };
            match next {
                Value::Lazy(lazy) => at = lazy,
                Value::Nil => return (items, true),
                Value::List(list) => return tail(items, list, most),
                _ => return (items, false),
            }
        }
    }
}

/// A cell as a value, which lanes can share out.
pub(in crate::eval) fn encoded(pair: FirstRest) -> Result<Value> {
    match pair {
        Some((first, rest)) => Value::vector(vec![first, rest]),
        None => Ok(Value::Nil),
    }
}

pub(in crate::eval) fn decoded(value: Value) -> Result<FirstRest> {
    match value {
        Value::Nil => Ok(None),
        Value::Vector(pair) => {
            let at = |i: usize| pair.get(i).cloned().unwrap_or_default();
            Ok(Some((at(0), at(1))))
        }
        _ => Err(Error::raise(Code::Lanes, "a lazy sequence ends in some lanes and goes on in others")
            .help("make it a vector, `(vec xs)`, where each lane makes its own")),
    }
}

#[cold]
fn circular() -> Stop {
    Error::raise(Code::Lazy, "a lazy sequence needs its own elements to make its first one")
}

fn tail(mut items: Vec<Value>, list: List, most: usize) -> (Vec<Value>, bool) {
    let room = most.saturating_sub(items.len());
    items.extend(list.iter().take(room).cloned());
    (items, list.len() <= room)
}

//! Lazy sequences: cells that are made when asked for, once.

use super::List;
use crate::error::{Error, Result};
use crate::eval::cx::Cx;
use crate::eval::value::{Value, nest};
use std::sync::{Arc, Mutex, PoisonError};

/// Makes the next cell: `None` at the end, else the first element and the rest (nil, a sequence or a collection).
pub type Step = Box<dyn FnOnce(&mut Cx) -> Result<Option<(Value, Value)>> + Send>;

/// A sequence whose first cell may not have been made yet.
#[derive(Clone)]
pub struct Lazy(Arc<Cell>);

struct Cell {
    depth: u32,
    state: Mutex<State>,
}

enum State {
    Waiting(Step),
    /// Being made: asking again from inside is an error, not a deadlock.
    Running,
    Made(Option<(Value, Value)>),
}

impl Drop for Cell {
    /// Unlinks a chain of made cells one by one, and gives nested ones enough stack.
    fn drop(&mut self) {
        let mut state = take(self);
        while let State::Made(Some((first, rest))) = state {
            stacker::maybe_grow(32 * 1024, 1024 * 1024, || drop(first));
            match rest {
                Value::Lazy(lazy) => match Arc::into_inner(lazy.0) {
                    Some(mut cell) => state = take(&mut cell),
                    None => return,
                },
                other => return stacker::maybe_grow(32 * 1024, 1024 * 1024, || drop(other)),
            }
        }
        if let State::Waiting(step) = state {
            stacker::maybe_grow(32 * 1024, 1024 * 1024, || drop(step));
        }
    }
}

fn take(cell: &mut Cell) -> State {
    let state = cell.state.get_mut().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(state, State::Running)
}

impl Lazy {
    /// A cell made by `step`, which holds values of nesting depth `inside`.
    pub fn new(
        inside: u32,
        step: impl FnOnce(&mut Cx) -> Result<Option<(Value, Value)>> + Send + 'static,
    ) -> Result<Lazy> {
        Ok(Lazy(Arc::new(Cell { depth: nest(inside)?, state: Mutex::new(State::Waiting(Box::new(step))) })))
    }

    /// A made cell in front of any sequence.
    pub fn cons(first: Value, rest: Value) -> Result<Lazy> {
        let depth = rest.depth().max(nest(first.depth())?);
        Ok(Lazy(Arc::new(Cell { depth, state: Mutex::new(State::Made(Some((first, rest)))) })))
    }

    /// The same cell.
    pub fn same(&self, other: &Lazy) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub fn depth(&self) -> u32 {
        self.0.depth
    }

    /// The first element and the rest, made now if need be.
    pub fn force(&self, cx: &mut Cx) -> Result<Option<(Value, Value)>> {
        let step = {
            let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            match std::mem::replace(&mut *state, State::Running) {
                State::Made(cell) => {
                    let copy = cell.clone();
                    *state = State::Made(cell);
                    return Ok(copy);
                }
                State::Running => {
                    return Err(Error::new(
                        "gen::lazy",
                        "a lazy sequence needs its own elements to make its first one",
                    ));
                }
                State::Waiting(step) => step,
            }
        };
        // A sequence made from one made from another … nests.
        let made = cx.deeper(step);
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        match made {
            Ok(cell) => {
                *state = State::Made(cell.clone());
                Ok(cell)
            }
            Err(error) => {
                // A cell whose making failed fails the same way again.
                let again = error.clone();
                *state = State::Waiting(Box::new(move |_| Err(again)));
                Err(error)
            }
        }
    }

    /// The elements made so far, without making more; true when the end is among them.
    pub fn made(&self, most: usize) -> (Vec<Value>, bool) {
        let mut items = Vec::new();
        let mut at = self.clone();
        loop {
            let next = match &*at.0.state.lock().unwrap_or_else(PoisonError::into_inner) {
                State::Made(None) => return (items, true),
                State::Made(Some((first, rest))) if items.len() < most => {
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

fn tail(mut items: Vec<Value>, list: List, most: usize) -> (Vec<Value>, bool) {
    let room = most.saturating_sub(items.len());
    items.extend(list.iter().take(room).cloned());
    (items, list.len() <= room)
}

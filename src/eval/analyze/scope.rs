//! Scopes: which slot of which function's frame a local name means.

use crate::error::{Code, Error, Result};
use crate::eval::node::Slot;
use std::sync::Arc;

/// One function (one arity of it) under analysis. Slots are never reused, so that a slot names one variable.
#[derive(Default)]
pub struct FnScope {
    /// Names in scope, innermost last.
    pub locals: Vec<(Arc<str>, Slot)>,
    next: usize,
    /// Slots of the enclosing function that this one copies, shared by all its arities.
    pub captures: Vec<Slot>,
    /// Where the captures stand in this frame: `(slot, index of capture)`.
    pub capture_slots: Vec<(Slot, u16)>,
    /// The function's own name, and its slot once used.
    pub own_name: Option<Arc<str>>,
    pub own: Option<Slot>,
    /// What `recur` would jump to: first slot and number of variables.
    pub target: Option<(Slot, usize)>,
    pub traces: bool,
    /// Slots that hold what came of a `trace`.
    pub choices: Vec<Slot>,
}

impl FnScope {
    /// The scope of one arity: the function's own name, and the captures of the arities before it.
    pub fn of(own_name: Option<Arc<str>>, captures: Vec<Slot>) -> FnScope {
        FnScope { own_name, captures, ..FnScope::default() }
    }

    /// A new slot without a name.
    pub fn slot(&mut self) -> Slot {
        self.next += 1;
        (self.next - 1).min(Slot::MAX as usize) as Slot
    }

    /// A new slot under a name, visible from now on.
    pub fn bind(&mut self, name: Arc<str>) -> Slot {
        let slot = self.slot();
        self.locals.push((name, slot));
        slot
    }

    /// Size of the frame.
    pub fn slots(&self) -> Result<u16> {
        if self.next > Slot::MAX as usize {
            return Err(Error::raise(Code::TooLarge, "a function with more than 65,535 local variables"));
        }
        Ok(self.next as u16)
    }

    /// A local or the function's own name, without looking further out.
    pub fn find(&mut self, name: &str) -> Option<Slot> {
        if let Some((_, slot)) = self.locals.iter().rev().find(|(n, _)| &**n == name) {
            return Some(*slot);
        }
        if self.own_name.as_deref() == Some(name) {
            if self.own.is_none() {
                self.own = Some(self.slot());
            }
            return self.own;
        }
        None
    }

    /// The slot that receives a capture of the enclosing function's slot.
    pub fn capture(&mut self, outer: Slot) -> Slot {
        let index = match self.captures.iter().position(|s| *s == outer) {
            Some(index) => index,
            None => {
                self.captures.push(outer);
                self.captures.len() - 1
            }
        } as u16;
        if let Some((slot, _)) = self.capture_slots.iter().find(|(_, i)| *i == index) {
            return *slot;
        }
        let slot = self.slot();
        self.capture_slots.push((slot, index));
        slot
    }
}

/// The slot that `name` means in the innermost of `functions`, captured through all between.
pub fn resolve_local(functions: &mut [FnScope], name: &str) -> Option<Slot> {
    let (inner, outer) = functions.split_last_mut()?;
    if let Some(slot) = inner.find(name) {
        return Some(slot);
    }
    let outer = resolve_local(outer, name)?;
    Some(inner.capture(outer))
}

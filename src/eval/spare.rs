//! References kept for calls of global functions.

use super::cx::Cx;
use super::function::Closure;
use super::value::Value;
use std::sync::Arc;

/// References to the global function called last, kept for its next calls: counting references costs a recursive
/// function a quarter of its time otherwise, since the counts are atomic.
#[derive(Default)]
pub struct Spare {
    global: u32,
    closures: Vec<Arc<Closure>>,
}

/// References kept.
const MAX_SPARE: usize = 64;

impl Cx {
    /// The function that a global holds, for one call; [`Cx::keep_closure`] takes it back.
    #[inline(always)]
    pub(super) fn take_closure(&mut self, global: u32) -> Option<Arc<Closure>> {
        let Some(Value::Fn(f)) = self.program.globals.get(global as usize) else { return None };
        if self.spare.global == global
            && let Some(spare) = self.spare.closures.pop()
        {
            if Arc::ptr_eq(&spare, f) {
                return Some(spare);
            }
            // Defined anew meanwhile.
            self.spare.closures.clear();
        }
        Some(f.clone())
    }

    #[inline(always)]
    pub(super) fn keep_closure(&mut self, global: u32, f: Arc<Closure>) {
        if self.spare.global != global {
            self.spare.closures.clear();
            self.spare.global = global;
        }
        if self.spare.closures.len() < MAX_SPARE {
            self.spare.closures.push(f);
        }
    }
}

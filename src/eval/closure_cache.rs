//! References kept for calls of global functions.

use super::cx::Cx;
use super::function::Closure;
use super::value::Value;
use std::sync::Arc;

/// References to the global function called last, kept for its next calls: counting references costs a recursive
/// function a quarter of its time otherwise, since the counts are atomic.
#[derive(Default)]
pub struct ClosureCache {
    global: u32,
    closures: Vec<Arc<Closure>>,
}

/// References kept.
const MAX_CLOSURES: usize = 64;

impl Cx {
    /// The function that a global holds, for one call; [`Cx::keep_closure`] takes it back.
    #[inline(always)]
    pub(super) fn take_closure(&mut self, global: u32) -> Option<Arc<Closure>> {
        let Some(Value::Fn(f)) = self.program.globals.get(global as usize) else { return None };
        if self.closures.global == global
            && let Some(spare) = self.closures.closures.pop()
        {
            if Arc::ptr_eq(&spare, f) {
                return Some(spare);
            }
            // Defined anew meanwhile.
            self.closures.closures.clear();
        }
        Some(f.clone())
    }

    #[inline(always)]
    pub(super) fn keep_closure(&mut self, global: u32, f: Arc<Closure>) {
        if self.closures.global != global {
            self.closures.closures.clear();
            self.closures.global = global;
        }
        if self.closures.closures.len() < MAX_CLOSURES {
            self.closures.closures.push(f);
        }
    }
}

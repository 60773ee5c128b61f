//! Nested calls: how deep they may go, and enough native stack for them.

use super::cx::Cx;
use crate::error::{Code, Error, Result, Stop};

/// Native stack kept free for builtins between two checks.
const RED_ZONE: usize = 256 * 1024;
/// Size of each further piece of stack.
const STACK_PIECE: usize = 8 * 1024 * 1024;

impl Cx {
    /// Runs `f` one level deeper, with enough native stack.
    #[inline(always)]
    pub(crate) fn deeper<R>(&mut self, f: impl FnOnce(&mut Cx) -> Result<R>) -> Result<R> {
        if self.depth >= self.limits.depth {
            return Err(too_deep(self.limits.depth));
        }
        self.depth += 1;
        let result = self.with_stack(f);
        self.depth -= 1;
        result
    }

    /// Runs `f` with enough native stack for a builtin or a few levels of nested code.
    #[inline(always)]
    pub(crate) fn with_stack<R>(&mut self, f: impl FnOnce(&mut Cx) -> Result<R>) -> Result<R> {
        let marker = 0u8;
        if (&raw const marker as usize) < self.stack_limit || self.stack_limit == 0 { self.grow(f) } else { f(self) }
    }

    #[cold]
    #[inline(never)]
    fn grow<R>(&mut self, f: impl FnOnce(&mut Cx) -> Result<R>) -> Result<R> {
        let outer = self.stack_limit;
        let marker = 0u8;
        let here = &raw const marker as usize;
        let remaining = genlisp_stack::remaining();
        let result = if remaining > 2 * RED_ZONE {
            self.stack_limit = here.saturating_sub(remaining - RED_ZONE);
            f(self)
        } else {
            genlisp_stack::grow(STACK_PIECE, || {
                let marker = 0u8;
                self.stack_limit = (&raw const marker as usize).saturating_sub(STACK_PIECE - RED_ZONE);
                f(self)
            })
        };
        self.stack_limit = outer;
        result
    }
}

#[cold]
fn too_deep(limit: u32) -> Stop {
    Error::raise(Code::TooDeep, format!("more than {limit} nested calls"))
        .help("where the call is the last thing its function does, write `recur`; else use `loop` or `reduce`")
}

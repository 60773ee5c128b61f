//! Native stack for deep recursion: how much of it is left, and further pieces of it.
//!
//! What `stacker` does by a file of assembly for the C compiler; `corosensei` has it in Rust's own, so that a build
//! needs no C compiler.
use corosensei::{on_stack, stack::DefaultStack};
use std::cell::Cell;

mod system;

thread_local! {
    /// The lowest address of the stack that this thread is on.
    static LIMIT: Cell<usize> = Cell::new(system::limit(here()));
}

/// The bytes of stack that are left to this thread.
#[inline(always)]
pub fn remaining() -> usize {
    here().saturating_sub(LIMIT.get())
}

/// Runs `f` here if `red_zone` bytes are left, else on a further piece of stack of this size.
#[inline(always)]
pub fn ensure<R>(red_zone: usize, piece: usize, f: impl FnOnce() -> R) -> R {
    if remaining() >= red_zone { f() } else { grow(piece, f) }
}

/// Runs `f` on a further piece of stack of this size; where the system gives none, on what is left of this one.
#[cold]
#[inline(never)]
pub fn grow<R>(piece: usize, f: impl FnOnce() -> R) -> R {
    let Ok(stack) = DefaultStack::new(piece) else { return f() };
    on_stack(stack, || {
        let _outer = Outer(LIMIT.replace(here().saturating_sub(piece)));
        f()
    })
}

/// Puts the limit of the outer stack back, also after a panic.
struct Outer(usize);

impl Drop for Outer {
    fn drop(&mut self) {
        LIMIT.set(self.0);
    }
}

/// An address in the frame of the caller.
#[inline(always)]
fn here() -> usize {
    let marker = 0u8;
    &raw const marker as usize
}

#[cfg(test)]
mod tests {
    use super::{ensure, grow, remaining};
    use std::panic::catch_unwind;

    fn sum(n: u64) -> u64 {
        let frame = [n; 64];
        if n == 0 { 0 } else { ensure(32 * 1024, 1024 * 1024, || frame[n as usize % 64] + sum(n - 1)) }
    }

    #[test]
    fn depth_is_bounded_by_memory_alone() {
        let small = std::thread::Builder::new().stack_size(128 * 1024).spawn(|| sum(100_000));
        assert_eq!(small.unwrap().join().unwrap(), 5_000_050_000);
    }

    #[test]
    fn what_is_left_is_told_on_every_piece_and_afterwards() {
        let before = remaining();
        let inside = grow(1024 * 1024, remaining);
        assert!((900 * 1024..=1024 * 1024).contains(&inside), "{inside}");
        assert!(before.abs_diff(remaining()) < 4096);
    }

    #[test]
    fn a_panic_passes() {
        let before = remaining();
        let caught = catch_unwind(|| grow(256 * 1024, || panic!("deep")));
        assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"deep"));
        assert!(before.abs_diff(remaining()) < 4096);
    }
}

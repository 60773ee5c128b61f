//! New vectors that a loop fills: memory that is not zeroed before it is written to.
//!
//! One of the few places of the crate with code that the compiler cannot check: see [`filled`].
use std::mem::MaybeUninit;
use std::sync::Once;

/// A vector of `n` elements, which `write` must fill one and all: it is given as many places.
///
/// `write` returns how many it has filled, in order from the first; the vector has these.
#[allow(unsafe_code)]
pub(super) fn filled<T: Copy>(n: usize, write: impl FnOnce(&mut [MaybeUninit<T>]) -> usize) -> Vec<T> {
    let mut values: Vec<T> = Vec::with_capacity(n);
    let places = &mut values.spare_capacity_mut()[..n];
    let count = write(places).min(n);
    // SAFETY: `count` is at most `n`, which is within the capacity, and the callers, the loops of `dispatch`, have
    // written to as many places as they say. Elements are `Copy`, so that nothing is dropped that was not made.
    unsafe { values.set_len(count) };
    values
}

/// Asks the allocator to keep the memory of large columns for the next ones: pages that go back to the system with
/// every column cost more to get anew than most kernels take (0.54 and 0.21 ms for the resampling of 10⁵ lanes).
///
/// The allocator of glibc learns from the largest block that it has seen come and go, up to 32 MiB: so it is shown
/// one, which is never touched. Others do not mind.
pub fn keep_pages() {
    static SHOWN: Once = Once::new();
    SHOWN.call_once(|| drop(std::hint::black_box(Vec::<u8>::with_capacity((32 << 20) - (64 << 10)))));
}

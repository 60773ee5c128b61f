//! New vectors that a loop fills: memory that is not zeroed before it is written to.
//!
//! One of the few places of the crate with code that the compiler cannot check: see [`filled`].
use std::mem::MaybeUninit;

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

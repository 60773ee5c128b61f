//! The hash of a collection, kept in its node once it is known: shared parts are hashed once, also by later calls.

use std::sync::atomic::{AtomicU64, Ordering};

/// A hash that may be known; 0 is none, so that a hash of 0 is computed each time.
#[derive(Default)]
pub struct KnownHash(AtomicU64);

impl KnownHash {
    pub fn get(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|code| *code != 0)
    }

    pub fn set(&self, code: u64) {
        self.0.store(code, Ordering::Relaxed);
    }

    /// What it is the hash of changes.
    pub fn forget(&mut self) {
        *self.0.get_mut() = 0;
    }
}

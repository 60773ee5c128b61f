//! Persistent collections: small ones flat, large ones as trees of the imbl library, each with its nesting depth.

mod known_hash;
pub(in crate::eval) mod lazy;
mod list;
mod map;
mod set;
mod vector;

pub use known_hash::KnownHash;
pub use lazy::Lazy;
pub use list::List;
pub use map::Map;
pub use set::Set;
pub use vector::Vector;

use std::hash::{BuildHasherDefault, Hasher};

/// Values hash themselves to 64 well-mixed bits; the tree's hasher passes them on.
#[derive(Default, Clone, Copy)]
pub struct PassThrough(u64);

impl Hasher for PassThrough {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = super::name::mix(self.0 ^ u64::from(*b));
        }
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

pub type Hashing = BuildHasherDefault<PassThrough>;

/// Entries up to which maps and sets stay flat and keep the order in which they were built.
const SMALL: usize = 16;

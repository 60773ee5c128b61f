//! Random keys: explicit, splittable, counter-based (Philox 4x32-10; Salmon et al., SC 2011).

use super::name::mix;
use crate::tensor::DType;
use crate::tensor::lanes::random::{self, philox};
use rand::TryRng;
use std::convert::Infallible;

/// Names one stream of random numbers. Equal keys give equal draws; nothing is shared or advanced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Key(pub u64);

impl Key {
    pub const fn from_seed(seed: u64) -> Key {
        Key(seed)
    }

    /// The `n`-th key derived from this one; derived keys are unrelated for different `n`.
    pub fn fold(self, n: u64) -> Key {
        // The counter's upper half marks derivation, so that no draw's block is a key.
        let block = philox(self.0, [n as u32, (n >> 32) as u32, 0, u32::MAX]);
        Key(u64::from(block[0]) | u64::from(block[1]) << 32)
    }

    /// The draws of one site: of this key, an address's hash and a lane.
    pub fn site(self, address: u64, lane: u32) -> SiteRng {
        let address = mix(address);
        SiteRng {
            key: self.0,
            block: [0, lane, address as u32, (address >> 32) as u32 & 0x7fff_ffff],
            buffer: [0; 4],
            left: 0,
            single: false,
        }
    }

    /// The draws of one site for all lanes of a batched run, whose blocks no other draws share.
    pub fn lanes(self, address: u64) -> random::SiteCounter {
        random::SiteCounter::new(self.0, mix(address))
    }
}

/// Keys of one sequence of operations: each call takes the next.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    key: Key,
    next: u64,
}

impl Stream {
    pub const fn new(key: Key) -> Stream {
        Stream { key, next: 0 }
    }

    /// True once a key was taken.
    pub fn is_used(&self) -> bool {
        self.next > 0
    }

    pub fn next_key(&mut self) -> Key {
        let key = self.key.fold(self.next);
        self.next += 1;
        key
    }
}

/// Random numbers of one site: the blocks of its counter in order.
#[derive(Clone, Debug)]
pub struct SiteRng {
    key: u64,
    block: [u32; 4],
    buffer: [u32; 4],
    left: usize,
    /// Are reals drawn from it stored in single precision?
    pub single: bool,
}

impl SiteRng {
    /// Reals drawn from it are stored at this width.
    pub fn of_width(self, width: DType) -> SiteRng {
        SiteRng { single: width == DType::Float32, ..self }
    }

    fn next_word(&mut self) -> u32 {
        if self.left == 0 {
            self.buffer = philox(self.key, self.block);
            self.block[0] = self.block[0].wrapping_add(1);
            self.left = 4;
        }
        self.left -= 1;
        self.buffer[3 - self.left]
    }

    /// Uniform in the open interval (0, 1), 53 bits, never an end.
    pub fn open01(&mut self) -> f64 {
        let bits = (u64::from(self.next_word()) | u64::from(self.next_word()) << 32) >> 12;
        (bits as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    }
}

impl TryRng for SiteRng {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.next_word())
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.next_word()) | u64::from(self.next_word()) << 32)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&self.next_word().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beside those of all lanes, which have 1 and 0: see `random`.
    #[test]
    fn the_highest_bit_of_a_single_sites_blocks_is_0() {
        for address in [0, 1, u64::MAX, 0x1234_5678_9abc_def0] {
            assert_eq!(Key(3).site(address, u32::MAX).block[3] >> 31, 0);
        }
    }

    #[test]
    fn keys_split_without_collisions() {
        let root = Key::from_seed(7);
        let mut seen = std::collections::HashSet::new();
        for n in 0..1000 {
            for m in 0..100 {
                assert!(seen.insert(root.fold(n).fold(m)));
            }
        }
    }
}

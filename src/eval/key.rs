//! Random keys: explicit, splittable, counter-based (Philox 4x32-10; Salmon et al., SC 2011).

use super::name::mix;
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
    pub fn site(self, address: u64, lane: u32) -> Draws {
        let address = mix(address);
        Draws {
            key: self.0,
            block: [0, lane, address as u32, (address >> 32) as u32 & 0x7fff_ffff],
            buffer: [0; 4],
            left: 0,
        }
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
pub struct Draws {
    key: u64,
    block: [u32; 4],
    buffer: [u32; 4],
    left: usize,
}

impl Draws {
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

impl TryRng for Draws {
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

/// Ten rounds of Philox 4x32 on a 128-bit counter under a 64-bit key.
pub fn philox(key: u64, mut c: [u32; 4]) -> [u32; 4] {
    let (mut k0, mut k1) = (key as u32, (key >> 32) as u32);
    for _ in 0..10 {
        let a = u64::from(c[0]) * 0xD251_1F53;
        let b = u64::from(c[2]) * 0xCD9E_8D57;
        c = [(b >> 32) as u32 ^ c[1] ^ k0, b as u32, (a >> 32) as u32 ^ c[3] ^ k1, a as u32];
        k0 = k0.wrapping_add(0x9E37_79B9);
        k1 = k1.wrapping_add(0xBB67_AE85);
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers published with Random123 (kat_vectors, philox4x32 10).
    #[test]
    fn philox_known_answers() {
        assert_eq!(philox(0, [0; 4]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox(u64::MAX, [u32::MAX; 4]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
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

//! Random numbers of lanes: counter-based (Philox 4x32-10; Salmon et al., SC 2011), so that a draw depends on the
//! number of its lane alone, however lanes are put into chunks.
//!
//! Four lanes share a counter `[draw, group, address, 10 + address]`. The two highest bits of the last word are 1 and
//! 0: counters of single sites have 0 there, and those that derive keys have 1 and 1. Groups are made eight at a time,
//! for 32 lanes in a row: lane `l` has the word `l / 8 mod 4` of group `8 (l / 32) + l mod 8`, so that each word of
//! eight groups goes to eight lanes in a row.
use pulp::{Arch, NullaryFnOnce};
use std::ops::Range;

/// Ten rounds of Philox 4x32 on a 128-bit counter under a 64-bit key.
#[inline(always)]
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

/// What the draws of one site for all lanes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteCounter {
    key: u64,
    address: [u32; 2],
}

/// Which lanes, by their numbers in the whole run.
#[derive(Clone, Copy, Debug)]
pub enum LaneIds<'a> {
    Range { first: u32, n: usize },
    List(&'a [u32]),
}

/// The word of a draw; the low words of a draw of double width lie in blocks of their own.
const LOW: u32 = 1 << 31;

impl SiteCounter {
    /// The site of a key and the well-mixed hash of an address.
    pub fn new(key: u64, address: u64) -> SiteCounter {
        SiteCounter { key, address: [address as u32, (address >> 32) as u32 & 0x3fff_ffff | 0x8000_0000] }
    }

    /// The counter of four lanes.
    #[inline(always)]
    fn counter(self, draw: u32, group: u32) -> [u32; 4] {
        [draw, group, self.address[0], self.address[1]]
    }

    #[inline(always)]
    fn words(self, draw: u32, group: u32) -> [u32; 4] {
        philox(self.key, self.counter(draw, group))
    }

    /// Numbers in the open interval (0, 1), of 23 bits: the `draw`-th of each lane, for `draw` below 2³¹.
    pub fn uniform_f32(self, draw: u32, lanes: LaneIds, out: &mut [f32]) {
        lanes.numbers(
            out,
            #[inline(always)]
            |group| self.words(draw, group).map(single),
        );
    }

    /// The same numbers with 52 bits, of which the high ones are those of single precision.
    pub fn uniform_f64(self, draw: u32, lanes: LaneIds, out: &mut [f64]) {
        lanes.numbers(
            out,
            #[inline(always)]
            |group| {
                let (high, low) = (self.words(draw, group), self.words(draw | LOW, group));
                [0, 1, 2, 3].map(|i| double(high[i], low[i]))
            },
        );
    }
}

/// The middle of one of 2²³ equal parts of (0, 1).
#[inline(always)]
fn single(word: u32) -> f32 {
    ((word >> 9) as i32 as f32 + 0.5) * (1.0 / 8_388_608.0)
}

/// The middle of one of 2⁵² equal parts of (0, 1).
#[inline(always)]
fn double(high: u32, low: u32) -> f64 {
    let bits = (u64::from(high) << 32 | u64::from(low)) >> 12;
    f64::from_bits(bits | 1.0_f64.to_bits()) - (1.0 - 0.5 * f64::EPSILON)
}

impl LaneIds<'_> {
    pub fn len(self) -> usize {
        match self {
            LaneIds::Range { n, .. } => n,
            LaneIds::List(lanes) => lanes.len(),
        }
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The number of the lane at a position.
    pub fn at(self, position: usize) -> u32 {
        match self {
            LaneIds::Range { first, .. } => first.wrapping_add(position as u32),
            LaneIds::List(lanes) => lanes.get(position).copied().unwrap_or_default(),
        }
    }

    /// The lanes at these positions.
    pub fn slice(&self, range: Range<usize>) -> LaneIds<'_> {
        match self {
            LaneIds::Range { first, .. } => {
                LaneIds::Range { first: first.wrapping_add(range.start as u32), n: range.len() }
            }
            LaneIds::List(lanes) => LaneIds::List(lanes.get(range).unwrap_or(&[])),
        }
    }

    /// A number per lane, from the numbers of groups of four.
    #[inline(always)]
    fn numbers<T: Copy + Default>(self, numbers: &mut [T], of_group: impl Fn(u32) -> [T; 4]) {
        match self {
            LaneIds::Range { first, .. } => Arch::new().dispatch(Ranged { first, numbers, of_group }),
            LaneIds::List(lanes) => Arch::new().dispatch(Listed { lanes, numbers, of_group }),
        }
    }
}

/// Lanes of a block, whose numbers eight groups give.
const BLOCK: usize = 32;

/// A lane's number of its group's four, by choices that a vector unit makes for many lanes at once.
#[inline(always)]
fn of_lane<T: Copy>(lane: u32, group: [T; 4]) -> T {
    let low = if lane & 8 != 0 { group[1] } else { group[0] };
    let high = if lane & 8 != 0 { group[3] } else { group[2] };
    if lane & 16 != 0 { high } else { low }
}

struct Listed<'a, T, F> {
    lanes: &'a [u32],
    numbers: &'a mut [T],
    of_group: F,
}

impl<T: Copy, F: Fn(u32) -> [T; 4]> NullaryFnOnce for Listed<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (x, lane) in self.numbers.iter_mut().zip(self.lanes) {
            *x = of_lane(*lane, (self.of_group)(lane / 32 * 8 + lane % 8));
        }
    }
}

struct Ranged<'a, T, F> {
    first: u32,
    numbers: &'a mut [T],
    of_group: F,
}

impl<T: Copy + Default, F: Fn(u32) -> [T; 4]> NullaryFnOnce for Ranged<'_, T, F> {
    type Output = ();

    /// Whole blocks in place; of those at the ends only the part that is asked for.
    #[inline(always)]
    fn call(self) {
        let Ranged { first, numbers, of_group } = self;
        let before = (first.wrapping_neg() % BLOCK as u32) as usize;
        let (head, rest) = numbers.split_at_mut(before.min(numbers.len()));
        let (blocks, tail) = rest.as_chunks_mut::<BLOCK>();
        let mut at = first;
        if !head.is_empty() {
            let skip = (first % BLOCK as u32) as usize;
            head.copy_from_slice(&block(first, &of_group)[skip..skip + head.len()]);
            at = at.wrapping_add(head.len() as u32);
        }
        for numbers in blocks {
            *numbers = block(at, &of_group);
            at = at.wrapping_add(BLOCK as u32);
        }
        if !tail.is_empty() {
            tail.copy_from_slice(&block(at, &of_group)[..tail.len()]);
        }
    }
}

/// The numbers of the block in which a lane is.
#[inline(always)]
fn block<T: Copy + Default>(lane: u32, of_group: &impl Fn(u32) -> [T; 4]) -> [T; BLOCK] {
    let mut numbers = [T::default(); BLOCK];
    let first = lane / BLOCK as u32 * 8;
    for i in 0..8 {
        let group = of_group(first + i as u32);
        for (word, x) in group.into_iter().enumerate() {
            numbers[8 * word + i] = x;
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> SiteCounter {
        SiteCounter::new(7, 0x0123_4567_89ab_cdef)
    }

    /// The known answers published with Random123 (kat_vectors, philox4x32 10).
    #[test]
    fn philox_known_answers() {
        assert_eq!(philox(0, [0; 4]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox(u64::MAX, [u32::MAX; 4]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
    }

    fn singles(draw: u32, lanes: LaneIds) -> Vec<f32> {
        let mut out = vec![0.0; lanes.len()];
        site().uniform_f32(draw, lanes, &mut out);
        out
    }

    fn doubles(draw: u32, lanes: LaneIds) -> Vec<f64> {
        let mut out = vec![0.0; lanes.len()];
        site().uniform_f64(draw, lanes, &mut out);
        out
    }

    #[test]
    fn a_draw_depends_on_its_lane_alone() {
        let whole = singles(3, LaneIds::Range { first: 0, n: 100 });
        for (first, n) in [(0, 1), (1, 2), (2, 5), (3, 97), (64, 36), (99, 1), (5, 0), (8, 8), (31, 34), (32, 32)] {
            let part = singles(3, LaneIds::Range { first, n });
            assert_eq!(part, whole[first as usize..][..n]);
            let part = doubles(3, LaneIds::Range { first, n });
            let lanes: Vec<u32> = (first..first + n as u32).rev().collect();
            let mut listed = doubles(3, LaneIds::List(&lanes));
            listed.reverse();
            assert_eq!(part, listed);
        }
    }

    #[test]
    fn both_widths_have_the_same_high_bits() {
        let lanes = LaneIds::Range { first: 2, n: 1000 };
        for (x, y) in singles(0, lanes).into_iter().zip(doubles(0, lanes)) {
            assert!((f64::from(x) - y).abs() <= 0.5 / 8_388_608.0);
        }
    }

    #[test]
    fn numbers_lie_inside() {
        assert!(single(0) > 0.0 && single(u32::MAX) < 1.0);
        assert!(double(0, 0) > 0.0 && double(u32::MAX, u32::MAX) < 1.0);
        assert_eq!(double(0x8000_0000, 0), 0.5 + f64::EPSILON / 2.0);
    }

    #[test]
    fn numbers_are_uniform() {
        let xs = doubles(1, LaneIds::Range { first: 0, n: 40_000 });
        let mut counts = [0.0_f64; 100];
        xs.iter().for_each(|x| counts[(x * 100.0) as usize] += 1.0);
        let statistic: f64 = counts.iter().map(|c| (c - 400.0).powi(2) / 400.0).sum();
        // The 0.01 and 99.99 % points of χ² with 99 degrees of freedom.
        assert!((56.0..161.0).contains(&statistic), "{statistic}");
    }

    /// Single sites have a 0 as their highest bit and derived keys a counter of ones: see `Key`.
    #[test]
    fn blocks_of_lanes_are_nobody_elses() {
        for address in [0, u64::MAX, 0xffff_ffff_0000_0000, 0x7fff_ffff_ffff_ffff] {
            let last = SiteCounter::new(1, address).counter(5, 9)[3];
            assert_eq!(last >> 30, 0b10);
            assert_ne!(last, u32::MAX);
        }
    }
}

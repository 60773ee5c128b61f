//! The exponential in double precision without branches or tables: what sums of weights are made of.
use std::f64::consts::LOG2_E;

/// Adding it leaves the nearest integer in the low bits of a double's mantissa.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts, of which the first has few bits, so that small multiples of it are exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// 1/k! for k from 13 down to 0.
const RECIPROCALS: [f64; 14] = {
    let mut all = [1.0; 14];
    let mut k = 1;
    while k < 14 {
        all[13 - k] = all[14 - k] / k as f64;
        k += 1;
    }
    all
};

/// 2ⁿ for −1022 ≤ n ≤ 1023.
#[inline(always)]
fn power_of_two(n: i64) -> f64 {
    f64::from_bits(((n + 1023) as u64) << 52)
}

/// exp x, by the Taylor series of the remainder x − n ln 2, whose next term is below 2⁻⁵⁷.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    // Not `clamp`: NaN stays.
    let x = if x < -746.0 { -746.0 } else { x };
    let x = if x > 710.0 { 710.0 } else { x };
    let shifted = x.mul_add(LOG2_E, ROUNDER);
    let n = shifted - ROUNDER;
    let whole = (shifted.to_bits() as i64).wrapping_sub(ROUNDER.to_bits() as i64);
    let r = (-n).mul_add(LN_2_LOW, (-n).mul_add(LN_2_HIGH, x));
    let mut p = RECIPROCALS[0];
    for c in &RECIPROCALS[1..] {
        p = p.mul_add(r, *c);
    }
    // In two factors: the power may lie beyond what a double holds on either side.
    let half = whole >> 1;
    p * power_of_two(half) * power_of_two(whole - half)
}

#[cfg(test)]
mod tests {
    #[test]
    fn within_two_units_in_the_last_place() {
        for i in -800_000..800_000 {
            let x = f64::from(i) * 1e-3;
            let (found, exact) = (super::exp(x), x.exp());
            let unit = exact.next_up() - exact;
            assert!(found == exact || (found - exact).abs() <= 2.0 * unit, "{found} for {x}, not {exact}");
        }
        assert!(super::exp(f64::NAN).is_nan());
        assert_eq!((super::exp(f64::INFINITY), super::exp(f64::NEG_INFINITY)), (f64::INFINITY, 0.0));
    }
}

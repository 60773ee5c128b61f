//! Elementary functions in single precision without branches or tables, so that a loop over them is vectorized.
//!
//! Products and sums are fused where that is written, by `mul_add`: the same bits on every machine, by one instruction
//! where there is one. Polynomials of `exp` and `ln` are those of the Cephes library (Moshier 1989), within 2 units in the last place.
use std::f32::consts::LOG2_E;

/// Adding it leaves the nearest integer in the low bits of a float's mantissa.
const ROUNDER: f32 = 12_582_912.0;
/// ln 2 in two parts, of which the first has few bits, so that small multiples of it are exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// 2ⁿ for −126 ≤ n ≤ 127.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits(((n + 127) as u32) << 23)
}

/// n and r with x = n ln 2 + r and |r| ≤ ln 2 / 2, for |x| up to 2²¹.
#[inline(always)]
fn reduce(x: f32) -> (i32, f32) {
    let shifted = x.mul_add(LOG2_E, ROUNDER);
    let n = shifted - ROUNDER;
    let whole = (shifted.to_bits() as i32).wrapping_sub(ROUNDER.to_bits() as i32);
    (whole, (-n).mul_add(LN_2_LOW, (-n).mul_add(LN_2_HIGH, x)))
}

/// (exp r − 1 − r) / r².
#[inline(always)]
fn exp_rest(r: f32) -> f32 {
    let mut p = 1.987_569_1e-4_f32;
    for c in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        p = p.mul_add(r, c);
    }
    p
}

#[inline(always)]
fn within(x: f32, lo: f32, hi: f32) -> f32 {
    // Not `clamp` and not `max`: NaN stays.
    let x = if x < lo { lo } else { x };
    if x > hi { hi } else { x }
}

#[inline(always)]
pub fn square(x: f32) -> f32 {
    x * x
}

#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let (n, r) = reduce(within(x, -104.0, 89.0));
    // In two factors: the power may lie beyond what a float holds on either side.
    let half = n >> 1;
    (exp_rest(r) * r * r + r + 1.0) * power_of_two(half) * power_of_two(n - half)
}

#[inline(always)]
pub fn exp_m1(x: f32) -> f32 {
    let (n, r) = reduce(within(x, -30.0, 89.0));
    let (less, half) = (exp_rest(r) * r * r + r, power_of_two(n - 1));
    let y = 2.0 * (half * less + (half - 0.5));
    // Zeros keep their sign.
    if x == 0.0 { x } else { y }
}

/// log x for positive normal numbers; what the others give means nothing.
#[inline(always)]
fn ln_normal(x: f32, exponent: f32) -> f32 {
    let bits = x.to_bits();
    let e = ((bits >> 23) as i32 - 126) as f32 + exponent;
    let m = f32::from_bits((bits & 0x007f_ffff) | 0x3f00_0000);
    let small = m < std::f32::consts::FRAC_1_SQRT_2;
    let e = if small { e - 1.0 } else { e };
    let m = if small { m + m - 1.0 } else { m - 1.0 };
    let z = m * m;
    let mut p = 7.037_683_6e-2_f32;
    for c in [
        -1.151_461e-1,
        1.167_699_9e-1,
        -1.242_014_1e-1,
        1.424_932_3e-1,
        -1.666_805_8e-1,
        2.000_071_5e-1,
        -2.499_999_4e-1,
        3.333_333e-1,
    ] {
        p = p.mul_add(m, c);
    }
    let rest = (p * m).mul_add(z, e.mul_add(LN_2_LOW, -0.5 * z));
    e.mul_add(LN_2_HIGH, m + rest)
}

/// `a` or `b` by bits: of an `if` the compiler may make a branch again, and then a loop is not vectorized (0.5 instead
/// of 5 ns for `ln`).
#[inline(always)]
fn choose(condition: bool, a: f32, b: f32) -> f32 {
    let mask = u32::from(condition).wrapping_neg();
    f32::from_bits(a.to_bits() & mask | b.to_bits() & !mask)
}

#[inline(always)]
pub fn ln(x: f32) -> f32 {
    // Subnormal numbers are scaled by 2²³ first.
    let tiny = x < f32::MIN_POSITIVE;
    let y = ln_normal(choose(tiny, x * 8_388_608.0, x), choose(tiny, -23.0, 0.0));
    let y = choose(x < f32::INFINITY, y, x);
    let y = choose(x > 0.0, y, f32::NAN);
    choose(x == 0.0, f32::NEG_INFINITY, y)
}

/// log(1 + x), by the logarithm of the rounded sum and what rounding left.
#[inline(always)]
pub fn ln_1p(x: f32) -> f32 {
    let sum = 1.0 + x;
    let y = ln(sum) + (x - (sum - 1.0)) / sum;
    let y = choose(x < f32::INFINITY, y, x);
    let y = choose(sum == 0.0, f32::NEG_INFINITY, y);
    choose(x == 0.0, x, y)
}

/// log(1 + x²); the square of large numbers is not formed.
#[inline(always)]
pub fn log1p_square(x: f32) -> f32 {
    let (size, square) = (x.abs(), x * x);
    let (large, sum) = (size > 1e9, 1.0 + square);
    let y = ln(choose(large, size, sum));
    choose(large, y + y, y + (square - (sum - 1.0)) / sum)
}

/// 1 / (1 + exp(−x)).
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    let e = exp(-x.abs());
    choose(x < 0.0, e, 1.0) / (1.0 + e)
}

/// log(1 + exp x).
#[inline(always)]
pub fn softplus(x: f32) -> f32 {
    choose(x < 0.0, 0.0, x) + ln_1p(exp(-x.abs()))
}

#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let less = exp_m1(-2.0 * x.abs());
    (-less / (less + 2.0)).copysign(x)
}

/// The standard normal quantile of u, for u from 2⁻²⁵ to 1 − 2⁻²⁵, within 4 units in the last place.
///
/// With w = −log(4u(1 − u)), the quotient of the quantile and 2u − 1 is a smooth function of w (Giles, "Approximating
/// the erfinv function", 2010): here one polynomial in 2w/15.95 − 1, fitted at Chebyshev points, without branches.
#[inline(always)]
pub fn normal_quantile(u: f32) -> f32 {
    let w = -ln_normal(4.0 * u * (1.0 - u), 0.0);
    let t = w.mul_add(2.0 / 15.95, -1.0);
    let mut p = 9.736_134e-3_f32;
    for c in [
        -1.236_608_8e-2,
        -2.780_561_7e-2,
        5.014_703_4e-2,
        -8.627_897e-4,
        -4.199_069_7e-2,
        4.590_008e-2,
        -5.583_592e-2,
        5.968_72e-2,
        -2.472_767_2e-2,
        -5.055_666_7e-2,
        1.769_163_6e-1,
        -4.563_717_5e-1,
        1.991_872_3,
        3.757_603,
    ] {
        p = p.mul_add(t, c);
    }
    p * (2.0 * u - 1.0)
}

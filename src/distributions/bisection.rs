//! Quantiles by bisection of distribution functions, over the doubles in their order.

/// The least x between `lo` and `hi` with cdf(x) ≥ p: at most 64 steps whatever the scale, and to the last bit. For a
/// distribution function that floors its argument it is an integer.
pub fn invert(p: f64, lo: f64, hi: f64, cdf: impl Fn(f64) -> f64) -> f64 {
    let (mut below, mut above) = (rank(lo), rank(hi));
    while below < above {
        let middle = (below & above) + ((below ^ above) >> 1);
        if cdf(from_rank(middle)) >= p {
            above = middle;
        } else {
            below = middle + 1;
        }
    }
    from_rank(above)
}

/// Doubles as integers of the same order.
fn rank(x: f64) -> i64 {
    flip(x.to_bits() as i64)
}

fn from_rank(rank: i64) -> f64 {
    f64::from_bits(flip(rank) as u64)
}

/// Below zero the bits of a double count downwards.
fn flip(bits: i64) -> i64 {
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

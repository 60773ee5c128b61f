//! Autocovariances of a chain at every lag, by the fast Fourier transform.

use super::mean_of;
use std::f64::consts::PI;

/// 1/n Σᵢ (xᵢ − x̄)(xᵢ₊ₗ − x̄) for each lag l.
pub fn autocovariance(chain: &[f64]) -> Vec<f64> {
    let n = chain.len();
    // Padding to twice the length keeps the circular convolution from wrapping into the lags.
    let size = (2 * n).next_power_of_two();
    let mean = mean_of(chain);
    let mut signal = vec![(0.0, 0.0); size];
    for (slot, x) in signal.iter_mut().zip(chain) {
        slot.0 = x - mean;
    }
    transform(&mut signal);
    for (re, im) in &mut signal {
        (*re, *im) = (*re * *re + *im * *im, 0.0);
    }
    // The power spectrum is real and even, so that the forward transform inverts it up to the scale.
    transform(&mut signal);
    signal[..n].iter().map(|(re, _)| re / (size as f64 * n as f64)).collect()
}

/// The discrete Fourier transform in place; the length is a power of two (Cooley & Tukey 1965).
fn transform(signal: &mut [(f64, f64)]) {
    let n = signal.len();
    let bits = n.trailing_zeros();
    for i in 0..n {
        let j = i.reverse_bits().checked_shr(usize::BITS - bits).unwrap_or(0);
        if i < j {
            signal.swap(i, j);
        }
    }
    let roots: Vec<(f64, f64)> =
        (0..n / 2).map(|k| (-2.0 * PI * k as f64 / n as f64).sin_cos()).map(|(s, c)| (c, s)).collect();
    let mut half = 1;
    while half < n {
        let stride = n / (2 * half);
        for block in signal.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (k, (a, b)) in low.iter_mut().zip(high).enumerate() {
                let (c, s) = roots[k * stride];
                let turned = (b.0 * c - b.1 * s, b.0 * s + b.1 * c);
                *b = (a.0 - turned.0, a.1 - turned.1);
                *a = (a.0 + turned.0, a.1 + turned.1);
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_definition() {
        for n in [1, 2, 5, 37] {
            let chain: Vec<f64> = (0..n).map(|i| (f64::from(i) * 1.7).sin() + f64::from(i * i % 7)).collect();
            let mean = mean_of(&chain);
            let fast = autocovariance(&chain);
            for lag in 0..chain.len() {
                let sum: f64 = (0..chain.len() - lag).map(|i| (chain[i] - mean) * (chain[i + lag] - mean)).sum();
                assert!((fast[lag] - sum / f64::from(n)).abs() < 1e-12, "lag {lag} of {n}");
            }
        }
    }
}

//! Modified Bessel functions of the first kind, scaled: what circular densities need.
use std::f64::consts::TAU;

/// Below it the power series, above it the expansion for large arguments: both reach the last digits there.
const SWITCH: f64 = 20.0;

/// log(exp(-|x|) I₀(x)).
pub fn log_i0e(x: f64) -> f64 {
    let x = x.abs();
    if x <= SWITCH { power_series(x, 0.0).ln_1p() - x } else { large(x, 0.0).ln() - 0.5 * (TAU.ln() + x.ln()) }
}

/// I₁(x) / I₀(x), the mean resultant length of a von Mises distribution with concentration x.
pub fn bessel_ratio(x: f64) -> f64 {
    let t = x.abs();
    let ratio = if t <= SWITCH {
        0.5 * t * (1.0 + power_series(t, 1.0)) / (1.0 + power_series(t, 0.0))
    } else {
        large(t, 1.0) / large(t, 0.0)
    };
    ratio.copysign(x)
}

/// Σ_{k ≥ 1} (x²/4)^k / (k! (k+order)!), DLMF 10.25.2 without its first term and factor, for order 0 or 1.
fn power_series(x: f64, order: f64) -> f64 {
    let (quarter, mut term, mut sum) = (0.25 * x * x, 1.0, 0.0);
    for k in 1..100 {
        let k = f64::from(k);
        term *= quarter / (k * (k + order));
        if sum + term == sum {
            break;
        }
        sum += term;
    }
    sum
}

/// Σ (-1)^k Π (4ν² - (2j-1)²) / (k! (8x)^k), DLMF 10.40.1 without its factor exp(x) / sqrt(2πx).
fn large(x: f64, order: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..40 {
        let k = f64::from(k);
        term *= -(4.0 * order * order - (2.0 * k - 1.0).powi(2)) / (8.0 * k * x);
        if sum + term == sum {
            break;
        }
        sum += term;
    }
    sum
}

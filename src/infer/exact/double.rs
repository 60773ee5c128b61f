//! Numbers of twice the digits, as unevaluated sums of two (Dekker 1971).

use std::ops::{Add, Div, Mul, Sub};

/// A number and what rounding it has left over.
#[derive(Clone, Copy, Default, Debug, PartialEq)]
pub struct Double(f64, f64);

impl Double {
    pub const ZERO: Double = Double(0.0, 0.0);
    pub const ONE: Double = Double(1.0, 0.0);

    pub fn rounded(self) -> f64 {
        self.0
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0.0
    }

    /// Two numbers of which the first is the larger.
    fn sorted(high: f64, low: f64) -> Double {
        let sum = high + low;
        Double(sum, low - (sum - high))
    }

    /// The sum of two numbers and what rounding it leaves over.
    fn sum(a: f64, b: f64) -> Double {
        let sum = a + b;
        let part = sum - a;
        Double(sum, (a - (sum - part)) + (b - part))
    }

    /// The product of two numbers and what rounding it leaves over.
    fn product(a: f64, b: f64) -> Double {
        let product = a * b;
        let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
        Double(product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low)
    }
}

/// The upper and the lower half of the digits.
fn halves(x: f64) -> (f64, f64) {
    const SPLITTER: f64 = 134_217_729.0;
    let large = SPLITTER * x;
    let high = large - (large - x);
    (high, x - high)
}

impl From<f64> for Double {
    fn from(x: f64) -> Double {
        Double(x, 0.0)
    }
}

impl Add for Double {
    type Output = Double;
    fn add(self, other: Double) -> Double {
        let (high, low) = (Double::sum(self.0, other.0), Double::sum(self.1, other.1));
        let sum = Double::sorted(high.0, high.1 + low.0);
        Double::sorted(sum.0, sum.1 + low.1)
    }
}

impl Sub for Double {
    type Output = Double;
    fn sub(self, other: Double) -> Double {
        self + Double(-other.0, -other.1)
    }
}

impl Mul for Double {
    type Output = Double;
    fn mul(self, other: Double) -> Double {
        let high = Double::product(self.0, other.0);
        Double::sorted(high.0, high.1 + (self.0 * other.1 + self.1 * other.0))
    }
}

impl Div for Double {
    type Output = Double;
    fn div(self, other: Double) -> Double {
        let first = self.0 / other.0;
        let rest = self - other * Double::from(first);
        let second = rest.0 / other.0;
        let rest = rest - other * Double::from(second);
        Double::sorted(first, second) + Double::from(rest.0 / other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Double;

    #[test]
    fn twice_the_digits() {
        let third = Double::ONE / Double::from(3.0);
        let off = third * Double::from(3.0) - Double::ONE;
        assert!(off.rounded().abs() < 1e-31, "{off:?}");
        let small = Double::from(1e-20);
        assert_eq!((Double::ONE + small - Double::ONE).rounded(), 1e-20);
        let square = (Double::ONE + small) * (Double::ONE + small) - Double::ONE;
        assert!((square.rounded() / 2e-20 - 1.0).abs() < 1e-11, "{square:?}");
    }
}

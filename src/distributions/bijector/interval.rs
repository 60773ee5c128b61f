//! Numbers between two ends, of which either may be infinite, seen from the whole line.

use crate::distributions::real::Real;
use std::f64::consts::LN_2;

/// The logarithms of the least normal double, and of nearly the greatest.
pub const LN_TINY: f64 = -708.396;
pub const LN_HUGE: f64 = 709.78;

/// Which ends are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ends {
    Neither,
    Lower,
    Upper,
    Both,
}

/// Numbers between `lo` and `hi`. The ends themselves belong to no finite coordinate.
#[derive(Clone)]
pub struct Interval<R> {
    pub ends: Ends,
    pub lo: R,
    pub hi: R,
    /// The numbers next to the ends, which rounding must not cross.
    pub first: R,
    pub last: R,
    /// True when the width is more than a double holds; that of its halves is not.
    pub wide: bool,
}

impl<R: Real> Interval<R> {
    /// x = lo + eᵘ, hi − eᵘ, or lo + (hi − lo) σ(u), with log |dx/du|.
    pub fn constrain(&self, u: R) -> (R, R) {
        // Far down the width is that of the least double; far up it is infinite, which is off the support.
        let gap = || greatest(u.clone(), R::constant(LN_TINY)).exp();
        match self.ends {
            Ends::Neither => (u, R::constant(0.0)),
            Ends::Lower => (greatest(self.lo.clone() + gap(), self.first.clone()), u),
            Ends::Upper => (least(self.hi.clone() - gap(), self.last.clone()), u),
            Ends::Both => {
                // Next to either end it is the small share that counts.
                let (below, above) = ((-u.clone()).sigmoid(), u.clone().sigmoid());
                let x = self.lo.clone() * below + self.hi.clone() * above;
                let slope = self.log_gap(&self.lo, &self.hi) - u.clone().softplus() - (-u).softplus();
                (greatest(least(x, self.last.clone()), self.first.clone()), slope)
            }
        }
    }

    /// The coordinate of a number strictly between the ends.
    pub fn unconstrain(&self, x: R) -> R {
        match self.ends {
            Ends::Neither => x,
            Ends::Lower => self.log_gap(&self.lo, &x),
            Ends::Upper => self.log_gap(&x, &self.hi),
            Ends::Both => self.log_gap(&self.lo, &x) - self.log_gap(&x, &self.hi),
        }
    }

    /// log(b − a).
    fn log_gap(&self, a: &R, b: &R) -> R {
        if !self.wide {
            return (b.clone() - a.clone()).ln();
        }
        let half = R::constant(0.5);
        (half.clone() * b.clone() - half * a.clone()).ln() + R::constant(LN_2)
    }
}

impl Ends {
    pub fn of(lower: bool, upper: bool) -> Ends {
        match (lower, upper) {
            (false, false) => Ends::Neither,
            (true, false) => Ends::Lower,
            (false, true) => Ends::Upper,
            (true, true) => Ends::Both,
        }
    }
}

/// The number after `x`; after 0 the least that has all its digits.
pub fn after(x: f64) -> f64 {
    let next = x.next_up();
    if next.is_subnormal() { f64::MIN_POSITIVE } else { next }
}

/// The number before `x`.
pub fn before(x: f64) -> f64 {
    -after(-x)
}

pub fn greatest<R: Real>(a: R, b: R) -> R {
    R::select(&a.lt(&b), b, a)
}

pub fn least<R: Real>(a: R, b: R) -> R {
    R::select(&b.lt(&a), b, a)
}

//! Where values and parameters lie: one list for argument errors, `(support d)` and the generic tests.

use super::real::Real;
use std::f64::consts::PI;

/// A set of numbers; ends that depend on parameters name them by position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Support {
    Reals,
    /// The reals and both infinities, of parameters.
    Extended,
    Positive,
    NonNegative,
    /// The closed interval from 0 to 1, of parameters.
    Probability,
    /// A probability that is not 0, of parameters.
    PositiveProbability,
    /// From 0, included, to 1, excluded, of parameters.
    BelowOne,
    /// The open interval from 0 to 1.
    UnitInterval,
    /// Between two parameters, ends included.
    Between(usize, usize),
    /// A parameter and above.
    AtLeast(usize),
    /// From −π to π.
    Angle,
    /// 0 or 1.
    Binary,
    Booleans,
    Integers,
    /// 0, 1, 2, …
    Counts,
    /// 0 … n for a parameter n.
    UpTo(usize),
    /// Integers between two parameters, ends included.
    IntegersBetween(usize, usize),
    /// What a sample of n from N may share with K of them: the parameters are N K n.
    Overlap,
    /// 0 … k−1 for k weights.
    Indices,
}

impl Support {
    /// For error messages: `sigma` must be …
    pub fn describe(self) -> &'static str {
        match self {
            Support::Reals => "a finite number",
            Support::Extended => "a number, finite or infinite",
            Support::Positive => "greater than 0",
            Support::NonNegative => "0 or greater",
            Support::Probability => "between 0 and 1",
            Support::PositiveProbability => "greater than 0 and at most 1",
            Support::BelowOne => "0 or greater and less than 1",
            Support::UnitInterval => "strictly between 0 and 1",
            Support::Between(..) => "between the two ends",
            Support::AtLeast(_) => "at least the scale",
            Support::Angle => "between −π and π",
            Support::Binary => "0 or 1",
            Support::Booleans => "true or false",
            Support::Integers => "an integer",
            Support::Counts => "one of 0, 1, 2, …",
            Support::UpTo(_) => "one of 0 … n",
            Support::IntegersBetween(..) => "integers between the two ends",
            Support::Overlap => "one of 0 … n",
            Support::Indices => "one of 0 … k−1",
        }
    }

    /// What `(support d)` says.
    pub fn keyword(self) -> &'static str {
        match self {
            Support::Reals | Support::Extended => "reals",
            Support::Positive => "positive",
            Support::NonNegative => "non-negative",
            Support::Probability | Support::PositiveProbability | Support::BelowOne | Support::UnitInterval => {
                "unit-interval"
            }
            Support::Between(..) => "interval",
            Support::AtLeast(_) => "above",
            Support::Angle => "angle",
            Support::Binary => "binary",
            Support::Booleans => "booleans",
            Support::Integers => "integers",
            Support::Counts => "counts",
            Support::UpTo(_) | Support::Overlap => "up-to",
            Support::IntegersBetween(..) => "integer-interval",
            Support::Indices => "indices",
        }
    }

    /// The least and the greatest value under these parameters, infinite where there is none.
    pub fn ends(self, params: &[f64]) -> (f64, f64) {
        let at = |i: usize| params.get(i).copied().unwrap_or(f64::NAN);
        match self {
            Support::Reals | Support::Extended | Support::Integers => (f64::NEG_INFINITY, f64::INFINITY),
            Support::Positive | Support::NonNegative | Support::Counts => (0.0, f64::INFINITY),
            Support::Probability | Support::PositiveProbability | Support::BelowOne | Support::UnitInterval => {
                (0.0, 1.0)
            }
            Support::Binary | Support::Booleans => (0.0, 1.0),
            Support::Between(lo, hi) | Support::IntegersBetween(lo, hi) => (at(lo), at(hi)),
            Support::AtLeast(i) => (at(i), f64::INFINITY),
            Support::Angle => (-PI, PI),
            Support::UpTo(n) => (0.0, at(n)),
            Support::Overlap => {
                let most = at(1).min(at(2));
                ((at(1) - (at(0) - at(2))).max(0.0).min(most), most)
            }
            Support::Indices => (0.0, params.len() as f64 - 1.0),
        }
    }

    /// True when a value, or a parameter, with this support may be `x`; ends that are parameters count as infinite.
    #[inline(always)]
    pub fn admits(self, x: f64) -> bool {
        self.holds(x)
    }

    /// The same as a condition on numbers of any kind.
    #[inline(always)]
    pub fn holds<R: Real>(self, x: R) -> R::Mask {
        let (zero, one) = (R::constant(0.0), R::constant(1.0));
        let finite = |x: &R| x.clone().abs().lt(&R::constant(f64::INFINITY));
        let whole = |x: &R| R::and(finite(x), x.clone().floor().equals(x));
        match self {
            Support::Reals | Support::Between(..) | Support::AtLeast(_) => finite(&x),
            Support::Extended => x.equals(&x),
            Support::Positive => R::and(zero.lt(&x), finite(&x)),
            Support::NonNegative => R::and(zero.le(&x), finite(&x)),
            Support::Probability => R::and(zero.le(&x), x.le(&one)),
            Support::PositiveProbability => R::and(zero.lt(&x), x.le(&one)),
            Support::BelowOne => R::and(zero.le(&x), x.lt(&one)),
            Support::UnitInterval => R::and(zero.lt(&x), x.lt(&one)),
            Support::Angle => x.abs().le(&R::constant(PI)),
            // What is its own square.
            Support::Binary | Support::Booleans => R::and(finite(&x), x.clone().square().equals(&x)),
            Support::Integers | Support::IntegersBetween(..) => whole(&x),
            Support::Counts | Support::Indices | Support::UpTo(_) | Support::Overlap => R::and(zero.le(&x), whole(&x)),
        }
    }
}

/// A width of floats.
pub trait Width: Sized {
    /// The least and the greatest number of this width in a support; ends that are parameters are the formula's matter.
    fn bounds(support: Support) -> (Self, Self);
}

/// By the least positive normal number of the width, its greatest, and π.
macro_rules! bounds {
    ($tiny:expr, $large:expr, $pi:expr) => {
        fn bounds(support: Support) -> (Self, Self) {
            match support {
                Support::Positive => ($tiny, $large),
                Support::NonNegative => (0.0, $large),
                Support::UnitInterval => ($tiny, Self::next_down(1.0)),
                // In single precision π is rounded up.
                Support::Angle => (Self::next_up(-$pi), Self::next_down($pi)),
                _ => (-$large, $large),
            }
        }
    };
}

impl Width for f32 {
    bounds!(f32::MIN_POSITIVE, f32::MAX, std::f32::consts::PI);
}

impl Width for f64 {
    bounds!(f64::MIN_POSITIVE, f64::MAX, std::f64::consts::PI);
}

/// The least and the greatest number of a width in a support; ends that are parameters are not known here.
pub fn bounds(support: Support, single: bool) -> (f64, f64) {
    if !single {
        return f64::bounds(support);
    }
    let (least, most) = f32::bounds(support);
    (f64::from(least), f64::from(most))
}

//! Parts that several densities share: saddle-point kernels, which stay exact where sums of log Γ cancel (Loader 2000).

use super::real::Real;

/// log of mᵃ exp(−m) / Γ(a + 1).
pub fn poisson_kernel<R: Real>(a: R, m: R) -> R {
    -R::deviance(a.clone(), m) - a.stirling_excess()
}

/// log of Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) xᵃ yᵇ, for x + y = 1.
pub fn binomial_kernel<R: Real>(a: R, b: R, x: R, y: R) -> R {
    let n = a.clone() + b.clone();
    let ways = n.stirling_excess() - a.clone().stirling_excess() - b.clone().stirling_excess();
    // Not n x: n may be more than a double holds.
    let of_n = |part: R| a.clone() * part.clone() + b.clone() * part;
    ways - R::deviance(a.clone(), of_n(x)) - R::deviance(b.clone(), of_n(y))
}

/// 0, 1, 2, …, and not infinite.
pub fn is_count<R: Real>(k: &R) -> R::Mask {
    R::and(R::constant(0.0).le(k), is_integer(k))
}

/// A whole number, and not infinite.
pub fn is_integer<R: Real>(k: &R) -> R::Mask {
    R::and(k.equals(&k.clone().floor()), k.clone().abs().lt(&R::constant(f64::INFINITY)))
}

/// Greater than 0, and not infinite.
pub fn is_positive<R: Real>(x: &R) -> R::Mask {
    R::and(R::constant(0.0).lt(x), x.lt(&R::constant(f64::INFINITY)))
}

/// `x` where the mask holds, elsewhere a number that makes no NaN.
pub fn safe<R: Real>(mask: &R::Mask, x: R, instead: f64) -> R {
    R::select(mask, x, R::constant(instead))
}

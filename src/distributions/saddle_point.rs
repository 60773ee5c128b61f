//! Parts that several densities share: saddle-point kernels, which stay exact where sums of log Γ cancel (Loader 2000).

use super::real::Real;

/// log of mᵃ exp(−m) / Γ(a + 1).
pub fn poisson_kernel<R: Real>(a: R, m: R) -> R {
    -R::deviance(a.clone(), m) - a.stirling_excess()
}

/// The same for a mean that is a product or quotient which a number may not hold, where its logarithm is known.
pub fn poisson_kernel_of<R: Real>(a: R, m: R, log_m: R) -> R {
    let tiny = m.lt(&R::constant(1e-30));
    let far = a.clone() * (a.clone().ln() - log_m - R::constant(1.0)) + m.clone();
    let near = R::deviance(a.clone(), safe_not(&tiny, m));
    -R::select(&tiny, far, near) - a.stirling_excess()
}

/// log of Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) xᵃ yᵇ, for x + y = 1.
pub fn binomial_kernel<R: Real>(a: R, b: R, x: R, y: R) -> R {
    kernel(a, b, x, y, |a, mean, _, _| R::deviance(a, mean))
}

/// The same for shapes, which may be so small that the mean is less than a number holds.
pub fn shape_kernel<R: Real>(a: R, b: R, x: R, y: R) -> R {
    kernel(a, b, x, y, |a, mean, n, x| {
        let zero = R::constant(0.0);
        let tiny = R::and(R::and(zero.lt(&a), zero.lt(&x)), mean.lt(&R::constant(1e-30)));
        let log = |part: R| safe(&tiny, part, 1.0).ln();
        let far = safe(&tiny, a.clone(), 0.0) * (log(a.clone()) - (log(n) + log(x)) - R::constant(1.0));
        R::select(&tiny, far, R::deviance(a, safe_not(&tiny, mean)))
    })
}

/// By the deviance of a count under a mean, which is the third argument times the fourth.
fn kernel<R: Real>(a: R, b: R, x: R, y: R, deviance: impl Fn(R, R, R, R) -> R) -> R {
    let n = a.clone() + b.clone();
    let ways = n.clone().stirling_excess() - a.clone().stirling_excess() - b.clone().stirling_excess();
    // Not n x: n may be more than a double holds.
    let of_n = |part: R| a.clone() * part.clone() + b.clone() * part;
    ways - deviance(a.clone(), of_n(x.clone()), n.clone(), x) - deviance(b.clone(), of_n(y.clone()), n, y)
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

/// `x` where the mask does not hold, elsewhere 1.
pub fn safe_not<R: Real>(mask: &R::Mask, x: R) -> R {
    R::select(mask, R::constant(1.0), x)
}

/// `x` where the mask holds, elsewhere a number that makes no NaN.
pub fn safe<R: Real>(mask: &R::Mask, x: R, instead: f64) -> R {
    R::select(mask, x, R::constant(instead))
}

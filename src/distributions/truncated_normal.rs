//! The normal distribution between two ends, either of which may be infinite and both of which may lie far in a tail.

use super::family::{Cdf, Distribution, Joint, Param, Support, param};
use super::real::Real;
use super::saddle_point::{safe, safe_not};
use crate::eval::key::SiteRng;
use crate::tensor::special::{legendre, log_ndtr, log_ndtr_inverse, log_normal_mass, normal_cdf, normal_icdf};

pub struct TruncatedNormal;

/// The ends as numbers of standard deviations.
fn standard_ends(p: &[f64]) -> (f64, f64) {
    ((p[2] - p[0]) / p[1], (p[3] - p[0]) / p[1])
}

/// The point of [a, b] next to 0.
fn nearest(a: f64, b: f64) -> f64 {
    0.0_f64.clamp(a, b)
}

/// Mean and variance, by quadrature about the point next to mu: differences of densities at the ends have no digits left
/// where the interval is narrow or far out.
fn moments(p: &[f64]) -> (f64, f64) {
    let near = p[0].clamp(p[2], p[3]);
    let c = (near - p[0]) / p[1];
    if c.is_infinite() {
        return (near, 0.0); // more standard deviations away than a double holds
    }
    // Where the density is more than exp(−45) of that at `near`, as multiples of sigma from there.
    let reach = 90.0 / (c.abs() + (c * c + 90.0).sqrt());
    let (lo, hi) = (((p[2] - near) / p[1]).max(-reach), ((p[3] - near) / p[1]).min(reach));
    let integral = |f: &dyn Fn(f64) -> f64| {
        let width = (hi - lo) / 20.0;
        let piece = |i: i32| {
            let start = lo + f64::from(i) * width;
            legendre(width, |t| (-(start + t) * (c + 0.5 * (start + t))).exp() * f(start + t))
        };
        (0..20).map(piece).sum::<f64>()
    };
    let total = integral(&|_| 1.0);
    let mean = integral(&|t| t) / total;
    let variance = integral(&|t| (t - mean).powi(2)) / total;
    ((near + p[1] * mean).clamp(p[2], p[3]), p[1] * (p[1] * variance))
}

fn cdf(x: f64, p: &[f64]) -> f64 {
    let ((a, b), z) = (standard_ends(p), (x - p[0]) / p[1]);
    if z == f64::NEG_INFINITY {
        return 0.0;
    }
    if a == f64::INFINITY || b == f64::NEG_INFINITY {
        // More standard deviations away than a double holds: all of it lies at the nearer end.
        return f64::from(u8::from(a > 0.0));
    }
    let (all, part) = (nearest(a, b), nearest(a, z));
    (log_normal_mass(a, z) - log_normal_mass(a, b) + 0.5 * (all - part) * all + 0.5 * (all - part) * part).exp()
}

fn quantile(q: f64, p: &[f64]) -> f64 {
    let (a, b) = standard_ends(p);
    let z = if b < 0.0 {
        in_tail(1.0 - q, q, -b, -a)
    } else if a > 0.0 {
        -in_tail(q, 1.0 - q, a, b)
    } else {
        let below = (1.0 - q) * normal_cdf(a) + q * normal_cdf(b);
        let above = (1.0 - q) * normal_cdf(-a) + q * normal_cdf(-b);
        if below < above { normal_icdf(below) } else { -normal_icdf(above) }
    };
    // Standard deviations so small that the ends are infinitely many away make NaN, which `max` passes over.
    (p[0] + p[1] * z).max(p[2]).min(p[3]).clamp(f64::MIN, f64::MAX)
}

/// For 0 < a < b: minus the quantile q = 1 − r of the standard normal on [a, b], by its survival function in logs.
fn in_tail(q: f64, r: f64, a: f64, b: f64) -> f64 {
    let (near, far) = (log_ndtr(-a), log_ndtr(-b));
    log_ndtr_inverse(near + (r + q * (far - near).exp()).ln())
}

impl Distribution for TruncatedNormal {
    const NAME: &'static str = "truncated-normal";
    const PARAMS: &'static [Param] = &[
        param("mu", Support::Reals),
        param("sigma", Support::Positive),
        param("lo", Support::Extended),
        param("hi", Support::Extended),
    ];
    const SUPPORT: Support = Support::Between(2, 3);
    const CASES: &'static [&'static [f64]] = &[
        &[0.0, 1.0, -1.0, 2.0],
        &[0.0, 1.0, 30.0, f64::INFINITY],
        &[1.0, 2.0, f64::NEG_INFINITY, -7.0],
        &[5.0, 2.0, f64::NEG_INFINITY, f64::INFINITY],
        &[0.0, 1.0, 3.0, 3.01],
    ];
    const CDF: Option<Cdf> = Some(cdf);
    const QUANTILE: Option<Cdf> = Some(quantile);
    const INVALID: Option<Joint> = Some(|p| (p[2] >= p[3]).then_some("lo must be less than hi"));

    /// −(z² − c²)/2 − log σ − log M, with c the standardized end next to the mean, if the mean is outside, and M the mass
    /// relative to the density there: nothing grows with the distance from the mean.
    fn logpdf<R: Real>(x: R, p: &[R]) -> R {
        let [mu, sigma, lo, hi] = [0, 1, 2, 3].map(|i| p[i].clone());
        let inside = R::and(lo.le(&x), R::and(x.le(&hi), x.clone().abs().lt(&R::constant(f64::INFINITY))));
        let (right, left) = (mu.lt(&lo), hi.lt(&mu));
        let near = R::select(&right, lo.clone(), R::select(&left, hi.clone(), mu.clone()));
        let x = R::select(&inside, x, near.clone());
        let difference = (x.clone() - near.clone()) / sigma.clone();
        let away = (x - mu.clone()) / sigma.clone() + (near.clone() - mu.clone()) / sigma.clone();
        let some = R::constant(0.0).lt(&difference.clone().abs());
        let fall = R::constant(0.5) * difference * safe(&some, away, 0.0);
        let wide = R::log_normal_mass(standard(&lo, &mu, &sigma), standard(&hi, &mu, &sigma));
        let narrow = narrow_mass((hi - lo) / sigma.clone(), ((near - mu) / sigma.clone()).abs());
        R::on(&inside, -fall - sigma.ln() - R::select(&narrow.0, narrow.1, wide))
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        quantile(draws.open01(), p)
    }

    fn mean(p: &[f64]) -> f64 {
        moments(p).0
    }

    fn variance(p: &[f64]) -> f64 {
        moments(p).1
    }
}

/// Of an interval so narrow that its standardized ends may be one number: whether it is, and the logarithm of
/// ∫ from 0 to width of exp(−c t) dt, from which the mass differs by less than width²/2 of itself.
fn narrow_mass<R: Real>(width: R, c: R) -> (R::Mask, R) {
    let fall = width.clone() * c;
    let is = R::and(width.lt(&R::constant(1e-5)), fall.lt(&R::constant(f64::INFINITY)));
    let (width, fall) = (safe(&is, width, 1.0), safe(&is, fall, 1.0));
    let flat = fall.lt(&R::constant(1e-4));
    let steep = safe_not(&flat, fall.clone());
    // log((1 − exp(−f)) / f) by its series, or as it stands.
    let series = fall.clone() * (fall * R::constant(1.0 / 24.0) - R::constant(0.5));
    let closed = (-(-steep.clone()).exp_m1()).ln() - steep.ln();
    (is, width.ln() + R::select(&flat, series, closed))
}

/// (end − mu) / sigma; an infinite end is a constant, whose derivative in sigma would be NaN.
fn standard<R: Real>(end: &R, mu: &R, sigma: &R) -> R {
    let finite = end.clone().abs().lt(&R::constant(f64::INFINITY));
    R::select(&finite, (safe(&finite, end.clone(), 0.0) - mu.clone()) / sigma.clone(), end.clone())
}
